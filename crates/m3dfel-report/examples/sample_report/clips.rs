//! Clips of drawn faces.

use std::error::Error;

use m3dfel_report::{Example, Picture, ShownInstance};

use crate::CLASSES;

const SIDE: usize = 112;

pub fn example(
    clip: &str,
    truth: &str,
    predicted: &str,
    peak: usize,
    truth_span: Option<(usize, usize)>,
) -> Result<Example, Box<dyn Error>> {
    let weights: Vec<f64> = (0..4)
        .map(|k| (-(k as f64 - peak as f64).powi(2) / 1.4).exp())
        .collect();
    let sum: f64 = weights.iter().sum();
    let instances = weights.iter().enumerate().map(|(k, weight)| ShownInstance {
        first_frame: k * 4,
        last_frame: k * 4 + 3,
        share: weight / sum,
    });
    let odds = CLASSES.map(|class| match class {
        c if c == predicted => 0.58,
        c if c == truth => 0.27,
        c => 0.02 + 0.01 * (c.len() % 3) as f64,
    });
    let total: f64 = odds.iter().sum();
    let (first, last) = truth_span.unwrap_or((4, 11));
    let middle = (first + last) as f64 / 2.0;
    let frames = (0..16).map(|frame| {
        let strength = 1.0 - ((frame as f64 - middle) / (last - first + 1) as f64).abs() * 2.0;
        face(truth, strength.max(0.0), (clip.len() % 6 + peak) as f64)
    });
    Ok(Example {
        clip: clip.into(),
        truth: Some(truth.into()),
        predicted: predicted.into(),
        probabilities: odds.iter().map(|p| p / total).collect(),
        frames: frames.collect::<Result<_, _>>()?,
        instances: instances.collect(),
        truth_span,
        apex: truth_span.map(|(first, last)| (first + last) / 2),
    })
}

/// A disc with eyes and a mouth that curves and opens by expression.
pub fn face(class: &str, strength: f64, tone: f64) -> Result<Picture, Box<dyn Error>> {
    let (curve, open) = match class {
        "happy" => (0.5, 0.04),
        "surprise" | "fear" => (-0.1, 0.16),
        _ => (-0.4, 0.02),
    };
    let mut pixels = Vec::with_capacity(SIDE * SIDE * 3);
    for k in 0..SIDE * SIDE {
        let x = (k % SIDE) as f64 / SIDE as f64 * 2.0 - 1.0;
        let y = (k / SIDE) as f64 / SIDE as f64 * 2.0 - 1.0;
        let light = 0.75 - 0.3 * x - 0.15 * y;
        let skin = [224.0, 172.0 - tone * 6.0, 140.0 - tone * 7.0];
        let mouth = 0.42 + strength * curve * (0.12 - x * x);
        let dark = (x.abs() - 0.28).hypot(y + 0.18) < 0.08 + strength * open * 0.3
            || (x.abs() < 0.33 && (y - mouth).abs() < 0.035 + strength * open);
        let colour = if x.hypot(y * 0.82) > 0.8 {
            [70.0 + 30.0 * y, 88.0, 104.0 - 20.0 * x]
        } else if dark {
            [60.0, 30.0, 30.0]
        } else {
            skin.map(|c| c * light)
        };
        pixels.extend(colour.map(|c| c.clamp(0.0, 255.0) as u8));
    }
    Ok(Picture::from_rgb(&pixels, SIDE)?)
}
