//! Single clips: what the model made of them.

use serde::{Deserialize, Serialize};

use crate::Picture;

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
    /// The sampled frame next to the expression's apex, within that span.
    #[serde(default)]
    pub apex: Option<usize>,
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

/// Clips of one class that were called another.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConfusedPair {
    /// Class name.
    pub truth: String,
    /// Another class's name.
    pub predicted: String,
    /// How many clips of `truth` were called `predicted`.
    pub clips: u64,
    /// How many clips of `truth` there are.
    pub of: u64,
    /// The clips' names, those that the model was surest of first. They may be the first few only.
    pub names: Vec<String>,
    /// One or two of the clips, to look at.
    pub shown: Vec<Example>,
}
