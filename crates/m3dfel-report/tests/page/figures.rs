//! What is drawn, in the page and as files.

use m3dfel_report::{
    BagFeatures, Calibration, Confusion, FeatureMap, Report, figures, write_figures,
};

use crate::common::{file, page};
use crate::fixture::{bin, full, map};

#[test]
fn every_figure_is_a_file_too() {
    let files = figures(&full()).unwrap();
    let names: Vec<&str> = files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "loss",
            "rates",
            "rate",
            "matrix",
            "bars",
            "reliability",
            "features",
            "confused-1-1-strip",
            "example-2-strip",
            "example-2-odds",
            "example-1-strip",
            "example-1-odds",
            "predicted-clip-strip",
            "predicted-clip-odds"
        ]
    );
    let svg = |name: &str| &files.iter().find(|f| f.name == name).unwrap().svg;
    assert!(
        svg("matrix").contains("fill: #1d5f9f"),
        "the light theme's blue"
    );
    assert_eq!(file(svg("example-1-strip")).count("image"), 16);

    let dir = tempfile::tempdir().unwrap();
    let written = write_figures(&full(), dir.path()).unwrap();
    assert_eq!(written.len(), names.len());
    for (path, figure) in written.iter().zip(&files) {
        assert_eq!(*path, dir.path().join(format!("{}.svg", figure.name)));
        assert_eq!(std::fs::read_to_string(path).unwrap(), figure.svg);
    }
    assert!(write_figures(&full(), &dir.path().join("nowhere")).is_err());
}

#[test]
fn a_class_that_xml_cannot_name_spoils_no_figure() {
    let mut report = full();
    report.classes[2] = "fe\u{0}\u{b}ar".into();
    report.features = None;
    let figures = figures(&report).unwrap();
    for figure in figures {
        file(&figure.svg);
        let forbidden = |c: char| c.is_control() && c != '\n';
        assert!(!figure.svg.contains(forbidden), "{}", figure.name);
    }
}

#[test]
fn a_map_of_features_is_left_out_where_points_are_few() {
    let mut report = full();
    report.features = Some(map(9));
    assert!(!page(&report).text.contains("How it was made."));

    let bag = |k: usize| BagFeatures {
        clip: k.to_string(),
        truth: "happy".into(),
        predicted: "sad".into(),
        features: vec![
            (k % 2) as f32 * 9.0,
            k as f32 * 0.1,
            if k == 3 { f32::NAN } else { 0.0 },
        ],
    };
    let bags: Vec<BagFeatures> = (0..40).map(bag).collect();
    assert_eq!(FeatureMap::of(&bags[..9]).unwrap(), None);
    let made = FeatureMap::of(&bags).unwrap().unwrap();
    assert_eq!(made.points.len(), 39);
    assert!(made.told.contains("perplexity 12") && made.told.contains("Of 40 clips 39 are drawn; clips with features that are no numbers are left out (1)."));
    assert_eq!(
        Some(&made),
        FeatureMap::of(&bags).unwrap().as_ref(),
        "the same again"
    );
    report.features = Some(made);
    page(&report);
}

#[test]
fn many_clips_and_classes_are_a_page() {
    let classes: Vec<String> = (0..60).map(|k| format!("class {k}")).collect();
    let mut points = map(3000).points;
    for (k, point) in points.iter_mut().enumerate() {
        point.truth.clone_from(&classes[k % 60]);
        point.predicted.clone_from(&classes[k % 7]);
    }
    let report = Report {
        confusion: Confusion {
            counts: vec![vec![u64::MAX / 3600; 60]; 60],
            unread: vec![1; 60],
        },
        calibration: Some(Calibration {
            bins: (0..200)
                .map(|k| bin(u64::MAX / 200, (k as f64 + 0.5) / 200.0, 0.5))
                .collect(),
            ece: 1.0,
        }),
        features: Some(FeatureMap {
            points,
            told: String::new(),
        }),
        classes,
        ..Report::default()
    };
    let read = page(&report);
    assert!(read.count("rect") > 60 * 61 * 2);
}
