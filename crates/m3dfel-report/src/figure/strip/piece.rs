//! Four frames of a strip, and the part of the curve above them.

use std::fmt::Write;
use std::ops::Range;

use super::{FOOT, FRAME, FRAMES_A_PIECE, HIGHEST, drawn, px};
use crate::format::whole_percent;
use crate::{Example, ShownInstance};

/// Between the curve, or the even share's line, and the label above; and how high a label is.
const LABEL_GAP: f64 = 6.0;
pub const LABEL: f64 = 15.0;

pub struct Piece {
    /// Where it begins, were all pieces in a row.
    pub at: f64,
    /// Of the frames in it: the last piece may have fewer.
    pub width: f64,
    pub even: Option<f64>,
    pub steps: Vec<Step>,
    /// The line along the tops of the steps.
    pub curve: String,
    pub frames: Vec<Frame>,
    /// Where the expression is, and how wide.
    pub span: Option<(f64, f64)>,
    /// Onset, apex and offset: where, the word, and how it is anchored there.
    pub marks: Vec<(f64, &'static str, &'static str)>,
}

/// An instance's share over its frames in the piece.
pub struct Step {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub decisive: bool,
    /// Around its frames, open where it goes on in another piece.
    pub bracket: String,
    /// On an instance's first piece only: where, and what it says.
    pub label: Option<(f64, f64, String)>,
}

pub struct Frame {
    pub x: f64,
    /// Counted from 1, as people do.
    pub number: usize,
    pub uri: Option<String>,
}

/// The part of a span of frames that lies in a piece.
struct Part {
    x: f64,
    width: f64,
    begins: bool,
    ends: bool,
}

impl Part {
    fn new(frames: &Range<usize>, (first, last): (usize, usize)) -> Option<Self> {
        let (from, to) = (first.max(frames.start), (last + 1).min(frames.end));
        (from < to).then(|| Self {
            x: (from - frames.start) as f64 * FRAME,
            width: (to - from) as f64 * FRAME,
            begins: first >= frames.start,
            ends: last < frames.end,
        })
    }

    fn right(&self) -> f64 {
        self.x + self.width
    }
}

impl Piece {
    /// `top` is the share that rises highest.
    pub fn new(
        example: &Example,
        decisive: Option<ShownInstance>,
        frames: Range<usize>,
        top: f64,
    ) -> Self {
        let y = |share: f64| px(FOOT - drawn(share) / top * HIGHEST);
        let n = example.instances.len();
        let even = (n > 1).then(|| y(1.0 / n as f64));
        let mut instances = example.instances.clone();
        instances.sort_by_key(|i| (i.first_frame, i.last_frame));
        let steps: Vec<Step> = instances
            .iter()
            .filter_map(|instance| {
                let part = Part::new(&frames, (instance.first_frame, instance.last_frame))?;
                let y = y(instance.share);
                Some(Step {
                    x: part.x,
                    y,
                    width: part.width,
                    decisive: decisive == Some(*instance),
                    bracket: bracket(&part),
                    label: part.begins.then(|| {
                        let text = whole_percent(instance.share);
                        (part.x + part.width / 2.0, label_at(y, even), text)
                    }),
                })
            })
            .collect();
        let before = instances.iter().find(|i| i.last_frame + 1 == frames.start);
        let before = before.map(|instance| instance.share);
        let span = example.truth_span.and_then(|s| Part::new(&frames, s));
        Self {
            at: frames.start as f64 * FRAME,
            width: frames.len() as f64 * FRAME,
            even,
            curve: curve(before.map(y), &steps),
            steps,
            marks: marks(example, &frames, span.as_ref()),
            span: span.map(|part| (part.x, part.width)),
            frames: frames
                .clone()
                .map(|frame| Frame {
                    x: (frame - frames.start) as f64 * FRAME,
                    number: frame + 1,
                    uri: example.frames.get(frame).map(|picture| picture.data_uri()),
                })
                .collect(),
        }
    }
}

/// Above its step; where the line of the even share would run through it, above the line.
fn label_at(top: f64, even: Option<f64>) -> f64 {
    px(match even {
        Some(line) if top > line && top - LABEL_GAP - LABEL < line => line - LABEL_GAP,
        _ => top - LABEL_GAP,
    })
}

/// Steps that touch are joined, the first to one that ended at height `before` in the piece before.
fn curve(before: Option<f64>, steps: &[Step]) -> String {
    let mut path = before.map_or(String::new(), |y| format!("M0 {y}"));
    let mut end = if before.is_some() { 0.0 } else { f64::NAN };
    for step in steps {
        let joined = step.x == end;
        end = step.x + step.width;
        // Writing to a string does not fail.
        let _ = match joined {
            true => write!(path, "V{}H{end}", step.y),
            false => write!(path, "M{} {}H{end}", step.x, step.y),
        };
    }
    path
}

fn bracket(part: &Part) -> String {
    let (top, foot) = (FOOT + 3.5, FOOT + FRAME + 3.5);
    let from = part.x + if part.begins { 1.5 } else { 0.0 };
    let to = part.right() - if part.ends { 1.5 } else { 0.0 };
    let mut path = format!("M{from} {top}H{to}M{from} {foot}H{to}");
    for (x, there) in [(from, part.begins), (to, part.ends)] {
        if there {
            path += &format!("M{x} {top}V{foot}");
        }
    }
    path
}

/// Where onset and offset stand too near, the apex is a stroke without its word.
fn marks(
    example: &Example,
    frames: &Range<usize>,
    span: Option<&Part>,
) -> Vec<(f64, &'static str, &'static str)> {
    let mut marks = Vec::new();
    if let Some(span) = span {
        let short = span.begins && span.ends && span.width <= FRAME;
        let (onset, offset) = if short {
            ("on", "off")
        } else {
            ("onset", "offset")
        };
        if span.begins {
            marks.push((span.x, onset, ""));
        }
        if span.ends {
            marks.push((span.right(), offset, "end"));
        }
    }
    if let (Some(apex), Some((first, last))) = (example.apex, example.truth_span)
        && frames.contains(&apex)
    {
        let x = (apex - frames.start) as f64 * FRAME + FRAME / 2.0;
        let apart = apex > first && apex < last;
        marks.push((x, if apart { "apex" } else { "" }, "middle"));
    }
    debug_assert!(marks.len() <= 3 && frames.len() <= FRAMES_A_PIECE);
    marks
}
