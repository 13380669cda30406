//! What a page that compares runs is made of: plain data, filled in by whoever has it.

use serde::{Deserialize, Serialize};

use crate::report::null_is_nan;
use crate::{Confusion, Interval};

/// Runs that were evaluated on the same clips. Every other one is held against the first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Comparison {
    pub title: String,
    pub subtitle: String,
    /// When, in the caller's words.
    pub created: String,
    /// What all were evaluated on, as in "2341 test clips of fold 1".
    pub of: String,
    /// Names, in the order of all recalls and confusion matrices.
    pub classes: Vec<String>,
    pub first: Side,
    pub others: Vec<Rival>,
    /// Beyond what the page says of itself: how the intervals were made, what the runs have in common.
    pub notes: Vec<String>,
}

/// A run, or runs that differ in their seed only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Side {
    pub name: String,
    /// As in "mean of 3 seeds"; may be empty.
    pub note: String,
    pub war: Interval,
    pub uar: Interval,
    /// One for each class, or none at all.
    pub recalls: Vec<Interval>,
    /// Empty where it is not to be shown.
    pub confusion: Confusion,
}

/// A run and what it has over the first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rival {
    pub side: Side,
    pub difference: Difference,
}

/// The other less the first, on the same clips: intervals of paired differences, not differences of
/// intervals. Fractions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Difference {
    pub war: Interval,
    pub uar: Interval,
    /// One for each class, or none at all.
    pub recalls: Vec<Interval>,
    /// None where a side has several seeds.
    pub mcnemar: Option<McNemar>,
}

/// McNemar's exact test: whether, of the clips that only one of two named rightly, each had as many as
/// a fair coin would give it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct McNemar {
    /// Clips that the first alone named rightly.
    pub only_first: u64,
    /// Clips that the other alone named rightly.
    pub only_other: u64,
    /// Two-sided.
    #[serde(with = "null_is_nan")]
    pub p: f64,
}

/// One key of the experiment, tried with several values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ablation {
    pub title: String,
    pub subtitle: String,
    /// When, in the caller's words.
    pub created: String,
    /// What all were evaluated on, as in "2341 test clips of fold 1".
    pub of: String,
    /// As in "bag size".
    pub key: String,
    /// In the order that they are to be shown.
    pub points: Vec<AblationPoint>,
    pub notes: Vec<String>,
}

/// The results with one value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AblationPoint {
    /// A number or a name: values lie on the axis at equal distances.
    pub value: String,
    pub war: Interval,
    pub uar: Interval,
    /// As in "mean of 3 seeds"; may be empty.
    #[serde(default)]
    pub note: String,
}

impl Comparison {
    /// All runs, the first first.
    pub(crate) fn sides(&self) -> impl Iterator<Item = &Side> {
        let others = self.others.iter().map(|rival| &rival.side);
        std::iter::once(&self.first).chain(others)
    }
}
