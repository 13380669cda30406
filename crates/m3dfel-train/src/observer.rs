//! What a run tells whoever watches it.

use crate::EpochRecord;

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Training { epoch: usize, epochs: usize },
    Evaluating,
}

/// Watches a run. Every method may be left out but [`stop`](Self::stop)'s default answers no.
pub trait Observer {
    /// A phase of so many clips begins; `done` of them were done before an interruption.
    fn begin(&mut self, phase: Phase, clips: usize, done: usize) {
        let _ = (phase, clips, done);
    }
    /// Clips are done; in training, with the mean loss of the epoch so far.
    fn advance(&mut self, clips: usize, loss: Option<f64>) {
        let _ = (clips, loss);
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
