//! Confusion matrices as a picture: colour is the part of the row, so that a rare class is as visible
//! as a frequent one; the numbers are percentages of the row, and counts. One matrix, or two side by
//! side and what the second has more or less than the first.

mod cells;

use askama::Template;

use super::svg::Svg;
use super::{px, text_width};
use crate::format::clip;
use crate::{Confusion, Result};
use cells::{Cell, Matrix};

const LONGEST_NAME: usize = 16;
/// Between two matrices.
const APART: f64 = 26.0;

#[derive(Template)]
#[template(path = "figure/matrix.html")]
pub struct MatrixFigure {
    id: String,
    title: String,
    description: String,
    width: f64,
    height: f64,
    left: f64,
    top: f64,
    /// Where "predicted class" stands.
    axis: f64,
    cell: f64,
    /// Of all class columns.
    side: f64,
    slanted: bool,
    /// Middle, name, and how many clips.
    rows: Vec<(f64, String, String)>,
    panels: Vec<Panel>,
}

struct Panel {
    title: String,
    left: f64,
    columns: Vec<(f64, String)>,
    cells: Vec<Cell>,
}

/// A matrix, and what to call it.
#[derive(Clone, Copy)]
pub struct Named<'a> {
    pub name: &'a str,
    pub confusion: &'a Confusion,
}

impl MatrixFigure {
    /// `classes` and the matrix have been checked to fit. None where no clip was counted.
    pub fn new(classes: &[String], confusion: &Confusion) -> Option<Self> {
        if confusion.total() == 0 {
            return None;
        }
        let matrix = Matrix { classes, confusion };
        let cell = px((540.0 / classes.len() as f64).clamp(30.0, 64.0));
        let mut figure = Self::empty(classes, cell, 0.0);
        figure.title = "Confusion matrix".into();
        figure.description = matrix.told();
        figure.name_rows(classes, confusion, None);
        figure.add(classes, String::new(), matrix.unread(), |place| {
            matrix.cells(place)
        });
        Some(figure)
    }

    /// Two matrices and their difference, the second less the first. As [`new`](Self::new); none where
    /// either has no clips.
    pub fn compared(id: &str, classes: &[String], first: Named, second: Named) -> Option<Self> {
        if first.confusion.total() == 0 || second.confusion.total() == 0 {
            return None;
        }
        let cell = px((364.0 / classes.len() as f64).clamp(26.0, 52.0));
        let mut figure = Self::empty(classes, cell, 20.0);
        let [one, two] = [first, second].map(|named| Matrix {
            classes,
            confusion: named.confusion,
        });
        let unread = one.unread() || two.unread();
        figure.id = id.into();
        figure.title = format!("Confusion of {} and of {}", first.name, second.name);
        figure.description = two.told_against(&one);
        figure.name_rows(classes, first.confusion, Some(second.confusion));
        let room = (cell * classes.len() as f64 / 8.0) as usize;
        figure.add(classes, clip(first.name, room), unread, |at| one.cells(at));
        figure.add(classes, clip(second.name, room), unread, |at| two.cells(at));
        let title = "difference, points".to_owned();
        figure.add(classes, title, unread, |at| two.cells_against(&one, at));
        Some(figure)
    }

    pub fn svg(&self) -> Result<Svg> {
        // Three of seven classes fit the page without scrolling.
        let least = if self.panels.len() > 1 { 0.73 } else { 0.8 };
        Ok(Svg {
            id: self.id.clone(),
            class: "matrix",
            title: self.title.clone(),
            description: self.description.clone(),
            width: self.width,
            height: self.height,
            bounds: Some((px(self.width * least), px(self.width * 1.1))),
            body: self.render()?,
        })
    }

    /// Without a panel yet.
    fn empty(classes: &[String], cell: f64, heading: f64) -> Self {
        let names = classes.iter().map(|c| text_width(&clip(c, LONGEST_NAME)));
        let widest = names.fold(0.0, f64::max);
        let slanted = widest > cell - 4.0;
        let left = px(widest.max(text_width("n = 10000")) + 38.0);
        let top = if slanted { widest * 0.72 + 44.0 } else { 52.0 };
        let top = px(top + heading);
        let side = px(cell * classes.len() as f64);
        Self {
            id: "matrix".into(),
            title: String::new(),
            description: String::new(),
            width: left,
            height: px(top + side + 4.0),
            left,
            top,
            axis: 16.0 + heading,
            cell,
            side,
            slanted,
            rows: Vec::new(),
            panels: Vec::new(),
        }
    }

    /// Names to the left of all panels; how many clips, where the two matrices agree in that.
    fn name_rows(&mut self, classes: &[String], one: &Confusion, other: Option<&Confusion>) {
        let rows = classes.iter().enumerate().map(|(k, class)| {
            let clips = one.class(k).clips;
            let same = other.is_none_or(|other| other.class(k).clips == clips);
            let told = same.then(|| format!("n = {clips}"));
            let middle = px(self.top + (k as f64 + 0.5) * self.cell);
            (middle, clip(class, LONGEST_NAME), told.unwrap_or_default())
        });
        self.rows = rows.collect();
    }

    /// One more matrix to the right of those that are there.
    fn add(
        &mut self,
        classes: &[String],
        title: String,
        unread: bool,
        cells: impl FnOnce(cells::Place) -> Vec<Cell>,
    ) {
        let left = match self.panels.is_empty() {
            true => self.left,
            false => px(self.width + APART),
        };
        let names = classes.iter().map(|c| clip(c, LONGEST_NAME));
        let widest = names.clone().map(|n| text_width(&n)).fold(0.0, f64::max);
        let mut columns: Vec<(f64, String)> = names
            .enumerate()
            .map(|(k, name)| (px(left + (k as f64 + 0.5) * self.cell), name))
            .collect();
        // Unread clips stand apart: they were called by no class.
        let apart = px(left + self.side + 10.0);
        let mut right = self.side;
        if unread {
            columns.push((px(apart + self.cell / 2.0), "unread".into()));
            right = apart - left + self.cell;
        }
        // The last slanted name runs out to the right.
        let overhang = if self.slanted { widest * 0.7 } else { 8.0 };
        self.width = px(left + right + overhang);
        let place = cells::Place {
            left,
            top: self.top,
            cell: self.cell,
            unread: unread.then_some(apart),
        };
        self.panels.push(Panel {
            title,
            left,
            columns,
            cells: cells(place),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(n: usize) -> Vec<String> {
        (0..n).map(|k| format!("class {k}")).collect()
    }

    fn confusion(counts: Vec<Vec<u64>>) -> Confusion {
        Confusion {
            counts,
            unread: vec![],
        }
    }

    #[test]
    fn colour_is_the_part_of_the_row_unread_clips_among_it() {
        let confusion = Confusion {
            counts: vec![vec![3, 1], vec![0, 0]],
            unread: vec![1, 0],
        };
        let figure = MatrixFigure::new(&names(2), &confusion).unwrap();
        let cells = &figure.panels[0].cells;
        let parts: Vec<f64> = cells.iter().map(|c| c.part).collect();
        let none = "a class without clips has no colour";
        assert_eq!(parts, [0.6, 0.2, 0.2, 0.0, 0.0, 0.0], "{none}");
        assert_eq!(cells[0].class, " firm diagonal");
        assert_eq!(cells[1].class, "");
        assert_eq!(figure.panels[0].columns.len(), 3);
        assert!(
            figure
                .description
                .contains("1 clips of class 0 called class 1")
        );
        assert_eq!(figure.rows[0].2, "n = 5");
    }

    #[test]
    fn many_classes_stay_within_the_picture() {
        let many = confusion(vec![vec![1; 40]; 40]);
        let named = |name| Named {
            name,
            confusion: &many,
        };
        let one = MatrixFigure::new(&names(40), &many).unwrap();
        let two = MatrixFigure::compared("x", &names(40), named("a"), named("b")).unwrap();
        for figure in [one, two] {
            assert!(figure.slanted);
            for panel in &figure.panels {
                let last = panel.cells.last().unwrap();
                let (right, foot) = (last.x + figure.cell, last.y + figure.cell);
                assert!(right <= figure.width && foot <= figure.height);
            }
        }
    }

    #[test]
    fn no_clip_no_figure() {
        let none = confusion(vec![vec![0]]);
        assert!(MatrixFigure::new(&names(1), &none).is_none());
    }

    #[test]
    fn a_difference_is_in_points_of_the_row() {
        // The second run has half the clips: parts are compared, not counts.
        let (first, second) = (
            confusion(vec![vec![6, 4], vec![1, 9]]),
            confusion(vec![vec![4, 1], vec![0, 5]]),
        );
        let [a, b] =
            [("a", &first), ("b", &second)].map(|(name, confusion)| Named { name, confusion });
        let figure = MatrixFigure::compared("x", &names(2), a, b).unwrap();
        let cells = &figure.panels[2].cells;
        let shown: Vec<&str> = cells.iter().map(|c| c.upper.as_str()).collect();
        assert_eq!(shown, ["+20", "−20", "−10", "+10"]);
        let classes: Vec<&str> = cells.iter().map(|c| c.class.as_str()).collect();
        assert_eq!(
            classes,
            [
                " strong firm diagonal",
                " less strong firm",
                " less",
                " diagonal"
            ]
        );
        assert_eq!(cells[0].part, 1.0, "the largest has all the colour");
        assert_eq!(figure.rows[0].2, "", "the numbers of clips differ");
        assert_eq!(
            figure.description,
            "Of 20 clips 15 are on the first diagonal, of 10 clips 9 on the second. The largest \
             difference: +20.0 points of class 0 called class 0."
        );
    }
}
