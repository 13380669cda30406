//! What a page of videos is made of: plain data, filled in by whoever has it.

mod log;
mod moments;
mod stills;

use serde::{Deserialize, Serialize};

use crate::Picture;
use crate::report::null_is_nan;

pub use log::FaceLog;
pub use stills::Stills;

pub(crate) use moments::{Moment, Stretch, largest, moments, seconds_by_class, stretches};

/// What the faces of one or several videos express, over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct VideoReport {
    pub title: String,
    pub subtitle: String,
    /// When, in the caller's words.
    pub created: String,
    /// What predicted, as in "runs/dfew-1/best.safetensors"; may be empty.
    pub model: String,
    /// Names, in the order of all probabilities.
    pub classes: Vec<String>,
    /// How long a window is, in seconds.
    pub window: f64,
    pub videos: Vec<WatchedVideo>,
    /// Beyond what the page says of itself, a paragraph each.
    pub notes: Vec<String>,
}

/// A video, or why there is nothing of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WatchedVideo {
    pub name: String,
    /// The error in words, for a reader.
    pub footage: Result<Footage, String>,
}

/// What there was in a video.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Footage {
    /// Of the pictures, in pixels.
    pub width: usize,
    pub height: usize,
    pub seconds: f64,
    /// Pictures that were looked at.
    pub frames: u64,
    /// Of them a second, while the video was predicted; not finite where nobody measured it.
    #[serde(with = "null_is_nan")]
    pub frames_per_second: f64,
    /// What decoded it, as in "OpenH264"; may be empty.
    pub decoder: String,
    /// What was wrong with the video, though it was read.
    pub problems: Vec<String>,
    /// In any order: the page puts those first that are in sight longest.
    pub faces: Vec<FaceTimeline>,
}

/// One face through a video. All times are seconds in the video.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FaceTimeline {
    /// Its number, unique in the video.
    pub track: u32,
    /// When it is in sight: from, to; in order, apart, and at least one.
    pub seen: Vec<(f64, f64)>,
    /// Pictures that it was found in.
    pub frames: u64,
    /// In order of time; a few dozen, spread over the face's time. The page shows at most fifteen of them.
    pub stills: Vec<Still>,
    /// In order of their starts; they may overlap.
    pub windows: Vec<FaceWindow>,
}

/// A face at a moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Still {
    pub time: f64,
    /// Square; it goes into the page as it is, so about 100 pixels a side are right.
    pub picture: Picture,
}

/// What the model makes of a face over a window of time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FaceWindow {
    /// Of its first frame.
    pub start: f64,
    /// Of its last frame.
    pub end: f64,
    /// One per class, in the report's order of classes; the largest is the label.
    pub probabilities: Vec<f64>,
    /// Of each instance, in order; they sum to one. May be empty.
    #[serde(default)]
    pub shares: Vec<f64>,
}

impl From<&m3dfel_train::Window> for FaceWindow {
    fn from(window: &m3dfel_train::Window) -> Self {
        let prediction = &window.prediction;
        let shares = prediction.instances.iter().map(|i| f64::from(i.share));
        Self {
            start: window.start,
            end: window.end,
            probabilities: prediction
                .probabilities
                .iter()
                .map(|&p| f64::from(p))
                .collect(),
            shares: shares.collect(),
        }
    }
}

impl FaceTimeline {
    /// When it is first and last in sight. Of a checked face; otherwise maybe from 0 to 0.
    pub(crate) fn span(&self) -> (f64, f64) {
        let first = self.seen.first().map_or(0.0, |span| span.0);
        (first, self.seen.last().map_or(first, |span| span.1))
    }

    /// Seconds in sight.
    pub(crate) fn in_sight(&self) -> f64 {
        self.seen.iter().map(|(from, to)| to - from).sum()
    }

    /// The still nearest to a moment.
    pub(crate) fn still_at(&self, time: f64) -> Option<&Still> {
        let away = |still: &Still| (still.time - time).abs();
        let nearest = self.stills.iter();
        nearest.min_by(|a, b| away(a).total_cmp(&away(b)))
    }
}
