//! From clips to decisions.

use burn::tensor::{Device, Tensor};
use m3dfel::weights::{Checkpoint, Header};
use m3dfel::{Decision, Inference, M3dfel, ModelConfig, Precision};
use m3dfel_data::{ClipOptions, Vocabulary};

use crate::Result;

/// A model that only predicts.
pub struct Predictor {
    inference: Inference,
}

/// What the model makes of one clip.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// In the order of the classes.
    pub logits: Vec<f32>,
    pub probabilities: Vec<f32>,
    /// The class of the largest logit.
    pub class: usize,
    pub instances: Vec<InstanceShare>,
    /// The bag's feature, which the classifier reads.
    pub feature: Vec<f32>,
}

/// One instance's part in a decision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InstanceShare {
    /// What it adds to the predicted class's logit, over what it adds to the classes' mean. Exact:
    /// everything after the gate is linear, so a logit is a sum over the instances and a constant.
    pub contribution: f32,
    /// Its part of all that spoke for the class: contributions below zero count as zero; the shares
    /// of a bag sum to one.
    pub share: f32,
}

impl Predictor {
    pub fn new(model: &M3dfel) -> Result<Self> {
        let inference = Inference::new(model)?;
        Ok(Self { inference })
    }

    /// A predictor from a weight file whose header is known (the file's own, or inferred).
    ///
    /// # Errors
    /// Tensors that are not those of the header's model.
    pub fn from_checkpoint(
        checkpoint: Checkpoint,
        header: &Header,
        device: &Device,
    ) -> Result<Self> {
        let classes = header.classes.len();
        let inference = Inference::from_state(checkpoint.state, &header.model, classes, device)?;
        Ok(Self { inference })
    }

    /// As [`Inference::with_precision`].
    pub fn with_precision(self, precision: Precision) -> Result<Self> {
        let inference = self.inference.with_precision(precision)?;
        Ok(Self { inference })
    }

    pub fn config(&self) -> &ModelConfig {
        self.inference.config()
    }

    /// Clips to predict together: enough to keep all cores at work, or a card, and little memory.
    pub(crate) fn clips_at_once(&self) -> usize {
        if m3dfel_conv::on_cpu(self.inference.device()) {
            8
        } else {
            32
        }
    }

    /// Predicts a batch.
    ///
    /// # Shapes
    /// `inputs`: `[clips, frames, 3, size, size]`, flat
    ///
    /// # Errors
    /// Inputs of another number of values.
    pub fn predict(
        &mut self,
        inputs: Vec<f32>,
        clips: usize,
        size: usize,
    ) -> Result<Vec<Prediction>> {
        if clips == 0 {
            return Ok(Vec::new());
        }
        let decision = self.inference.decide(inputs, clips, size)?;
        Ok(self.predictions(decision))
    }

    /// As [`Inference::features`].
    pub fn features(&mut self, instances: Vec<f32>, count: usize, size: usize) -> Result<Vec<f32>> {
        Ok(self.inference.features(instances, count, size)?)
    }

    /// As [`Inference::decide_features`].
    pub fn predict_features(&self, features: Vec<f32>, bags: usize) -> Result<Vec<Prediction>> {
        let decision = self.inference.decide_features(features, bags)?;
        Ok(self.predictions(decision))
    }

    fn predictions(&self, decision: Decision) -> Vec<Prediction> {
        let classes = self.inference.classes();
        let part = self.config().bag_size * classes;
        let width = self.config().bag_width();
        let (logits, parts) = (floats(decision.logits), floats(decision.parts));
        let features = floats(decision.feature);
        logits
            .chunks_exact(classes)
            .zip(parts.chunks_exact(part))
            .zip(features.chunks_exact(width))
            .map(|((logits, parts), feature)| Prediction {
                feature: feature.to_vec(),
                ..Prediction::new(logits.to_vec(), parts)
            })
            .collect()
    }
}

impl Prediction {
    fn new(logits: Vec<f32>, parts: &[f32]) -> Self {
        let class =
            (0..logits.len()).fold(0, |best, k| if logits[k] > logits[best] { k } else { best });
        let peak = logits[class];
        let powers: Vec<f32> = logits.iter().map(|x| (x - peak).exp()).collect();
        let sum: f32 = powers.iter().sum();
        let instances = shares(parts, class, logits.len());
        Self {
            probabilities: powers.iter().map(|p| p / sum).collect(),
            class,
            instances,
            feature: Vec::new(),
            logits,
        }
    }
}

/// Each instance's part in the decision for `class`, from `parts` of `[instances, classes]`.
pub fn shares(parts: &[f32], class: usize, classes: usize) -> Vec<InstanceShare> {
    let contributions: Vec<f32> = parts
        .chunks_exact(classes)
        .map(|p| p[class] - p.iter().sum::<f32>() / classes as f32)
        .collect();
    let sum: f32 = contributions.iter().map(|c| c.max(0.0)).sum();
    let even = 1.0 / contributions.len().max(1) as f32;
    contributions
        .iter()
        .map(|&contribution| InstanceShare {
            contribution,
            share: if sum > 0.0 {
                contribution.max(0.0) / sum
            } else {
                even
            },
        })
        .collect()
}

fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor
        .into_data()
        .convert::<f32>()
        .try_into_vec()
        .unwrap_or_default()
}

/// How a clip is loaded for the model of a header.
pub fn clip_options(header: &Header) -> ClipOptions {
    ClipOptions {
        frames: header.model.frames,
        size: header.crop,
        normalise: header.normalise,
    }
}

/// The class names of a header.
pub fn vocabulary(header: &Header) -> Result<Vocabulary> {
    Ok(Vocabulary::new(&header.classes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_what_speaks_for_the_class() {
        // Three instances, two classes: for class 0 they add 2, -1 and 1 over the mean.
        let shares = shares(&[4.0, 0.0, 0.0, 2.0, 3.0, 1.0], 0, 2);
        assert_eq!(
            shares.iter().map(|s| s.contribution).collect::<Vec<_>>(),
            [2.0, -1.0, 1.0]
        );
        assert_eq!(
            shares.iter().map(|s| s.share).collect::<Vec<_>>(),
            [2.0 / 3.0, 0.0, 1.0 / 3.0]
        );
    }

    #[test]
    fn where_nothing_speaks_for_it_shares_are_even() {
        let shares = shares(&[0.0, 1.0, 0.0, 1.0], 0, 2);
        assert!(shares.iter().all(|s| s.share == 0.5));
    }

    #[test]
    fn probabilities_of_large_logits_are_finite() {
        let p = Prediction::new(vec![1000.0, 0.0, 1000.0], &[0.0; 12]);
        assert_eq!((p.class, p.probabilities), (0, vec![0.5, 0.0, 0.5]));
    }
}
