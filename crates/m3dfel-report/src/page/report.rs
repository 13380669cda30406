//! The page of a report: which sections there are, and the words and figures in each.

use askama::Template;

use super::classes::{ScoreLine, measured, score_lines};
use super::clips::{Card, Group, Pair, groups, pairs};
use super::training::{EpochLine, curves, diverged, held_out};
use super::{Head, calibration::Reliability};
use crate::figure::bars::BarsFigure;
use crate::figure::matrix::MatrixFigure;
use crate::figure::scatter::ScatterFigure;
use crate::figure::svg::Svg;
use crate::format::{NONE, percent};
use crate::{Report, Result};

#[derive(Template)]
#[template(path = "report.html")]
pub struct ReportPage<'a> {
    head: Head<'a>,
    report: &'a Report,
    results: Vec<ResultLine<'a>>,
    naive: Option<Naive>,
    curves: Vec<Svg>,
    diverged: Option<String>,
    epochs: Vec<EpochLine>,
    /// Whether some clips were held out, and the table of epochs has columns for them.
    held_out: bool,
    matrix: Option<Svg>,
    bars: Option<Svg>,
    scores: Vec<ScoreLine<'a>>,
    measured: Option<String>,
    unread: u64,
    calibration: Option<Reliability>,
    pairs: Vec<Pair<'a>>,
    scatter: Option<Svg>,
    groups: Vec<Group<'a>>,
    prediction: Option<Card<'a>>,
}

struct ResultLine<'a> {
    name: &'a str,
    epoch: String,
    war: String,
    uar: String,
    note: &'a str,
}

/// What calling every clip by the most frequent class gets: the least a model must beat.
struct Naive {
    class: String,
    war: String,
    uar: String,
}

impl<'a> ReportPage<'a> {
    /// Of a report that was checked.
    pub fn new(report: &'a Report) -> Result<Self> {
        let held_out = held_out(report);
        let classes = &report.classes;
        let matrix = MatrixFigure::new(classes, &report.confusion);
        let bars = BarsFigure::new(classes, &report.confusion);
        let scatter = report.features.as_ref();
        let scatter = scatter.and_then(|map| ScatterFigure::new(classes, map));
        let epochs = report.epochs.iter();
        let predicted = report.prediction.as_ref();
        Ok(Self {
            head: Head::new(&report.title, &report.subtitle, &report.created),
            results: report.results.iter().map(ResultLine::new).collect(),
            naive: Naive::new(report),
            curves: curves(report, held_out)?,
            diverged: diverged(&report.epochs),
            epochs: epochs.map(|e| EpochLine::new(e, held_out)).collect(),
            held_out,
            matrix: matrix.map(|figure| figure.svg()).transpose()?,
            bars: bars.map(|figure| figure.svg()).transpose()?,
            scores: score_lines(report),
            measured: measured(report),
            unread: report.confusion.total_unread(),
            calibration: Reliability::new(report.calibration.as_ref())?,
            pairs: pairs(report)?,
            scatter: scatter.map(|figure| figure.svg()).transpose()?,
            groups: groups(report)?,
            prediction: predicted
                .map(|example| Card::new("predicted-clip".into(), example, classes))
                .transpose()?,
            report,
        })
    }

    /// Every figure, in the page's order.
    pub fn into_figures(self) -> Result<Vec<Svg>> {
        let mut figures = self.curves;
        figures.extend(self.matrix);
        figures.extend(self.bars);
        figures.extend(self.calibration.map(|c| c.figure));
        figures.extend(self.scatter);
        let pairs = self.pairs.into_iter().flat_map(|pair| pair.cards);
        let examples = self.groups.into_iter().flat_map(|group| group.cards);
        for card in pairs.chain(examples).chain(self.prediction) {
            if let Some(strip) = card.strip {
                figures.push(strip.svg()?);
            }
            figures.extend(card.odds);
        }
        Ok(figures)
    }
}

impl<'a> ResultLine<'a> {
    fn new(row: &'a crate::ResultRow) -> Self {
        Self {
            name: &row.name,
            epoch: match row.epoch {
                0 => NONE.into(),
                epoch => epoch.to_string(),
            },
            war: percent(row.war, 2),
            uar: percent(row.uar, 2),
            note: &row.note,
        }
    }
}

impl Naive {
    fn new(report: &Report) -> Option<Self> {
        let scores = report.confusion.scores();
        let total = report.confusion.total();
        let filled = scores.iter().filter(|s| s.clips > 0).count();
        let lines = report.classes.iter().zip(&scores);
        let (class, most) = lines.rev().max_by_key(|(_, score)| score.clips)?;
        (total > 0).then(|| Self {
            class: class.clone(),
            war: percent(most.clips as f64 / total as f64, 2),
            uar: percent(1.0 / filled as f64, 2),
        })
    }
}
