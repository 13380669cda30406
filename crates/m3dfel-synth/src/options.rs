use crate::SynthError;
use std::{fmt, num::NonZeroUsize, str::FromStr};

/// How hard a corpus is to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difficulty {
    /// Near-frontal heads, steady light, clear expressions.
    Easy,
    /// As faces are cut out of films: large poses, any light and camera, glasses, things before the face, talking and
    /// fidgeting, expressions shown in many ways, three quarters of full to half as much again, often from the first frame to the last.
    Wild,
}

impl Difficulty {
    /// As on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Easy => "easy",
            Self::Wild => "wild",
        }
    }
}

impl fmt::Display for Difficulty {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Difficulty {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, String> {
        [Self::Easy, Self::Wild]
            .into_iter()
            .find(|d| d.name() == s)
            .ok_or_else(|| format!("{s:?} is no difficulty: choose easy or wild"))
    }
}

/// What corpus to make. Equal options make equal corpora, byte for byte, on any number of threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CorpusOptions {
    /// How many clips in all five folds, 1 to 99,999.
    pub clips: usize,
    pub seed: u64,
    pub difficulty: Difficulty,
    /// A frame's side in pixels, 32 to 512.
    pub size: u32,
    /// At most so many frames of a clip are rendered, evenly spread over it and one of them the apex; None: all of its
    /// 24 to 60. A corpus of stills is many times as many people for the same work.
    pub frames: Option<NonZeroUsize>,
}

impl Default for CorpusOptions {
    fn default() -> Self {
        Self {
            clips: 700,
            seed: 0,
            difficulty: Difficulty::Easy,
            size: 224,
            frames: None,
        }
    }
}

impl CorpusOptions {
    const MOST_CLIPS: usize = 99_999;
    const SIZES: std::ops::RangeInclusive<u32> = 32..=512;

    pub(crate) fn check(&self) -> Result<(), SynthError> {
        if self.clips == 0 {
            return Err(SynthError::NoClips);
        }
        if self.clips > Self::MOST_CLIPS {
            return Err(SynthError::TooManyClips {
                clips: self.clips,
                max: Self::MOST_CLIPS,
            });
        }
        check_size(self.size)
    }
}

pub(crate) fn check_size(size: u32) -> Result<(), SynthError> {
    let sizes = CorpusOptions::SIZES;
    if sizes.contains(&size) {
        return Ok(());
    }
    Err(SynthError::Size {
        size,
        min: *sizes.start(),
        max: *sizes.end(),
    })
}
