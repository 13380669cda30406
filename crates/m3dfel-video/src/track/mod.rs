//! Which faces in one picture are the same as those before.
//!
//! At each detection every face known is foreseen and gets the detection that overlaps it best, unsure
//! ones too (as Y. Zhang et al., "ByteTrack", ECCV 2022). A face not seen stays known for a while: one that comes up
//! near where it was, of about its size and colours, is it again. Where a film is cut, nobody goes on by their
//! place alone, and more likeness is asked.

mod assign;
mod look;
mod motion;
mod smooth;

use std::collections::VecDeque;

use m3dfel_data::image::RgbImage;

use crate::detect::{Face, SURE};
use crate::geometry::{Point, Rect};
use assign::pair;
use look::Look;
use motion::Motion;
use smooth::local_line;

/// A face's number in a video, from 1, in order of appearance.
pub type TrackId = u32;

/// What is a face worth following.
#[derive(Clone, Debug, PartialEq)]
pub struct TrackOptions {
    /// A face is believed when it was found so many times in a row.
    pub confirm: usize,
    /// Faces smaller than this share of the picture's shorter side are left out.
    pub least_side: f32,
    /// How long a face not seen is remembered, in seconds.
    pub memory: f64,
}

impl Default for TrackOptions {
    fn default() -> Self {
        Self {
            confirm: 3,
            least_side: 0.05,
            memory: 10.0,
        }
    }
}

/// A face in a picture, known from the pictures around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrackedFace {
    pub track: TrackId,
    /// Smoothed over time.
    pub bbox: Rect,
    /// As [`Face::landmarks`], smoothed; None where the detector gives none.
    pub landmarks: Option<[Point; 5]>,
    /// The nearest detection's.
    pub score: f32,
}

/// A track that has ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrackEnd {
    pub track: TrackId,
    /// When the face was first and last seen, in seconds.
    pub start: f64,
    pub end: f64,
}

/// A detection that belongs to a track.
#[derive(Clone, Copy, Debug)]
struct Hit {
    time: f64,
    /// Which shot of the film it is in.
    shot: u32,
    face: Face,
}

#[derive(Clone, Debug)]
struct Track {
    /// Given when it is believed.
    id: Option<TrackId>,
    motion: Motion,
    look: Look,
    /// Those that may still be asked for.
    hits: VecDeque<Hit>,
    count: usize,
    start: f64,
    end: f64,
    /// The shot in which it was last seen.
    shot: u32,
    /// Whether the last detection found it.
    seen: bool,
}

/// Overlap from which on a detection is where a face was foreseen.
const LEAST_IOU: f32 = 0.2;
/// Likeness from which on a face that comes up may be one that was there before.
const LEAST_LIKENESS: f32 = 0.6;
/// The same in another shot, where faces lie where the camera has them: two people in turn are often in one place.
const LEAST_LIKENESS_IN_ANOTHER_SHOT: f32 = 0.8;

/// All faces known at a moment of a video.
pub struct Tracker {
    options: TrackOptions,
    tracks: Vec<Track>,
    next_id: TrackId,
    ended: Vec<TrackEnd>,
    /// As last told.
    reach: f64,
    /// The number of the last shot.
    shot: u32,
    /// When shots began, of those that may still be asked for.
    cuts: VecDeque<f64>,
}

impl Tracker {
    pub fn new(options: TrackOptions) -> Self {
        Self {
            options,
            tracks: Vec::new(),
            next_id: 1,
            ended: Vec::new(),
            reach: 0.0,
            shot: 0,
            cuts: VecDeque::new(),
        }
    }

    /// Takes in that a film is cut: another shot begins at `time`. To be told before what is detected then.
    pub fn cut(&mut self, time: f64) {
        self.shot += 1;
        self.cuts.push_back(time);
    }

    /// The number of the shot at a moment.
    fn shot_at(&self, time: f64) -> u32 {
        let later = self.cuts.iter().filter(|&&cut| cut > time).count();
        self.shot - later as u32
    }

    /// Takes in what a detector found in a picture.
    ///
    /// `reach`: how far to both sides of a moment detections count for its boxes, and how long a gap between two is
    /// filled, in seconds; at least as far as to the detections before and after.
    pub fn detected(&mut self, time: f64, image: &RgbImage, faces: Vec<Face>, reach: f64) {
        self.reach = reach;
        let least = self.options.least_side * image.width().min(image.height()) as f32;
        let faces: Vec<Face> = faces
            .into_iter()
            .filter(|face| face.bbox.is_finite() && face.bbox.side() >= least)
            .collect();
        for track in &mut self.tracks {
            track.motion.predict(time, track.seen);
            track.seen = false;
        }
        let taken = self.continue_seen(time, image, &faces);
        let rest = faces.into_iter().zip(taken).filter(|(_, taken)| !taken);
        let rest: Vec<Face> = rest
            .map(|(face, _)| face)
            .filter(|face| face.score >= SURE)
            .collect();
        self.reunite_or_begin(time, image, rest);
        self.forget(time);
    }

    /// Gives each face known its detection; says which detections are taken.
    fn continue_seen(&mut self, time: f64, image: &RgbImage, faces: &[Face]) -> Vec<bool> {
        let (tracks, reach, shot) = (&self.tracks, self.reach, self.shot);
        let pairs = pair(tracks.len(), faces.len(), |track, face| {
            // Who is away for longer may come back elsewhere, and another may come up here: looks decide then.
            if time - tracks[track].end > reach || tracks[track].shot != shot {
                return None;
            }
            let iou = tracks[track].motion.bbox().iou(&faces[face].bbox);
            // A face that was believed goes before one that may be nothing.
            let believed = if tracks[track].id.is_some() { 1.0 } else { 0.0 };
            (iou >= LEAST_IOU).then_some(iou + believed)
        });
        let mut taken = vec![false; faces.len()];
        for (track, face) in pairs {
            taken[face] = true;
            self.hit(track, time, image, faces[face]);
        }
        taken
    }

    fn hit(&mut self, track: usize, time: f64, image: &RgbImage, face: Face) {
        let (track, shot) = (&mut self.tracks[track], self.shot);
        track.motion.update(&face.bbox);
        if face.score >= SURE {
            track.look.blend(&Look::of(image, &face.bbox));
        }
        track.hits.push_back(Hit { time, shot, face });
        track.count += 1;
        track.end = time;
        track.shot = shot;
        track.seen = true;
        if track.id.is_none() && track.count >= self.options.confirm {
            track.id = Some(self.next_id);
            self.next_id += 1;
        }
    }

    /// Detections where no face was foreseen: one that has been away, or a new one.
    fn reunite_or_begin(&mut self, time: f64, image: &RgbImage, faces: Vec<Face>) {
        let looks: Vec<Look> = faces
            .iter()
            .map(|face| Look::of(image, &face.bbox))
            .collect();
        let shot = self.shot;
        let away = |track: &Track| track.id.is_some() && !track.seen;
        let pairs = pair(self.tracks.len(), faces.len(), |track, face| {
            let track = &self.tracks[track];
            away(track)
                .then(|| track.returns_as(time, shot, &faces[face].bbox, &looks[face]))
                .flatten()
        });
        let mut found_again = vec![false; faces.len()];
        for (track, face) in pairs {
            found_again[face] = true;
            self.tracks[track].motion = Motion::new(&faces[face].bbox, time);
            self.hit(track, time, image, faces[face]);
        }
        for ((face, look), found_again) in faces.into_iter().zip(looks).zip(found_again) {
            if !found_again {
                self.tracks.push(Track {
                    id: None,
                    motion: Motion::new(&face.bbox, time),
                    look,
                    hits: VecDeque::new(),
                    count: 0,
                    start: time,
                    end: time,
                    shot,
                    seen: true,
                });
                self.hit(self.tracks.len() - 1, time, image, face);
            }
        }
    }

    /// Drops what was not believed, and faces away for too long.
    fn forget(&mut self, time: f64) {
        let (memory, reach) = (self.options.memory, self.reach);
        while self
            .cuts
            .front()
            .is_some_and(|&cut| cut < time - 3.0 * reach)
        {
            self.cuts.pop_front();
        }
        for track in &mut self.tracks {
            // One more is kept on the far side of a gap that may have to be filled.
            while track.hits.len() > 2 && track.hits[1].time < time - 3.0 * reach {
                track.hits.pop_front();
            }
        }
        let ended = &mut self.ended;
        self.tracks.retain(|track| match track.id {
            None => track.seen,
            Some(id) if time - track.end > memory.max(2.0 * reach) => {
                ended.push(track.ended(id));
                false
            }
            Some(_) => true,
        });
    }

    /// The faces at a moment, by number, from the detections before and after it.
    pub fn faces_at(&self, time: f64) -> Vec<TrackedFace> {
        let shot = self.shot_at(time);
        let mut faces: Vec<TrackedFace> = self
            .tracks
            .iter()
            .filter_map(|t| t.at(time, shot, self.reach))
            .collect();
        faces.sort_by_key(|face| face.track);
        faces
    }

    /// Tracks that have ended since this was last asked.
    pub fn take_ended(&mut self) -> Vec<TrackEnd> {
        std::mem::take(&mut self.ended)
    }

    /// Ends all tracks: the video is over.
    pub fn finish(&mut self) {
        let tracks = self.tracks.drain(..);
        self.ended
            .extend(tracks.filter_map(|track| Some(track.ended(track.id?))));
    }
}

impl Track {
    fn ended(&self, id: TrackId) -> TrackEnd {
        TrackEnd {
            track: id,
            start: self.start,
            end: self.end,
        }
    }

    /// How well a face that comes up is this one again; None where it cannot be.
    fn returns_as(&self, time: f64, shot: u32, bbox: &Rect, look: &Look) -> Option<f32> {
        let was = self.motion.bbox();
        let (centre, before) = (bbox.centre(), was.centre());
        let side = was.side().max(bbox.side());
        let distance = (centre.x - before.x).hypot(centre.y - before.y) / side;
        // The longer it was away the farther it may have gone.
        let reach = 1.0 + 0.5 * (time - self.end) as f32;
        let ratio = (bbox.side() / was.side().max(1.0)).ln().abs();
        let likeness = self.look.likeness(look);
        let least = if shot == self.shot {
            LEAST_LIKENESS
        } else {
            LEAST_LIKENESS_IN_ANOTHER_SHOT
        };
        (distance <= reach && ratio <= 1.0 && likeness >= least)
            .then_some(likeness - 0.2 * distance / reach)
    }

    /// Its face at a moment between two detections of one shot that are not too far apart.
    fn at(&self, time: f64, shot: u32, reach: f64) -> Option<TrackedFace> {
        let track = self.id?;
        let hits = || self.hits.iter().filter(|hit| hit.shot == shot);
        let next = hits().find(|hit| hit.time >= time)?;
        let previous = hits().take_while(|hit| hit.time < time).last();
        let previous = previous.unwrap_or(next);
        let inside =
            next.time == time || previous.time <= time && next.time - previous.time <= reach;
        if !inside {
            return None;
        }
        let nearest = if time - previous.time < next.time - time {
            previous
        } else {
            next
        };
        let numbers = |face: &Face| {
            let Point { x, y } = face.bbox.centre();
            [x, y, face.bbox.width, face.bbox.height]
        };
        let [x, y, width, height] =
            local_line(hits().map(|h| (h.time, numbers(&h.face))), time, reach)?;
        let points = hits().filter_map(|h| Some((h.time, h.face.landmarks?.map(|p| [p.x, p.y]))));
        let points =
            points.map(|(t, p)| (t, std::array::from_fn::<f32, 10, _>(|k| p[k / 2][k % 2])));
        let landmarks = local_line(points, time, reach).map(|p| {
            std::array::from_fn(|k| Point {
                x: p[2 * k],
                y: p[2 * k + 1],
            })
        });
        Some(TrackedFace {
            track,
            bbox: Rect::from_centre(Point { x, y }, width.max(1.0), height.max(1.0)),
            landmarks,
            score: nearest.face.score,
        })
    }
}
