//! The page: which sections there are, and the words and figures in each.

use askama::Template;

use crate::figure::axis::drawable;
use crate::figure::bars::BarsFigure;
use crate::figure::curve::{CurveFigure, Series, Unit};
use crate::figure::matrix::MatrixFigure;
use crate::figure::odds::OddsFigure;
use crate::figure::strip::StripFigure;
use crate::format::{NONE, decimal, percent, percent_or_none, short};
use crate::{EpochRecord, Example, Report, Result};

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
    results: Vec<ResultLine<'a>>,
    naive: Option<Naive>,
    curves: Vec<CurveFigure>,
    /// Epochs whose loss was no number, in words.
    diverged: Option<String>,
    epochs: Vec<EpochLine>,
    /// Whether some clips were held out, and the table of epochs has columns for them.
    held_out: bool,
    matrix: Option<MatrixFigure>,
    bars: Option<BarsFigure>,
    scores: Vec<ScoreLine<'a>>,
    measured: Option<String>,
    unread: u64,
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

struct EpochLine {
    epoch: usize,
    /// Loss, learning rate, WAR, UAR, held-out WAR and UAR where there are any, seconds, clips/s.
    cells: Vec<String>,
}

struct ScoreLine<'a> {
    class: &'a str,
    clips: u64,
    counts: Vec<u64>,
    unread: u64,
    recall: String,
    precision: String,
}

struct Group<'a> {
    title: &'static str,
    cards: Vec<Card<'a>>,
}

struct Card<'a> {
    id: String,
    clip: &'a str,
    truth: Option<&'a str>,
    predicted: &'a str,
    right: bool,
    strip: Option<StripFigure>,
    odds: OddsFigure,
}

/// The page of a report that was checked.
pub fn render(report: &Report) -> Result<String> {
    let held_out = report
        .epochs
        .iter()
        .any(|e| e.holdout_war.is_some() || e.holdout_uar.is_some());
    let page = Page {
        results: report.results.iter().map(ResultLine::new).collect(),
        naive: Naive::new(report),
        curves: curves(report, held_out),
        diverged: diverged(&report.epochs),
        epochs: report
            .epochs
            .iter()
            .map(|e| EpochLine::new(e, held_out))
            .collect(),
        held_out,
        matrix: MatrixFigure::new(&report.classes, &report.confusion),
        bars: BarsFigure::new(&report.classes, &report.confusion),
        scores: score_lines(report),
        measured: measured(report),
        unread: report.confusion.total_unread(),
        groups: groups(report),
        prediction: report
            .prediction
            .as_ref()
            .map(|example| Card::new("predicted-clip".into(), example, &report.classes)),
        report,
    };
    Ok(page.render()?)
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

impl EpochLine {
    fn new(e: &EpochRecord, held_out: bool) -> Self {
        let mut cells = vec![decimal(e.loss, 4), short(e.learning_rate)];
        cells.extend([e.war, e.uar].map(|v| percent_or_none(v, 2)));
        if held_out {
            cells.extend([e.holdout_war, e.holdout_uar].map(|v| percent_or_none(v, 2)));
        }
        cells.extend([decimal(e.seconds, 1), decimal(e.clips_per_second, 1)]);
        Self {
            epoch: e.epoch,
            cells,
        }
    }
}

impl<'a> Card<'a> {
    fn new(id: String, example: &'a Example, classes: &[String]) -> Self {
        Self {
            clip: &example.clip,
            truth: example.truth.as_deref(),
            predicted: &example.predicted,
            right: example.truth.as_ref() == Some(&example.predicted),
            strip: StripFigure::new(&id, example),
            odds: OddsFigure::new(&id, classes, example),
            id,
        }
    }
}

/// Examples named wrongly first: they teach more.
fn groups(report: &Report) -> Vec<Group<'_>> {
    let mut groups = ["Named wrongly", "Named rightly", "Truth unknown"].map(|title| Group {
        title,
        cards: Vec::new(),
    });
    let [wrong, right, unknown] = &mut groups;
    for (k, example) in report.examples.iter().enumerate() {
        let card = Card::new(format!("example-{}", k + 1), example, &report.classes);
        let group = match (card.truth, card.right) {
            (None, _) => &mut *unknown,
            (_, true) => &mut *right,
            (_, false) => &mut *wrong,
        };
        group.cards.push(card);
    }
    let mut groups = Vec::from(groups);
    groups.retain(|group| !group.cards.is_empty());
    groups
}

fn curves(report: &Report, held_out: bool) -> Vec<CurveFigure> {
    let epochs = &report.epochs;
    let marked: Vec<usize> = report.results.iter().map(|row| row.epoch).collect();
    let series = |name, class, value: fn(&EpochRecord) -> Option<f64>| Series {
        name,
        class,
        // An epoch that was not evaluated is skipped; one whose value is no number leaves a gap.
        points: epochs
            .iter()
            .filter_map(|e| value(e).map(|v| (e.epoch, v)))
            .collect(),
    };
    let filled = report
        .confusion
        .scores()
        .iter()
        .filter(|s| s.clips > 0)
        .count();
    let classes = if filled > 0 {
        filled
    } else {
        report.classes.len()
    };
    let chance = (classes > 1).then(|| 1.0 / classes as f64);
    let rates = |id, title, war, uar| {
        let both = [series("WAR", "one", war), series("UAR", "two", uar)];
        CurveFigure::new(id, title, Unit::Fraction, &both, &marked, chance)
    };
    let loss = series("loss", "one", |e| Some(e.loss));
    let rate = series("rate", "one", |e| Some(e.learning_rate));
    let figures = [
        CurveFigure::new("loss", "Training loss", Unit::Plain, &[loss], &[], None),
        rates("rates", "WAR and UAR, evaluated", |e| e.war, |e| e.uar),
        held_out
            .then(|| {
                let title = "WAR and UAR, held out of training";
                rates("held-out", title, |e| e.holdout_war, |e| e.holdout_uar)
            })
            .flatten(),
        CurveFigure::new("rate", "Learning rate", Unit::Rate, &[rate], &[], None),
    ];
    figures.into_iter().flatten().collect()
}

fn diverged(epochs: &[EpochRecord]) -> Option<String> {
    let lost: Vec<usize> = epochs
        .iter()
        .filter(|e| !drawable(e.loss))
        .map(|e| e.epoch)
        .collect();
    let first = lost.first()?;
    Some(format!(
        "The loss was infinite or no number in {} of {} epochs, first in epoch {first}.",
        lost.len(),
        epochs.len()
    ))
}

fn score_lines(report: &Report) -> Vec<ScoreLine<'_>> {
    let confusion = &report.confusion;
    let lines = report.classes.iter().zip(confusion.scores()).enumerate();
    lines
        .map(|(k, (class, score))| ScoreLine {
            class,
            clips: score.clips,
            counts: (0..report.classes.len())
                .map(|predicted| confusion.count(k, predicted))
                .collect(),
            unread: confusion.unread(k),
            recall: percent_or_none(score.recall, 2),
            precision: percent_or_none(score.precision, 2),
        })
        .collect()
}

/// WAR and UAR of the matrix, in a sentence, and what was left out of them.
fn measured(report: &Report) -> Option<String> {
    if report.confusion.total() == 0 {
        return None;
    }
    let (war, uar) = (report.confusion.war(), report.confusion.uar());
    let scores = report.confusion.scores();
    let absent: Vec<&str> = report
        .classes
        .iter()
        .zip(&scores)
        .filter(|(_, score)| score.recall.is_none())
        .map(|(class, _)| class.as_str())
        .collect();
    let mut text = format!("WAR {}, UAR {}", percent(war, 2), percent(uar, 2));
    if !absent.is_empty() {
        text += &format!(
            " over the {} classes that have clips (none: {})",
            scores.len() - absent.len(),
            absent.join(", ")
        );
    }
    Some(text + ".")
}
