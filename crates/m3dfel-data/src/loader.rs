//! Batches out of worker threads, in the same order and with the same content whatever the number
//! of workers: each clip's randomness is keyed by seed, epoch and clip, not drawn from a stream.
//!
//! ```text
//! order ─▶ jobs (a few batches, no more) ─▶ workers ─▶ clips as bytes ─▶ put in order ─▶ batch
//! ```
//!
//! No more clips are handed out than a window of [`BATCHES_AHEAD`] batches holds, and a clip leaves
//! the window only when its batch is taken; so memory is bounded however slow a clip or the caller.

mod workers;

use std::collections::HashMap;
use std::sync::Arc;

use crate::load::ClipPixels;
use crate::values::ToTensor;
use crate::{AugmentOptions, Clip, ClipOptions, Error, Problem, Result};
use workers::{Job, Workers};

/// Batches whose clips may be loading or loaded beside the one the caller has.
pub const BATCHES_AHEAD: usize = 2;

#[derive(Clone, Debug, PartialEq)]
pub enum Mode {
    /// Frames jittered, clips augmented; a clip without a readable frame is left out of its batch.
    Train(AugmentOptions),
    /// Frames evenly sampled and resized; nothing random.
    Eval,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LoaderOptions {
    pub mode: Mode,
    pub clip: ClipOptions,
    pub batch_size: usize,
    pub workers: usize,
    pub seed: u64,
    pub epoch: u64,
    /// The first batch to give: those before cost nothing, and those after are as if they had been
    /// given. So a run goes on in the middle of an epoch.
    pub start_batch: usize,
    /// Leave out a last batch that is not full.
    pub drop_last: bool,
}

impl LoaderOptions {
    /// Batches of 16 by as many workers as there are cores, seed and epoch 0.
    pub fn new(mode: Mode, clip: ClipOptions) -> Self {
        let workers = std::thread::available_parallelism().map_or(1, |n| n.get());
        Self {
            mode,
            clip,
            batch_size: 16,
            workers,
            seed: 0,
            epoch: 0,
            start_batch: 0,
            drop_last: false,
        }
    }

    fn validate(&self) -> Result<()> {
        self.clip.validate()?;
        if let Mode::Train(augment) = &self.mode {
            augment.validate()?;
        }
        for (name, value, most) in [
            ("batch_size", self.batch_size, 1 << 16),
            ("workers", self.workers, 1024),
        ] {
            if !(1..=most).contains(&value) {
                return Err(Error::Options(format!(
                    "{name} = {value}: must be 1 to {most}"
                )));
            }
        }
        Ok(())
    }
}

/// Some clips, ready for a model. Rows of `inputs`, `labels`, `clips` and `frames` belong together.
#[derive(Debug, Default)]
pub struct Batch {
    /// `[clips, frames, 3, size, size]`
    pub inputs: Vec<f32>,
    pub labels: Vec<usize>,
    /// Indices in the loader's clips.
    pub clips: Vec<usize>,
    /// The file names of each clip's frames.
    pub frames: Vec<Vec<String>>,
    /// Clips that could not be loaded, and have no row. Skipped and counted in training; in
    /// evaluation each is an error of the model's, and must be counted as one.
    pub failed: Vec<FailedClip>,
    /// Frames that could not be read, and have had others take their place.
    pub problems: Vec<Problem>,
}

impl Batch {
    /// True where no clip of the batch could be loaded.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }
}

#[derive(Debug)]
pub struct FailedClip {
    /// Index in the loader's clips.
    pub clip: usize,
    pub label: usize,
    pub error: Error,
}

/// An iterator over the batches of one epoch. Dropped early, it stops its workers and waits for
/// them, which takes no longer than the clips they are at.
pub struct Loader {
    clips: Arc<[Clip]>,
    /// What there is to load, from `start_batch` on.
    jobs: Vec<Job>,
    handed_out: usize,
    taken: usize,
    /// Clips that came before their turn.
    early: HashMap<usize, Result<ClipPixels>>,
    batch_size: usize,
    clip_values: usize,
    to_tensor: ToTensor,
    workers: Workers,
}

impl Loader {
    /// Loads the clips that `order` names, in this order: see [`crate::order`].
    ///
    /// # Errors
    /// Options that make no sense; an order that names a clip that is not there.
    pub fn new(clips: Arc<[Clip]>, order: Vec<usize>, options: LoaderOptions) -> Result<Self> {
        options.validate()?;
        if let Some(&bad) = order.iter().find(|&&clip| clip >= clips.len()) {
            return Err(Error::Options(format!(
                "the order names clip {bad}, of {} clips",
                clips.len()
            )));
        }
        let jobs = jobs(order, &options);
        let window = options.batch_size * BATCHES_AHEAD + options.workers;
        let mut loader = Self {
            jobs,
            handed_out: 0,
            taken: 0,
            early: HashMap::new(),
            batch_size: options.batch_size,
            clip_values: options.clip.values(),
            to_tensor: ToTensor::new(&options.clip),
            workers: Workers::start(&clips, options, window)?,
            clips,
        };
        (0..window).for_each(|_| loader.hand_out());
        Ok(loader)
    }

    /// The clips that the indices in a batch refer to.
    pub fn clips(&self) -> &Arc<[Clip]> {
        &self.clips
    }

    fn hand_out(&mut self) {
        if let Some(job) = self.jobs.get(self.handed_out) {
            self.workers.give((self.handed_out, *job));
            self.handed_out += 1;
        }
    }

    /// Waits for the next clip in order, and lets a worker go on with another.
    fn take(&mut self) -> Result<ClipPixels> {
        let position = self.taken;
        let loaded = loop {
            if let Some(loaded) = self.early.remove(&position) {
                break loaded;
            }
            let (ready, loaded) = self.workers.take()?;
            self.early.insert(ready, loaded);
        };
        self.taken += 1;
        self.hand_out();
        loaded
    }

    fn next_batch(&mut self) -> Result<Batch> {
        let end = self.jobs.len().min(self.taken + self.batch_size);
        let mut batch = Batch::default();
        batch
            .inputs
            .reserve_exact((end - self.taken) * self.clip_values);
        for position in self.taken..end {
            let clip = self.jobs[position].clip;
            let label = self.clips[clip].label;
            match self.take() {
                Ok(loaded) => {
                    self.to_tensor.append(&loaded.pixels, &mut batch.inputs);
                    batch.labels.push(label);
                    batch.clips.push(clip);
                    batch.frames.push(loaded.frame_names);
                    batch.problems.extend(loaded.problems);
                }
                Err(error @ Error::WorkerPanic { .. }) => return Err(error),
                Err(error) => batch.failed.push(FailedClip { clip, label, error }),
            }
        }
        Ok(batch)
    }
}

impl Iterator for Loader {
    type Item = Result<Batch>;

    /// # Errors
    /// A worker that panicked, which is a bug; nothing comes after it.
    fn next(&mut self) -> Option<Result<Batch>> {
        if self.taken >= self.jobs.len() {
            return None;
        }
        let batch = self.next_batch();
        if batch.is_err() {
            self.taken = self.jobs.len();
        }
        Some(batch)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.jobs.len() - self.taken).div_ceil(self.batch_size);
        (left, Some(left))
    }
}

impl ExactSizeIterator for Loader {}

fn jobs(order: Vec<usize>, options: &LoaderOptions) -> Vec<Job> {
    let end = match options.drop_last {
        true => order.len() - order.len() % options.batch_size,
        false => order.len(),
    };
    // A clip that an order repeats is another draw each time; counted from the order's start, so
    // that it does not matter where a run goes on.
    let mut seen: HashMap<usize, u64> = HashMap::new();
    let numbered = order.into_iter().take(end).map(|clip| {
        let count = seen.entry(clip).or_default();
        *count += 1;
        Job {
            clip,
            repeat: *count - 1,
        }
    });
    let mut jobs: Vec<Job> = numbered.collect();
    jobs.drain(
        ..options
            .start_batch
            .saturating_mul(options.batch_size)
            .min(end),
    );
    jobs
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One clip, which cannot be loaded.
    pub(super) fn missing_clip() -> Arc<[Clip]> {
        [Clip {
            id: "a".into(),
            dir: "no such directory".into(),
            label: 0,
        }]
        .into()
    }

    #[test]
    fn no_more_clips_are_under_way_than_the_window_holds() {
        let options = LoaderOptions {
            batch_size: 8,
            workers: 3,
            ..LoaderOptions::new(Mode::Eval, ClipOptions::default())
        };
        let mut loader = Loader::new(missing_clip(), vec![0; 100], options).unwrap();
        let window = 8 * BATCHES_AHEAD + 3;
        assert_eq!(loader.handed_out, window);
        for batch in 1..=13 {
            assert_eq!(
                loader.next().unwrap().unwrap().failed.len(),
                8.min(100 - (batch - 1) * 8)
            );
            assert_eq!(loader.taken, (batch * 8).min(100));
            assert_eq!(loader.handed_out, (loader.taken + window).min(100));
            assert!(loader.early.len() <= window);
        }
        assert!(loader.next().is_none());
    }
}
