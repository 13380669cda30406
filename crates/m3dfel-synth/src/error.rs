use std::{io, path::PathBuf};

/// What can go wrong while rendering or writing a corpus.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    #[error(
        "the built-in head or its skins are damaged ({what}): build the program again from a clean checkout"
    )]
    Asset { what: String },

    #[error("a corpus of 0 clips is nothing to train on: ask for at least one clip")]
    NoClips,

    #[error("{clips} clips are more than DFEW's five-digit names can hold: ask for at most {max}")]
    TooManyClips { clips: usize, max: usize },

    #[error("frames of {size} pixels a side cannot be rendered: choose {min} to {max}")]
    Size { size: u32, min: u32, max: u32 },

    #[error("{path} is not empty: choose a new directory, or remove it first")]
    NotEmpty { path: PathBuf },

    #[error("{path} exists and is no directory: choose another place for the corpus")]
    NotADirectory { path: PathBuf },

    #[error("cannot write {path}: {source}")]
    Write { path: PathBuf, source: io::Error },

    #[error("frame {frame} of clip {clip} could not be made a JPEG: {source}")]
    Jpeg {
        clip: usize,
        frame: usize,
        source: jpeg_encoder::EncodingError,
    },

    #[error("stopped before the corpus was whole; nothing of it was kept")]
    Cancelled,
}
