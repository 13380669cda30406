use std::path::PathBuf;

pub type Result<T, E = ReportError> = std::result::Result<T, E>;

/// What can be wrong with a report or the place it goes to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    #[error("the class \"{name}\" is listed twice")]
    ClassTwice { name: String },

    #[error(
        "the confusion matrix's {part} has {found} entries, but there are {classes} classes: it needs one for each"
    )]
    Confusion {
        /// `row 3`, `list of rows`, `list of unread clips`
        part: String,
        found: usize,
        classes: usize,
    },

    #[error("clip \"{clip}\": {what}")]
    Example { clip: String, what: String },

    #[error("the calibration does not fit together: {what}")]
    Calibration { what: String },

    #[error("clips of \"{truth}\" called \"{predicted}\": {what}")]
    Confused {
        truth: String,
        predicted: String,
        what: String,
    },

    #[error("\"{name}\", one of those compared: {what}")]
    Compared {
        /// A run, or a key and its value.
        name: String,
        what: String,
    },

    #[error("video \"{video}\": {what}")]
    Video { video: String, what: String },

    #[error(
        "clip {clip} of the list has {found} features, but the first has {expected}: all need as many"
    )]
    Features {
        /// Counted from 1.
        clip: usize,
        found: usize,
        expected: usize,
    },

    #[error("cannot write the numbers as CSV: {0}")]
    Csv(#[from] csv::Error),

    #[error("a picture is neither JPEG nor PNG: it starts with {start}")]
    Picture { start: String },

    #[error("cannot write a picture as JPEG: {0}")]
    Jpeg(#[from] jpeg_encoder::EncodingError),

    #[error("a picture's base64 does not decode: {0}")]
    Base64(#[from] base64::DecodeError),

    #[error("cannot fill the page's template: {0}")]
    Template(#[from] askama::Error),

    #[error("cannot write {path}: {source}", path = path.display())]
    Io {
        path: PathBuf,
        source: std::io::Error,
    },
}
