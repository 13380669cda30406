//! `L = L_CE + lambda * L_IA` (the paper's equations 9 to 11).

use burn::tensor::activation::{log_softmax, softplus};
use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// The loss that trains the model. The defaults are the paper's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LossConfig {
    /// Label smoothing of the cross-entropy.
    pub smoothing: f64,
    /// Lambda: weight of the intensity-aware loss. 0 is cross-entropy alone.
    pub intensity_weight: f64,
}

impl Default for LossConfig {
    fn default() -> Self {
        Self {
            smoothing: 0.1,
            intensity_weight: 0.1,
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
        if !(self.intensity_weight.is_finite() && self.intensity_weight >= 0.0) {
            return Err(Error::Config(format!(
                "loss.intensity_weight = {}: must be zero or more",
                self.intensity_weight
            )));
        }
        Ok(())
    }

    /// The mean loss of a batch, a tensor of one value.
    ///
    /// # Errors
    /// A label outside the classes, or as many labels as there are not rows.
    ///
    /// # Shapes
    /// Logits `[batch, classes]`
    pub fn forward(&self, logits: Tensor<2>, labels: &[usize]) -> Result<Tensor<1>> {
        let target = one_hot(&logits, labels)?;
        let mut loss = cross_entropy_of(logits.clone(), target.clone(), self.smoothing);
        if self.intensity_weight > 0.0 {
            loss = loss + intensity_aware_of(logits, target) * self.intensity_weight;
        }
        Ok(loss)
    }
}

/// Cross-entropy with label smoothing, the mean over the batch:
/// `(1 - s) * -log p_t + s / K * sum_k -log p_k`.
pub fn cross_entropy(logits: Tensor<2>, labels: &[usize], smoothing: f64) -> Result<Tensor<1>> {
    let target = one_hot(&logits, labels)?;
    Ok(cross_entropy_of(logits, target, smoothing))
}

/// The intensity-aware loss, the mean over the batch: `-log(e^{x_t} / (e^{x_t} + e^{x_max}))`, where
/// `x_max` is the largest logit but the target's.
pub fn intensity_aware(logits: Tensor<2>, labels: &[usize]) -> Result<Tensor<1>> {
    let target = one_hot(&logits, labels)?;
    Ok(intensity_aware_of(logits, target))
}

fn cross_entropy_of(logits: Tensor<2>, target: Tensor<2>, smoothing: f64) -> Tensor<1> {
    let classes = logits.dims()[1] as f64;
    let log_p = log_softmax(logits, 1);
    let weights = target * (1.0 - smoothing) + smoothing / classes;
    -(log_p * weights).sum_dim(1).mean()
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
