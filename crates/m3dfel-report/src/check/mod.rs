//! Do the parts fit together? Asked once, so that pages and figures need not.

mod clips;
mod compared;
mod video;

use crate::{Calibration, Confusion, FeatureMap, Report, ReportError, Result};

pub use compared::{ablation, comparison};
pub use video::videos;

pub fn report(report: &Report) -> Result<()> {
    let names = &report.classes;
    classes(names)?;
    confusion(names, &report.confusion)?;
    report.calibration.as_ref().map_or(Ok(()), calibration)?;
    report
        .features
        .as_ref()
        .map_or(Ok(()), |map| features(names, map))?;
    let mut pairs = report.confused.iter();
    pairs.try_for_each(|pair| clips::pair(pair, names))?;
    let mut examples = report.examples.iter().chain(&report.prediction);
    examples.try_for_each(|example| clips::example(example, names))
}

/// No name is there twice.
pub fn classes(classes: &[String]) -> Result<()> {
    for (k, name) in classes.iter().enumerate() {
        if classes.iter().take(k).any(|other| other == name) {
            return Err(ReportError::ClassTwice { name: name.clone() });
        }
    }
    Ok(())
}

/// Square over the classes, or empty.
pub fn confusion(classes: &[String], confusion: &Confusion) -> Result<()> {
    let classes = classes.len();
    if confusion.counts.is_empty() && confusion.unread.is_empty() {
        return Ok(()); // not evaluated
    }
    let fits = |part: String, found: usize| {
        if found == classes {
            Ok(())
        } else {
            Err(ReportError::Confusion {
                part,
                found,
                classes,
            })
        }
    };
    fits("list of rows".into(), confusion.counts.len())?;
    for (k, row) in confusion.counts.iter().enumerate() {
        fits(format!("row {}", k + 1), row.len())?;
    }
    if !confusion.unread.is_empty() {
        fits("list of unread clips".into(), confusion.unread.len())?;
    }
    Ok(())
}

fn calibration(calibration: &Calibration) -> Result<()> {
    let wrong = |what: String| Err(ReportError::Calibration { what });
    let fraction = |value: f64| (0.0..=1.0).contains(&value);
    if !fraction(calibration.ece) {
        return wrong(format!("the error is {}, not from 0 to 1", calibration.ece));
    }
    let n = calibration.bins.len() as f64;
    for (k, bin) in calibration
        .bins
        .iter()
        .enumerate()
        .filter(|(_, bin)| bin.count > 0)
    {
        let (from, to) = (k as f64 / n, (k + 1) as f64 / n);
        // Means of many small numbers in single precision may lie this far outside.
        let room = 1e-5;
        if !(from - room..=to + room).contains(&bin.confidence) {
            return wrong(format!(
                "bin {} of {n} holds confidences from {from:.3} to {to:.3}, but their mean is {}",
                k + 1,
                bin.confidence
            ));
        }
        if !fraction(bin.accuracy) {
            return wrong(format!(
                "the accuracy in bin {} is {}, not from 0 to 1",
                k + 1,
                bin.accuracy
            ));
        }
    }
    Ok(())
}

fn features(classes: &[String], map: &FeatureMap) -> Result<()> {
    for point in &map.points {
        let wrong = |what: String| {
            Err(ReportError::Example {
                clip: point.clip.clone(),
                what,
            })
        };
        let mut names = [&point.truth, &point.predicted].into_iter();
        if let Some(name) = names.find(|name| !classes.contains(name)) {
            return wrong(format!(
                "the class \"{name}\" is not among those of the report"
            ));
        }
        if !(point.x.is_finite() && point.y.is_finite()) {
            return wrong("its place among the features is no number".into());
        }
    }
    Ok(())
}
