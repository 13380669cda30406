use burn::tensor::{DType, Device, Tensor};
use m3dfel_conv::on_cpu;
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// What the backbone's convolutions compute in. Weights and their moments, BatchNorm's statistics,
/// everything after the backbone and the loss are in float32 in either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    #[default]
    Float32,
    /// Eight bits of precision and float32's range, so no loss needs scaling: half the memory, and what
    /// tensor cores are fastest at.
    Bf16,
}

impl Precision {
    /// Whether a device computes in it.
    ///
    /// # Errors
    /// bf16 on the CPU, whose kernels are for float32, or on a device without it.
    pub fn check(self, device: &Device) -> Result<()> {
        let refuse = |why: &str| {
            Err(Error::Config(format!(
                "precision = \"bf16\": {why}; use \"float32\""
            )))
        };
        match self {
            Self::Float32 => Ok(()),
            Self::Bf16 if on_cpu(device) => refuse("the CPU's kernels compute in float32 alone"),
            Self::Bf16 if !device.supports_dtype(DType::BF16) => {
                refuse("this device does not compute in bf16")
            }
            Self::Bf16 => Ok(()),
        }
    }

    /// The tensor as the convolutions take it.
    pub(crate) fn of<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Float32 => x,
            Self::Bf16 => x.cast(DType::BF16),
        }
    }
}

impl std::str::FromStr for Precision {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text {
            "float32" => Ok(Self::Float32),
            "bf16" => Ok(Self::Bf16),
            _ => Err(format!(
                "precision is \"float32\" or \"bf16\", not \"{text}\""
            )),
        }
    }
}
