//! What a model is, before it has weights.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// The estimator of variance inside DMIN.
///
/// The paper's equations (2) and (3) divide by N; the published code divides by N - 1, which is
/// undefined for a bag of one instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Variance {
    #[default]
    Biased,
    Unbiased,
}

impl std::str::FromStr for Variance {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text {
            "biased" => Ok(Self::Biased),
            "unbiased" => Ok(Self::Unbiased),
            _ => Err(format!(
                "variance is \"biased\" or \"unbiased\", not \"{text}\""
            )),
        }
    }
}

/// How the instances of a bag become one feature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Join {
    /// The paper's Dynamic Long-term Instance Aggregation Module.
    #[default]
    Dliam,
    /// Their mean: with a bag of one, plain R3D-18, the baseline.
    Mean,
}

/// The shape of a model. The defaults are the paper's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelConfig {
    /// Frames sampled from a clip.
    pub frames: usize,
    /// Instances in a bag; each has `frames / bag_size` frames.
    pub bag_size: usize,
    /// Channels of R3D-18's first layer: 64 in the paper; the other widths follow from it.
    pub base_width: usize,
    /// The estimator of variance inside DMIN.
    pub variance: Variance,
    /// How the instances of a bag become one feature.
    pub join: Join,
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self {
            frames: 16,
            bag_size: 4,
            base_width: 64,
            variance: Variance::Biased,
            join: Join::Dliam,
        }
    }
}

/// Attention heads; their width follows from the model's.
pub(crate) const HEADS: usize = 8;

impl ModelConfig {
    /// Refuses a shape that cannot be computed, and says why.
    pub fn validate(&self) -> Result<()> {
        let refuse = |message: String| Err(Error::Config(message));
        if self.frames == 0 || self.frames > 256 {
            return refuse(format!("model.frames = {}: must be 1 to 256", self.frames));
        }
        if self.bag_size == 0 || !self.frames.is_multiple_of(self.bag_size) {
            let fitting: Vec<_> = (1..=self.frames)
                .filter(|n| self.frames.is_multiple_of(*n))
                .map(|n| n.to_string())
                .collect();
            return refuse(format!(
                "model.frames = {} cannot be cut into a bag of model.bag_size = {} equal instances: \
                 the bag sizes that fit are {}",
                self.frames,
                self.bag_size,
                fitting.join(", ")
            ));
        }
        if self.base_width == 0 || self.base_width > 512 {
            return refuse(format!(
                "model.base_width = {}: must be 1 to 512",
                self.base_width
            ));
        }
        let has_dmin = self.join == Join::Dliam;
        if self.bag_size == 1 && self.variance == Variance::Unbiased && has_dmin {
            return refuse(
                "model.variance = \"unbiased\" is undefined for a bag of one instance: \
                 use \"biased\""
                    .into(),
            );
        }
        Ok(())
    }

    /// Frames in one instance.
    pub fn instance_length(&self) -> usize {
        self.frames / self.bag_size
    }

    /// Width of an instance's feature, and of one direction of the BiLSTM: 512 in the paper.
    pub fn feature_width(&self) -> usize {
        8 * self.base_width
    }

    /// Width of the bag's feature, which in DLIAM is that of the BiLSTM's output: 1024 in the paper.
    pub fn bag_width(&self) -> usize {
        match self.join {
            Join::Dliam => 2 * self.feature_width(),
            Join::Mean => self.feature_width(),
        }
    }
}
