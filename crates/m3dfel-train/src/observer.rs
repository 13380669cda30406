//! What a run tells whoever watches it.

use crate::EpochRecord;

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Training { epoch: usize, epochs: usize },
    Evaluating,
    Adapting,
}

/// How training goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Mean over the epoch's clips so far.
    pub loss: f64,
    /// Seconds of a step, the mean over the epoch so far; 0 before its first is done.
    pub step_seconds: f64,
    /// The part of that time that went by in waiting for data.
    pub waited: f64,
}

/// Watches a run. Every method may be left out but [`stop`](Self::stop)'s default answers no.
pub trait Observer {
    /// A phase of so many clips begins; `done` of them were done before an interruption.
    fn begin(&mut self, phase: Phase, clips: usize, done: usize) {
        let _ = (phase, clips, done);
    }
    /// Clips are done; in training, with how it goes.
    fn advance(&mut self, clips: usize, pace: Option<Pace>) {
        let _ = (clips, pace);
    }
    fn end(&mut self, phase: Phase) {
        let _ = phase;
    }
    fn epoch(&mut self, record: &EpochRecord) {
        let _ = record;
    }
    /// Something amiss that the run survives.
    fn warn(&mut self, message: &str) {
        let _ = message;
    }
    /// Whether the user wants the run to stop; asked after every batch.
    fn stop(&self) -> bool {
        false
    }
}

/// Watches nothing.
pub struct Silent;

impl Observer for Silent {}
