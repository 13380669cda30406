//! What was wrong with a video that could be read in part.

use std::fmt;

/// What can be wrong with a video of which some pictures could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The file ends before its last picture.
    CutOff { missing: Option<usize> },
    /// Pictures that could not be decoded, as many as are known, and what was wrong first.
    Damaged {
        pictures: Option<usize>,
        first: String,
    },
    /// ffmpeg ended before the video did.
    FfmpegStopped { status: String },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::CutOff { missing: Some(n) } => {
                write!(f, "the file is cut off: its last {n} frames are missing")
            }
            Self::CutOff { missing: None } => write!(f, "the file is cut off"),
            Self::Damaged {
                pictures: Some(n),
                first,
            } => write!(f, "{n} frames could not be decoded; the first: {first}"),
            Self::Damaged {
                pictures: None,
                first,
            } => write!(f, "damaged: {first}"),
            Self::FfmpegStopped { status } => {
                write!(f, "ffmpeg stopped before the end of the video ({status})")
            }
        }
    }
}
