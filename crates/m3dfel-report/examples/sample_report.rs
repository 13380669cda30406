//! A report of invented numbers, to look at the page without training anything:
//! `cargo run -p m3dfel-report --example sample_report -- /tmp/sample.html`.
//!
//! The page says that it is invented; the faces are drawn as discs with eyes and a mouth.

use std::error::Error;
use std::path::PathBuf;

use m3dfel_report::{Confusion, EpochRecord, Example, Picture, Report, ResultRow, ShownInstance};

const CLASSES: [&str; 7] = [
    "happy", "sad", "neutral", "angry", "surprise", "disgust", "fear",
];
const SIDE: usize = 112;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).map(PathBuf::from);
    let path = path.unwrap_or_else(|| "sample_report.html".into());
    m3dfel_report::write(&report()?, &path)?;
    println!("{}", path.display());
    Ok(())
}

fn report() -> Result<Report, Box<dyn Error>> {
    let facts = [
        ("Corpus", "synthetic, wild, 11697 clips"),
        ("Fold", "1 of 5, identities apart"),
        ("Clips", "9356 for training, 2341 for the test"),
        (
            "Model",
            "M3DFEL, bag of 4, a quarter of the width, 2.1 M parameters",
        ),
        ("Loss", "cross-entropy + 0.1 × intensity-aware"),
        ("Seed", "42"),
        ("Machine", "2 cores, no GPU"),
        ("Wall time", "5 h 41 min"),
    ];
    let confusion = Confusion {
        counts: [
            [431, 8, 27, 9, 10, 1, 3],
            [14, 263, 61, 19, 6, 4, 12],
            [29, 47, 389, 32, 24, 6, 7],
            [10, 17, 42, 331, 21, 7, 6],
            [7, 9, 41, 16, 200, 2, 19],
            [4, 7, 8, 7, 1, 2, 0],
            [3, 25, 11, 18, 41, 1, 79],
        ]
        .map(Vec::from)
        .into(),
        unread: vec![0, 1, 0, 0, 0, 0, 2],
    };
    let epochs = epochs(&confusion);
    let row = |name: &str, epoch: usize, note: &str| {
        let point = epochs.iter().find(|e| e.epoch == epoch);
        let rate =
            |value: fn(&EpochRecord) -> Option<f64>| point.and_then(value).unwrap_or(f64::NAN);
        ResultRow {
            name: name.into(),
            epoch,
            war: rate(|e| e.war),
            uar: rate(|e| e.uar),
            note: note.into(),
        }
    };
    Ok(Report {
        title: "A sample report".into(),
        subtitle: "Invented numbers and drawn faces: how the page looks, not what a model does".into(),
        created: "made by examples/sample_report.rs".into(),
        summary: facts.map(|(k, v)| (k.into(), v.into())).into(),
        classes: CLASSES.map(String::from).into(),
        results: vec![
            row("last epoch", 30, ""),
            row("best epoch", 26, "chosen by UAR on a tenth of the training clips, held out"),
        ],
        epochs,
        confusion,
        confusion_of: "Last epoch, 2341 test clips".into(),
        examples: vec![
            example("00412", "fear", "surprise", 2, Some((5, 12)))?,
            example("01077", "disgust", "angry", 1, Some((2, 7)))?,
            example("00009", "happy", "happy", 1, Some((3, 9)))?,
            example("00230", "sad", "sad", 3, None)?,
        ],
        examples_of: "Invented, as all of this page.".into(),
        prediction: Some(Example {
            truth: None,
            ..example("clips/holiday/0007", "happy", "happy", 0, None)?
        }),
        notes: vec![
            "Both epochs were evaluated on the same test clips; the best one was not chosen on them.".into(),
            "29 test clips show disgust: one clip more or less is 3.4 points of its recall and half a point of UAR.".into(),
        ],
        config_toml: Some(
            "[model]\nframes = 16\nbag_size = 4\nvariance = \"biased\"\n\n[loss]\nintensity_weight = 0.1\nsmoothing = 0.1\n\n[train]\nepochs = 30\nbatch_size = 32\nlearning_rate = 5e-4\n".into(),
        ),
    })
}

/// Curves that end at the matrix's WAR and UAR.
fn epochs(confusion: &Confusion) -> Vec<EpochRecord> {
    let (last_war, last_uar) = (confusion.war(), confusion.uar());
    (1..=30)
        .map(|epoch| {
            let t = epoch as f64 / 30.0;
            let wobble = (epoch as f64 * 2.4).sin() * 0.02 * (1.2 - t);
            let war = last_war - 0.56 * ((-4.0 * t).exp() - (-4f64).exp()) + wobble * (1.0 - t);
            let uar = last_uar - 0.47 * ((-3.0 * t).exp() - (-3f64).exp()) + wobble * (1.0 - t);
            EpochRecord {
                epoch,
                loss: 0.55 + 1.5 * (-3.2 * t).exp() - wobble,
                learning_rate: if epoch <= 3 {
                    5e-4 * epoch as f64 / 3.0
                } else {
                    5e-6 + 4.95e-4 * (1.0 + (std::f64::consts::PI * (t - 0.1) / 0.9).cos()) / 2.0
                },
                war: Some(war),
                uar: Some(uar),
                holdout_war: Some(war + 0.021 - wobble * 2.0),
                holdout_uar: Some(uar + 0.012 - wobble * 2.0),
                seconds: 11.4 + wobble * 20.0,
                clips_per_second: 49.1 - wobble * 80.0,
                skipped_clips: 0,
            }
        })
        .collect()
}

fn example(
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
    })
}

/// A disc with eyes and a mouth that curves and opens by expression.
fn face(class: &str, strength: f64, tone: f64) -> Result<Picture, Box<dyn Error>> {
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
