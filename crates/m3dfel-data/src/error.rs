use std::path::{Path, PathBuf};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can be wrong with a corpus, a clip or an option.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("cannot read {path}: {source}", path = path.display())]
    Io {
        path: PathBuf,
        source: std::io::Error,
    },

    #[error("there is no layout \"{name}\"; known are {known}")]
    UnknownLayout { name: String, known: String },

    #[error("{root} is in no layout known here; looked for {looked_for}", root = root.display())]
    NoLayout { root: PathBuf, looked_for: String },

    /// A corpus that does not lie as its layout has it.
    #[error("{path}: {what}", path = path.display())]
    Layout { path: PathBuf, what: String },

    #[error("{layout} has no fold {fold}: its folds are {first} to {last}")]
    Fold {
        layout: &'static str,
        fold: u8,
        first: u8,
        last: u8,
    },

    #[error("{path}, row {row}: {what}", path = path.display())]
    Row {
        path: PathBuf,
        row: usize,
        what: String,
    },

    #[error("{path} lists no clip", path = path.display())]
    NoRows { path: PathBuf },

    #[error(
        "{path}: the labels of this fold run from {min} to {max}, which fits both numbering from 0 and from 1; \
         say which with label_base = 0 or label_base = 1", path = path.display()
    )]
    LabelBase { path: PathBuf, min: i64, max: i64 },

    #[error("none of the {count} clips listed is there; the first looked for is {first}", first = first.display())]
    NoClips { count: usize, first: PathBuf },

    #[error("{path}: {what}", path = path.display())]
    Image { path: PathBuf, what: String },

    #[error("{dir} has no frame: no .jpg, .jpeg or .png file", dir = dir.display())]
    NoFrames { dir: PathBuf },

    #[error("{dir}: none of its {count} frames can be read; the first: {first}", dir = dir.display())]
    NoReadableFrame {
        dir: PathBuf,
        count: usize,
        first: Box<Error>,
    },

    #[error("a vocabulary is of two or more different class names; {0}")]
    Vocabulary(String),

    #[error("class \"{name}\" of the corpus is not among the classes wanted: {wanted}")]
    ClassMissing { name: String, wanted: String },

    #[error("{0}")]
    Options(String),

    #[error("cannot start a loader's worker: {0}")]
    Thread(std::io::Error),

    /// A bug here, not in the corpus; the loader ends rather than wait for ever.
    #[error("a loader's worker panicked at {clip}: {message}", clip = clip.display())]
    WorkerPanic { clip: PathBuf, message: String },
}

impl Error {
    pub(crate) fn io(path: impl AsRef<Path>, source: std::io::Error) -> Self {
        Self::Io {
            path: path.as_ref().to_owned(),
            source,
        }
    }

    pub(crate) fn row(path: impl AsRef<Path>, row: usize, what: impl Into<String>) -> Self {
        Self::Row {
            path: path.as_ref().to_owned(),
            row,
            what: what.into(),
        }
    }

    pub(crate) fn layout(path: impl AsRef<Path>, what: impl Into<String>) -> Self {
        Self::Layout {
            path: path.as_ref().to_owned(),
            what: what.into(),
        }
    }

    pub(crate) fn image(path: impl AsRef<Path>, what: impl Into<String>) -> Self {
        Self::Image {
            path: path.as_ref().to_owned(),
            what: what.into(),
        }
    }
}
