//! A row of a list.

use serde::{Deserialize, Serialize};

/// A clip to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// As an editor counts lines, from 1.
    pub line: u64,
    /// As it is written: a path from the videos' directory on, with its ending or without.
    pub video: String,
    /// The class's folder.
    pub class: String,
    pub span: Span,
    /// The clip's folder; no other row has it.
    pub clip: String,
    /// All rows have one, or none.
    pub part: Option<Part>,
    pub subject: Option<String>,
}

/// A part of a video, in seconds from its first frame: from `start` to before `end`, each the video's own where None.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Span {
    pub start: Option<f64>,
    pub end: Option<f64>,
}

/// Times of frames are sums of fractions: so much less is the same moment. Less than a frame at any rate in use.
const SAME: f64 = 5e-4;

impl Span {
    pub fn holds(&self, time: f64) -> bool {
        !self.is_over(time) && self.start.is_none_or(|start| time + SAME >= start)
    }

    pub fn is_over(&self, time: f64) -> bool {
        self.end.is_some_and(|end| time + SAME >= end)
    }
}

/// A part of a corpus that is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Train,
    Test,
}

impl Part {
    /// As its folder is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Test => "test",
        }
    }
}

/// Something in a list that makes its corpus less than it looks; for a person to read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Warning {
    #[error(
        "subject {subject} is in train (line {train}) and in test (line {test}): \
         a model looks better on people it was trained on"
    )]
    SubjectInBoth {
        subject: String,
        train: u64,
        test: u64,
    },

    #[error("all rows to train on are {class}: a corpus is of two or more classes")]
    OneClass { class: String },
}
