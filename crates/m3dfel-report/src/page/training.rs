//! What is told of the epochs.

use crate::figure::axis::drawable;
use crate::figure::curve::{CurveFigure, Series, Unit};
use crate::figure::svg::Svg;
use crate::format::{decimal, percent_or_none, short};
use crate::{EpochRecord, Report, Result};

pub struct EpochLine {
    pub epoch: usize,
    /// Loss, learning rate, WAR, UAR, held-out WAR and UAR where there are any, seconds, clips/s.
    pub cells: Vec<String>,
}

impl EpochLine {
    pub fn new(e: &EpochRecord, held_out: bool) -> Self {
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

/// Whether some clips were held out of training and evaluated.
pub fn held_out(report: &Report) -> bool {
    let mut epochs = report.epochs.iter();
    epochs.any(|e| e.holdout_war.is_some() || e.holdout_uar.is_some())
}

pub fn curves(report: &Report, held_out: bool) -> Result<Vec<Svg>> {
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
    let drawn = figures.into_iter().flatten();
    drawn.map(|figure| figure.svg()).collect()
}

/// Epochs whose loss was no number, in words.
pub fn diverged(epochs: &[EpochRecord]) -> Option<String> {
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
