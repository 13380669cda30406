use std::fmt;

use serde::Serialize;

/// What a finding means for training.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Results would be wrong, or clips lost: mend it before training.
    Error,
    /// Results may differ from what one expects.
    Warning,
    /// Good to know.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// What was found, for scripts; in a file it is written `missing-clip`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Code {
    /// A fold's lists cannot be read.
    UnreadableList,
    /// A fold that this copy of the corpus has no list of.
    MissingList,
    /// A clip that is listed and has no directory.
    MissingClip,
    /// A clip's directory without a frame.
    EmptyClip,
    /// A frame that is cut off, damaged, or no picture.
    UnreadableFrame,
    /// A clip that is trained on and tested on.
    TrainedAndTested,
    /// A clip tested on whose frames, byte for byte, are those of one trained on.
    SameContentTrainedAndTested,
    /// A clip that one list has twice.
    ListedTwice,
    /// Two clips of one list with the same frames, byte for byte.
    SameContent,
    /// The same clip, or the same frames, under two classes.
    LabelConflict,
    /// A clip that several folds test on.
    TestedTwice,
    /// A clip that no fold tests on.
    NeverTested,
    /// Fewer frames than a model is shown.
    ShortClip,
    /// A class without a clip to train on, or to test on.
    EmptyClass,
    /// Not as many clips as the corpus's authors say.
    PublishedCount,
    /// What the layout has to say: [`Problem`](crate::Problem).
    Layout,
    /// A rendered corpus: its counts are its own.
    Synthetic,
}

impl Code {
    pub fn severity(self) -> Severity {
        match self {
            Self::UnreadableList
            | Self::MissingClip
            | Self::EmptyClip
            | Self::UnreadableFrame
            | Self::TrainedAndTested
            | Self::SameContentTrainedAndTested => Severity::Error,
            Self::MissingList
            | Self::ListedTwice
            | Self::SameContent
            | Self::LabelConflict
            | Self::TestedTwice
            | Self::NeverTested
            | Self::ShortClip
            | Self::EmptyClass
            | Self::PublishedCount => Severity::Warning,
            Self::Layout | Self::Synthetic => Severity::Note,
        }
    }

    /// What is wrong and what to do, where there are `count` of it.
    fn message(self, count: usize) -> String {
        let s = if count == 1 { "" } else { "s" };
        match self {
            Self::UnreadableList => format!(
                "the lists of {count} fold{s} cannot be read; mend the rows named, or take the corpus's own lists"
            ),
            Self::MissingList => format!(
                "{count} fold{s} cannot be opened, for want of a list; the other folds can be trained on"
            ),
            Self::MissingClip => format!(
                "{count} clip{s} listed cannot be found on disk; unpack or copy what is missing: training goes without, \
                 evaluation counts each as an error of the model"
            ),
            Self::EmptyClip => format!(
                "{count} clip{s} without a frame (.jpg, .jpeg or .png); cut the frames again, or take the rows out of \
                 the lists"
            ),
            Self::UnreadableFrame => format!(
                "{count} frame{s} cannot be read; copy or cut them again: until then the nearest that can be read takes \
                 the place"
            ),
            Self::TrainedAndTested => format!(
                "{count} time{s} a clip is in a fold's list to train on and in its list to test on, which makes every \
                 result too good; take it out of one"
            ),
            Self::SameContentTrainedAndTested => format!(
                "{count} time{s} a clip tested on has the very frames of one trained on in the same fold, which makes \
                 every result too good; take one out of its list"
            ),
            Self::ListedTwice => format!(
                "{count} clip{s} listed twice in one list, and so counted double; take one row out"
            ),
            Self::SameContent => format!(
                "{count} clip{s} with the very frames of another in the same list, and so counted double; take one out"
            ),
            Self::LabelConflict => format!(
                "{count} clip{s} whose frames have another class elsewhere in the lists; find out which is right"
            ),
            Self::TestedTwice => format!(
                "{count} clip{s} tested on in more than one fold, so the folds' mean counts them double; are the \
                 lists of one split?"
            ),
            Self::NeverTested => format!(
                "{count} clip{s} trained on and tested on in no fold, so the folds' mean leaves them out; are the \
                 lists of one split?"
            ),
            Self::ShortClip => format!(
                "{count} clip{s} of fewer frames than a model is shown; frames will be repeated in them"
            ),
            Self::EmptyClass => format!(
                "{count} time{s} a class has no clip in a split; without clips to train on it cannot be learned, \
                 without clips to test on it is left out of UAR"
            ),
            Self::PublishedCount => format!(
                "{count} count{s} of clips not as published; results cannot be held against the paper's unless \
                 the lists are the corpus's own"
            ),
            Self::Layout => "the layout has this to say".into(),
            Self::Synthetic => "this corpus is rendered (it has a truth.csv), so its counts are its own and were not \
                                held against those published"
                .into(),
        }
    }
}

/// Everything of one kind that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub severity: Severity,
    pub code: Code,
    /// What is wrong, and what to do.
    pub message: String,
    /// How many there are.
    pub count: usize,
    /// The first of them; of short clips, the shortest.
    pub examples: Vec<String>,
}

/// `error: 2 clips listed cannot be found ...`, without the examples.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.severity, self.message)
    }
}

/// Findings as they come, a few examples of each kept.
pub struct Findings {
    found: std::collections::BTreeMap<Code, (usize, Vec<String>)>,
    examples: usize,
}

impl Findings {
    pub fn new(examples: usize) -> Self {
        Self {
            found: Default::default(),
            examples,
        }
    }

    /// Counts one; `example` is only made where it will be kept.
    pub fn add(&mut self, code: Code, example: impl FnOnce() -> String) {
        let (count, examples) = self.found.entry(code).or_default();
        *count += 1;
        if examples.len() < self.examples {
            examples.push(example());
        }
    }

    /// The worst first.
    pub fn finish(self) -> Vec<Finding> {
        let finding = |(code, (count, examples)): (Code, (usize, Vec<String>))| Finding {
            severity: code.severity(),
            code,
            message: code.message(count),
            count,
            examples,
        };
        let mut findings: Vec<Finding> = self.found.into_iter().map(finding).collect();
        findings.sort_by_key(|finding| (finding.severity, finding.code));
        findings
    }
}
