use std::fmt;
use std::path::{Path, PathBuf};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a corpus is not prepared, or not to its end. What is wrong with one video is none of these: that is a
/// [`Reason`](super::Reason) for which its clips are dropped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("cannot read {path}: {source}", path = path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },

    /// A full disk, mostly. What is done stays: a call with the same arguments goes on from there.
    #[error("cannot write {path}: {source}; what is done stays, the same call goes on from there", path = path.display())]
    Write {
        path: PathBuf,
        source: std::io::Error,
    },

    #[error("{path}: {lines}", path = path.display())]
    Labels { path: PathBuf, lines: Lines },

    #[error("none of the {count} videos that {labels} lists is in {videos}; the first looked for is {first}",
        labels = labels.display(), videos = videos.display())]
    NoVideos {
        labels: PathBuf,
        videos: PathBuf,
        count: usize,
        first: String,
    },

    #[error("{out} is not empty and holds no prepared corpus (no {file}): choose another directory to write to",
        out = out.display(), file = super::store::SETTINGS)]
    NotEmpty { out: PathBuf },

    #[error("{out} was made with {key} {then}, not {now}: ask for the same again, or choose another directory to write to",
        out = out.display())]
    OtherSettings {
        out: PathBuf,
        key: String,
        then: String,
        now: String,
    },

    #[error("{path} cannot be understood ({what}): choose another directory to write to", path = path.display())]
    Settings { path: PathBuf, what: String },

    #[error("another call is at work in {out}: wait for its end", out = out.display())]
    Busy { out: PathBuf },

    #[error("{out} holds {count} clips that {labels} does not list, the first {first}: put all rows into one list, remove \
        these folders, or choose another directory to write to", out = out.display(), labels = labels.display(), first = first.display())]
    Unlisted {
        out: PathBuf,
        labels: PathBuf,
        count: usize,
        first: PathBuf,
    },

    #[error("{one} and {other} are the same clip: remove the one that is wrong", one = one.display(), other = other.display())]
    Twice { one: PathBuf, other: PathBuf },

    #[error("{path} is in the way: it was not made here, and a clip of {labels} has its place; remove it, or name the clip \
        otherwise", path = path.display(), labels = labels.display())]
    InTheWay { path: PathBuf, labels: PathBuf },

    #[error("{0}")]
    Options(String),

    #[error(transparent)]
    Detector(#[from] crate::Error),
}

impl Error {
    pub(super) fn read(path: impl AsRef<Path>, source: std::io::Error) -> Self {
        Self::Read {
            path: path.as_ref().to_owned(),
            source,
        }
    }

    pub(super) fn write(path: impl AsRef<Path>, source: std::io::Error) -> Self {
        Self::Write {
            path: path.as_ref().to_owned(),
            source,
        }
    }
}

/// What is wrong with a list, by lines as an editor counts them, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines(pub Vec<(u64, String)>);

/// So many lines are shown; whoever has more wrong sees the pattern by then.
const SHOWN: usize = 10;

impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (index, (line, what)) in self.0.iter().take(SHOWN).enumerate() {
            let between = if index > 0 { "\n  " } else { "" };
            write!(f, "{between}line {line}: {what}")?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more lines"),
        }
    }
}
