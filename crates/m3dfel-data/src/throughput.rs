//! How fast clips come out of a loader.

use std::time::{Duration, Instant};

use crate::{Loader, Result};

/// What a loader did, and in what time.
#[derive(Clone, Copy, Debug)]
pub struct Throughput {
    pub clips: usize,
    pub failed: usize,
    pub time: Duration,
}

impl Throughput {
    pub fn clips_per_second(&self) -> f64 {
        self.clips as f64 / self.time.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

/// Empties a loader as fast as it goes.
///
/// # Errors
/// The loader's.
pub fn measure(loader: Loader) -> Result<Throughput> {
    let start = Instant::now();
    let (mut clips, mut failed) = (0, 0);
    for batch in loader {
        let batch = batch?;
        clips += batch.labels.len();
        failed += batch.failed.len();
    }
    Ok(Throughput {
        clips,
        failed,
        time: start.elapsed(),
    })
}
