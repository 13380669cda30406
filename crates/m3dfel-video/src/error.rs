use std::path::{Path, PathBuf};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a video gives no pictures, a detector no faces, or a video cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("cannot read {path}: {source}", path = path.display())]
    Io {
        path: PathBuf,
        source: std::io::Error,
    },

    #[error("{path} is a directory, not a video", path = path.display())]
    Directory { path: PathBuf },

    #[error("{path} is empty", path = path.display())]
    Empty { path: PathBuf },

    #[error("{path} has no table of contents (moov): it is still being written, or its recorder was stopped", path = path.display())]
    NoTables { path: PathBuf },

    #[error("{path} has no video stream", path = path.display())]
    NoVideoStream { path: PathBuf },

    #[error("{path} has no frames{}", what.as_ref().map_or_else(String::new, |what| format!(": {what}")), path = path.display())]
    NoFrames { path: PathBuf, what: Option<String> },

    #[error("{path} is no video: ffmpeg says \"{what}\"", path = path.display())]
    NotVideo { path: PathBuf, what: String },

    #[error("{path}: frames of {width} x {height} pixels are too large; scale the video down", path = path.display())]
    TooLarge {
        path: PathBuf,
        width: usize,
        height: usize,
    },

    #[error("{path} cannot be decoded by OpenH264: {why}", path = path.display())]
    NotOpenH264 { path: PathBuf, why: String },

    #[error("{path} needs ffmpeg, for {why}; there is no ffmpeg on the PATH: install it, or convert the video to H.264 in MP4 elsewhere", path = path.display())]
    FfmpegMissing { path: PathBuf, why: String },

    #[error("{path}: {rate} is no number of frames a second", path = path.display())]
    Rate { path: PathBuf, rate: f64 },

    #[error("cannot write {path}: {source}", path = path.display())]
    Write {
        path: PathBuf,
        source: std::io::Error,
    },

    #[error("cannot write {path}: its name says no kind of video that is written here; let it end in {known}", path = path.display())]
    Ending { path: PathBuf, known: &'static str },

    #[error("cannot write {path}: it is the video that is read; give the new one another name", path = path.display())]
    OverItself { path: PathBuf },

    #[error("cannot write {path}: videos are written by ffmpeg, and there is no ffmpeg on the PATH: install it", path = path.display())]
    FfmpegMissingToWrite { path: PathBuf },

    #[error("cannot write {path}: this ffmpeg has none of the encoders {wanted}; install one that has, or write a file that ends in {known}", path = path.display())]
    NoEncoder {
        path: PathBuf,
        wanted: String,
        known: &'static str,
    },

    #[error("cannot write {path}: ffmpeg stopped: {what}", path = path.display())]
    FfmpegEncode { path: PathBuf, what: String },

    #[error("cannot draw a window of face {track}: {what}")]
    Window { track: u32, what: String },

    #[error("the font inside this program is damaged: {what}")]
    Font { what: String },

    #[error("the face detector {what}")]
    Detector { what: String },
}

impl Error {
    pub(crate) fn io(path: impl AsRef<Path>, source: std::io::Error) -> Self {
        Self::Io {
            path: path.as_ref().to_owned(),
            source,
        }
    }

    pub(crate) fn write(path: impl AsRef<Path>, source: std::io::Error) -> Self {
        Self::Write {
            path: path.as_ref().to_owned(),
            source,
        }
    }
}
