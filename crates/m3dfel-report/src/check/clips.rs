//! Single clips.

use crate::{ConfusedPair, Example, ReportError, Result};

/// More frames than any model samples; a number beyond it is a mistake, and would draw for minutes.
const MOST_FRAMES: usize = 512;

pub fn example(example: &Example, classes: &[String]) -> Result<()> {
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
    match (example.apex, example.truth_span) {
        (Some(apex), Some((first, last))) if !(first..=last).contains(&apex) => wrong(format!(
            "the apex is in frame {apex}, counted from 0, but the expression in {first} to {last}"
        )),
        (Some(apex), None) => wrong(format!(
            "the apex is in frame {apex}, but the expression's span is not there"
        )),
        _ => Ok(()),
    }
}

pub fn pair(pair: &ConfusedPair, classes: &[String]) -> Result<()> {
    let ConfusedPair {
        truth,
        predicted,
        clips,
        of,
        names,
        shown,
    } = pair;
    let wrong = |what: String| {
        Err(ReportError::Confused {
            truth: truth.clone(),
            predicted: predicted.clone(),
            what,
        })
    };
    if let Some(name) = [truth, predicted]
        .into_iter()
        .find(|n| !classes.contains(n))
    {
        return wrong(format!(
            "the class \"{name}\" is not among those of the report"
        ));
    }
    if truth == predicted {
        return wrong("a class is not confused with itself".into());
    }
    if clips > of {
        return wrong(format!("{clips} clips of {of}"));
    }
    if names.len() as u64 > *clips {
        return wrong(format!("{} names for {clips} clips", names.len()));
    }
    for shown in shown {
        example(shown, classes)?;
        if shown.truth.as_ref() != Some(truth) || shown.predicted != *predicted {
            return wrong(format!(
                "clip \"{}\" is shown, but is of another pair",
                shown.clip
            ));
        }
    }
    Ok(())
}
