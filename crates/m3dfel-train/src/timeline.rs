//! Faces through a video: a window slides over each, and what it has seen of an instance it does not look
//! at again.

use std::collections::{BTreeMap, VecDeque};

use m3dfel_data::ClipOptions;

use crate::{Prediction, Predictor, Result};

/// Predicts windows of faces' tracks while the video goes by. Memory does not grow with its length.
///
/// A window has the frames of a clip, evenly spread over its seconds, and moves on by one instance: so a bag
/// of four has three of its instances' features from the windows before. Where a face was away for less than a window,
/// the window has instances from before and from after, and none across.
pub struct Timeline {
    predictor: Predictor,
    options: ClipOptions,
    /// Seconds from one frame of a window to the next.
    spacing: f64,
    tracks: BTreeMap<u32, Track>,
    /// How many pictures were taken in.
    pictures: u64,
    instances: usize,
}

/// What a face expresses in a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    pub track: u32,
    /// Seconds in the video: of the window's first frame, and of its last.
    pub start: f64,
    pub end: f64,
    pub prediction: Prediction,
}

/// A face in one picture, `[size, size, 3]`, cut out as the model's clips are.
pub struct SeenFace {
    pub track: u32,
    pub pixels: Vec<u8>,
}

#[derive(Default)]
struct Track {
    /// The number of the last picture with it.
    picture: u64,
    /// When the next frame is due.
    due: f64,
    /// Frames of the instance that is not full yet, and their times.
    frames: Vec<u8>,
    times: Vec<f64>,
    /// Of the last instances, with the times of their first and last frames.
    features: VecDeque<(Vec<f32>, f64, f64)>,
    /// All pictures of a track that has not filled a window, for the case that it never does.
    seen: Vec<(f64, Vec<u8>)>,
    windows: usize,
}

impl Timeline {
    /// A window lasts `seconds`; `options` are those of the predictor's clips.
    pub fn new(predictor: Predictor, options: ClipOptions, seconds: f64) -> Self {
        Self {
            spacing: seconds / options.frames as f64,
            predictor,
            options,
            tracks: BTreeMap::new(),
            pictures: 0,
            instances: 0,
        }
    }

    /// How many instances were read. Without the windows' overlap it were a bag for each window.
    pub fn instances(&self) -> usize {
        self.instances
    }

    /// Takes in the faces of one picture, in the order of the times; gives the windows that they fill. To be told of pictures
    /// without faces too: a face that is not on one was away.
    ///
    /// # Errors
    /// Faces of another size than the options say.
    pub fn push(&mut self, time: f64, faces: Vec<SeenFace>) -> Result<Vec<Window>> {
        let length = self.predictor.config().instance_length();
        let gap = self.spacing * self.options.frames as f64;
        self.pictures += 1;
        let mut full = Vec::new();
        for face in faces {
            let track = self.tracks.entry(face.track).or_default();
            let was_away = track.picture + 1 < self.pictures;
            track.picture = self.pictures;
            let times = track.take(time, face.pixels, was_away, self.spacing, gap, length);
            if let Some(times) = times {
                full.push((face.track, times));
            }
        }
        if full.is_empty() {
            return Ok(Vec::new());
        }
        // All faces' instances at once.
        let mut pixels = Vec::new();
        for (number, _) in &full {
            if let Some(track) = self.tracks.get_mut(number) {
                pixels.append(&mut track.frames);
            }
        }
        let values = self.options.to_values(&pixels);
        let features = self
            .predictor
            .features(values, full.len(), self.options.size)?;
        self.instances += full.len();
        let width = features.len() / full.len();
        let bag = self.predictor.config().bag_size;
        let (mut bags, mut spans) = (Vec::new(), Vec::new());
        for ((number, (first, last)), feature) in full.into_iter().zip(features.chunks_exact(width))
        {
            let Some(track) = self.tracks.get_mut(&number) else {
                continue;
            };
            track.features.push_back((feature.to_vec(), first, last));
            if track.features.len() < bag {
                continue;
            }
            track.windows += 1;
            track.seen = Vec::new();
            bags.extend(
                track
                    .features
                    .iter()
                    .flat_map(|(feature, ..)| feature.iter().copied()),
            );
            let start = track.features.front().map_or(first, |f| f.1);
            spans.push((number, start, last));
            track.features.pop_front();
        }
        if spans.is_empty() {
            return Ok(Vec::new());
        }
        let predictions = self.predictor.predict_features(bags, spans.len())?;
        let window = |((track, start, end), prediction)| Window {
            track,
            start,
            end,
            prediction,
        };
        Ok(spans.into_iter().zip(predictions).map(window).collect())
    }

    /// A track is over. One that was too short for a window is predicted from what there was of it.
    pub fn end(&mut self, track: u32) -> Result<Option<Window>> {
        let Some(state) = self
            .tracks
            .remove(&track)
            .filter(|state| state.windows == 0)
        else {
            return Ok(None);
        };
        let (Some(first), Some(last)) = (state.seen.first(), state.seen.last()) else {
            return Ok(None);
        };
        let (start, end, count) = (first.0, last.0, state.seen.len());
        let frames = self.options.frames;
        // The middles of as many equal parts, as clips are sampled.
        let pixels: Vec<u8> = (0..frames)
            .flat_map(|k| {
                state.seen[(2 * k + 1) * count / (2 * frames)]
                    .1
                    .iter()
                    .copied()
            })
            .collect();
        let values = self.options.to_values(&pixels);
        self.instances += self.predictor.config().bag_size;
        let predictions = self.predictor.predict(values, 1, self.options.size)?;
        let window = |prediction| Window {
            track,
            start,
            end,
            prediction,
        };
        Ok(predictions.into_iter().next().map(window))
    }

    /// The video is over.
    pub fn finish(&mut self) -> Result<Vec<Window>> {
        let open: Vec<u32> = self.tracks.keys().copied().collect();
        let mut windows = Vec::new();
        for track in open {
            windows.extend(self.end(track)?);
        }
        Ok(windows)
    }
}

impl Track {
    /// Takes the picture as often as it is due; the times of the instance's first and last frame if it is
    /// full then.
    fn take(
        &mut self,
        time: f64,
        pixels: Vec<u8>,
        was_away: bool,
        spacing: f64,
        gap: f64,
        length: usize,
    ) -> Option<(f64, f64)> {
        let late = time - self.due;
        let begins = self.times.is_empty() && self.features.is_empty();
        // After a gap as long as a window what came before is no window with what comes now.
        if begins || late > gap {
            self.frames.clear();
            self.times.clear();
            self.features.clear();
            self.seen.clear();
            self.due = time;
        } else if was_away && late >= spacing {
            // No frame stands for those that were missed, and no instance has frames of both sides.
            self.frames.clear();
            self.times.clear();
            self.due = time;
        }
        if self.windows == 0 {
            self.seen.push((time, pixels.clone()));
        }
        // Times are sums of fractions: a millionth early is in time.
        while self.times.len() < length && time >= self.due - 1e-6 {
            self.frames.extend_from_slice(&pixels);
            self.times.push(time);
            self.due += spacing;
        }
        let full = self.times.len() == length;
        let span = full.then(|| (self.times.first().copied(), self.times.last().copied()));
        if full {
            self.times.clear();
        }
        match span {
            Some((Some(first), Some(last))) => Some((first, last)),
            _ => None,
        }
    }
}
