use std::path::PathBuf;

/// What can go wrong with a model or its weights.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A configuration that no model can have.
    #[error("{0}")]
    Config(String),
    /// Labels or logits that a loss cannot take.
    #[error("{0}")]
    Input(String),
    #[error("{}: {source}", path.display())]
    Io {
        path: PathBuf,
        source: std::io::Error,
    },
    /// A file that is not what its name says, is cut off, or is damaged.
    #[error("{}: {reason}", path.display())]
    Format { path: PathBuf, reason: String },
    /// The file lacks a tensor that the model has.
    #[error(
        "tensor {name} is missing: the model needs it with shape {expected:?}; the file has no such tensor{hint}"
    )]
    Missing {
        name: String,
        expected: Vec<usize>,
        hint: String,
    },
    /// The file has a tensor that the model has no place for.
    #[error("tensor {name} with shape {found:?} is unexpected: the model has no such tensor")]
    Unexpected { name: String, found: Vec<usize> },
    #[error("tensor {name} has shape {found:?} in the file but {expected:?} in the model")]
    Shape {
        name: String,
        found: Vec<usize>,
        expected: Vec<usize>,
    },
    #[error(
        "tensor {name} holds a value that is not finite (element {index} is {value}): the checkpoint is damaged or its training diverged"
    )]
    NotFinite {
        name: String,
        index: usize,
        value: f32,
    },
}

pub type Result<T> = std::result::Result<T, Error>;
