//! A clip's frames under the curve of its instances' shares, and where the expression lies.
//!
//! Drawn in pieces of four frames, all to one scale, which the page lays out like words: all in a row
//! where there is room, so that the curve runs on; one below the other on a telephone, so that a face
//! stays large enough to read.

mod piece;
mod told;

use askama::Template;

use super::px;
use super::svg::Svg;
use crate::{Example, Result, ShownInstance};
use piece::Piece;
use told::Verdict;

const FRAMES_A_PIECE: usize = 4;
const FRAME: f64 = 100.0;
/// The foot of the curve, and how high it rises.
const FOOT: f64 = 96.0;
const HIGHEST: f64 = 66.0;
/// Below the frames: their numbers, and the expression with its onset, apex and offset.
const BELOW: f64 = 30.0;
const BELOW_WITH_SPAN: f64 = 64.0;

#[derive(Template)]
#[template(path = "figure/strip.html")]
pub struct StripFigure {
    id: String,
    description: String,
    verdict: Option<Verdict>,
    foot: f64,
    frame: f64,
    height: f64,
    pieces: Vec<Piece>,
}

/// All pieces in a row, as a file has them.
#[derive(Template)]
#[template(path = "figure/row.html")]
struct Row<'a> {
    pieces: &'a [Piece],
    foot: f64,
    frame: f64,
}

impl StripFigure {
    /// None where there is neither a picture nor an instance to show.
    pub fn new(id: &str, example: &Example) -> Option<Self> {
        let reach = example.instances.iter().map(|i| i.last_frame + 1).max();
        let frames = example.frames.len().max(reach.unwrap_or(0));
        if frames == 0 {
            return None;
        }
        let decisive = decisive(example);
        let even = 1.0 / example.instances.len().max(1) as f64;
        let shares = example.instances.iter().map(|i| drawn(i.share));
        let top = shares.fold(even * 1.25, f64::max);
        let pieces = (0..frames)
            .step_by(FRAMES_A_PIECE)
            .map(|from| {
                let frames = from..(from + FRAMES_A_PIECE).min(frames);
                Piece::new(example, decisive, frames, top)
            })
            .collect();
        let below = match example.truth_span {
            Some(_) => BELOW_WITH_SPAN,
            None => BELOW,
        };
        Some(Self {
            id: format!("{id}-strip"),
            description: told::describe(example, frames, decisive),
            verdict: Verdict::new(example, decisive),
            foot: FOOT,
            frame: FRAME,
            height: FOOT + FRAME + below,
            pieces,
        })
    }

    /// All frames in one row.
    pub fn svg(&self) -> Result<Svg> {
        let row = Row {
            pieces: &self.pieces,
            foot: FOOT,
            frame: FRAME,
        };
        let verdict = self.verdict.as_ref().map_or("", |v| &v.told);
        Ok(Svg {
            id: self.id.clone(),
            class: "strip",
            title: "Frames and instance shares".into(),
            description: format!("{verdict} {}", self.description).trim().to_owned(),
            width: self.pieces.iter().map(|piece| piece.width).sum(),
            height: self.height,
            bounds: None,
            body: row.render()?,
        })
    }
}

/// The instance with the largest share; none where there is but one, or another has as much.
fn decisive(example: &Example) -> Option<ShownInstance> {
    let real = |share: f64| share > 0.0 && share.is_finite();
    let shares = || example.instances.iter().filter(|i| real(i.share));
    let largest = shares().max_by(|a, b| a.share.total_cmp(&b.share))?;
    let as_large = shares().filter(|i| i.share == largest.share).count();
    (example.instances.len() > 1 && as_large == 1).then_some(*largest)
}

fn drawn(share: f64) -> f64 {
    if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
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
    fn an_instance_across_pieces_is_one_step_with_one_label() {
        let halves = example(&[(0, 7, 0.25), (8, 15, 0.75)], Some((6, 9)));
        let strip = StripFigure::new("x", &halves).unwrap();
        let steps: Vec<_> = strip.pieces.iter().map(|p| &p.steps[0]).collect();
        let labels: Vec<bool> = steps.iter().map(|s| s.label.is_some()).collect();
        assert_eq!(labels, [true, false, true, false]);
        assert!(steps.iter().all(|s| (s.x, s.width) == (0.0, 400.0)));
        let heights: Vec<f64> = steps.iter().map(|s| FOOT - s.y).collect();
        assert_eq!(heights, [HIGHEST / 3.0, HIGHEST / 3.0, HIGHEST, HIGHEST]);
        let decisive: Vec<bool> = steps.iter().map(|s| s.decisive).collect();
        assert_eq!(decisive, [false, false, true, true]);
        let sides: Vec<usize> = steps
            .iter()
            .map(|s| s.bracket.matches('V').count())
            .collect();
        assert_eq!(sides, [1, 1, 1, 1], "open where it goes on");
        let spans: Vec<_> = strip.pieces.iter().map(|p| p.span).collect();
        assert_eq!(
            spans,
            [None, Some((200.0, 200.0)), Some((0.0, 200.0)), None]
        );
        let marks: Vec<_> = strip.pieces.iter().map(|p| p.marks.clone()).collect();
        assert_eq!(marks[1], [(200.0, "onset", "")]);
        assert_eq!(marks[2], [(200.0, "offset", "end")]);
        assert_eq!(
            strip.description,
            "16 frames in 2 instances. Largest share: frames 9 to 16, 75\u{202f}%. The expression is in frames 7 to 10."
        );
    }

    #[test]
    fn steps_that_touch_are_one_curve() {
        let quarters = [(0, 0, 0.4), (1, 1, 0.3), (3, 3, 0.3)];
        let strip = StripFigure::new("x", &example(&quarters, None)).unwrap();
        assert_eq!(
            strip.pieces[0].curve, "M0 32.6H100V48.5H200M300 48.5H400",
            "a frame of no instance is a gap"
        );
        let halves = example(&[(0, 3, 0.25), (4, 7, 0.75)], None);
        let strip = StripFigure::new("x", &halves).unwrap();
        let risen = format!("M0 {}V30H400", FOOT - HIGHEST / 3.0);
        assert_eq!(
            strip.pieces[1].curve, risen,
            "from where the first piece ended"
        );
    }

    #[test]
    fn the_decisive_instance_is_within_the_expression_or_not() {
        let instances = [(0, 3, 0.2), (4, 7, 0.5), (8, 11, 0.3)];
        let verdict = |span, instances: &[(usize, usize, f64)]| {
            let strip = StripFigure::new("x", &example(instances, span)).unwrap();
            strip.verdict.map(|v| (v.class, v.told))
        };
        let class = |span| verdict(span, &instances).unwrap().0;
        assert_eq!(class(Some((4, 7))), "in");
        assert_eq!(class(Some((0, 3))), "out");
        assert_eq!(class(Some((8, 11))), "out");
        let (class, told) = verdict(Some((6, 9)), &instances).unwrap();
        assert_eq!(class, "part");
        assert!(told.ends_with("2 of 4 frames"), "{told}");
        let (_, told) = verdict(Some((5, 5)), &instances).unwrap();
        assert!(told.ends_with("1 of 4 frames"), "{told}");
        assert_eq!(verdict(None, &instances), None);
        let none = "none decides where two have as much, or is alone";
        let tie = [(0, 3, 0.5), (4, 7, 0.5)];
        assert_eq!(verdict(Some((0, 3)), &tie), None, "{none}");
        assert_eq!(verdict(Some((0, 3)), &[(0, 3, 1.0)]), None, "{none}");
    }

    #[test]
    fn an_apex_beside_onset_or_offset_has_no_word() {
        let words = |apex| {
            let mut example = example(&[(0, 3, 1.0)], Some((0, 2)));
            example.apex = Some(apex);
            let strip = StripFigure::new("x", &example).unwrap();
            *strip.pieces[0].marks.last().unwrap()
        };
        assert_eq!(words(1), (150.0, "apex", "middle"));
        assert_eq!(words(0), (50.0, "", "middle"));
        assert_eq!(words(2), (250.0, "", "middle"));
    }

    #[test]
    fn no_label_lies_on_the_line_of_the_even_share() {
        let shares = [0.0, 0.15, 0.24, 0.61];
        let strip = example(&[0, 1, 2, 3].map(|k| (k * 4, k * 4 + 3, shares[k])), None);
        let strip = StripFigure::new("x", &strip).unwrap();
        for (piece, share) in strip.pieces.iter().zip(shares) {
            let (line, step) = (piece.even.unwrap(), &piece.steps[0]);
            let foot = step.label.as_ref().unwrap().1;
            let over = foot - piece::LABEL < line && line < foot;
            assert!(!over && foot < step.y, "{share}: {foot} over {line}");
        }
    }

    #[test]
    fn shares_that_are_no_number_have_no_height() {
        let odd = example(
            &[(0, 0, f64::NAN), (1, 1, f64::INFINITY), (2, 2, -1.0)],
            Some((0, 0)),
        );
        let strip = StripFigure::new("x", &odd).unwrap();
        assert!(strip.pieces[0].steps.iter().all(|s| s.y == FOOT));
        assert_eq!(strip.pieces[0].steps[0].label.as_ref().unwrap().2, "–");
    }

    #[test]
    fn nothing_to_show_is_no_figure() {
        assert!(StripFigure::new("x", &Example::default()).is_none());
    }
}
