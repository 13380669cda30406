//! A corpus on disk, in DFEW's layout.

mod plan;
mod write;

pub use plan::{FOLDS, PlannedClip, plan_corpus};
pub use write::{CorpusSummary, write_corpus};
