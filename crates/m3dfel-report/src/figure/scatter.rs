//! Clips as marks on a plane: colour and shape by true class, hollow where the class was not found.

use askama::Template;

use super::svg::Svg;
use super::{colours, px, text_width};
use crate::format::clip;
use crate::{FeatureMap, Result};

const SIDE: f64 = 480.0;
/// Left free between the outermost marks and the edge.
const EDGE: f64 = 14.0;
const LEGEND_ROW: f64 = 22.0;
const LONGEST_NAME: usize = 18;
/// Fewer points make no picture.
pub const LEAST: usize = 10;

/// Paths from a mark's middle, each about as large as the others: disc, square, triangles, diamond, star.
/// With seven colours 42 classes are told apart.
const SHAPES: [&str; 6] = [
    "m-4.2 0a4.2 4.2 0 1 0 8.4 0a4.2 4.2 0 1 0 -8.4 0z",
    "m-3.8 -3.8h7.6v7.6h-7.6z",
    "m0 -5l4.8 8.4h-9.6z",
    "m0 -5.4l4.6 5.4l-4.6 5.4l-4.6 -5.4z",
    "m0 5l4.8 -8.4h-9.6z",
    "m0 -5.6l1.5 4.1h4.3l-3.4 2.7l1.2 4.2l-3.6 -2.5l-3.6 2.5l1.2 -4.2l-3.4 -2.7h4.3z",
];

#[derive(Template)]
#[template(path = "figure/scatter.html")]
pub struct ScatterFigure {
    description: String,
    width: f64,
    height: f64,
    side: f64,
    marks: Vec<Mark>,
    /// Height, mark, and text.
    legend: Vec<(f64, Mark, String)>,
}

struct Mark {
    colour: usize,
    wrong: bool,
    path: String,
    told: String,
}

impl Mark {
    fn new((class, colour): (usize, usize), wrong: bool, (x, y): (f64, f64), told: String) -> Self {
        Self {
            colour,
            wrong,
            path: format!("M{} {}{}", px(x), px(y), SHAPES[class % SHAPES.len()]),
            told,
        }
    }
}

impl ScatterFigure {
    /// The points' classes have been checked. None for fewer than ten points.
    pub fn new(classes: &[String], map: &FeatureMap) -> Option<Self> {
        if map.points.len() < LEAST {
            return None;
        }
        let range = |value: fn(&crate::FeaturePoint) -> f64| {
            let values = || map.points.iter().map(value);
            let (low, high) = (
                values().fold(f64::INFINITY, f64::min),
                values().fold(f64::NEG_INFINITY, f64::max),
            );
            // Halved first: the sum of two large numbers may be infinite.
            (low / 2.0 + high / 2.0, high / 2.0 - low / 2.0)
        };
        let ((x, half_x), (y, half_y)) = (range(|p| p.x), range(|p| p.y));
        // One scale for both directions: distances mean the same in each.
        let reach = half_x.max(half_y);
        let scale = if reach > 0.0 {
            (SIDE / 2.0 - EDGE) / reach
        } else {
            0.0
        };
        let at = |value: f64, middle: f64| SIDE / 2.0 + (value - middle) * scale;
        let class_of = |name: &str| classes.iter().position(|class| class == name);
        let colours = colours(classes);
        let mut counts = vec![(0usize, 0usize); classes.len()];
        let mut marks = Vec::with_capacity(map.points.len());
        for point in &map.points {
            let Some(class) = class_of(&point.truth) else {
                continue;
            };
            let wrong = point.truth != point.predicted;
            counts[class].0 += 1;
            counts[class].1 += usize::from(!wrong);
            let told = format!("{}: {} called {}", point.clip, point.truth, point.predicted);
            marks.push(Mark::new(
                (class, colours[class]),
                wrong,
                (at(point.x, x), at(-point.y, -y)),
                told,
            ));
        }
        marks.sort_by_key(|mark| mark.wrong); // the rarer ones on top; stable otherwise
        let legend = legend(classes, &counts);
        let widest = legend.iter().map(|(_, _, text)| text_width(text));
        Some(Self {
            description: describe(classes, &counts),
            width: px(SIDE + 44.0 + widest.fold(0.0, f64::max)),
            height: px(legend.last().map_or(0.0, |row| row.0 + 12.0).max(SIDE)),
            side: SIDE,
            marks,
            legend,
        })
    }

    pub fn svg(&self) -> Result<Svg> {
        Ok(Svg {
            id: "features".into(),
            class: "scatter",
            title: "Clips in the space of the bag features".into(),
            description: self.description.clone(),
            width: self.width,
            height: self.height,
            bounds: Some((px(self.width * 0.6), px(self.width * 1.2))),
            body: self.render()?,
        })
    }
}

/// The classes that have points, then what filled and hollow mean.
fn legend(classes: &[String], counts: &[(usize, usize)]) -> Vec<(f64, Mark, String)> {
    let there = classes.iter().zip(counts).zip(colours(classes)).enumerate();
    let there = there.filter(|(_, ((_, (all, _)), _))| *all > 0);
    let classes = there.map(|(class, ((name, (all, _)), colour))| {
        (
            (class, colour),
            false,
            format!("{} ({all})", clip(name, LONGEST_NAME)),
        )
    });
    let meanings = [
        ((0, 0), false, "filled: named rightly".to_owned()),
        ((0, 0), true, "hollow: named wrongly".to_owned()),
    ];
    let n = classes.clone().count();
    classes
        .chain(meanings)
        .enumerate()
        .map(|(k, (class, wrong, text))| {
            let gap = if k < n { 0.0 } else { 14.0 };
            let y = 16.0 + k as f64 * LEGEND_ROW + gap;
            (
                y,
                Mark::new(class, wrong, (SIDE + 24.0, y), String::new()),
                text,
            )
        })
        .collect()
}

fn describe(classes: &[String], counts: &[(usize, usize)]) -> String {
    let all: usize = counts.iter().map(|c| c.0).sum();
    let told = classes.iter().zip(counts).filter(|(_, (n, _))| *n > 0);
    let told = told.map(|(class, (n, right))| format!("{n} of {class}, {right} named rightly"));
    format!("{all} clips: {}.", told.collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FeaturePoint;

    fn map(n: usize, at: impl Fn(usize) -> (f64, f64)) -> FeatureMap {
        let class = |k: usize| ["happy", "sad"][k % 2].to_owned();
        let point = |k| FeaturePoint {
            clip: format!("{k:05}"),
            truth: class(k),
            predicted: class(if k == 3 { 0 } else { k }),
            x: at(k).0,
            y: at(k).1,
        };
        FeatureMap {
            points: (0..n).map(point).collect(),
            told: String::new(),
        }
    }

    fn classes() -> Vec<String> {
        ["happy", "sad", "fear"].map(String::from).into()
    }

    #[test]
    fn marks_tell_classes_and_errors_apart() {
        let figure = ScatterFigure::new(&classes(), &map(12, |k| (k as f64, 0.5))).unwrap();
        assert_eq!(figure.marks.len(), 12);
        let wrong: Vec<&Mark> = figure.marks.iter().filter(|mark| mark.wrong).collect();
        assert_eq!(wrong.len(), 1);
        assert_eq!(wrong[0].told, "00003: sad called happy");
        assert!(figure.marks[11].wrong, "on top");
        assert_ne!(figure.marks[0].colour, figure.marks[1].colour);
        assert!(
            figure.marks[0].path.ends_with(SHAPES[0]) && figure.marks[1].path.ends_with(SHAPES[1])
        );
        assert!(
            figure.marks[0].path.starts_with("M14 240"),
            "at the left edge, in the middle"
        );
        let legend: Vec<&str> = figure.legend.iter().map(|row| row.2.as_str()).collect();
        assert_eq!(
            legend,
            [
                "happy (6)",
                "sad (6)",
                "filled: named rightly",
                "hollow: named wrongly"
            ]
        );
        assert_eq!(
            figure.description,
            "12 clips: 6 of happy, 6 named rightly; 6 of sad, 5 named rightly."
        );
    }

    #[test]
    fn all_in_one_place_or_far_apart_is_within_the_picture() {
        for far in [0.0, 1e-300, 1e300, f64::MAX] {
            let sides = |k| if k % 2 == 0 { (far, -far) } else { (-far, far) };
            let figure = ScatterFigure::new(&classes(), &map(12, sides)).unwrap();
            for mark in &figure.marks {
                let x: f64 = mark.path[1..].split(' ').next().unwrap().parse().unwrap();
                assert!((EDGE..=SIDE - EDGE).contains(&x), "{far}: {x}");
            }
        }
    }

    #[test]
    fn few_points_are_no_figure() {
        assert!(ScatterFigure::new(&classes(), &map(9, |_| (0.0, 0.0))).is_none());
    }

    #[test]
    fn forty_two_classes_are_told_apart() {
        let names: Vec<String> = (0..42).map(|k| format!("class {k}")).collect();
        for neutral in 0..42 {
            let mut names = names.clone();
            names[neutral] = "neutral".into();
            let marks = colours(&names).into_iter().enumerate();
            let told: std::collections::HashSet<_> = marks
                .map(|(k, colour)| (colour, k % SHAPES.len()))
                .collect();
            assert_eq!(told.len(), 42);
        }
    }
}
