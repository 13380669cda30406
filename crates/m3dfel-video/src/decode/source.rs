//! What frames come from, be it one file or a folder of many.

use std::path::Path;

use m3dfel_data::is_frame;

use super::{Ahead, Frame, Info, Pictures, Problem, Video};
use crate::{Error, Result};

/// An iterator over frames that knows what it reads, and what was wrong with it.
pub trait Source: Iterator<Item = Frame> + Send {
    /// What is known before it is read.
    fn info(&self) -> &Info;

    /// What was wrong with it as far as it was read; of the whole, when no more frames come.
    fn problems(&self) -> Vec<Problem>;
}

/// Endings of videos. Others are read as well where they are named.
const ENDINGS: [&str; 14] = [
    "mp4", "m4v", "mov", "mkv", "webm", "avi", "wmv", "flv", "mpg", "mpeg", "ts", "mts", "3gp",
    "ogv",
];

/// Whether a file among others is a video, by its name.
pub fn is_video(name: impl AsRef<Path>) -> bool {
    let ending = name.as_ref().extension().and_then(|e| e.to_str());
    ending.is_some_and(|ending| ENDINGS.iter().any(|v| ending.eq_ignore_ascii_case(v)))
}

/// Opens a video file; or a folder of frames, or a picture, as a video of [`Pictures::RATE`] frames a second.
///
/// # Errors
/// If not one frame can be had, and why.
pub fn open(path: &Path) -> Result<Box<dyn Source>> {
    let metadata = std::fs::metadata(path).map_err(|e| Error::io(path, e))?;
    Ok(if metadata.is_dir() || is_frame(path) {
        Box::new(Pictures::open(path)?)
    } else {
        Box::new(Video::open(path)?)
    })
}

impl Source for Video {
    fn info(&self) -> &Info {
        Self::info(self)
    }

    fn problems(&self) -> Vec<Problem> {
        Self::problems(self)
    }
}

impl Source for Pictures {
    fn info(&self) -> &Info {
        Self::info(self)
    }

    fn problems(&self) -> Vec<Problem> {
        Self::problems(self)
    }
}

impl Source for Ahead {
    fn info(&self) -> &Info {
        Self::info(self)
    }

    fn problems(&self) -> Vec<Problem> {
        Self::problems(self).to_vec()
    }
}

impl<S: Source + ?Sized> Source for Box<S> {
    fn info(&self) -> &Info {
        (**self).info()
    }

    fn problems(&self) -> Vec<Problem> {
        (**self).problems()
    }
}
