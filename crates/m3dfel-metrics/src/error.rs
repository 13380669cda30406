use std::path::{Path, PathBuf};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can be wrong with predictions, or with a wish to compare them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("cannot {doing} {path}: {source}", path = path.display())]
    Io {
        /// `read`, `write`
        doing: &'static str,
        path: PathBuf,
        source: std::io::Error,
    },

    /// A file of predictions that is none, as a whole.
    #[error("{path}: {what}", path = path.display())]
    File { path: PathBuf, what: String },

    /// A row of a file of predictions; rows are counted as an editor counts lines.
    #[error("{path}, row {row}: {what}", path = path.display())]
    Row {
        path: PathBuf,
        row: u64,
        what: String,
    },

    #[error("clip {id}: {what}")]
    Clip { id: String, what: String },

    #[error("there are no clips, so there is nothing to score")]
    NoClips,

    /// Sets of predictions that cannot be compared.
    #[error("{0}")]
    Unlike(String),
}

impl Error {
    pub(crate) fn file(path: &Path, what: impl Into<String>) -> Self {
        Self::File {
            path: path.to_owned(),
            what: what.into(),
        }
    }

    pub(crate) fn clip(id: &str, what: impl Into<String>) -> Self {
        Self::Clip {
            id: id.to_owned(),
            what: what.into(),
        }
    }
}
