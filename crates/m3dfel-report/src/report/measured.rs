//! Measures with what is known of their doubt.

use serde::{Deserialize, Serialize};

use super::null_is_nan;

/// An estimate and the interval that holds the true value in 95 of 100 cases. Fractions, not per cent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Not finite where there is none.
    #[serde(with = "null_is_nan")]
    pub estimate: f64,
    #[serde(with = "null_is_nan")]
    pub low: f64,
    #[serde(with = "null_is_nan")]
    pub high: f64,
}

impl Interval {
    /// Nothing is known, as of the recall of a class without clips.
    pub const NONE: Self = Self {
        estimate: f64::NAN,
        low: f64::NAN,
        high: f64::NAN,
    };

    /// Whether all three numbers are there.
    pub fn known(self) -> bool {
        self.estimate.is_finite() && self.low.is_finite() && self.high.is_finite()
    }

    /// Whether zero lies within, the ends included: a difference that the data do not tell from none.
    pub fn holds_zero(self) -> bool {
        self.low <= 0.0 && self.high >= 0.0
    }
}

impl Default for Interval {
    fn default() -> Self {
        Self::NONE
    }
}

/// Clips by the model's confidence, which is the probability of the class that it names.
///
/// As in Guo et al., "On Calibration of Modern Neural Networks" (ICML 2017), section 2.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Of equal width: bin `k` of `n` holds confidences from `k / n` to `(k + 1) / n`.
    pub bins: Vec<Bin>,
    /// Expected calibration error, a fraction: the mean distance of confidence and accuracy, each bin
    /// weighted by its clips.
    pub ece: f64,
}

/// The clips of one range of confidence. The two fractions of a bin without clips are not looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    pub count: u64,
    /// Mean, a fraction.
    #[serde(with = "null_is_nan")]
    pub confidence: f64,
    /// Part of the clips named rightly, a fraction.
    #[serde(with = "null_is_nan")]
    pub accuracy: f64,
}
