//! `L = L_CE + lambda * L_IA` (the paper's equations 9 to 11).

use burn::tensor::activation::{log_softmax, softplus};
use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// The loss that trains the model. The defaults are the paper's; `focal_gamma` and `logit_adjustment`
/// are for corpora whose classes are of very different size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LossConfig {
    /// Label smoothing of the cross-entropy.
    pub smoothing: f64,
    /// Lambda: weight of the intensity-aware loss. 0 is cross-entropy alone.
    pub intensity_weight: f64,
    /// Gamma of the focal loss (Lin et al., *Focal Loss for Dense Object Detection*, ICCV 2017): a clip's
    /// cross-entropy counts `(1 - p_t)^gamma`. 0 is off, 2 usual.
    pub focal_gamma: f64,
    /// Tau of logit adjustment (Menon et al., *Long-tail learning via logit adjustment*, ICLR 2021):
    /// the loss sees `logits + tau * log(part of the class in the training set)`, prediction the
    /// logits alone. 0 is off, 1 the paper's.
    pub logit_adjustment: f64,
}

impl Default for LossConfig {
    fn default() -> Self {
        Self {
            smoothing: 0.1,
            intensity_weight: 0.1,
            focal_gamma: 0.0,
            logit_adjustment: 0.0,
        }
    }
}

impl LossConfig {
    pub fn validate(&self) -> Result<()> {
        if !(0.0..1.0).contains(&self.smoothing) {
            return Err(Error::Config(format!(
                "loss.smoothing = {}: must be in [0, 1)",
                self.smoothing
            )));
        }
        for (name, value) in [
            ("intensity_weight", self.intensity_weight),
            ("focal_gamma", self.focal_gamma),
            ("logit_adjustment", self.logit_adjustment),
        ] {
            if !(value.is_finite() && value >= 0.0) {
                return Err(Error::Config(format!(
                    "loss.{name} = {value}: must be zero or more"
                )));
            }
        }
        Ok(())
    }
}

/// A loss ready to be computed.
pub struct Loss {
    config: LossConfig,
    /// What is added to each class's logit; none where nothing is.
    adjustment: Option<Vec<f32>>,
}

impl Loss {
    /// `clips`: how many of each class there are in the training set. A class of none counts as of one.
    pub fn new(config: &LossConfig, clips: &[usize]) -> Self {
        let all: usize = clips.iter().map(|&n| n.max(1)).sum();
        let log_part = |&n: &usize| (n.max(1) as f64 / all as f64).ln();
        let adjusted = |n: &usize| (config.logit_adjustment * log_part(n)) as f32;
        Self {
            config: config.clone(),
            adjustment: (config.logit_adjustment > 0.0)
                .then(|| clips.iter().map(adjusted).collect()),
        }
    }

    /// The mean loss of a batch, a tensor of one value.
    ///
    /// # Errors
    /// A label outside the classes, or as many labels as there are not rows; logits of other classes
    /// than were counted.
    ///
    /// # Shapes
    /// Logits `[batch, classes]`
    pub fn forward(&self, logits: Tensor<2>, labels: &[usize]) -> Result<Tensor<1>> {
        let target = one_hot(&logits, labels)?;
        let logits = match &self.adjustment {
            None => logits,
            Some(add) if add.len() == logits.dims()[1] => {
                let add = Tensor::<1>::from_data(add.as_slice(), &logits.device());
                logits + add.unsqueeze::<2>()
            }
            Some(add) => {
                return Err(Error::Input(format!(
                    "logits of {} classes, where the training set has {}",
                    logits.dims()[1],
                    add.len()
                )));
            }
        };
        let config = &self.config;
        let (smoothing, gamma) = (config.smoothing, config.focal_gamma);
        let mut loss = focal_of(logits.clone(), target.clone(), smoothing, gamma);
        if config.intensity_weight > 0.0 {
            loss = loss + intensity_aware_of(logits, target) * config.intensity_weight;
        }
        Ok(loss)
    }
}

/// Cross-entropy with label smoothing, the mean over the batch:
/// `(1 - s) * -log p_t + s / K * sum_k -log p_k`.
pub fn cross_entropy(logits: Tensor<2>, labels: &[usize], smoothing: f64) -> Result<Tensor<1>> {
    let target = one_hot(&logits, labels)?;
    Ok(focal_of(logits, target, smoothing, 0.0))
}

/// The intensity-aware loss, the mean over the batch: `-log(e^{x_t} / (e^{x_t} + e^{x_max}))`, where
/// `x_max` is the largest logit but the target's.
pub fn intensity_aware(logits: Tensor<2>, labels: &[usize]) -> Result<Tensor<1>> {
    let target = one_hot(&logits, labels)?;
    Ok(intensity_aware_of(logits, target))
}

/// Cross-entropy with label smoothing, each row times `(1 - p_t)^gamma`.
fn focal_of(logits: Tensor<2>, target: Tensor<2>, smoothing: f64, gamma: f64) -> Tensor<1> {
    let classes = logits.dims()[1] as f64;
    let log_p = log_softmax(logits, 1);
    let weights = target.clone() * (1.0 - smoothing) + smoothing / classes;
    let mut rows = (log_p.clone() * weights).sum_dim(1); // [batch, 1]
    if gamma > 0.0 {
        // Not quite to zero, where a power below one has no gradient.
        let missed = (-(log_p * target).sum_dim(1).exp() + 1.0).clamp_min(1e-6);
        rows = rows * missed.powf_scalar(gamma);
    }
    -rows.mean()
}

fn intensity_aware_of(logits: Tensor<2>, target: Tensor<2>) -> Tensor<1> {
    let own = (logits.clone() * target.clone()).sum_dim(1); // [batch, 1]
    let rival = logits
        .mask_fill(target.greater_elem(0.5), f32::NEG_INFINITY)
        .max_dim(1);
    softplus(rival - own, 1.0).mean()
}

fn one_hot(logits: &Tensor<2>, labels: &[usize]) -> Result<Tensor<2>> {
    let [batch, classes] = logits.dims();
    if labels.len() != batch {
        return Err(Error::Input(format!(
            "{} labels for {batch} rows of logits",
            labels.len()
        )));
    }
    if let Some(label) = labels.iter().find(|l| **l >= classes) {
        return Err(Error::Input(format!(
            "label {label} for {classes} classes (they count from 0)"
        )));
    }
    let mut target = vec![0f32; batch * classes];
    for (row, label) in labels.iter().enumerate() {
        target[row * classes + label] = 1.0;
    }
    Ok(Tensor::from_data(
        TensorData::new(target, [batch, classes]),
        &logits.device(),
    ))
}
