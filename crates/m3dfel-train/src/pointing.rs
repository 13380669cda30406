//! Does the instance that decides show the expression? Known where the corpus was rendered.

use m3dfel_data::Clip;
use m3dfel_data::truth::{ClipTruth, Truth};
use m3dfel_metrics::{Bootstrap, Instance, PointedClip, Pointing};

use crate::{Corpus, Evaluation, Prediction};

/// Plays the pointing game on a fold: by the shares in the predicted class, right or wrong, of all test
/// clips that could be read and show an expression. None where the corpus has no `truth.csv` that can be
/// read, or has not these clips' frames.
pub fn pointing(evaluation: &Evaluation, corpus: &Corpus) -> Option<Pointing> {
    let truth = Truth::read(&corpus.root).ok().flatten()?;
    let clips: Vec<PointedClip> = evaluation
        .clips
        .iter()
        .filter_map(|result| {
            let (prediction, frames) = result.outcome.as_ref().ok()?;
            let clip = corpus.test.get(result.clip)?;
            pointed(clip, truth.clip(&clip.id)?, prediction, frames)
        })
        .collect();
    (!clips.is_empty()).then(|| Pointing::of(&clips, &Bootstrap::default()))
}

/// None where the clip is not that of `truth`.
fn pointed(
    clip: &Clip,
    truth: &ClipTruth,
    prediction: &Prediction,
    sampled: &[String],
) -> Option<PointedClip> {
    let places = truth.places(&clip.dir, sampled)?;
    let length = places.len() / prediction.instances.len().max(1);
    let instances = places
        .chunks_exact(length.max(1))
        .zip(&prediction.instances)
        .map(|(frames, instance)| {
            Some(Instance {
                share: instance.share.into(),
                frames: ((*frames.first()?)?, (*frames.last()?)?),
            })
        })
        .collect::<Option<_>>()?;
    Some(PointedClip {
        id: clip.id.clone(),
        instances,
        expression: truth.span.map(|span| (span.onset, span.offset)),
    })
}
