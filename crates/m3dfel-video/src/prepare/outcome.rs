//! What became of the rows of a list.

use serde::{Deserialize, Serialize};

use super::row::{Row, Span, Warning};

/// A clip that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Its frames; those of the span that do not show its face are left out.
    pub frames: usize,
    /// Frames of the video within the span.
    pub span_frames: usize,
    /// The mean side of its face in the video, in pixels. Smaller than the clip's frames, it was scaled up.
    pub side: f32,
    /// Faces that were seen within the span, this one included.
    pub faces: usize,
    /// What was wrong with the video as far as it was read for the clip, and with the span.
    pub problems: Vec<String>,
}

/// Why there is no clip of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    #[error("there is no such video")]
    NoVideo,
    #[error("the video cannot be read: {what}")]
    Unreadable { what: String },
    #[error("the video ends at {end:.2} s, before the span begins")]
    SpanOutside { end: f64 },
    #[error("frames of the span are missing: {what}")]
    FramesMissing { what: String },
    #[error("no lasting face in the {frames} frames of the span")]
    NoFace { frames: usize },
    #[error("the face is too short to be seen: {frames} frames, {least} are wanted")]
    TooShort { frames: usize, least: usize },
    #[error("the face is too small: {side:.0} pixels wide, {least} are wanted")]
    TooSmall { side: f32, least: f32 },
    #[error("{what}")]
    Failed { what: String },
}

impl Reason {
    /// Whether the same video gives the same again. The others are tried again by the next call.
    pub(super) fn is_lasting(&self) -> bool {
        match self {
            Self::SpanOutside { .. }
            | Self::NoFace { .. }
            | Self::TooShort { .. }
            | Self::TooSmall { .. } => true,
            Self::NoVideo
            | Self::Unreadable { .. }
            | Self::FramesMissing { .. }
            | Self::Failed { .. } => false,
        }
    }
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// There is a clip; `earlier` says that a call before made it.
    Kept {
        clip: Kept,
        earlier: bool,
    },
    Dropped(Reason),
    /// The call was stopped before.
    NotReached,
}

/// What became of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// In the order of the list.
    pub rows: Vec<(Row, Outcome)>,
    pub warnings: Vec<Warning>,
    /// Whether it was stopped early. What is done stays, and the same call goes on from there.
    pub stopped: bool,
}

/// How many rows became what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Earlier ones included.
    pub kept: usize,
    pub earlier: usize,
    pub dropped: usize,
    pub not_reached: usize,
}

impl Prepared {
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for (_, outcome) in &self.rows {
            match outcome {
                Outcome::Kept { earlier, .. } => {
                    counts.kept += 1;
                    counts.earlier += usize::from(*earlier);
                }
                Outcome::Dropped(_) => counts.dropped += 1,
                Outcome::NotReached => counts.not_reached += 1,
            }
        }
        counts
    }
}

/// What a clip is cut from. Of another source it is another clip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Source {
    /// From the videos' directory on, with its ending.
    pub video: String,
    /// The video's size: another file of the same name is seldom as large.
    pub bytes: u64,
    pub span: Span,
}

/// What is written down of a row that is done, so that no call does it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Record<T> {
    pub source: Source,
    pub result: T,
}
