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
        let difference = k.checked_sub(1).and_then(|k| comparison.others.get(k));
        let difference = difference.map(|rival| &rival.difference);
        let lists = [("recalls", Some(&side.recalls))];
        let lists = lists
            .into_iter()
            .chain([("differences of recalls", difference.map(|d| &d.recalls))]);
        for (what, list) in lists {
            let found = list.map_or(0, Vec::len);
            if found != 0 && found != names.len() {
                return wrong(format!("{found} {what} for {} classes", names.len()));
            }
        }
        let own = [side.war, side.uar]
            .into_iter()
            .chain(side.recalls.iter().copied());
        if let Some(what) = own.filter_map(|i| fault(i, 0.0)).next() {
            return wrong(what);
        }
        let Some(difference) = difference else {
            continue;
        };
        let recalls = difference.recalls.iter().copied();
        let all = [difference.war, difference.uar].into_iter().chain(recalls);
        if let Some(what) = all.filter_map(|i| fault(i, -1.0)).next() {
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
        let faults = [point.war, point.uar]
            .into_iter()
            .filter_map(|i| fault(i, 0.0));
        if let Some(what) = faults.into_iter().next() {
            return wrong(what);
        }
    }
    Ok(())
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
