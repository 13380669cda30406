//! How fast clips come out of a loader.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::{Clip, Loader, LoaderOptions, Result, order};

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

/// Loads epoch after epoch of `clips` until `time` has passed; one epoch goes before, to warm files
/// and memory up.
///
/// # Errors
/// The loader's.
pub fn measure_for(
    clips: &Arc<[Clip]>,
    options: &LoaderOptions,
    time: Duration,
) -> Result<Throughput> {
    let epoch = |epoch: u64| {
        let options = LoaderOptions {
            epoch,
            ..options.clone()
        };
        let order = order::shuffled(clips.len(), options.seed, epoch);
        measure(Loader::new(clips.clone(), order, options)?)
    };
    let mut all = Throughput {
        clips: 0,
        failed: 0,
        time: Duration::ZERO,
    };
    epoch(0)?;
    for number in 1.. {
        let one = epoch(number)?;
        all.clips += one.clips;
        all.failed += one.failed;
        all.time += one.time;
        if all.time >= time {
            break;
        }
    }
    Ok(all)
}
