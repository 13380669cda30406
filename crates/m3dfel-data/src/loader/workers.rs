use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::{LoaderOptions, Mode};
use crate::load::{ClipPixels, ClipReader};
use crate::seed::{Purpose, stream};
use crate::{Clip, Error, Result};

/// A clip to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Job {
    pub clip: usize,
    /// How often it was in the epoch's order before.
    pub repeat: u64,
}

type Loaded = (usize, Result<ClipPixels>);

/// Threads that load clips. Dropped, they leave what is not begun, and are waited for.
pub(super) struct Workers {
    /// None once they are told to stop.
    jobs: Option<Sender<(usize, Job)>>,
    loaded: Receiver<Loaded>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts threads for at most `window` jobs at a time, given and not yet taken. Neither side
    /// ever waits for room then: both channels hold that many.
    pub fn start(clips: &Arc<[Clip]>, options: LoaderOptions, window: usize) -> Result<Self> {
        let (jobs, todo) = bounded(window);
        let (done, loaded) = bounded(window);
        let stop = Arc::new(AtomicBool::new(false));
        let mut workers = Self {
            jobs: Some(jobs),
            loaded,
            stop,
            threads: Vec::new(),
        };
        for index in 0..options.workers {
            let (clips, options, stop) = (clips.clone(), options.clone(), workers.stop.clone());
            let (todo, done) = (todo.clone(), done.clone());
            let thread = std::thread::Builder::new()
                .name(format!("loader-{index}"))
                .spawn(move || work(&clips, &options, &todo, &done, &stop))
                .map_err(Error::Thread)?;
            workers.threads.push(thread);
        }
        Ok(workers)
    }

    pub fn give(&self, job: (usize, Job)) {
        // Fails where all workers are gone; then `take` says so.
        let _ = self.jobs.as_ref().map(|jobs| jobs.send(job));
    }

    /// Waits for any clip that is loaded.
    pub fn take(&self) -> Result<Loaded> {
        self.loaded.recv().map_err(|_| Error::WorkerPanic {
            clip: Default::default(),
            message: "all workers ended before their work did".into(),
        })
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.jobs = None;
        for thread in self.threads.drain(..) {
            // A panic has been reported as that of a clip.
            let _ = thread.join();
        }
    }
}

fn work(
    clips: &[Clip],
    options: &LoaderOptions,
    todo: &Receiver<(usize, Job)>,
    done: &Sender<Loaded>,
    stop: &AtomicBool,
) {
    let mut reader = ClipReader::new(options.clip.clone());
    while let Ok((position, job)) = todo.recv() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let loaded = catch_unwind(AssertUnwindSafe(|| {
            load(&mut reader, &clips[job.clip], job, options)
        }));
        let loaded = loaded.unwrap_or_else(|panic| {
            let clip = clips.get(job.clip).map(|clip| clip.dir.clone());
            Err(Error::WorkerPanic {
                clip: clip.unwrap_or_default(),
                message: panic_message(panic.as_ref()),
            })
        });
        if done.send((position, loaded)).is_err() {
            return;
        }
    }
}

fn load(
    reader: &mut ClipReader,
    clip: &Clip,
    job: Job,
    options: &LoaderOptions,
) -> Result<ClipPixels> {
    match &options.mode {
        Mode::Eval => reader.load(&clip.dir, None),
        Mode::Train(augment) => {
            let mut random = stream(Purpose::Clip, options.seed, options.epoch, job.clip as u64);
            // Each repeat of a clip within an epoch has its own part of the clip's stream.
            random.set_stream(job.repeat);
            reader.load(&clip.dir, Some((augment, random)))
        }
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without a message".into())
}

#[cfg(test)]
mod tests {
    use super::super::tests::missing_clip;
    use super::*;
    use crate::ClipOptions;

    #[test]
    fn a_panic_comes_out_as_an_error_and_the_worker_goes_on() {
        let options = LoaderOptions {
            workers: 1,
            ..LoaderOptions::new(Mode::Eval, ClipOptions::default())
        };
        let workers = Workers::start(&missing_clip(), options, 4).unwrap();
        // There is no clip 5.
        workers.give((0, Job { clip: 5, repeat: 0 }));
        workers.give((1, Job { clip: 0, repeat: 0 }));
        let (0, Err(Error::WorkerPanic { message, .. })) = workers.take().unwrap() else {
            panic!("a panic is lost")
        };
        assert!(message.contains("out of bounds"), "{message}");
        assert!(matches!(
            workers.take().unwrap(),
            (1, Err(Error::Io { .. }))
        ));
    }

    #[test]
    fn workers_that_are_gone_are_not_waited_for() {
        let options = LoaderOptions {
            workers: 2,
            ..LoaderOptions::new(Mode::Eval, ClipOptions::default())
        };
        let mut workers = Workers::start(&Vec::new().into(), options, 4).unwrap();
        workers.jobs = None;
        assert!(matches!(workers.take(), Err(Error::WorkerPanic { .. })));
    }
}
