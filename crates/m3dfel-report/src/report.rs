//! What a report is made of: plain data, filled in by whoever has it.

use serde::{Deserialize, Serialize};

use crate::{Confusion, EpochRecord, Picture};

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

/// One clip and what the model made of it. Frames are counted among those sampled, from 0.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Example {
    pub clip: String,
    /// Class name; none where nobody knows.
    pub truth: Option<String>,
    /// Class name.
    pub predicted: String,
    /// One per class, in the report's order of classes.
    pub probabilities: Vec<f64>,
    /// The sampled frames in order. They go into the page as they are: hand over what the model saw
    /// (112 pixels a side), not originals.
    pub frames: Vec<Picture>,
    pub instances: Vec<ShownInstance>,
    /// First and last frame of the expression, both included, where the corpus knows them.
    pub truth_span: Option<(usize, usize)>,
}

/// One instance's part in a decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ShownInstance {
    pub first_frame: usize,
    /// Included.
    pub last_frame: usize,
    /// Fraction; the shares of a clip sum to one.
    pub share: f64,
}

/// JSON has no NaN: serde_json writes it as null, which this reads back.
mod null_is_nan {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        value.is_finite().then_some(*value).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
    }
}
