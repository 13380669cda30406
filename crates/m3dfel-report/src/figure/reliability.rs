//! Is the model as often right as it is sure? Accuracy over confidence, and how many clips there are.

use askama::Template;

use super::px;
use super::svg::Svg;
use crate::format::{percent, points};
use crate::{Calibration, Result};

const LEFT: f64 = 58.0;
const TOP: f64 = 12.0;
const SIDE: f64 = 300.0;
const BOTTOM: f64 = TOP + SIDE;
/// The clips of each bin, below: foot and how high the highest is.
const COUNTS: f64 = BOTTOM + 78.0;
const HIGHEST: f64 = 58.0;
const WIDTH: f64 = LEFT + SIDE + 22.0;
const HEIGHT: f64 = COUNTS + 44.0;

#[derive(Template)]
#[template(path = "figure/reliability.html")]
pub struct ReliabilityFigure {
    description: String,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    counts: f64,
    most: u64,
    /// Position to the right, position upwards, text.
    ticks: Vec<(f64, f64, String)>,
    bars: Vec<Bar>,
}

struct Bar {
    x: f64,
    width: f64,
    /// Top of the accuracy's bar.
    accuracy: f64,
    /// Between accuracy and confidence: upper end and height.
    gap: (f64, f64),
    /// Where the confidence is.
    confidence: f64,
    /// Top of the count's bar.
    count: f64,
    told: String,
}

impl ReliabilityFigure {
    /// The bins have been checked. None where no clip was counted.
    pub fn new(calibration: &Calibration) -> Option<Self> {
        let bins = &calibration.bins;
        let most = bins.iter().map(|bin| bin.count).max().filter(|&n| n > 0)?;
        let width = SIDE / bins.len() as f64;
        let up = |part: f64| px(BOTTOM - part * SIDE);
        let filled = bins.iter().enumerate().filter(|(_, bin)| bin.count > 0);
        let bars: Vec<Bar> = filled
            .map(|(k, bin)| {
                let (accuracy, confidence) = (up(bin.accuracy), up(bin.confidence));
                Bar {
                    x: px(LEFT + k as f64 * width),
                    width: px(width),
                    accuracy,
                    gap: (accuracy.min(confidence), px((accuracy - confidence).abs())),
                    confidence,
                    count: px(COUNTS - (bin.count as f64 / most as f64 * HIGHEST).max(1.0)),
                    told: format!(
                        "{} clips, confidence {}, accuracy {}, {} points",
                        bin.count,
                        percent(bin.confidence, 1),
                        percent(bin.accuracy, 1),
                        points(bin.accuracy - bin.confidence, 1)
                    ),
                }
            })
            .collect();
        let told: Vec<&str> = bars.iter().map(|bar| bar.told.as_str()).collect();
        Some(Self {
            description: format!(
                "Expected calibration error {}. By bins of confidence: {}.",
                percent(calibration.ece, 1),
                told.join("; ")
            ),
            left: LEFT,
            right: LEFT + SIDE,
            top: TOP,
            bottom: BOTTOM,
            counts: COUNTS,
            most,
            ticks: [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
                .map(|v| (px(LEFT + v * SIDE), up(v), percent(v, 0)))
                .into(),
            bars,
        })
    }

    pub fn svg(&self) -> Result<Svg> {
        Ok(Svg {
            id: "reliability".into(),
            class: "reliability",
            title: "Reliability diagram".into(),
            description: self.description.clone(),
            width: WIDTH,
            height: HEIGHT,
            bounds: Some((px(WIDTH * 0.7), px(WIDTH * 1.2))),
            body: self.render()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bin;

    #[test]
    fn bars_gaps_and_counts_are_as_high_as_the_numbers_say() {
        let bin = |count, confidence, accuracy| Bin {
            count,
            confidence,
            accuracy,
        };
        let calibration = Calibration {
            bins: vec![
                bin(0, f64::NAN, f64::NAN),
                bin(10, 0.7, 0.5),
                bin(40, 0.8, 0.9),
            ],
            ece: 0.12,
        };
        let figure = ReliabilityFigure::new(&calibration).unwrap();
        assert_eq!(figure.bars.len(), 2, "a bin without clips is not drawn");
        let (sure, unsure) = (&figure.bars[0], &figure.bars[1]);
        assert_eq!((sure.x, sure.width), (LEFT + 100.0, 100.0));
        assert_eq!(BOTTOM - sure.accuracy, 150.0);
        assert_eq!(sure.gap, (BOTTOM - 210.0, 60.0), "above the bar: too sure");
        assert_eq!(unsure.gap, (BOTTOM - 270.0, 30.0), "within the bar");
        assert_eq!(COUNTS - unsure.count, HIGHEST);
        assert_eq!(COUNTS - sure.count, HIGHEST / 4.0);
        let told = "10 clips, confidence 70.0\u{202f}%, accuracy 50.0\u{202f}%, −20.0 points";
        assert!(figure.description.contains(told), "{}", figure.description);
    }

    #[test]
    fn no_clip_no_figure() {
        assert!(ReliabilityFigure::new(&Calibration::default()).is_none());
        let bins = vec![Bin::default(); 15];
        assert!(ReliabilityFigure::new(&Calibration { bins, ece: 0.0 }).is_none());
    }
}
