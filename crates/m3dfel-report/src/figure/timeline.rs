//! What a face expresses over time: stills, the label of each moment, and below it the probabilities.
//!
//! Time runs like a text: in pieces that the page lays side by side where there is room, so that the curves
//! run on, and one below the other on a telephone.

mod piece;

use askama::Template;

use super::axis::Axis;
use super::columns::Columns;
use super::svg::Svg;
use super::{colours, px};
use crate::format::percent;
use crate::video::Moment;
use crate::{FaceTimeline, Result};
use piece::Piece;

/// Widths: of a piece, of a still with its margin, of a column.
const PIECE: f64 = 340.0;
const STILLS_A_PIECE: usize = 5;
const SLOT: f64 = PIECE / STILLS_A_PIECE as f64;
const COLUMN: f64 = 2.0;
const COLUMNS_A_PIECE: usize = 170;
const MOST_PIECES: usize = 3;
/// A piece shows no less, or the stills in it would be alike.
const LEAST_SECONDS: f64 = 2.5;

/// Heights, from the top: stills, the strip of labels, then a row for each class, then the axis.
const STRIP: f64 = 26.0;
const GAP: f64 = 8.0;
const NAME: f64 = 17.0;
const RISE: f64 = 32.0;
const ROW: f64 = NAME + RISE + 6.0;
const AXIS: f64 = 24.0;

/// A class that never comes to this has no row.
pub const MATTERS: f64 = 0.2;

#[derive(Template)]
#[template(path = "figure/timeline.html")]
pub struct TimelineFigure {
    pub id: String,
    title: String,
    /// For those who cannot see it.
    description: String,
    /// Below the figure.
    caption: String,
    height: f64,
    strip: f64,
    pieces: Vec<Piece>,
}

/// All pieces in a row, as a file has them.
#[derive(Template)]
#[template(path = "figure/timeline_row.html")]
struct Row<'a> {
    pieces: &'a [Piece],
    strip: f64,
}

/// What all pieces are drawn from.
struct Plan<'a> {
    face: &'a FaceTimeline,
    classes: &'a [String],
    colours: Vec<usize>,
    /// Those that matter, in the order of their rows.
    rows: Vec<usize>,
    axis: Axis,
    columns: Columns,
    strip: f64,
    /// Of times in titles.
    decimals: usize,
}

impl TimelineFigure {
    /// None where there is neither a moment nor a still. `told` says what the face expresses.
    pub fn new(
        id: String,
        title: String,
        told: &str,
        (face, moments): (&FaceTimeline, &[Moment]),
        classes: &[String],
    ) -> Option<Self> {
        let (from, to) = face.span();
        if moments.is_empty() && (face.stills.is_empty() || to <= from) {
            return None;
        }
        let pieces = ((to - from) / LEAST_SECONDS).ceil();
        let pieces = (pieces as usize).clamp(1, MOST_PIECES);
        let range = (0.0, pieces as f64 * PIECE);
        let columns = Columns::new(moments, (from, to), pieces * COLUMNS_A_PIECE);
        let rows: Vec<usize> = (0..classes.len())
            .filter(|&k| columns.highest(k) >= MATTERS)
            .collect();
        let strip = if face.stills.is_empty() { 0.0 } else { SLOT };
        let plan = Plan {
            face,
            classes,
            colours: colours(classes),
            axis: Axis::clock(from, to, range, pieces * 3),
            columns,
            strip,
            decimals: usize::from(to - from < 120.0),
            rows,
        };
        let caption = low(&plan);
        Some(Self {
            description: format!("{told} {caption}").trim().to_owned(),
            caption,
            id,
            title,
            height: plan.bottom() + AXIS,
            strip,
            pieces: (0..pieces).map(|k| Piece::new(&plan, k, pieces)).collect(),
        })
    }

    /// All in one row.
    pub fn svg(&self) -> Result<Svg> {
        let row = Row {
            pieces: &self.pieces,
            strip: self.strip,
        };
        Ok(Svg {
            id: self.id.clone(),
            class: "timeline",
            title: self.title.clone(),
            description: self.description.clone(),
            width: self.pieces.len() as f64 * PIECE,
            height: self.height,
            bounds: None,
            body: row.render()?,
        })
    }
}

impl Plan<'_> {
    /// The foot of a class's row.
    fn foot(&self, row: usize) -> f64 {
        self.strip + STRIP + GAP + row as f64 * ROW + NAME + RISE
    }

    fn bottom(&self) -> f64 {
        match self.rows.len() {
            0 => self.strip + STRIP + 4.0,
            n => self.foot(n - 1),
        }
    }
}

/// Which classes have no row.
fn low(plan: &Plan) -> String {
    let low = (0..plan.classes.len()).filter(|k| !plan.rows.contains(k));
    let low: Vec<&str> = low
        .filter_map(|k| plan.classes.get(k).map(String::as_str))
        .collect();
    let least = percent(MATTERS, 0);
    match (low.is_empty(), plan.rows.is_empty()) {
        (true, _) | (_, true) => String::new(),
        _ => format!("Below {least} throughout: {}.", low.join(", ")),
    }
}

#[cfg(test)]
mod tests;
