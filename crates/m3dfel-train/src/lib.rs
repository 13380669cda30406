//! Training and evaluation of M3DFEL.
//!
//! ```text
//! experiment.toml ─▶ Experiment ─▶ train(): loader ─▶ model ─▶ loss ─▶ AdamW ─▶ run directory
//!                                  evaluate(): loader ─▶ model ─▶ Evaluation: WAR, UAR, confusion
//! ```
//!
//! The loop is our own, on one page ([`train`]), because a run must resume to the same weights bit for
//! bit, and must say what it does with or without a terminal.

mod adamw;
mod adapt;
mod ahead;
pub mod bench;
mod corpus;
mod curves;
mod error;
mod evaluate;
mod experiment;
mod observer;
mod pointing;
mod predict;
mod replicas;
mod run_dir;
mod schedule;
mod sweep;
mod timeline;
mod train;

pub use adamw::AdamW;
pub use adapt::{Adapted, adapt};
pub use corpus::Corpus;
pub use error::{Error, Result};
pub use evaluate::{ClipResult, Evaluation, evaluate};
pub use experiment::{DataConfig, Experiment, InitPart, Sampling, Select, TrainConfig};
pub use m3dfel_metrics::{ClassScore, Confusion};
pub use observer::{Observer, Pace, Phase, Silent};
pub use pointing::pointing;
pub use predict::{InstanceShare, Prediction, Predictor, clip_options, shares, vocabulary};
pub use run_dir::{EpochRecord, Outcome, RunDir, Score};
pub use schedule::Schedule;
pub use sweep::{Sweep, Variant};
pub use timeline::{SeenFace, Timeline, Window};
pub use train::{Finished, Init, train};
