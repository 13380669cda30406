//! Curves over the epochs of training.

use askama::Template;

use super::axis::{Axis, drawable};
use super::px;
use super::svg::Svg;
use crate::Result;
use crate::format::{NONE, decimal, percent, short};

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 250.0;
const LEFT: f64 = 50.0;
const RIGHT: f64 = WIDTH - 108.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = HEIGHT - 44.0;
/// Above this many epochs the points of a curve would run into each other.
const MOST_DOTS: usize = 40;
/// Between two labels at the ends of curves.
const LABEL_GAP: f64 = 16.0;

/// What the numbers on the vertical axis are.
#[derive(Clone, Copy, PartialEq)]
pub enum Unit {
    /// Any number; the axis fits the values.
    Plain,
    /// A small number; the axis starts at 0.
    Rate,
    /// A fraction, shown in per cent from 0 to 100.
    Fraction,
}

/// One curve. A value that is no number, or has run away, leaves a gap.
pub struct Series {
    pub name: &'static str,
    /// Of the style sheet: `one` or `two`.
    pub class: &'static str,
    pub points: Vec<(usize, f64)>,
}

#[derive(Template)]
#[template(path = "figure/curve.html")]
pub struct CurveFigure {
    id: &'static str,
    title: String,
    description: String,
    height: f64,
    left: f64,
    right: f64,
    bottom: f64,
    y_ticks: Vec<(f64, String)>,
    x_ticks: Vec<(f64, String)>,
    lines: Vec<Line>,
    chance: Option<f64>,
}

struct Line {
    class: &'static str,
    path: String,
    dots: Vec<Dot>,
    label: Option<(f64, f64, String)>,
}

struct Dot {
    x: f64,
    y: f64,
    ring: bool,
    told: String,
}

impl CurveFigure {
    /// `marked` epochs get a ring; `chance` is what guessing reaches. None where nothing can be drawn.
    pub fn new(
        id: &'static str,
        title: &str,
        unit: Unit,
        series: &[Series],
        marked: &[usize],
        chance: Option<f64>,
    ) -> Option<Self> {
        let points = || series.iter().flat_map(|s| &s.points);
        if !points().any(|p| drawable(p.1)) {
            return None;
        }
        let low = points().map(|p| p.0).min()? as f64;
        let high = points().map(|p| p.0).max()? as f64;
        let x = Axis::exact(low, high, (LEFT, RIGHT), 5, 1.0);
        let values = points().map(|p| p.1);
        let y = match unit {
            Unit::Plain => Axis::around(values, (BOTTOM, TOP), 4, false),
            Unit::Rate => Axis::around(values, (BOTTOM, TOP), 4, true),
            Unit::Fraction => Axis::exact(0.0, 1.0, (BOTTOM, TOP), 5, 0.2),
        };
        let mut lines: Vec<Line> = series
            .iter()
            .map(|series| Line::new(series, unit, &x, &y, marked))
            .collect();
        part_labels(&mut lines);
        let told = series.iter().map(|s| told(s, unit)).collect::<Vec<_>>();
        Some(Self {
            id,
            title: title.into(),
            description: told.join(" "),
            height: HEIGHT,
            left: LEFT,
            right: RIGHT,
            bottom: BOTTOM,
            y_ticks: ticks(&y, |v| match unit {
                Unit::Plain if y.high < 1e4 => decimal(v, y.decimals()),
                Unit::Plain | Unit::Rate => short(v),
                Unit::Fraction => percent(v, 0),
            }),
            x_ticks: ticks(&x, |v| decimal(v, 0)),
            lines,
            chance: chance.map(|c| y.at(c)),
        })
    }
}

impl CurveFigure {
    pub fn svg(&self) -> Result<Svg> {
        Ok(Svg {
            id: self.id.into(),
            class: "",
            title: self.title.clone(),
            description: self.description.clone(),
            width: WIDTH,
            height: HEIGHT,
            bounds: None,
            body: self.render()?,
        })
    }
}

fn ticks(axis: &Axis, label: impl Fn(f64) -> String) -> Vec<(f64, String)> {
    let ticks = axis.ticks().into_iter();
    ticks.map(|tick| (tick.at, label(tick.value))).collect()
}

fn number(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Plain if value.abs() < 1e4 => decimal(value, 3),
        Unit::Plain | Unit::Rate => short(value),
        Unit::Fraction => percent(value, 1),
    }
}

/// The curve in a sentence.
fn told(series: &Series, unit: Unit) -> String {
    let mut finite = series.points.iter().filter(|p| drawable(p.1));
    let Some(first) = finite.next() else {
        return format!("{}: {NONE}.", series.name);
    };
    let last = finite.next_back().unwrap_or(first);
    format!(
        "{}: {} at epoch {}, {} at epoch {}.",
        series.name,
        number(first.1, unit),
        first.0,
        number(last.1, unit),
        last.0
    )
}

impl Line {
    fn new(series: &Series, unit: Unit, x: &Axis, y: &Axis, marked: &[usize]) -> Self {
        let mut path = String::new();
        let mut pen_down = false;
        let mut dots = Vec::new();
        let few = series.points.len() <= MOST_DOTS;
        for &(epoch, value) in &series.points {
            if !drawable(value) {
                pen_down = false;
                continue;
            }
            let (at_x, at_y) = (x.at(epoch as f64), y.at(value));
            // A point of its own, between gaps, is drawn by the round end of a line without length.
            path += &match pen_down {
                true => format!("L{at_x} {at_y}"),
                false => format!("M{at_x} {at_y}h0"),
            };
            pen_down = true;
            let ring = marked.contains(&epoch);
            if few || ring {
                dots.push(Dot {
                    x: at_x,
                    y: at_y,
                    ring,
                    told: format!("epoch {epoch}: {} {}", series.name, number(value, unit)),
                });
            }
        }
        let end = series.points.iter().rfind(|p| drawable(p.1));
        let label = end.map(|&(epoch, value)| {
            let text = format!("{} {}", series.name, number(value, unit));
            (px(x.at(epoch as f64).max(RIGHT) + 9.0), y.at(value), text)
        });
        Self {
            class: series.class,
            path,
            dots,
            label,
        }
    }
}

/// Moves labels apart that would lie over each other, and keeps them in the picture.
fn part_labels(lines: &mut [Line]) {
    let mut labels: Vec<&mut f64> = lines
        .iter_mut()
        .filter_map(|line| line.label.as_mut().map(|label| &mut label.1))
        .collect();
    labels.sort_by(|a, b| a.total_cmp(b));
    let mut floor = BOTTOM;
    for label in labels.into_iter().rev() {
        *label = px(label.min(floor));
        floor = *label - LABEL_GAP;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loss(values: &[f64]) -> Series {
        Series {
            name: "loss",
            class: "one",
            points: (1..).zip(values.iter().copied()).collect(),
        }
    }

    fn figure(unit: Unit, series: &[Series]) -> Option<CurveFigure> {
        CurveFigure::new("x", "Loss", unit, series, &[2], None)
    }

    #[test]
    fn a_value_that_is_no_number_leaves_a_gap() {
        let figure = figure(Unit::Plain, &[loss(&[2.0, 1.0, f64::NAN, 1.5, 0.5])]).unwrap();
        let path = &figure.lines[0].path;
        assert_eq!(path.matches('M').count(), 2);
        assert_eq!(path.matches('L').count(), 2);
        assert_eq!(figure.lines[0].dots.len(), 4);
        assert_eq!(figure.lines[0].dots.iter().filter(|d| d.ring).count(), 1);
        assert_eq!(
            figure.description,
            "loss: 2.000 at epoch 1, 0.500 at epoch 5."
        );
    }

    #[test]
    fn nothing_to_draw_is_no_figure() {
        assert!(figure(Unit::Plain, &[loss(&[])]).is_none());
        assert!(figure(Unit::Plain, &[loss(&[f64::NAN, f64::INFINITY])]).is_none());
    }

    #[test]
    fn fractions_lie_on_the_axis_of_per_cent() {
        let figure = figure(Unit::Fraction, &[loss(&[0.0, 1.0])]).unwrap();
        let ys: Vec<f64> = figure.lines[0].dots.iter().map(|d| d.y).collect();
        assert_eq!(ys, [BOTTOM, TOP]);
        let labels: Vec<&str> = figure.y_ticks.iter().map(|t| t.1.as_str()).collect();
        assert_eq!(labels.first(), Some(&"0\u{202f}%"));
        assert_eq!(labels.last(), Some(&"100\u{202f}%"));
    }

    #[test]
    fn labels_at_the_same_height_move_apart() {
        let figure = figure(Unit::Fraction, &[loss(&[0.0, 0.01]), loss(&[0.0, 0.02])]).unwrap();
        let ys: Vec<f64> = figure
            .lines
            .iter()
            .map(|l| l.label.as_ref().unwrap().1)
            .collect();
        assert!(ys[0] - ys[1] >= LABEL_GAP - 0.1, "{ys:?}");
    }
}
