//! A corpus on disk, in DFEW's layout.

mod pick;
mod plan;
mod write;

pub use plan::{FOLDS, PlannedClip, plan_corpus};
pub use write::{CorpusSummary, was_made_with, write_corpus};
