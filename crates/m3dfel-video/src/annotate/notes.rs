//! What is known of a video's faces: where they are, and what they express when.

use std::collections::BTreeMap;

use crate::geometry::Rect;
use crate::track::TrackId;
use crate::{Error, Result};

/// What is to be drawn on a video, gathered while it is read the first time.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    classes: Vec<String>,
    /// The first frame's time.
    start: Option<f64>,
    /// The faces of each frame.
    frames: Vec<Vec<(TrackId, Rect)>>,
    tracks: BTreeMap<TrackId, Track>,
}

/// A face through the video.
#[derive(Clone, Debug, Default)]
pub struct Track {
    name: Option<String>,
    /// The first and the last frame that it is in.
    pub seen: Option<(usize, usize)>,
    /// By their middles.
    windows: Vec<Window>,
}

/// What a face expresses from `start` to `end`, in seconds.
#[derive(Clone, Debug)]
struct Window {
    start: f64,
    end: f64,
    odds: Vec<f32>,
}

impl Notes {
    /// Without a face, for windows with a probability for each of these classes.
    pub fn new<S: Into<String>>(classes: impl IntoIterator<Item = S>) -> Self {
        Self {
            classes: classes.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// Notes the next frame's time and faces; to be called for every frame, also for one without.
    pub fn frame(&mut self, time: f64, faces: impl IntoIterator<Item = (TrackId, Rect)>) {
        self.start.get_or_insert(time);
        let number = self.frames.len();
        let faces: Vec<_> = faces.into_iter().collect();
        for &(track, _) in &faces {
            let seen = &mut self.tracks.entry(track).or_default().seen;
            *seen = Some((seen.map_or(number, |seen| seen.0), number));
        }
        self.frames.push(faces);
    }

    /// Notes what a face expresses from `start` to `end`, with a probability for each class.
    ///
    /// # Errors
    /// Times or probabilities that are none, or not as many as there are classes.
    pub fn window(&mut self, track: TrackId, start: f64, end: f64, odds: &[f32]) -> Result<()> {
        let bad = |what: String| Err(Error::Window { track, what });
        if odds.len() != self.classes.len() {
            let (given, classes) = (odds.len(), self.classes.len());
            return bad(format!("{given} probabilities for {classes} classes"));
        }
        if !(start.is_finite() && end >= start && end.is_finite()) {
            return bad(format!("it is from {start} to {end} seconds"));
        }
        if let Some(odd) = odds.iter().find(|p| !(0.0..=1.0).contains(*p)) {
            return bad(format!("a probability of {odd}"));
        }
        let window = Window {
            start,
            end,
            odds: odds.to_vec(),
        };
        let windows = &mut self.tracks.entry(track).or_default().windows;
        let at = windows.partition_point(|other| other.middle() <= window.middle());
        windows.insert(at, window);
        Ok(())
    }

    /// Names a face; one without is "face" and its number.
    pub fn name(&mut self, track: TrackId, name: impl Into<String>) {
        self.tracks.entry(track).or_default().name = Some(name.into());
    }

    pub(super) fn start(&self) -> f64 {
        self.start.unwrap_or(0.0)
    }

    /// When the last window ends.
    pub(super) fn end(&self) -> f64 {
        let ends = self.tracks.values().flat_map(|t| &t.windows).map(|w| w.end);
        ends.fold(0.0, f64::max)
    }

    pub(super) fn classes(&self) -> &[String] {
        &self.classes
    }

    pub(super) fn faces(&self, frame: usize) -> &[(TrackId, Rect)] {
        self.frames.get(frame).map_or(&[], Vec::as_slice)
    }

    pub(super) fn tracks(&self) -> &BTreeMap<TrackId, Track> {
        &self.tracks
    }

    /// What a face is called; None where it is the only one and nobody named it.
    pub(super) fn called(&self, track: TrackId) -> Option<String> {
        let named = self.tracks.get(&track).and_then(|t| t.name.clone());
        named.or_else(|| (self.tracks.len() > 1).then(|| format!("face {track}")))
    }
}

impl Track {
    /// The probabilities at a moment; None where no window has it.
    ///
    /// A window speaks for its middle; between the middles of two that touch, it is the share of each.
    pub fn odds_at(&self, time: f64) -> Option<Vec<f32>> {
        let after = self.windows.partition_point(|w| w.middle() <= time);
        let (before, after) = (
            after.checked_sub(1).and_then(|k| self.windows.get(k)),
            self.windows.get(after),
        );
        match (before, after) {
            (Some(a), Some(b)) if b.start <= a.end => {
                let share = ((time - a.middle()) / (b.middle() - a.middle())) as f32;
                let mix = |(a, b): (&f32, &f32)| a + share * (b - a);
                Some(a.odds.iter().zip(&b.odds).map(mix).collect())
            }
            (Some(a), _) if time <= a.end => Some(a.odds.clone()),
            (_, Some(b)) if time >= b.start => Some(b.odds.clone()),
            _ => None,
        }
    }

    /// The moments between which the probabilities of [`Track::odds_at`] are straight lines, in parts without a gap.
    pub fn bends(&self) -> Vec<Vec<f64>> {
        let mut parts: Vec<Vec<f64>> = Vec::new();
        let mut before: Option<&Window> = None;
        for window in &self.windows {
            match (parts.last_mut(), before) {
                (Some(part), Some(before)) if window.start <= before.end => {
                    part.pop();
                    part.extend([window.middle(), window.end.max(window.middle())]);
                }
                _ => parts.push(vec![window.start, window.middle(), window.end]),
            }
            before = Some(window);
        }
        parts
    }

    pub fn has_windows(&self) -> bool {
        !self.windows.is_empty()
    }

    /// The highest probability that a class has anywhere.
    pub fn most(&self, class: usize) -> f32 {
        let odds = self.windows.iter().filter_map(|w| w.odds.get(class));
        odds.copied().fold(0.0, f32::max)
    }
}

impl Window {
    fn middle(&self) -> f64 {
        self.start + (self.end - self.start) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(windows: &[(f64, f64, f32)]) -> Notes {
        let mut notes = Notes::new(["happy", "sad"]);
        for &(start, end, odds) in windows {
            notes.window(1, start, end, &[odds, 1.0 - odds]).unwrap();
        }
        notes
    }

    #[test]
    fn windows_that_touch_pass_into_one_another() {
        let notes = notes(&[(2.0, 4.0, 1.0), (0.0, 2.0, 0.0)]);
        let track = &notes.tracks()[&1];
        let happy = |time| track.odds_at(time).map(|odds| odds[0]);
        assert_eq!([-0.1, 4.1].map(happy), [None; 2]);
        assert_eq!(
            [0.0, 1.0, 1.5, 2.0, 3.0, 4.0].map(happy),
            [0.0, 0.0, 0.25, 0.5, 1.0, 1.0].map(Some)
        );
        assert_eq!(track.bends(), [[0.0, 1.0, 3.0, 4.0]]);
        assert_eq!((track.most(0), track.most(1)), (1.0, 1.0));
    }

    #[test]
    fn nothing_is_said_between_windows_that_do_not_touch() {
        let notes = notes(&[(0.0, 2.0, 0.0), (3.0, 5.0, 1.0), (9.0, 9.0, 0.5)]);
        let track = &notes.tracks()[&1];
        assert_eq!(track.odds_at(2.5), None);
        assert_eq!(track.odds_at(3.0), Some(vec![1.0, 0.0]));
        assert_eq!(track.odds_at(9.0), Some(vec![0.5, 0.5]));
        assert_eq!(track.bends().len(), 3);
    }

    #[test]
    fn what_is_no_window_is_refused() {
        let mut notes = Notes::new(["happy", "sad"]);
        for (start, end, odds) in [
            (0.0, 1.0, &[1.0][..]),
            (1.0, 0.0, &[0.5, 0.5]),
            (f64::NAN, 1.0, &[0.5, 0.5]),
            (0.0, f64::INFINITY, &[0.5, 0.5]),
            (0.0, 1.0, &[f32::NAN, 0.5]),
            (0.0, 1.0, &[1.5, 0.5]),
        ] {
            let error = notes.window(7, start, end, odds).unwrap_err();
            assert!(error.to_string().contains("face 7"), "{error}");
        }
        assert!(notes.tracks().is_empty());
    }

    #[test]
    fn a_face_alone_needs_no_name() {
        let mut notes = notes(&[(0.0, 1.0, 0.5)]);
        assert_eq!(notes.called(1), None);
        notes.frame(0.0, [(2, Rect::default())]);
        assert_eq!(notes.called(1).unwrap(), "face 1");
        notes.name(2, "Ада");
        assert_eq!(notes.called(2).unwrap(), "Ада");
        notes.frame(0.1, []);
        notes.frame(0.0, [(2, Rect::default())]);
        assert_eq!(notes.tracks()[&2].seen, Some((0, 2)));
        assert!(notes.faces(1).is_empty() && notes.faces(9).is_empty());
    }
}
