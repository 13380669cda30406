//! Faces through a video: pictures go in, the same pictures come out, a little later, with the faces in them.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::decode::Frame;
use crate::detect::Detector;
use crate::shots::Shots;
use crate::track::{TrackEnd, TrackOptions, TrackedFace, Tracker};
use crate::{Error, Result};

/// How faces are followed.
#[derive(Clone, Debug, PartialEq)]
pub struct FollowOptions {
    /// Seconds from one detection to the next; in between faces are where the detections around say. At 30 frames a
    /// second the default is every fifth.
    pub interval: f64,
    pub track: TrackOptions,
}

impl Default for FollowOptions {
    fn default() -> Self {
        Self {
            interval: 0.16,
            track: TrackOptions::default(),
        }
    }
}

impl FollowOptions {
    /// For `frames` pictures and no more: of few, each is looked at, and a face in fewer than are wanted to believe it
    /// is believed.
    pub fn of_frames(frames: usize) -> Self {
        let mut options = Self::default();
        if frames <= FEW {
            options.interval = 0.0;
            options.track.confirm = options.track.confirm.min(frames).max(1);
        }
        options
    }
}

/// Pictures that cost little to look at one by one.
const FEW: usize = 16;

/// So many pictures have a detection among them, whatever their times.
const MOST_BETWEEN: usize = 64;

/// A picture with its faces.
#[derive(Clone, Debug)]
pub struct Step {
    pub frame: Frame,
    /// By number; each track at most once.
    pub faces: Vec<TrackedFace>,
    /// Tracks that are known to have ended by now; their last faces came before.
    pub ended: Vec<TrackEnd>,
}

/// Where the time went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stages {
    pub frames: usize,
    pub detections: usize,
    pub decode: Duration,
    pub detect: Duration,
    pub follow: Duration,
}

impl Stages {
    /// The time of all stages, one after another.
    pub fn total(&self) -> Duration {
        self.decode + self.detect + self.follow
    }
}

/// An iterator over [`Step`]s.
///
/// Pictures wait for some detections after them (about half a second), so that a face is there from its first
/// picture on, not from when it is believed, short gaps are filled, and boxes are smoothed without lagging behind.
/// No more than those pictures are held.
pub struct Faces<I, D> {
    frames: I,
    detector: D,
    options: FollowOptions,
    tracker: Tracker,
    shots: Shots,
    waiting: VecDeque<Frame>,
    /// The moments of detections not before the first picture that waits.
    detections: VecDeque<f64>,
    /// How many detections a picture waits for.
    delay: usize,
    /// Pictures since the last detection.
    since: usize,
    /// Seconds from one detection to the next, of late: more than the interval where pictures are rare.
    spacing: Option<f64>,
    over: bool,
    stages: Stages,
}

impl<I: Iterator<Item = Frame>, D: Detector> Faces<I, D> {
    /// Follows faces through pictures in the order of their times.
    pub fn new(frames: I, detector: D, options: FollowOptions) -> Self {
        let delay = options.track.confirm.max(2);
        Self {
            frames,
            detector,
            tracker: Tracker::new(options.track.clone()),
            options,
            shots: Shots::new(),
            waiting: VecDeque::new(),
            detections: VecDeque::new(),
            delay,
            since: 0,
            spacing: None,
            over: false,
            stages: Stages::default(),
        }
    }

    /// Where the time went so far.
    pub fn stages(&self) -> Stages {
        self.stages
    }

    /// What the pictures come from, for what was wrong with it.
    pub fn frames(&self) -> &I {
        &self.frames
    }

    /// Takes in a picture.
    fn take_in(&mut self, frame: Frame) -> Result<()> {
        let start = Instant::now();
        let is_cut = self.shots.begins_with(&frame.image);
        self.stages.follow += start.elapsed();
        let mut before = Ok(());
        if is_cut {
            // Between a shot's last detection and its end nobody would know where faces are.
            if self.since > 0 {
                before = self.detect_last();
            }
            self.tracker.cut(frame.time);
        }
        let due = self.detections.back().is_none_or(|last| {
            // Times are sums of fractions: a thousandth early is in time.
            frame.time >= last + self.options.interval - 1e-3
        });
        self.waiting.push_back(frame);
        self.since += 1;
        if due || is_cut || self.since >= MOST_BETWEEN {
            before.and(self.detect_last())
        } else {
            before
        }
    }

    /// Looks for faces in the last picture taken in.
    fn detect_last(&mut self) -> Result<()> {
        let Some(frame) = self.waiting.back() else {
            return Ok(());
        };
        self.since = 0;
        let start = Instant::now();
        let faces = self.detector.detect(&frame.image);
        let found = Instant::now();
        self.stages.detect += found - start;
        self.stages.detections += 1;
        if let Some(before) = self.detections.back() {
            let gap = frame.time - before;
            self.spacing = Some(
                self.spacing
                    .map_or(gap, |spacing| spacing + 0.2 * (gap - spacing)),
            );
        }
        // A picture waits for so many detections; they are never exactly as far apart as the last: half of one more.
        let spacing = self.spacing.unwrap_or(0.0).max(self.options.interval);
        let reach = (self.delay as f64 + 0.5) * spacing;
        self.detections.push_back(frame.time);
        self.tracker
            .detected(frame.time, &frame.image, faces?, reach);
        self.stages.follow += found.elapsed();
        Ok(())
    }

    /// Whether enough is known for the first picture that waits.
    fn is_ready(&self) -> bool {
        let Some(first) = self.waiting.front() else {
            return false;
        };
        // Where times do not advance, pictures do not wait for ever.
        let many = self.waiting.len() > MOST_BETWEEN * (self.delay + 1);
        self.over
            || many
            || self
                .detections
                .iter()
                .filter(|&&at| at >= first.time)
                .count()
                > self.delay
    }

    fn give_out(&mut self) -> Option<Step> {
        let start = Instant::now();
        let frame = self.waiting.pop_front()?;
        let faces = self.tracker.faces_at(frame.time);
        if self.over && self.waiting.is_empty() {
            self.tracker.finish();
        }
        while self.detections.len() > 1
            && self.detections.front().is_some_and(|&at| at < frame.time)
        {
            self.detections.pop_front();
        }
        let ended = self.tracker.take_ended();
        self.stages.follow += start.elapsed();
        Some(Step {
            frame,
            faces,
            ended,
        })
    }

    fn step(&mut self) -> Result<Option<Step>> {
        while !self.over && !self.is_ready() {
            let start = Instant::now();
            let frame = self.frames.next();
            self.stages.decode += start.elapsed();
            match frame {
                Some(frame) => {
                    self.stages.frames += 1;
                    self.take_in(frame)?;
                }
                None => {
                    // The last picture has nothing after it to be known from.
                    self.over = true;
                    let last = self.waiting.back().map(|frame| frame.time);
                    if last.is_some() && last != self.detections.back().copied() {
                        self.detect_last()?;
                    }
                }
            }
        }
        Ok(self.give_out())
    }
}

impl<I: Iterator<Item = Frame>, D: Detector> Iterator for Faces<I, D> {
    type Item = Result<Step, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.step().transpose()
    }
}
