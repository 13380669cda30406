//! Whether the model is as often right as it is sure.

use crate::figure::reliability::ReliabilityFigure;
use crate::figure::svg::Svg;
use crate::format::{percent, points};
use crate::{Bin, Calibration, Result};

pub struct Reliability {
    pub figure: Svg,
    pub ece: String,
    /// Too sure or not sure enough, in a sentence.
    pub told: String,
    /// Range of confidence, clips, confidence, accuracy, difference: of each bin that has clips.
    pub lines: Vec<[String; 5]>,
}

impl Reliability {
    /// None where no clip was counted.
    pub fn new(calibration: Option<&Calibration>) -> Result<Option<Self>> {
        let Some((calibration, figure)) =
            calibration.and_then(|c| Some((c, ReliabilityFigure::new(c)?)))
        else {
            return Ok(None);
        };
        let n = calibration.bins.len();
        let filled = calibration.bins.iter().enumerate();
        let filled = filled.filter(|(_, bin)| bin.count > 0);
        let lines = filled.map(|(k, bin)| {
            let end = |k: usize| percent(k as f64 / n as f64, 1);
            [
                format!("{} to {}", end(k), end(k + 1)),
                bin.count.to_string(),
                percent(bin.confidence, 1),
                percent(bin.accuracy, 1),
                points(bin.accuracy - bin.confidence, 1),
            ]
        });
        Ok(Some(Self {
            figure: figure.svg()?,
            ece: percent(calibration.ece, 1),
            told: told(&calibration.bins),
            lines: lines.collect(),
        }))
    }
}

/// On the whole: confidence and accuracy over all clips.
fn told(bins: &[Bin]) -> String {
    let filled = || bins.iter().filter(|bin| bin.count > 0);
    let clips: f64 = filled().map(|bin| bin.count as f64).sum();
    let mean = |value: fn(&Bin) -> f64| {
        let sum: f64 = filled().map(|bin| value(bin) * bin.count as f64).sum();
        sum / clips
    };
    let (sure, right) = (mean(|bin| bin.confidence), mean(|bin| bin.accuracy));
    let judged = match sure - right {
        d if d > 0.005 => "it is surer than it is right",
        d if d < -0.005 => "it is right more often than it is sure",
        _ => "on the whole it is as sure as it is right",
    };
    format!(
        "The model is {} sure in the mean and right in {} of the clips: {judged}.",
        percent(sure, 1),
        percent(right, 1)
    )
}
