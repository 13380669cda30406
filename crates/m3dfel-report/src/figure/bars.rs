//! Recall and precision of each class.

use askama::Template;

use super::svg::Svg;
use super::{px, text_width};
use crate::format::{clip, percent, percent_or_none};
use crate::{Confusion, Result};

const WIDTH: f64 = 460.0;
const RIGHT: f64 = WIDTH - 58.0;
const TOP: f64 = 26.0;
const ROW: f64 = 50.0;
const LONGEST_NAME: usize = 16;

#[derive(Template)]
#[template(path = "figure/bars.html")]
pub struct BarsFigure {
    description: String,
    height: f64,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    ticks: Vec<(f64, String)>,
    uar: (f64, String),
    rows: Vec<Row>,
}

struct Row {
    y: f64,
    name: String,
    clips: u64,
    /// Width and text of each bar.
    recall: (f64, String),
    precision: (f64, String),
    /// In place of the bars, where the class has no clips.
    absent: bool,
}

impl BarsFigure {
    /// None where no clip was counted.
    pub fn new(classes: &[String], confusion: &Confusion) -> Option<Self> {
        if confusion.total() == 0 {
            return None;
        }
        let uar = confusion.uar();
        let scores = confusion.scores();
        let names: Vec<String> = classes.iter().map(|c| clip(c, LONGEST_NAME)).collect();
        let widest = names.iter().map(|n| text_width(n)).fold(70.0, f64::max);
        let left = px(widest + 16.0);
        let across = RIGHT - left;
        let bar = |part: Option<f64>| {
            let width = px(part.unwrap_or(0.0) * across);
            (width, percent_or_none(part, 1))
        };
        let rows: Vec<Row> = names
            .into_iter()
            .zip(&scores)
            .enumerate()
            .map(|(k, (name, score))| Row {
                y: px(TOP + k as f64 * ROW + 7.0),
                name,
                clips: score.clips,
                recall: bar(score.recall),
                precision: bar(score.precision),
                absent: score.recall.is_none(),
            })
            .collect();
        let bottom = px(TOP + rows.len() as f64 * ROW);
        let told = classes.iter().zip(&scores).map(|(class, score)| {
            let recall = percent_or_none(score.recall, 1);
            let precision = percent_or_none(score.precision, 1);
            format!(
                "{class}: recall {recall}, precision {precision}, {} clips.",
                score.clips
            )
        });
        Some(Self {
            description: told.collect::<Vec<_>>().join(" "),
            height: bottom + 26.0,
            left,
            right: RIGHT,
            top: TOP,
            bottom,
            ticks: [0.0, 0.25, 0.5, 0.75, 1.0]
                .map(|v| (px(left + v * across), percent(v, 0)))
                .into(),
            uar: (px(left + uar * across), format!("UAR {}", percent(uar, 1))),
            rows,
        })
    }
}

impl BarsFigure {
    pub fn svg(&self) -> Result<Svg> {
        Ok(Svg {
            id: "bars".into(),
            class: "bars",
            title: "Recall and precision of each class".into(),
            description: self.description.clone(),
            width: WIDTH,
            height: self.height,
            bounds: None,
            body: self.render()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_the_numbers_say() {
        let confusion = Confusion {
            counts: vec![vec![3, 1, 0], vec![1, 1, 0], vec![0, 0, 0]],
            unread: vec![],
        };
        let classes = ["happy", "sad", "fear"].map(String::from);
        let figure = BarsFigure::new(&classes, &confusion).unwrap();
        let across = figure.right - figure.left;
        assert_eq!(figure.rows[0].recall.0, px(0.75 * across));
        assert_eq!(figure.rows[0].recall.1, "75.0\u{202f}%");
        assert_eq!(figure.rows[1].precision.0, px(0.5 * across));
        assert!(figure.rows[2].absent && !figure.rows[1].absent);
        assert_eq!(figure.rows[2].recall.1, "–");
        assert_eq!(figure.uar.0, px(figure.left + 0.625 * across));
    }
}
