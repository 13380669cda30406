//! What a report is made of: plain data, filled in by whoever has it.

mod clips;
mod features;
mod measured;

use serde::{Deserialize, Serialize};

use crate::{Confusion, EpochRecord};

pub use clips::{ConfusedPair, Example, ShownInstance};
pub use features::{BagFeatures, FeatureMap, FeaturePoint};
pub use measured::{Bin, Calibration, Interval};

/// Everything a page shows. A part left empty leaves its section out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    pub title: String,
    pub subtitle: String,
    /// When, in the caller's words: the crate has no clock, so that the same data give the same page.
    pub created: String,
    /// Facts of the run, name and value: corpus, fold, clips, parameters, seed, machine, wall time.
    pub summary: Vec<(String, String)>,
    /// Names, in the order of the confusion matrix and of all probabilities.
    pub classes: Vec<String>,
    pub results: Vec<ResultRow>,
    pub epochs: Vec<EpochRecord>,
    /// Of one evaluation, which `confusion_of` names. Empty where there was none.
    pub confusion: Confusion,
    /// What the matrix counts, as in "last epoch, 412 test clips of fold 1".
    pub confusion_of: String,
    /// Whether the model is as often right as it is sure.
    pub calibration: Option<Calibration>,
    /// Which classes are taken for which; the page puts those with most clips first.
    pub confused: Vec<ConfusedPair>,
    /// Where the clips lie in the space of the bag features.
    pub features: Option<FeatureMap>,
    /// Evaluated clips, right and wrong: the page sorts them by that and keeps their order otherwise.
    pub examples: Vec<Example>,
    /// How the examples were chosen, in a sentence.
    pub examples_of: String,
    /// A clip predicted on its own.
    pub prediction: Option<Example>,
    /// What a reader must know to judge the numbers, a paragraph each.
    pub notes: Vec<String>,
    /// The resolved configuration, shown as it is.
    pub config_toml: Option<String>,
}

/// One line of the result table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ResultRow {
    /// As in "last epoch" or "best epoch".
    pub name: String,
    /// Counted from 1; 0 where it is not known.
    pub epoch: usize,
    /// Fraction, 0 to 1; not finite where there is none.
    #[serde(with = "crate::report::null_is_nan")]
    pub war: f64,
    /// Fraction, 0 to 1; not finite where there is none.
    #[serde(with = "crate::report::null_is_nan")]
    pub uar: f64,
    /// As in "chosen by UAR on a tenth of the training clips".
    #[serde(default)]
    pub note: String,
}

/// JSON has no NaN: serde_json writes it as null, which this reads back.
pub(crate) mod null_is_nan {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        value.is_finite().then_some(*value).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
    }
}
