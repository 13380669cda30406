//! A report that has every part.

use m3dfel_report::{
    Bin, Calibration, ConfusedPair, Confusion, EpochRecord, Example, FeatureMap, FeaturePoint,
    Picture, Report, ResultRow, ShownInstance,
};

pub fn jpeg(side: usize) -> Picture {
    Picture::from_rgb(&vec![90; side * side * 3], side).unwrap()
}

pub fn epoch(epoch: usize) -> EpochRecord {
    EpochRecord {
        epoch,
        loss: 2.0 / epoch as f64,
        learning_rate: 5e-4,
        war: Some(0.3 * epoch as f64),
        uar: Some(0.2 * epoch as f64),
        holdout_war: None,
        holdout_uar: None,
        seconds: 9.0,
        clips_per_second: 60.0,
        step_seconds: 0.5,
        waited_seconds: 0.1,
        skipped_clips: 0,
    }
}

pub fn example(clip: &str, truth: Option<&str>, predicted: &str) -> Example {
    Example {
        clip: clip.into(),
        truth: truth.map(String::from),
        predicted: predicted.into(),
        probabilities: vec![0.5, 0.3, 0.2],
        frames: vec![jpeg(8); 16],
        instances: (0..4)
            .map(|k| ShownInstance {
                first_frame: k * 4,
                last_frame: k * 4 + 3,
                share: [0.1, 0.2, 0.6, 0.1][k],
            })
            .collect(),
        truth_span: Some((5, 11)),
        apex: Some(8),
    }
}

pub fn bin(count: u64, confidence: f64, accuracy: f64) -> Bin {
    Bin {
        count,
        confidence,
        accuracy,
    }
}

pub fn pair(truth: &str, predicted: &str, clips: u64, of: u64, names: &[&str]) -> ConfusedPair {
    ConfusedPair {
        truth: truth.into(),
        predicted: predicted.into(),
        clips,
        of,
        names: names.iter().map(|name| (*name).into()).collect(),
        shown: vec![],
    }
}

pub fn map(points: usize) -> FeatureMap {
    let class = |k: usize| ["happy", "sad", "fear"][k % 3].into();
    FeatureMap {
        points: (0..points)
            .map(|k| FeaturePoint {
                clip: format!("{k:05}"),
                truth: class(k),
                predicted: class(k * 2),
                x: (k as f64).sin(),
                y: (k as f64).cos(),
            })
            .collect(),
        told: "How it was made.".into(),
    }
}

pub fn full() -> Report {
    Report {
        title: "Run 7".into(),
        subtitle: "small model".into(),
        created: "2025-01-02 03:04".into(),
        summary: vec![("Fold".into(), "1".into())],
        classes: ["happy", "sad", "fear"].map(String::from).into(),
        results: vec![ResultRow {
            name: "last epoch".into(),
            epoch: 2,
            war: 0.625,
            uar: 0.5,
            note: "as it is".into(),
        }],
        epochs: vec![epoch(1), epoch(2)],
        confusion: Confusion {
            counts: vec![vec![6, 2, 0], vec![3, 1, 0], vec![0, 0, 0]],
            unread: vec![],
        },
        confusion_of: "last epoch".into(),
        calibration: Some(Calibration {
            bins: vec![
                bin(0, f64::NAN, f64::NAN),
                bin(8, 0.6, 0.5),
                bin(4, 0.9, 0.75),
            ],
            ece: 0.1167,
        }),
        confused: vec![
            pair("happy", "sad", 2, 8, &["00003", "00004"]),
            ConfusedPair {
                shown: vec![example("00002", Some("sad"), "happy")],
                ..pair("sad", "happy", 3, 4, &["00002"])
            },
        ],
        features: Some(map(12)),
        examples: vec![
            example("00001", Some("happy"), "happy"),
            example("00002", Some("sad"), "happy"),
        ],
        examples_of: "Two of many.".into(),
        prediction: Some(example("mine", None, "sad")),
        notes: vec!["A note.".into()],
        config_toml: Some("[train]\nepochs = 2\n".into()),
    }
}
