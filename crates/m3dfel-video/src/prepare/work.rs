//! The videos that are to be cut, shared out among threads.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::cut::cut;
use super::error::Result;
use super::outcome::{Outcome, Reason, Source};
use super::row::Row;
use super::store::Store;
use super::{Options, Progress, Watch};
use crate::Detector;

/// Makes a detector; each thread has its own.
pub type MakeDetector<'a> = dyn Fn() -> crate::Result<Box<dyn Detector>> + Sync + 'a;

/// A row with its video.
pub struct Task<'a> {
    /// Of the row in its list.
    pub index: usize,
    pub row: &'a Row,
    pub source: Source,
    pub place: PathBuf,
    pub is_done: bool,
}

/// A video with all its rows, those that are done too: what is decoded for the others does not depend on what is done,
/// so a clip is the same whether or not its call was killed once.
pub struct Job<'a> {
    pub path: PathBuf,
    pub tasks: Vec<Task<'a>>,
}

/// What became of rows, by their indices.
pub type Outcomes = Vec<(usize, Outcome)>;

/// What all threads know.
pub struct Work<'a> {
    pub store: &'a Store,
    pub options: &'a Options,
    watch: Watch<'a>,
    halted: AtomicBool,
    frames: AtomicUsize,
    rows_done: AtomicUsize,
    rows: usize,
}

impl<'a> Work<'a> {
    pub fn new(store: &'a Store, options: &'a Options, watch: Watch<'a>, rows: usize) -> Self {
        Self {
            store,
            options,
            watch,
            halted: AtomicBool::new(false),
            frames: AtomicUsize::new(0),
            rows_done: AtomicUsize::new(0),
            rows,
        }
    }

    /// Whether to stop; once true, always true.
    pub fn is_halted(&self) -> bool {
        if self.halted.load(Ordering::Relaxed) {
            return true;
        }
        let stop = (self.watch.stop)();
        if stop {
            self.halt();
        }
        stop
    }

    fn halt(&self) {
        self.halted.store(true, Ordering::Relaxed);
    }

    /// Another frame is decoded.
    pub fn frame_done(&self) {
        self.frames.fetch_add(1, Ordering::Relaxed);
        self.tell();
    }

    /// So many more rows have their outcome.
    pub fn rows_done(&self, count: usize) {
        self.rows_done.fetch_add(count, Ordering::Relaxed);
        self.tell();
    }

    fn tell(&self) {
        (self.watch.progress)(Progress {
            frames: self.frames.load(Ordering::Relaxed),
            rows_done: self.rows_done.load(Ordering::Relaxed),
            rows: self.rows,
        });
    }

    /// Does all jobs; on each thread of rayon's pool one at a time. Gives the outcomes in any order.
    ///
    /// # Errors
    /// The first that is no video's own; the other threads stop at it.
    pub fn run(&self, jobs: &[Job], make: &MakeDetector) -> Result<Outcomes> {
        let next = AtomicUsize::new(0);
        let of_threads = rayon::broadcast(|_| self.work_off(jobs, &next, make));
        let mut outcomes = Vec::new();
        for of_thread in of_threads {
            outcomes.extend(of_thread?);
        }
        Ok(outcomes)
    }

    fn work_off(&self, jobs: &[Job], next: &AtomicUsize, make: &MakeDetector) -> Result<Outcomes> {
        let mut outcomes = Vec::new();
        let mut detector = None;
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            if self.is_halted() {
                break;
            }
            let done = catch_unwind(AssertUnwindSafe(|| {
                let detector = match &mut detector {
                    Some(detector) => detector,
                    none => none.insert(make()?),
                };
                cut(self, job, detector, &mut outcomes)
            }));
            match done {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    self.halt();
                    return Err(error);
                }
                // A bug, ours or a library's, which one video in thousands may bring up: the others are not to pay.
                Err(panic) => {
                    detector = None;
                    let what = format!("a bug, please report it: {}", message(&*panic));
                    let reason = Reason::Failed { what };
                    let open: Vec<&Task> = job
                        .tasks
                        .iter()
                        .filter(|task| {
                            !task.is_done && outcomes.iter().all(|(index, _)| *index != task.index)
                        })
                        .collect();
                    self.drop_all(open, &reason, &mut outcomes)?;
                }
            }
        }
        Ok(outcomes)
    }

    /// Gives rows without a clip their outcome.
    pub fn drop_all<'t>(
        &self,
        tasks: impl IntoIterator<Item = &'t Task<'t>>,
        reason: &Reason,
        outcomes: &mut Outcomes,
    ) -> Result<()> {
        for task in tasks {
            self.settle(task, Outcome::Dropped(reason.clone()), outcomes)?;
        }
        Ok(())
    }

    /// Gives a row its outcome.
    pub fn settle(&self, task: &Task, outcome: Outcome, outcomes: &mut Outcomes) -> Result<()> {
        if let Outcome::Dropped(reason) = &outcome
            && reason.is_lasting()
        {
            self.store
                .remember_dropped(task.row, &task.source, reason)?;
        }
        outcomes.push((task.index, outcome));
        self.rows_done(1);
        Ok(())
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("it panicked")
}
