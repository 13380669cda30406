//! The confusion matrix as a picture: colour is the part of the row, so that a rare class is as
//! visible as a frequent one; the numbers are percentages of the row, and counts.

use askama::Template;

use super::{px, text_width};
use crate::Confusion;
use crate::format::{clip, percent, whole_percent};

/// From these parts of the row on, letters in the paper's colour are read more easily than those in
/// the ink's: in the dark theme, and in either.
const FIRM: f64 = 0.6;
const STRONG: f64 = 0.78;
const LONGEST_NAME: usize = 16;
/// Smaller cells have no room for the counts below the percentages.
const ROOM_FOR_COUNTS: f64 = 44.0;

#[derive(Template)]
#[template(path = "matrix.html")]
pub struct MatrixFigure {
    description: String,
    width: f64,
    height: f64,
    /// In pixels: less is not readable, and scrolls instead; more is out of scale with the text.
    least: f64,
    most: f64,
    left: f64,
    top: f64,
    cell: f64,
    /// Of all class columns.
    side: f64,
    slanted: bool,
    columns: Vec<(f64, String)>,
    rows: Vec<Row>,
}

struct Row {
    middle: f64,
    name: String,
    clips: u64,
    cells: Vec<Cell>,
}

struct Cell {
    x: f64,
    y: f64,
    /// Part of the row, 0 to 1, as the colour's strength.
    part: f64,
    firm: bool,
    strong: bool,
    diagonal: bool,
    percent: String,
    /// Empty where there is no room.
    count: String,
    told: String,
}

impl MatrixFigure {
    /// `classes` and the matrix have been checked to fit. None where no clip was counted.
    pub fn new(classes: &[String], confusion: &Confusion) -> Option<Self> {
        if confusion.total() == 0 {
            return None;
        }
        let scores = confusion.scores();
        let cell = px((540.0 / classes.len() as f64).clamp(30.0, 64.0));
        let unread = (0..classes.len()).any(|class| confusion.unread(class) > 0);
        let names: Vec<String> = classes.iter().map(|c| clip(c, LONGEST_NAME)).collect();
        let widest = names.iter().map(|n| text_width(n)).fold(0.0, f64::max);
        let slanted = widest > cell - 4.0;
        let left = px(widest.max(text_width("n = 10000")) + 38.0);
        let top = if slanted {
            px(widest * 0.72 + 44.0)
        } else {
            52.0
        };
        let side = px(cell * classes.len() as f64);

        // Unread clips stand apart: they were called by no class.
        let apart = side + 10.0;
        let mut columns: Vec<(f64, String)> = names
            .iter()
            .enumerate()
            .map(|(k, name)| (px(left + (k as f64 + 0.5) * cell), name.clone()))
            .collect();
        if unread {
            columns.push((px(left + apart + cell / 2.0), "unread".into()));
        }
        let rows = classes.iter().zip(names).zip(&scores).enumerate();
        let rows = rows.map(|(truth, ((class, name), score))| {
            let y = px(top + truth as f64 * cell);
            let called = classes.iter().enumerate().map(|(k, other)| {
                let x = px(left + k as f64 * cell);
                (x, confusion.count(truth, k), format!("called {other}"))
            });
            let lost = unread.then(|| {
                let count = confusion.unread(truth);
                (px(left + apart), count, "could not be read".into())
            });
            let cells = called.chain(lost).enumerate().map(|(k, (x, count, fate))| {
                let part = count as f64 / score.clips.max(1) as f64;
                Cell {
                    x,
                    y,
                    part: (part * 1000.0).round() / 1000.0,
                    firm: part >= FIRM,
                    strong: part >= STRONG,
                    diagonal: k == truth,
                    percent: if count == 0 {
                        String::new()
                    } else {
                        whole_percent(part)
                    },
                    count: if cell < ROOM_FOR_COUNTS {
                        String::new()
                    } else {
                        count.to_string()
                    },
                    told: format!(
                        "{count} of {} clips of {class} {fate} ({})",
                        score.clips,
                        percent(part, 1)
                    ),
                }
            });
            Row {
                middle: px(y + cell / 2.0),
                name,
                clips: score.clips,
                cells: cells.collect(),
            }
        });
        let right = if unread { apart + cell } else { side };
        // The last slanted name runs out to the right.
        let overhang = if slanted { widest * 0.7 } else { 8.0 };
        let width = px(left + right + overhang);
        Some(Self {
            description: describe(classes, confusion),
            width,
            least: px(width * 0.8),
            most: px(width * 1.1),
            height: px(top + side + 4.0),
            left,
            top,
            cell,
            side,
            slanted,
            columns,
            rows: rows.collect(),
        })
    }
}

/// What the eye finds first: how much lies on the diagonal, and the largest cell off it.
fn describe(classes: &[String], confusion: &Confusion) -> String {
    let all = (0..classes.len()).flat_map(|t| (0..classes.len()).map(move |p| (t, p)));
    let worst = all
        .filter(|(t, p)| t != p)
        .max_by_key(|&(t, p)| (confusion.count(t, p), std::cmp::Reverse((t, p))));
    let right: u64 = (0..classes.len())
        .map(|k| confusion.count(k, k))
        .fold(0, u64::saturating_add);
    let mut text = format!(
        "{right} of {} clips are on the diagonal.",
        confusion.total()
    );
    if let Some((t, p)) = worst {
        let count = confusion.count(t, p);
        if let (Some(truth), Some(called), true) = (classes.get(t), classes.get(p), count > 0) {
            text +=
                &format!(" The most frequent confusion: {count} clips of {truth} called {called}.");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(n: usize) -> Vec<String> {
        (0..n).map(|k| format!("class {k}")).collect()
    }

    #[test]
    fn colour_is_the_part_of_the_row_unread_clips_among_it() {
        let confusion = Confusion {
            counts: vec![vec![3, 1], vec![0, 0]],
            unread: vec![1, 0],
        };
        let figure = MatrixFigure::new(&names(2), &confusion).unwrap();
        let first: Vec<f64> = figure.rows[0].cells.iter().map(|c| c.part).collect();
        assert_eq!(first, [0.6, 0.2, 0.2]);
        let second: Vec<f64> = figure.rows[1].cells.iter().map(|c| c.part).collect();
        assert_eq!(second, [0.0; 3], "a class without clips has no colour");
        let cells = &figure.rows[0].cells;
        assert!(cells[0].firm && !cells[0].strong && !cells[1].firm);
        assert_eq!(figure.columns.len(), 3);
        assert!(
            figure
                .description
                .contains("1 clips of class 0 called class 1")
        );
    }

    #[test]
    fn many_classes_stay_within_the_picture() {
        let counts = vec![vec![1; 40]; 40];
        let confusion = Confusion {
            counts,
            unread: vec![],
        };
        let figure = MatrixFigure::new(&names(40), &confusion).unwrap();
        assert!(figure.slanted);
        let last = figure.rows[39].cells.last().unwrap();
        assert!(last.x + figure.cell <= figure.width && last.y + figure.cell <= figure.height);
    }

    #[test]
    fn no_clip_no_figure() {
        let confusion = Confusion {
            counts: vec![vec![0]],
            unread: vec![],
        };
        assert!(MatrixFigure::new(&names(1), &confusion).is_none());
    }
}
