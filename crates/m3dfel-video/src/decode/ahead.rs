//! Frames decoded by a thread of their own, while the caller works on those before.

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{Frame, Info, Problem, Source, Video};
use crate::{Error, Result};

/// How many decoded pictures may wait: enough that neither side stands still for the other's hiccups.
const WAITING: usize = 4;

/// An iterator over a source's frames, decoded ahead.
pub struct Ahead {
    info: Info,
    frames: Option<Receiver<Frame>>,
    thread: Option<JoinHandle<(Vec<Problem>, Duration)>>,
    problems: Vec<Problem>,
    time: Duration,
}

impl Video {
    /// Goes on with the rest of the video in a thread of its own.
    ///
    /// # Errors
    /// If no thread can be had.
    pub fn ahead(self) -> Result<Ahead> {
        Ahead::new(self)
    }
}

impl Ahead {
    /// Goes on with the rest of a source in a thread of its own.
    ///
    /// # Errors
    /// If no thread can be had.
    pub fn new(mut source: impl Source + 'static) -> Result<Self> {
        let info = source.info().clone();
        let (sender, frames) = sync_channel(WAITING);
        let decode = move || {
            let mut time = Duration::ZERO;
            loop {
                let start = Instant::now();
                let frame = source.next();
                time += start.elapsed();
                let Some(frame) = frame else { break };
                if sender.send(frame).is_err() {
                    break; // nobody wants more
                }
            }
            (source.problems(), time)
        };
        let thread = std::thread::Builder::new()
            .name("decode".into())
            .spawn(decode)
            .map_err(|e| Error::io("a decoding thread", e))?;
        Ok(Self {
            info,
            frames: Some(frames),
            thread: Some(thread),
            problems: Vec::new(),
            time: Duration::ZERO,
        })
    }

    /// As [`Video::info`].
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// What was wrong with the video; known when no more pictures come.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// How long decoding took, waiting left out; known when no more pictures come.
    pub fn time(&self) -> Duration {
        self.time
    }
}

impl Iterator for Ahead {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        let frame = self.frames.as_ref()?.recv().ok();
        if frame.is_none() {
            self.frames = None;
            match self.thread.take().map(JoinHandle::join) {
                Some(Ok(known)) => (self.problems, self.time) = known,
                // A bug here, not in the video; it is the caller's as it would be without the thread.
                Some(Err(panic)) => std::panic::resume_unwind(panic),
                None => {}
            }
        }
        frame
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        // The thread sees that nobody listens, and ends ffmpeg with itself.
        self.frames = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
