//! A part of a timeline, as wide as a telephone.

use std::fmt::Write;
use std::ops::Range;

use super::{COLUMN, COLUMNS_A_PIECE, NAME, PIECE, Plan, RISE, SLOT, STILLS_A_PIECE, px};
use crate::figure::columns::Run;
use crate::figure::text_width;
use crate::format::{clip, clock, percent};

/// Between a name in the strip and the ends of its stretch.
const MARGIN: f64 = 6.0;
/// Fewer letters of a class's name are no name.
const FEWEST_LETTERS: usize = 3;

pub struct Piece {
    /// Where it begins, were all pieces in a row.
    pub at: f64,
    pub stills: Vec<Shot>,
    pub blocks: Vec<Block>,
    /// Where the face is out of sight.
    pub gaps: Vec<(f64, f64)>,
    pub rows: Vec<Curve>,
    /// Where, the time, and how it is anchored there.
    pub ticks: Vec<(f64, String, &'static str)>,
    pub bottom: f64,
}

pub struct Shot {
    pub x: f64,
    pub uri: String,
    /// When it is of.
    pub told: String,
}

/// A stretch of one label.
pub struct Block {
    pub x: f64,
    pub width: f64,
    pub colour: usize,
    /// Empty where there is no room.
    pub name: String,
    /// Whether it began in the piece before.
    pub again: bool,
    pub told: String,
}

/// The probability of a class.
pub struct Curve {
    pub name: String,
    /// Of its name's line.
    pub head: f64,
    pub half: f64,
    pub foot: f64,
    pub colour: usize,
    pub area: String,
    /// Along the top of it.
    pub line: String,
}

impl Piece {
    pub fn new(plan: &Plan, k: usize, pieces: usize) -> Self {
        let at = k as f64 * PIECE;
        let columns = k * COLUMNS_A_PIECE..(k + 1) * COLUMNS_A_PIECE;
        let (mut blocks, mut gaps) = (Vec::new(), Vec::new());
        for run in plan.columns.runs() {
            let Some((x, width)) = within(&run.columns, &columns) else {
                continue;
            };
            match run.class {
                Some(class) => blocks.push(block(plan, &run, class, (x, width), columns.start)),
                None => gaps.push((x, width)),
            }
        }
        let rows = plan.rows.iter().enumerate();
        Self {
            at,
            stills: (0..STILLS_A_PIECE)
                .filter_map(|slot| still(plan, k * STILLS_A_PIECE + slot, slot, pieces))
                .collect(),
            blocks,
            gaps,
            rows: rows
                .map(|(row, &class)| curve(plan, row, class, &columns))
                .collect(),
            ticks: ticks(plan, at, k + 1 == pieces),
            bottom: plan.bottom(),
        }
    }
}

/// Where columns lie in a piece: from, and how wide.
fn within(run: &Range<usize>, piece: &Range<usize>) -> Option<(f64, f64)> {
    let (from, to) = (run.start.max(piece.start), run.end.min(piece.end));
    let width = to.checked_sub(from).filter(|&columns| columns > 0)?;
    Some(((from - piece.start) as f64 * COLUMN, width as f64 * COLUMN))
}

fn block(plan: &Plan, run: &Run, class: usize, (x, width): (f64, f64), start: usize) -> Block {
    let name = plan.classes.get(class).map_or("", String::as_str);
    let room = (width - 2.0 * MARGIN) / text_width("x");
    let whole = name.chars().count() as f64 <= room;
    let shown = match room as usize {
        _ if whole => name.to_owned(),
        letters if letters > FEWEST_LETTERS => clip(name, letters),
        _ => String::new(),
    };
    let [from, to] =
        [run.columns.start, run.columns.end].map(|c| clock(plan.columns.time(c), plan.decimals));
    let mean = percent(plan.columns.mean(run.columns.clone(), class), 0);
    Block {
        x,
        width,
        colour: plan.colours.get(class).copied().unwrap_or_default(),
        name: shown,
        again: run.columns.start < start,
        told: format!("{from} to {to}: {name}, {mean} in the mean"),
    }
}

/// The still nearest to the middle of a slot, if it is in the slot's time.
fn still(plan: &Plan, slot: usize, place: usize, pieces: usize) -> Option<Shot> {
    let (from, to) = plan.face.span();
    let each = (to - from) / (pieces * STILLS_A_PIECE) as f64;
    let middle = from + (slot as f64 + 0.5) * each;
    let still = plan.face.still_at(middle)?;
    // A single moment has one still, and a slot for it.
    let near = (still.time - middle).abs() <= each / 2.0;
    near.then(|| Shot {
        x: place as f64 * SLOT,
        uri: still.picture.data_uri(),
        told: clock(still.time, 1),
    })
}

/// A step for each column; columns of one height are one step.
fn curve(plan: &Plan, row: usize, class: usize, columns: &Range<usize>) -> Curve {
    let foot = plan.foot(row);
    let height = |probability: f64| px(foot - probability.clamp(0.0, 1.0) * RISE);
    let (mut area, mut line) = (String::new(), String::new());
    let mut last = None;
    // A column without a value closes what is open; so does the piece's end.
    let values = plan.columns.within(columns.clone()).chain([None]);
    for (k, column) in values.enumerate() {
        let x = k as f64 * COLUMN;
        let y = column
            .and_then(|c| c.probabilities.get(class))
            .map(|&p| height(p));
        // Writing to a string does not fail.
        _ = match (last, y) {
            (None, Some(y)) => write!(area, "M{x} {foot}V{y}").and(write!(line, "M{x} {y}")),
            (Some(before), Some(y)) if y != before => {
                write!(area, "H{x}V{y}").and(write!(line, "H{x}V{y}"))
            }
            (Some(_), None) => write!(area, "H{x}V{foot}").and(write!(line, "H{x}")),
            _ => Ok(()),
        };
        last = y;
    }
    Curve {
        name: plan.classes.get(class).cloned().unwrap_or_default(),
        head: foot - RISE - NAME + 12.0,
        half: px(foot - RISE / 2.0),
        foot,
        colour: plan.colours.get(class).copied().unwrap_or_default(),
        area,
        line,
    }
}

/// Those of the piece, moved inwards at the ends of the whole.
fn ticks(plan: &Plan, at: f64, last: bool) -> Vec<(f64, String, &'static str)> {
    let decimals = plan.axis.decimals();
    let all = plan.axis.ticks().into_iter();
    all.map(|tick| (tick.at - at, clock(tick.value, decimals)))
        .filter(|(x, _)| (0.0..PIECE).contains(x) || last && *x == PIECE)
        .map(|(x, text)| {
            let half = text_width(&text) / 2.0;
            let anchor = match x {
                x if at == 0.0 && x < half => "",
                x if last && x > PIECE - half => "end",
                _ => "middle",
            };
            (px(x), text, anchor)
        })
        .collect()
}
