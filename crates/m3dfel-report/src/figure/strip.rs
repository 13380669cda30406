//! A clip's frames under the shares of its instances.
//!
//! Drawn in pieces of four frames, all to one scale, which the page lays out like words: as many side
//! by side as there is room for. A face stays large enough to read on a telephone.

use askama::Template;

use super::px;
use crate::format::whole_percent;
use crate::{Example, ShownInstance};

const FRAMES_A_PIECE: usize = 4;
const FRAME: f64 = 100.0;
/// The foot of the bars, and how high the highest is.
const FOOT: f64 = 74.0;
const HIGHEST: f64 = 54.0;
/// Left free on either side of a bar.
const GAP: f64 = 1.5;
/// Between a bar, or the even share's line, and the label above; and how high a label is.
const LABEL_GAP: f64 = 5.0;
const LABEL: f64 = 12.0;

#[derive(Template)]
#[template(path = "strip.html")]
pub struct StripFigure {
    id: String,
    description: String,
    foot: f64,
    frame: f64,
    pieces: Vec<Piece>,
}

struct Piece {
    /// Of the frames in it: the last piece may have fewer.
    width: f64,
    even: Option<f64>,
    bars: Vec<Bar>,
    frames: Vec<Frame>,
    /// Where the expression is, and how wide.
    span: Option<(f64, f64)>,
}

struct Bar {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    /// On an instance's first piece only: where, and what it says.
    label: Option<(f64, f64, String)>,
}

struct Frame {
    x: f64,
    /// Counted from 1, as people do.
    number: usize,
    uri: Option<String>,
}

impl StripFigure {
    /// None where there is neither a picture nor an instance to show.
    pub fn new(id: &str, example: &Example) -> Option<Self> {
        let reach = example.instances.iter().map(|i| i.last_frame + 1).max();
        let frames = example.frames.len().max(reach.unwrap_or(0));
        if frames == 0 {
            return None;
        }
        let even = 1.0 / example.instances.len().max(1) as f64;
        let shares = example.instances.iter().map(|i| drawn(i.share));
        let top = shares.fold(even * 1.25, f64::max);
        let pieces = (0..frames)
            .step_by(FRAMES_A_PIECE)
            .map(|from| Piece::new(example, from..(from + FRAMES_A_PIECE).min(frames), top))
            .collect();
        Some(Self {
            id: format!("{id}-strip"),
            description: describe(example, frames),
            foot: FOOT,
            frame: FRAME,
            pieces,
        })
    }
}

fn drawn(share: f64) -> f64 {
    if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    }
}

impl Piece {
    fn new(example: &Example, frames: std::ops::Range<usize>, top: f64) -> Self {
        let at = |frame: usize| (frame - frames.start) as f64 * FRAME;
        // The part of a span of frames that lies in this piece: from where, how wide.
        let within = |first: usize, last: usize| {
            let (from, to) = (first.max(frames.start), (last + 1).min(frames.end));
            (from < to).then(|| (at(from), (to - from) as f64 * FRAME))
        };
        let height = |share: f64| px(drawn(share) / top * HIGHEST);
        let even = 1.0 / example.instances.len().max(1) as f64;
        let even = (example.instances.len() > 1).then(|| FOOT - height(even));
        // Above its bar; where the line of the even share would run through it, above the line.
        let label_at = |top: f64| match even {
            Some(line) if top > line && top - LABEL_GAP - LABEL < line => line - LABEL_GAP,
            _ => top - LABEL_GAP,
        };
        let bars = example.instances.iter().filter_map(|instance| {
            let ShownInstance {
                first_frame,
                last_frame,
                share,
            } = *instance;
            let (x, width) = within(first_frame, last_frame)?;
            let begins = first_frame >= frames.start;
            let ends = last_frame < frames.end;
            let from = if begins { x + GAP } else { x };
            let to = x + width - if ends { GAP } else { 0.0 };
            Some(Bar {
                x: from,
                y: FOOT - height(share),
                width: to - from,
                height: height(share),
                label: begins.then(|| {
                    let at = px(label_at(FOOT - height(share)));
                    (x + width / 2.0, at, whole_percent(share))
                }),
            })
        });
        Self {
            width: frames.len() as f64 * FRAME,
            even,
            bars: bars.collect(),
            span: example
                .truth_span
                .and_then(|(first, last)| within(first, last)),
            frames: frames
                .clone()
                .map(|frame| Frame {
                    x: at(frame),
                    number: frame + 1,
                    uri: example.frames.get(frame).map(|picture| picture.data_uri()),
                })
                .collect(),
        }
    }
}

fn describe(example: &Example, frames: usize) -> String {
    let mut text = match frames {
        1 => "1 frame".to_owned(),
        n => format!("{n} frames"),
    };
    text += &match example.instances.len() {
        0 => ".".to_owned(),
        1 => " in one instance.".to_owned(),
        n => format!(" in {n} instances."),
    };
    let mut largest: Option<&ShownInstance> = None;
    for instance in example.instances.iter().filter(|i| i.share.is_finite()) {
        if largest.is_none_or(|l| instance.share > l.share) {
            largest = Some(instance);
        }
    }
    if let (Some(largest), true) = (largest, example.instances.len() > 1) {
        text += &format!(
            " Largest share: {}, {}.",
            span(largest.first_frame, largest.last_frame),
            whole_percent(largest.share)
        );
    }
    if let Some((first, last)) = example.truth_span {
        text += &format!(" The expression is in {}.", span(first, last));
    }
    text
}

fn span(first: usize, last: usize) -> String {
    if first == last {
        format!("frame {}", first + 1)
    } else {
        format!("frames {} to {}", first + 1, last + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(instances: &[(usize, usize, f64)], truth_span: Option<(usize, usize)>) -> Example {
        let instances = instances
            .iter()
            .map(|&(first_frame, last_frame, share)| ShownInstance {
                first_frame,
                last_frame,
                share,
            });
        Example {
            instances: instances.collect(),
            truth_span,
            ..Example::default()
        }
    }

    #[test]
    fn an_instance_across_pieces_is_one_bar_with_one_label() {
        let halves = example(&[(0, 7, 0.25), (8, 15, 0.75)], Some((6, 9)));
        let strip = StripFigure::new("x", &halves).unwrap();
        assert_eq!(strip.pieces.len(), 4);
        let labels: Vec<bool> = strip
            .pieces
            .iter()
            .map(|p| p.bars[0].label.is_some())
            .collect();
        assert_eq!(labels, [true, false, true, false]);
        let widths: Vec<f64> = strip.pieces.iter().map(|p| p.bars[0].width).collect();
        assert_eq!(widths, [398.5, 398.5, 398.5, 398.5]);
        assert_eq!(strip.pieces[2].bars[0].height, HIGHEST);
        assert_eq!(strip.pieces[0].bars[0].height, HIGHEST / 3.0);
        let spans: Vec<_> = strip.pieces.iter().map(|p| p.span).collect();
        assert_eq!(
            spans,
            [None, Some((200.0, 200.0)), Some((0.0, 200.0)), None]
        );
        assert_eq!(
            strip.description,
            "16 frames in 2 instances. Largest share: frames 9 to 16, 75\u{202f}%. The expression is in frames 7 to 10."
        );
    }

    #[test]
    fn no_label_lies_on_the_line_of_the_even_share() {
        let shares = [0.0, 0.15, 0.24, 0.61];
        let strip = example(&[0, 1, 2, 3].map(|k| (k * 4, k * 4 + 3, shares[k])), None);
        let strip = StripFigure::new("x", &strip).unwrap();
        for (piece, share) in strip.pieces.iter().zip(shares) {
            let (line, bar) = (piece.even.unwrap(), &piece.bars[0]);
            let foot = bar.label.as_ref().unwrap().1;
            let over = foot - LABEL < line && line < foot;
            assert!(!over && foot < bar.y, "{share}: {foot} over {line}");
        }
    }

    #[test]
    fn shares_that_are_no_number_have_no_height() {
        let odd = example(
            &[(0, 0, f64::NAN), (1, 1, f64::INFINITY), (2, 2, -1.0)],
            None,
        );
        let strip = StripFigure::new("x", &odd).unwrap();
        assert!(strip.pieces[0].bars.iter().all(|b| b.height == 0.0));
        assert_eq!(strip.pieces[0].bars[0].label.as_ref().unwrap().2, "–");
    }

    #[test]
    fn nothing_to_show_is_no_figure() {
        assert!(StripFigure::new("x", &Example::default()).is_none());
    }
}
