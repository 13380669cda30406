//! A clip's probabilities, a bar for each class.

use askama::Template;

use super::svg::Svg;
use super::{px, text_width};
use crate::format::{clip, percent};
use crate::{Example, Result};

const WIDTH: f64 = 320.0;
const ROW: f64 = 26.0;
const RIGHT: f64 = WIDTH - 58.0;

#[derive(Template)]
#[template(path = "figure/odds.html")]
pub struct OddsFigure {
    id: String,
    description: String,
    height: f64,
    left: f64,
    right: f64,
    rows: Vec<Row>,
}

struct Row {
    y: f64,
    name: String,
    /// Of the bar.
    length: f64,
    value: String,
    predicted: bool,
    truth: bool,
}

impl OddsFigure {
    pub fn new(id: &str, classes: &[String], example: &Example) -> Self {
        let names: Vec<String> = classes.iter().map(|c| clip(c, 14)).collect();
        let widest = names.iter().map(|n| text_width(n)).fold(0.0, f64::max);
        let left = px(widest + 22.0);
        let rows = names.into_iter().zip(classes).zip(&example.probabilities);
        let rows: Vec<Row> = rows
            .enumerate()
            .map(|(k, ((name, class), &probability))| {
                let drawn = if probability.is_finite() {
                    probability.clamp(0.0, 1.0)
                } else {
                    0.0
                };
                Row {
                    y: px(k as f64 * ROW + 4.0),
                    name,
                    length: px((drawn * (RIGHT - left)).max(1.0)),
                    value: percent(probability, 1),
                    predicted: *class == example.predicted,
                    truth: example.truth.as_ref() == Some(class),
                }
            })
            .collect();
        let told = classes.iter().zip(&rows);
        let told = told.map(|(class, row)| format!("{class} {}", row.value));
        Self {
            id: format!("{id}-odds"),
            description: told.collect::<Vec<_>>().join(", "),
            height: rows.len() as f64 * ROW + 4.0,
            left,
            right: RIGHT,
            rows,
        }
    }

    pub fn svg(&self) -> Result<Svg> {
        Ok(Svg {
            id: self.id.clone(),
            class: "odds",
            title: "Probabilities by class".into(),
            description: self.description.clone(),
            width: WIDTH,
            height: self.height,
            bounds: None,
            body: self.render()?,
        })
    }
}
