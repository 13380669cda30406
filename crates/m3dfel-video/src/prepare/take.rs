//! A clip while its span is read: all faces are kept aside, for which one wins is known at the end.

use std::collections::BTreeMap;

use super::error::Result;
use super::outcome::{Kept, Outcome, Reason, Record};
use super::store::Aside;
use super::work::{Task, Work};
use crate::{Rect, TrackId};

/// A face cut out of a frame.
pub struct Jpeg {
    pub track: TrackId,
    /// Where it was in the frame.
    pub bbox: Rect,
    pub bytes: Vec<u8>,
}

/// How a video was when a span was over.
pub struct Ending {
    /// The time of the last frame decoded.
    pub last: f64,
    /// Whether its decoder died, which it need not do again.
    pub is_stopped: bool,
    pub problems: Vec<String>,
}

pub struct Take<'a> {
    pub task: &'a Task<'a>,
    work: &'a Work<'a>,
    /// There once there is a face.
    aside: Option<Aside>,
    seen: BTreeMap<TrackId, Seen>,
    span_frames: usize,
}

/// What a face amounts to.
#[derive(Default)]
struct Seen {
    frames: usize,
    /// Sum over its frames, in square pixels: its mean area times how long it is seen.
    area: f64,
    /// Sum over its frames, in pixels.
    sides: f64,
    /// Its frames are removed: it cannot win any more.
    is_lost: bool,
}

/// A span may end so much after the last frame, in seconds: people round.
const ROUNDED: f64 = 0.5;

impl<'a> Take<'a> {
    pub fn new(work: &'a Work<'a>, task: &'a Task<'a>) -> Self {
        Self {
            task,
            work,
            aside: None,
            seen: BTreeMap::new(),
            span_frames: 0,
        }
    }

    pub fn holds(&self, time: f64) -> bool {
        self.task.source.span.holds(time)
    }

    pub fn is_over(&self, time: f64) -> bool {
        self.task.source.span.is_over(time)
    }

    /// Takes in the faces of a frame of the span.
    pub fn add(&mut self, faces: &[Jpeg]) -> Result<()> {
        self.span_frames += 1;
        for face in faces {
            let aside = match &mut self.aside {
                Some(aside) => aside,
                none => none.insert(self.work.store.aside(self.task.row)?),
            };
            let seen = self.seen.entry(face.track).or_default();
            seen.frames += 1;
            seen.area += f64::from(face.bbox.area());
            seen.sides += f64::from(face.bbox.side());
            aside.write(face.track, seen.frames, &face.bytes)?;
        }
        Ok(())
    }

    /// A face will not be seen again. One that another has left behind makes room, for a long video has many.
    pub fn face_ended(&mut self, track: TrackId) -> Result<()> {
        let most = self.seen.values().map(|seen| seen.area).fold(0.0, f64::max);
        if let (Some(aside), Some(seen)) = (&self.aside, self.seen.get_mut(&track))
            && seen.area < most
            && !seen.is_lost
        {
            seen.is_lost = true;
            aside.discard(track)?;
        }
        Ok(())
    }

    /// The clip of the face that is largest by mean area times time, or why there is none. `is_whole`: the video went on
    /// to the span's end.
    pub fn finish(self, is_whole: bool, ending: &Ending) -> Result<Outcome> {
        match self.winner(is_whole, ending) {
            Ok((track, clip)) => {
                let record = Record {
                    source: self.task.source.clone(),
                    result: clip.clone(),
                };
                if let Some(aside) = self.aside {
                    aside.become_clip(track, &record, &self.task.place)?;
                }
                Ok(Outcome::Kept {
                    clip,
                    earlier: false,
                })
            }
            Err(reason) => Ok(Outcome::Dropped(reason)),
        }
    }

    fn winner(&self, is_whole: bool, ending: &Ending) -> Result<(TrackId, Kept), Reason> {
        let missing = || Reason::FramesMissing {
            what: ending.problems.join("; "),
        };
        if !is_whole && ending.is_stopped {
            return Err(missing());
        }
        if self.span_frames == 0 && !is_whole {
            return Err(match ending.problems[..] {
                [] => Reason::SpanOutside { end: ending.last },
                _ => missing(),
            });
        }
        // Of equal ones the first.
        let largest = self.seen.iter().rev();
        let Some((track, seen)) = largest.max_by(|a, b| a.1.area.total_cmp(&b.1.area)) else {
            return Err(Reason::NoFace {
                frames: self.span_frames,
            });
        };
        let options = self.work.options;
        if seen.frames < options.least_frames {
            return Err(Reason::TooShort {
                frames: seen.frames,
                least: options.least_frames,
            });
        }
        let side = (seen.sides / seen.frames as f64) as f32;
        if side < options.least_side {
            return Err(Reason::TooSmall {
                side,
                least: options.least_side,
            });
        }
        let mut problems = ending.problems.clone();
        if let Some(end) = self.task.source.span.end
            && !is_whole
            && end > ending.last + ROUNDED
        {
            let last = ending.last;
            problems.push(format!(
                "the span ends at {end} s, the video at {last:.2} s"
            ));
        }
        let clip = Kept {
            frames: seen.frames,
            span_frames: self.span_frames,
            side,
            faces: self.seen.len(),
            problems,
        };
        Ok((*track, clip))
    }
}
