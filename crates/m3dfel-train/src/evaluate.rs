//! A model against a test fold.

use std::sync::Arc;

use m3dfel_data::{Clip, ClipOptions, Loader, LoaderOptions, Mode, Vocabulary, order};
use m3dfel_metrics::{Confusion, JudgedClip, Predictions};

use crate::ahead::Ahead;
use crate::observer::{Observer, Phase};
use crate::predict::{Prediction, Predictor};
use crate::{Error, Result};

#[derive(Clone, Debug)]
pub struct Evaluation {
    pub confusion: Confusion,
    /// In the order of the fold's list.
    pub clips: Vec<ClipResult>,
}

#[derive(Clone, Debug)]
pub struct ClipResult {
    /// Index in the clips evaluated.
    pub clip: usize,
    pub label: usize,
    pub outcome: std::result::Result<(Prediction, Vec<String>), String>,
}

/// Predicts every clip. One that cannot be read is an error of the model's, and said.
///
/// # Errors
/// Not one clip that can be read; interruption.
pub fn evaluate(
    predictor: &mut Predictor,
    clips: &Arc<[Clip]>,
    classes: usize,
    options: &ClipOptions,
    observer: &mut dyn Observer,
) -> Result<Evaluation> {
    observer.begin(Phase::Evaluating, clips.len(), 0);
    let mut loading = LoaderOptions::new(Mode::Eval, options.clone());
    loading.batch_size = predictor.clips_at_once();
    loading.workers = rayon::current_num_threads();
    let mut evaluation = Evaluation {
        confusion: Confusion::new(classes),
        clips: Vec::with_capacity(clips.len()),
    };
    let loader = Loader::new(clips.clone(), order::sequential(clips.len()), loading)?;
    for batch in Ahead::new(loader)? {
        let batch = batch?;
        if observer.stop() {
            return Err(Error::Interrupted);
        }
        let done = batch.labels.len() + batch.failed.len();
        for problem in &batch.problems {
            observer.warn(&problem.to_string());
        }
        let predictions = predictor.predict(batch.inputs, batch.labels.len(), options.size)?;
        for (((clip, label), frames), prediction) in batch
            .clips
            .into_iter()
            .zip(batch.labels)
            .zip(batch.frames)
            .zip(predictions)
        {
            evaluation.confusion.add(label, Some(prediction.class));
            evaluation.clips.push(ClipResult {
                clip,
                label,
                outcome: Ok((prediction, frames)),
            });
        }
        for failed in batch.failed {
            observer.warn(&format!(
                "clip {} counts as an error: {}",
                clips[failed.clip].id, failed.error
            ));
            evaluation.confusion.add(failed.label, None);
            let outcome = Err(failed.error.to_string());
            evaluation.clips.push(ClipResult {
                clip: failed.clip,
                label: failed.label,
                outcome,
            });
        }
        observer.advance(done, None);
    }
    observer.end(Phase::Evaluating);
    evaluation.clips.sort_by_key(|result| result.clip);
    match evaluation
        .clips
        .iter()
        .map(|result| &result.outcome)
        .find_map(|o| o.as_ref().err())
    {
        Some(first)
            if evaluation
                .clips
                .iter()
                .all(|result| result.outcome.is_err()) =>
        {
            Err(Error::NothingToRead("test fold", first.clone()))
        }
        _ => Ok(evaluation),
    }
}

impl Evaluation {
    /// As what they can be judged and compared by. A clip whose logits are not finite counts as one that
    /// could not be read.
    ///
    /// # Errors
    /// Clips or classes other than those evaluated.
    pub fn predictions(&self, clips: &[Clip], vocabulary: &Vocabulary) -> Result<Predictions> {
        let judged = self.clips.iter().map(|result| JudgedClip {
            id: clips
                .get(result.clip)
                .map_or(String::new(), |clip| clip.id.clone()),
            label: result.label,
            outcome: match &result.outcome {
                Ok((p, _)) if p.logits.iter().all(|x| x.is_finite()) => Ok(p.logits.clone()),
                Ok(_) => Err("the model's logits are not finite".into()),
                Err(error) => Err(error.clone()),
            },
        });
        Ok(Predictions::new(vocabulary.clone(), judged.collect())?)
    }
}
