//! Which clips are shown, and with what.

use std::collections::HashMap;
use std::path::Path;

use m3dfel_data::truth::ClipTruth;
use m3dfel_data::{ClipPixels, Vocabulary, load_clip_pixels};
use m3dfel_train::{ClipResult, InstanceShare, Prediction};

use super::Judged;
use crate::{Example, Picture, ReportError, Result, ShownInstance};

/// Shown of those named wrongly, and of those named rightly.
const EACH: usize = 4;

impl Example {
    /// A clip, what the model made of it, and the frames it saw. Truth and its span are unknown;
    /// whoever knows them sets them.
    ///
    /// # Errors
    /// A prediction and pixels that are not of one clip, or a class that the vocabulary lacks.
    pub fn new(
        clip: &str,
        vocabulary: &Vocabulary,
        prediction: &Prediction,
        pixels: &ClipPixels,
    ) -> Result<Self> {
        let wrong = |what: String| ReportError::Example {
            clip: clip.to_owned(),
            what,
        };
        let predicted = vocabulary.name(prediction.class).ok_or_else(|| {
            wrong(format!(
                "class {} of {} was predicted, counted from 0",
                prediction.class,
                vocabulary.len()
            ))
        })?;
        let frames = pixels.frame_names.len();
        let instances = prediction.instances.len();
        if frames == 0 || instances == 0 || !frames.is_multiple_of(instances) {
            return Err(wrong(format!(
                "{frames} frames do not fall into {instances} instances"
            )));
        }
        let values = pixels.pixels.len() / frames;
        let side = (values / 3).isqrt();
        if side == 0 || pixels.pixels.len() != frames * side * side * 3 {
            return Err(wrong(format!(
                "{} bytes are not {frames} square pictures",
                pixels.pixels.len()
            )));
        }
        let length = frames / instances;
        let share = |(k, instance): (usize, &InstanceShare)| ShownInstance {
            first_frame: k * length,
            last_frame: (k + 1) * length - 1,
            share: instance.share.into(),
        };
        Ok(Self {
            clip: clip.to_owned(),
            truth: None,
            predicted: predicted.to_owned(),
            probabilities: prediction.probabilities.iter().map(|&p| p.into()).collect(),
            frames: pixels
                .pixels
                .chunks_exact(values)
                .map(|rgb| Picture::from_rgb(rgb, side))
                .collect::<Result<_>>()?,
            instances: prediction.instances.iter().enumerate().map(share).collect(),
            truth_span: None,
            apex: None,
        })
    }
}

/// Those named wrongly, the most confident first: there the model errs most. Those named rightly in
/// the order of the fold's list, so that they are no choice. Different classes first in both.
pub fn choose(judged: &Judged) -> Vec<Example> {
    let read = judged.evaluation.clips.iter().filter_map(|result| {
        let (prediction, frames) = result.outcome.as_ref().ok()?;
        Some((result, prediction, frames.as_slice()))
    });
    let (right, mut wrong): (Vec<_>, Vec<_>) =
        read.partition(|(result, prediction, _)| prediction.class == result.label);
    let confidence = |prediction: &Prediction| {
        let confidence = prediction.probabilities.get(prediction.class);
        confidence.copied().unwrap_or(0.0)
    };
    wrong.sort_by(|a, b| confidence(b.1).total_cmp(&confidence(a.1)));
    // A clip that cannot be shown makes room for the next.
    let show = |clips: Vec<Shown>| {
        let clips = spread(clips).into_iter();
        clips
            .filter_map(|shown| example(judged, shown))
            .take(EACH)
            .collect::<Vec<_>>()
    };
    [show(wrong), show(right)].concat()
}

/// One clip of the evaluation.
pub fn by_name(judged: &Judged, id: &str) -> Option<Example> {
    let shown = judged.evaluation.clips.iter().find_map(|result| {
        let (prediction, frames) = result.outcome.as_ref().ok()?;
        let clip = judged.clips.get(result.clip)?;
        (clip.id == id).then_some((result, prediction, frames.as_slice()))
    });
    example(judged, shown?)
}

type Shown<'a> = (&'a ClipResult, &'a Prediction, &'a [String]);

/// The first of each class, then the second of each, and so on; otherwise the order stays.
fn spread(clips: Vec<Shown>) -> Vec<Shown> {
    let mut seen: HashMap<usize, usize> = HashMap::new();
    let mut ranked: Vec<(usize, Shown)> = clips
        .into_iter()
        .map(|shown| {
            let before = seen.entry(shown.0.label).or_default();
            *before += 1;
            (*before, shown)
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank); // stable
    ranked.into_iter().map(|(_, shown)| shown).collect()
}

/// None where the clip's frames cannot be read any more, or are not those that were evaluated.
fn example(judged: &Judged, (result, prediction, frames): Shown) -> Option<Example> {
    let clip = judged.clips.get(result.clip)?;
    let pixels = load_clip_pixels(&clip.dir, &judged.options).ok()?;
    if pixels.frame_names != frames {
        return None;
    }
    let truth = judged.truth.as_ref().and_then(|t| t.clip(&clip.id));
    let shown = truth.and_then(|truth| span(truth, &clip.dir, frames));
    Some(Example {
        truth: Some(judged.vocabulary.name(result.label)?.to_owned()),
        truth_span: shown.map(|(first, _, last)| (first, last)),
        apex: shown.map(|(_, apex, _)| apex),
        ..Example::new(&clip.id, judged.vocabulary, prediction, &pixels).ok()?
    })
}

/// Of the sampled frames that show the expression, the first, the one next to the apex, and the last.
/// None where none does, and where the clip is not that of `truth`.
fn span(truth: &ClipTruth, dir: &Path, sampled: &[String]) -> Option<(usize, usize, usize)> {
    let span = truth.span?;
    let sampled = truth.places(dir, sampled)?.into_iter();
    let inside: Vec<(usize, usize)> = sampled
        .enumerate()
        .filter_map(|(k, frame)| Some((k, frame.filter(|frame| span.frames().contains(frame))?)))
        .collect();
    let apex = inside
        .iter()
        .min_by_key(|(_, frame)| frame.abs_diff(span.apex))?;
    Some((inside.first()?.0, apex.0, inside.last()?.0))
}

/// How the examples were come by.
pub fn told(examples: &[Example]) -> String {
    if examples.is_empty() {
        return String::new();
    }
    "Of the clips named wrongly, those that the model was surest of, one of each class before a second; \
     of those named rightly, the first of each class in the test list."
        .into()
}
