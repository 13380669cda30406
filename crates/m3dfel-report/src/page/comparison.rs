//! The page that compares runs.

mod told;

use askama::Template;

use super::Head;
use crate::figure::forest::{ForestFigure, numbers};
use crate::figure::matrix::{MatrixFigure, Named};
use crate::figure::svg::Svg;
use crate::format::{NONE, percent};
use crate::{Comparison, Difference, Result, Side};

#[derive(Template)]
#[template(path = "comparison.html")]
pub struct ComparisonPage<'a> {
    head: Head<'a>,
    comparison: &'a Comparison,
    sides: Vec<SideLine<'a>>,
    /// What the intervals say, a sentence each.
    verdicts: Vec<String>,
    forest: Option<Svg>,
    /// A class and its recalls, a side each.
    recalls: Vec<(&'a str, Vec<Cell>)>,
    matrices: Vec<Matrices<'a>>,
}

/// A number and what stands below it.
struct Cell {
    figure: String,
    below: String,
}

struct SideLine<'a> {
    name: &'a str,
    note: &'a str,
    /// WAR and UAR.
    figures: [Cell; 2],
    /// WAR, UAR and McNemar's p, against the first; dashes for the first itself.
    against: [String; 3],
}

struct Matrices<'a> {
    name: &'a str,
    figure: Svg,
}

impl<'a> ComparisonPage<'a> {
    /// Of a comparison that was checked.
    pub fn new(comparison: &'a Comparison) -> Result<Self> {
        let differences = comparison
            .others
            .iter()
            .map(|rival| Some(&rival.difference));
        let sides = comparison
            .sides()
            .zip([None].into_iter().chain(differences));
        let forest = ForestFigure::new(comparison);
        Ok(Self {
            head: Head::new(&comparison.title, &comparison.subtitle, &comparison.created),
            sides: sides
                .map(|(side, difference)| SideLine::new(side, difference))
                .collect(),
            verdicts: told::verdicts(comparison),
            forest: forest.map(|figure| figure.svg()).transpose()?,
            recalls: recalls(comparison),
            matrices: matrices(comparison)?,
            comparison,
        })
    }

    /// Every figure, in the page's order.
    pub fn into_figures(self) -> Vec<Svg> {
        let matrices = self.matrices.into_iter().map(|m| m.figure);
        self.forest.into_iter().chain(matrices).collect()
    }
}

impl Cell {
    /// `65.32 %`, and below it `62.1 to 68.0`.
    fn new(interval: crate::Interval, decimals: usize) -> Self {
        let known = interval.known();
        let below = known.then(|| {
            format!(
                "{:.1} to {:.1}",
                interval.low * 100.0,
                interval.high * 100.0
            )
        });
        Self {
            figure: percent(interval.estimate, decimals),
            below: below.unwrap_or_default(),
        }
    }
}

impl<'a> SideLine<'a> {
    fn new(side: &'a Side, difference: Option<&Difference>) -> Self {
        let against = match difference {
            None => [NONE; 3].map(String::from),
            Some(d) => [
                numbers(d.war),
                numbers(d.uar),
                d.mcnemar.map_or(NONE.into(), |test| told::p_value(test.p)),
            ],
        };
        Self {
            name: &side.name,
            note: &side.note,
            figures: [side.war, side.uar].map(|interval| Cell::new(interval, 2)),
            against,
        }
    }
}

/// Empty where no side has recalls.
fn recalls(comparison: &Comparison) -> Vec<(&str, Vec<Cell>)> {
    if comparison.sides().all(|side| side.recalls.is_empty()) {
        return Vec::new();
    }
    let classes = comparison.classes.iter().enumerate();
    let line = |k: usize| {
        let cell = |side: &Side| {
            let recall = side.recalls.get(k).copied().unwrap_or_default();
            Cell::new(recall, 1)
        };
        comparison.sides().map(cell).collect()
    };
    classes
        .map(|(k, class)| (class.as_str(), line(k)))
        .collect()
}

fn matrices(comparison: &Comparison) -> Result<Vec<Matrices<'_>>> {
    let mut all = Vec::new();
    for (k, rival) in comparison.others.iter().enumerate() {
        let id = format!("confusion-{}", k + 1);
        let [first, other] = [&comparison.first, &rival.side].map(|side| Named {
            name: &side.name,
            confusion: &side.confusion,
        });
        if let Some(figure) = MatrixFigure::compared(&id, &comparison.classes, first, other) {
            all.push(Matrices {
                name: &rival.side.name,
                figure: figure.svg()?,
            });
        }
    }
    Ok(all)
}
