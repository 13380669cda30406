//! Runs held against each other.

use super::{classes, confusion};
use crate::{Ablation, Comparison, Interval, ReportError, Result};

pub fn comparison(comparison: &Comparison) -> Result<()> {
    let names = &comparison.classes;
    classes(names)?;
    for (k, side) in comparison.sides().enumerate() {
        let wrong = |what: String| {
            Err(ReportError::Compared {
                name: side.name.clone(),
                what,
            })
        };
        if comparison
            .sides()
            .take(k)
            .any(|other| other.name == side.name)
        {
            return wrong("two runs have this name: which is which?".into());
        }
        confusion(names, &side.confusion)?;
        let figures = [side.war, side.uar];
        if let Some(what) = faults(names, "recalls", &side.recalls, &figures, 0.0) {
            return wrong(what);
        }
    }
    for rival in &comparison.others {
        let wrong = |what: String| {
            Err(ReportError::Compared {
                name: rival.side.name.clone(),
                what,
            })
        };
        let difference = &rival.difference;
        let (what, figures) = ("differences of recalls", [difference.war, difference.uar]);
        if let Some(what) = faults(names, what, &difference.recalls, &figures, -1.0) {
            return wrong(what);
        }
        if let Some(test) = difference.mcnemar
            && !(0.0..=1.0).contains(&test.p)
        {
            return wrong(format!("McNemar's p is {}, not from 0 to 1", test.p));
        }
    }
    Ok(())
}

pub fn ablation(ablation: &Ablation) -> Result<()> {
    for (k, point) in ablation.points.iter().enumerate() {
        let wrong = |what: String| {
            Err(ReportError::Compared {
                name: format!("{} = {}", ablation.key, point.value),
                what,
            })
        };
        if ablation
            .points
            .iter()
            .take(k)
            .any(|other| other.value == point.value)
        {
            return wrong("this value is there twice".into());
        }
        if let Some(what) = [point.war, point.uar]
            .into_iter()
            .find_map(|interval| fault(interval, 0.0))
        {
            return wrong(what);
        }
    }
    Ok(())
}

/// What is wrong with recalls, which there are for each class or not at all, and other figures.
fn faults(
    classes: &[String],
    what: &str,
    recalls: &[Interval],
    figures: &[Interval],
    least: f64,
) -> Option<String> {
    if !recalls.is_empty() && recalls.len() != classes.len() {
        let (found, classes) = (recalls.len(), classes.len());
        return Some(format!("{found} {what} for {classes} classes"));
    }
    let mut all = figures.iter().chain(recalls);
    all.find_map(|interval| fault(*interval, least))
}

/// What is wrong with an interval of values from `least` to 1. What is not finite is not known, and not
/// wrong.
fn fault(interval: Interval, least: f64) -> Option<String> {
    let Interval {
        estimate,
        low,
        high,
    } = interval;
    let beyond = [estimate, low, high]
        .into_iter()
        .find(|v| v.is_finite() && !(least - 1e-9..=1.0 + 1e-9).contains(v));
    if let Some(value) = beyond {
        return Some(format!(
            "the value {value} is not from {least} to 1: fractions are wanted, not per cent"
        ));
    }
    (low > high).then(|| format!("an interval goes from {low} down to {high}"))
}
