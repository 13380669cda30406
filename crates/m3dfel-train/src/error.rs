use std::path::PathBuf;

/// What can go wrong in training, evaluation or prediction.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Data(#[from] m3dfel_data::Error),
    #[error(transparent)]
    Model(#[from] m3dfel::Error),
    #[error(transparent)]
    Metrics(#[from] m3dfel_metrics::Error),
    /// An experiment file, or a `--set`, that says something impossible.
    #[error("{0}")]
    Experiment(String),
    #[error("{}: {source}", path.display())]
    Io {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{}: {reason}", path.display())]
    Run { path: PathBuf, reason: String },
    #[error("no clip of the {0} could be read, so there is nothing to work with; the first: {1}")]
    NothingToRead(&'static str, String),
    #[error("the loss is {loss} at epoch {epoch}, step {step}: training diverged. A lower train.learning_rate may help; the run up to epoch {} is kept", epoch - 1)]
    Diverged {
        loss: f64,
        epoch: usize,
        step: usize,
    },
    /// A device that failed while it computed.
    #[error("the device failed: {0}")]
    Device(String),
    /// Stopped by the user; what was done is saved.
    #[error("interrupted")]
    Interrupted,
}

pub type Result<T> = std::result::Result<T, Error>;
