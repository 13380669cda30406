//! Pages of invented numbers, to look at them without training anything:
//! `cargo run -p m3dfel-report --example sample_report -- FOLDER` writes a report, a comparison, an
//! ablation and pages of videos, and their figures as files.
//!
//! The pages say that they are invented; the faces are drawn as discs with eyes and a mouth.

mod clips;
mod compared;
mod features;
mod videos;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use clips::example;
use m3dfel_report::{
    Bin, Calibration, ConfusedPair, Confusion, Document, EpochRecord, Example, FeatureMap, Report,
    ResultRow, confusion_csv,
};

const CLASSES: [&str; 7] = [
    "happy", "sad", "neutral", "angry", "surprise", "disgust", "fear",
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| "sample_report".into());
    let report = report()?;
    write(&report, &folder, "report")?;
    write(&compared::comparison(), &folder, "comparison")?;
    write(&compared::ablation(), &folder, "ablation")?;
    write(&videos::short()?, &folder, "video-short")?;
    write(&videos::meeting()?, &folder, "video-meeting")?;
    write(&videos::long()?, &folder, "video-long")?;
    let csv = confusion_csv(&report.classes, &report.confusion)?;
    Ok(fs::write(folder.join("report/confusion.csv"), csv)?)
}

/// The page, and beside it a folder with its figures.
fn write(document: &impl Document, folder: &Path, name: &str) -> Result<(), Box<dyn Error>> {
    let figures = folder.join(name);
    fs::create_dir_all(&figures)?;
    let page = folder.join(name).with_extension("html");
    m3dfel_report::write(document, &page)?;
    let written = m3dfel_report::write_figures(document, &figures)?;
    println!("{} and {} figures", page.display(), written.len());
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
        calibration: Some(calibration()),
        confused: confused()?,
        features: FeatureMap::of(&features::bags())?,
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
                step_seconds: 0.65,
                waited_seconds: 0.4,
                skipped_clips: 0,
            }
        })
        .collect()
}

/// Bins of a model that is surer than it is right.
fn calibration() -> Calibration {
    let n = 15;
    let bins: Vec<Bin> = (0..n)
        .map(|k| {
            let confidence = (k as f64 + 0.55) / n as f64;
            let count = (900.0 * (-(1.05 - confidence) * 4.0).exp()) as u64;
            let wobble = (k as f64 * 1.7).sin() * 0.03;
            Bin {
                count: if k < 2 { 0 } else { count },
                confidence,
                accuracy: (confidence - 0.13 * confidence + wobble).clamp(0.0, 1.0),
            }
        })
        .collect();
    let all: u64 = bins.iter().map(|bin| bin.count).sum();
    let gaps = bins
        .iter()
        .map(|b| (b.accuracy - b.confidence).abs() * b.count as f64);
    Calibration {
        ece: gaps.sum::<f64>() / all as f64,
        bins,
    }
}

fn confused() -> Result<Vec<ConfusedPair>, Box<dyn Error>> {
    let pair = |truth: &str, predicted: &str, clips: u64, of: u64| ConfusedPair {
        truth: truth.into(),
        predicted: predicted.into(),
        clips,
        of,
        names: (0..clips.min(12))
            .map(|k| format!("{:05}", 412 + k * 173))
            .collect(),
        shown: vec![],
    };
    Ok(vec![
        ConfusedPair {
            shown: vec![example("00412", "sad", "neutral", 0, Some((7, 14)))?],
            ..pair("sad", "neutral", 61, 380)
        },
        pair("neutral", "sad", 47, 534),
        ConfusedPair {
            shown: vec![example("00585", "fear", "surprise", 2, Some((6, 10)))?],
            ..pair("fear", "surprise", 41, 180)
        },
    ])
}
