//! Do the parts of a report fit together? Asked once, so that figures need not.

use crate::{Example, Report, ReportError, Result};

/// More frames than any model samples; a number beyond it is a mistake, and would draw for minutes.
const MOST_FRAMES: usize = 512;

pub fn check(report: &Report) -> Result<()> {
    let classes = &report.classes;
    for (k, name) in classes.iter().enumerate() {
        if classes.iter().take(k).any(|other| other == name) {
            return Err(ReportError::ClassTwice { name: name.clone() });
        }
    }
    check_confusion(report)?;
    let examples = report.examples.iter().chain(&report.prediction);
    examples
        .into_iter()
        .try_for_each(|example| check_example(example, classes))
}

fn check_confusion(report: &Report) -> Result<()> {
    let (confusion, classes) = (&report.confusion, report.classes.len());
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

fn check_example(example: &Example, classes: &[String]) -> Result<()> {
    let wrong = |what: String| {
        Err(ReportError::Example {
            clip: example.clip.clone(),
            what,
        })
    };
    for name in example.truth.iter().chain([&example.predicted]) {
        if !classes.contains(name) {
            return wrong(format!(
                "the class \"{name}\" is not among those of the report ({})",
                classes.join(", ")
            ));
        }
    }
    let found = example.probabilities.len();
    if found != classes.len() {
        return wrong(format!(
            "{found} probabilities for {} classes: it needs one for each",
            classes.len()
        ));
    }
    let frames = match example.frames.len() {
        0 => MOST_FRAMES, // an example may come without pictures
        n if n > MOST_FRAMES => {
            return wrong(format!("{n} frames; at most {MOST_FRAMES} can be shown"));
        }
        n => n,
    };
    let spans = example
        .instances
        .iter()
        .map(|i| (i.first_frame, i.last_frame));
    let named = spans
        .map(|span| ("an instance", span))
        .chain(example.truth_span.map(|span| ("the expression", span)));
    for (what, (first, last)) in named {
        if first > last || last >= frames {
            return wrong(format!(
                "{what} runs from frame {first} to {last}, counted from 0, but the clip has {frames} at most"
            ));
        }
    }
    Ok(())
}
