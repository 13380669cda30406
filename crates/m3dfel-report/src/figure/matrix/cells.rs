//! The cells of a matrix: how much colour each has, and what it says.

use super::super::px;
use crate::Confusion;
use crate::format::{percent, points, whole_percent};

/// From these strengths of colour on, letters in the paper's colour are read more easily than those in
/// the ink's: in the dark theme, and in either.
const FIRM: f64 = 0.6;
const STRONG: f64 = 0.78;
/// Smaller cells have no room for the counts below the percentages.
const ROOM_FOR_COUNTS: f64 = 44.0;
/// The difference that has all the colour, unless a larger one is there: noise shall not look like news.
const FULL_DIFFERENCE: f64 = 0.1;

pub struct Cell {
    pub x: f64,
    pub y: f64,
    pub middle: (f64, f64),
    /// The colour's strength, 0 to 1.
    pub part: f64,
    /// Of the style sheet, after `cell`.
    pub class: String,
    /// Empty for a nought.
    pub upper: String,
    /// Empty where there is no room.
    pub lower: String,
    pub told: String,
}

/// Where a matrix lies.
#[derive(Clone, Copy)]
pub struct Place {
    pub left: f64,
    pub top: f64,
    pub cell: f64,
    /// Where the column of unread clips begins, if there is one.
    pub unread: Option<f64>,
}

/// The classes and the matrix have been checked to fit.
pub struct Matrix<'a> {
    pub classes: &'a [String],
    pub confusion: &'a Confusion,
}

impl Place {
    fn cell(self, truth: usize, column: Option<usize>) -> Cell {
        let x = match column {
            Some(predicted) => px(self.left + predicted as f64 * self.cell),
            None => self.unread.unwrap_or(self.left),
        };
        let y = px(self.top + truth as f64 * self.cell);
        Cell {
            x,
            y,
            middle: (px(x + self.cell / 2.0), px(y + self.cell / 2.0)),
            part: 0.0,
            class: String::new(),
            upper: String::new(),
            lower: String::new(),
            told: String::new(),
        }
    }
}

impl Cell {
    fn coloured(&mut self, part: f64, diagonal: bool) {
        self.part = (part * 1000.0).round() / 1000.0;
        let told = [
            (part >= STRONG, " strong"),
            (part >= FIRM, " firm"),
            (diagonal, " diagonal"),
        ];
        self.class
            .extend(told.iter().filter(|(is, _)| *is).map(|(_, class)| *class));
    }
}

impl Matrix<'_> {
    pub fn unread(&self) -> bool {
        self.confusion.total_unread() > 0
    }

    /// True class and column of each cell, by rows; the column of unread clips is `None`.
    fn places(&self, unread: bool) -> impl Iterator<Item = (usize, Option<usize>)> {
        let n = self.classes.len();
        (0..n).flat_map(move |truth| {
            let columns = (0..n).map(Some).chain(unread.then_some(None));
            columns.map(move |column| (truth, column))
        })
    }

    fn count(&self, truth: usize, column: Option<usize>) -> u64 {
        match column {
            Some(predicted) => self.confusion.count(truth, predicted),
            None => self.confusion.unread(truth),
        }
    }

    /// Of the row; 0 for a class without clips.
    fn part(&self, truth: usize, column: Option<usize>) -> f64 {
        self.count(truth, column) as f64 / self.confusion.class(truth).clips.max(1) as f64
    }

    /// `fear called surprise`
    fn fate(&self, truth: usize, column: Option<usize>) -> String {
        let name = |k: usize| self.classes.get(k).map_or("", String::as_str);
        match column {
            Some(predicted) => format!("{} called {}", name(truth), name(predicted)),
            None => format!("{} could not be read", name(truth)),
        }
    }

    pub fn cells(&self, place: Place) -> Vec<Cell> {
        let cells = self.places(place.unread.is_some());
        cells
            .map(|(truth, column)| {
                let (count, part) = (self.count(truth, column), self.part(truth, column));
                let mut cell = place.cell(truth, column);
                cell.coloured(part, column == Some(truth));
                if count > 0 {
                    cell.upper = whole_percent(part);
                    if place.cell >= ROOM_FOR_COUNTS {
                        cell.lower = count.to_string();
                    }
                }
                cell.told = format!(
                    "{count} of {} clips of {} ({})",
                    self.confusion.class(truth).clips,
                    self.fate(truth, column),
                    percent(part, 1)
                );
                cell
            })
            .collect()
    }

    /// What this matrix has more or less than another, in points of the row.
    pub fn cells_against(&self, other: &Self, place: Place) -> Vec<Cell> {
        let places: Vec<_> = self.places(place.unread.is_some()).collect();
        let difference = |&(truth, column): &(usize, Option<usize>)| {
            self.part(truth, column) - other.part(truth, column)
        };
        let sizes = places.iter().map(|at| difference(at).abs());
        let full = sizes.fold(FULL_DIFFERENCE, f64::max);
        let cells = places.iter().map(|at| {
            let (difference, (truth, column)) = (difference(at), *at);
            let mut cell = place.cell(truth, column);
            if difference < 0.0 {
                cell.class += " less";
            }
            cell.coloured(difference.abs() / full, column == Some(truth));
            if difference.abs() >= 0.005 {
                cell.upper = points(difference, 0);
            }
            cell.told = format!(
                "{} points of {}",
                points(difference, 1),
                self.fate(truth, column)
            );
            cell
        });
        cells.collect()
    }

    /// What the eye finds first: how much lies on the diagonal, and the largest cell off it.
    pub fn told(&self) -> String {
        let worst = self
            .places(false)
            .filter(|&(truth, column)| column != Some(truth))
            .max_by_key(|&(t, p)| (self.count(t, p), std::cmp::Reverse((t, p))));
        let (right, total) = (self.right(), self.confusion.total());
        let mut text = format!("{right} of {total} clips are on the diagonal.");
        if let Some((truth, column)) = worst
            && self.count(truth, column) > 0
        {
            text += &format!(
                " The most frequent confusion: {} clips of {}.",
                self.count(truth, column),
                self.fate(truth, column)
            );
        }
        text
    }

    pub fn told_against(&self, other: &Self) -> String {
        let difference = |&(t, p): &(usize, Option<usize>)| self.part(t, p) - other.part(t, p);
        let largest = self.places(false).max_by(|a, b| {
            difference(a)
                .abs()
                .total_cmp(&difference(b).abs())
                .then(b.cmp(a))
        });
        let mut text = format!(
            "Of {} clips {} are on the first diagonal, of {} clips {} on the second.",
            other.confusion.total(),
            other.right(),
            self.confusion.total(),
            self.right()
        );
        if let Some(at) = largest {
            text += &format!(
                " The largest difference: {} points of {}.",
                points(difference(&at), 1),
                self.fate(at.0, at.1)
            );
        }
        text
    }

    fn right(&self) -> u64 {
        (0..self.classes.len())
            .map(|k| self.confusion.count(k, k))
            .fold(0, u64::saturating_add)
    }
}
