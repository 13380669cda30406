//! The next batch, made ready while the model computes.

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use m3dfel_data::{Batch, Error, Loader, Result};

/// A loader's batches, put together on a thread of its own, one ahead: while a device computes, clips are
/// decoded by the loader's workers and turned into numbers here, and none of that is waited for.
pub(crate) struct Ahead {
    /// None once no more is wanted.
    batches: Option<Receiver<Result<Batch>>>,
    thread: Option<JoinHandle<()>>,
    waited: Duration,
}

impl Ahead {
    /// # Errors
    /// A thread that cannot be started.
    pub fn new(loader: Loader) -> Result<Self> {
        // Without room in between: the thread holds the one batch that is ready.
        let (ready, batches) = sync_channel(0);
        let thread = std::thread::Builder::new()
            .name("batches".into())
            .spawn(move || {
                for batch in loader {
                    if ready.send(batch).is_err() {
                        return;
                    }
                }
            })
            .map_err(Error::Thread)?;
        Ok(Self {
            batches: Some(batches),
            thread: Some(thread),
            waited: Duration::ZERO,
        })
    }

    /// How long [`next`](Iterator::next) has waited for batches, all together.
    pub fn waited(&self) -> Duration {
        self.waited
    }
}

impl Iterator for Ahead {
    type Item = Result<Batch>;

    fn next(&mut self) -> Option<Result<Batch>> {
        let since = Instant::now();
        let batch = self.batches.as_ref()?.recv().ok();
        self.waited += since.elapsed();
        batch
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.batches = None;
        if let Some(thread) = self.thread.take() {
            // It panics only where the loader does, whose workers say so as errors.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use m3dfel_data::{Clip, ClipOptions, LoaderOptions, Mode, order};

    use super::*;

    fn loader(clips: usize) -> Loader {
        let clips: Arc<[Clip]> = (0..clips)
            .map(|k| Clip {
                id: k.to_string(),
                dir: "no such directory".into(),
                label: 0,
            })
            .collect();
        let options = LoaderOptions {
            batch_size: 2,
            workers: 2,
            ..LoaderOptions::new(Mode::Eval, ClipOptions::default())
        };
        let order = order::sequential(clips.len());
        Loader::new(clips, order, options).unwrap()
    }

    #[test]
    fn every_batch_comes_in_its_turn() {
        let numbers = |batches: &mut dyn Iterator<Item = Result<Batch>>| -> Vec<Vec<usize>> {
            let failed =
                |batch: Result<Batch>| batch.unwrap().failed.iter().map(|f| f.clip).collect();
            batches.map(failed).collect()
        };
        let mut ahead = Ahead::new(loader(7)).unwrap();
        assert_eq!(numbers(&mut ahead), numbers(&mut loader(7)));
        assert!(ahead.next().is_none());
    }

    #[test]
    fn what_is_not_taken_is_not_waited_for() {
        let mut ahead = Ahead::new(loader(100)).unwrap();
        ahead.next().unwrap().unwrap();
        drop(ahead); // ends, or this test does not
    }
}
