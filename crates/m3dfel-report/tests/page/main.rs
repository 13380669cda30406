//! The whole page of a report.

#[path = "../common/mod.rs"]
mod common;
mod figures;
mod fixture;

use common::page;
use fixture::{example, full, jpeg};
use m3dfel_report::{Confusion, Example, Report, ReportError, ShownInstance, render};

#[test]
fn a_full_report_has_every_part() {
    let read = page(&full());
    for words in [
        "Run 7",
        "62.50\u{202f}%",
        "50.00\u{202f}%",
        "A note.",
        "epochs = 2",
        "Two of many.",
        "00002",
        "mine",
        "Largest share: frames 9 to 12, 60\u{202f}%. The expression is in frames 6 to 12, its apex in frame 9.",
        // 7 of 12 right; recalls 6/8 and 1/4; no clip of fear
        "last epoch: WAR 58.33\u{202f}%, UAR 50.00\u{202f}% over the 2 classes that have clips (none: fear).",
        "no clips: no recall, not in the UAR",
        "7 of 12 clips are on the diagonal. The most frequent confusion: 3 clips of sad called happy.",
        // always "happy": 8 of 12, and one of two classes
        "66.67\u{202f}%",
        // (8 * 0.6 + 4 * 0.9) / 12 = 0.7 sure; (4 + 3) / 12 right
        "The model is 70.0\u{202f}% sure in the mean and right in 58.3\u{202f}% of the clips: it is surer than it is right.",
        "The expected calibration error is 11.7\u{202f}%",
        "33.3\u{202f}% to 66.7\u{202f}%",
        "sad called happy: 3 of 4 clips, 75\u{202f}%",
        "How it was made.",
        "12 clips: 4 of happy, 4 named rightly; 4 of sad, 0 named rightly; 4 of fear, 0 named rightly.",
        "✓ decisive instance within the expression",
        "its apex in frame 9.",
    ] {
        assert!(read.text.contains(words), "{words}");
    }
    assert_eq!(read.count("image"), 4 * 16);
    assert_eq!(read.count("article"), 4);
    let pictures = read
        .values("href")
        .filter(|h| h.starts_with("data:image/jpeg;base64,"));
    assert_eq!(pictures.count(), 4 * 16);
    let more = read.text.find("sad called happy: 3").unwrap();
    assert!(
        more < read.text.find("happy called sad: 2").unwrap(),
        "most clips first"
    );
    let wrong = read.text.find("Named wrongly").unwrap();
    assert!(wrong < read.text.find("Named rightly").unwrap());
}

#[test]
fn an_empty_report_is_a_page_without_sections() {
    let read = page(&Report::default());
    assert_eq!(read.count("section"), 0);
    assert_eq!(read.count("svg"), 0);
}

#[test]
fn whatever_a_name_holds_is_shown_and_harmless() {
    let evil = r#""><script>alert('x')</script><img src=x onerror="y">&amp;"#;
    let mut report = full();
    report.classes[1] = evil.into();
    for example in &mut report.examples {
        example.clip = evil.into();
        example.predicted = evil.into();
    }
    report.prediction.as_mut().unwrap().predicted = evil.into();
    report.examples[1].truth = Some(evil.into());
    for pair in &mut report.confused {
        (pair.truth, pair.predicted) = ("happy".into(), evil.into());
        pair.names = vec![evil.into()];
        pair.shown = vec![];
    }
    let map = report.features.as_mut().unwrap();
    map.told = evil.into();
    for point in &mut map.points {
        (point.clip, point.truth) = (evil.into(), evil.into());
        point.predicted = evil.into();
    }
    report.results[0].name = evil.into();
    report.results[0].note = evil.into();
    report.summary = vec![(evil.into(), evil.into())];
    report.notes = vec![evil.into()];
    report.config_toml = Some(format!("</code></pre></details>{evil}"));
    for field in [
        &mut report.title,
        &mut report.subtitle,
        &mut report.created,
        &mut report.confusion_of,
        &mut report.examples_of,
    ] {
        *field = evil.into();
    }
    let read = page(&report);
    assert_eq!(read.count("img"), 0);
    assert!(read.text.matches(evil).count() >= 30);
}

#[test]
fn an_epoch_without_numbers_does_not_spoil_the_others() {
    let mut report = full();
    report.epochs[1].loss = f64::NAN;
    report.epochs[1].war = None;
    report.epochs[1].uar = Some(f64::INFINITY);
    report.epochs[1].learning_rate = f64::NEG_INFINITY;
    report.results[0].uar = f64::NAN;
    report.examples[0].probabilities[1] = f64::NAN;
    report.examples[0].instances[2].share = f64::NAN;
    let read = page(&report);
    let warning = "The loss was infinite or no number in 1 of 2 epochs, first in epoch 2.";
    assert!(read.text.contains(warning));
    assert!(
        read.text
            .contains("loss: 2.000 at epoch 1, 2.000 at epoch 1.")
    );

    for epoch in &mut report.epochs {
        (epoch.loss, epoch.learning_rate) = (f64::NAN, f64::NAN);
        (epoch.war, epoch.uar, epoch.epoch) = (None, None, 0);
        (epoch.seconds, epoch.clips_per_second) = (f64::NAN, f64::INFINITY);
    }
    page(&report);
}

#[test]
fn one_class_one_epoch_one_frame() {
    let report = Report {
        classes: vec!["happy".into()],
        epochs: full().epochs[..1].to_vec(),
        confusion: Confusion {
            counts: vec![vec![3]],
            unread: vec![1],
        },
        examples: vec![Example {
            probabilities: vec![1.0],
            frames: vec![jpeg(8)],
            instances: vec![ShownInstance {
                first_frame: 0,
                last_frame: 0,
                share: 1.0,
            }],
            truth_span: Some((0, 0)),
            apex: None,
            ..example("x", Some("happy"), "happy")
        }],
        ..Report::default()
    };
    let read = page(&report);
    assert!(
        read.text
            .contains("WAR 75.00\u{202f}%, UAR 75.00\u{202f}%.")
    );
    assert!(
        read.text
            .contains("Clips that could not be read (1) count as errors.")
    );
    assert!(
        read.text
            .contains("1 frame in one instance. The expression is in frame 1.")
    );
}

#[test]
fn the_same_report_is_the_same_page() {
    assert_eq!(render(&full()).unwrap(), render(&full()).unwrap());
}

#[test]
fn parts_that_do_not_fit_are_named() {
    type Spoil = fn(&mut Report);
    let message = |change: Spoil| {
        let mut report = full();
        change(&mut report);
        render(&report).unwrap_err().to_string()
    };
    let cases: [(Spoil, &str); 19] = [
        (
            |r| r.classes[1] = "happy".into(),
            "the class \"happy\" is listed twice",
        ),
        (
            |r| r.confusion.counts.truncate(2),
            "list of rows has 2 entries, but there are 3 classes",
        ),
        (|r| r.confusion.counts[1].push(0), "row 2 has 4 entries"),
        (
            |r| r.confusion.unread = vec![1],
            "list of unread clips has 1 entries",
        ),
        (
            |r| r.examples[1].predicted = "joy".into(),
            "clip \"00002\": the class \"joy\" is not among",
        ),
        (
            |r| r.examples[0].probabilities.truncate(2),
            "2 probabilities for 3 classes",
        ),
        (
            |r| r.examples[0].instances[3].last_frame = 16,
            "an instance runs from frame 12 to 16",
        ),
        (
            |r| r.examples[0].truth_span = Some((9, 3)),
            "the expression runs from frame 9 to 3",
        ),
        (
            |r| {
                r.examples[0].frames.clear();
                r.examples[0].instances[3].last_frame = usize::MAX;
            },
            "an instance runs from frame 12 to",
        ),
        (
            |r| r.examples[0].apex = Some(12),
            "the apex is in frame 12, counted from 0, but the expression in 5 to 11",
        ),
        (
            |r| r.examples[0].truth_span = None,
            "the expression's span is not there",
        ),
        (
            |r| r.calibration.as_mut().unwrap().bins[1].confidence = 0.9,
            "bin 2 of 3 holds confidences from 0.333 to 0.667, but their mean is 0.9",
        ),
        (
            |r| r.calibration.as_mut().unwrap().bins[2].accuracy = f64::NAN,
            "the accuracy in bin 3 is NaN",
        ),
        (
            |r| r.calibration.as_mut().unwrap().ece = 11.67,
            "the error is 11.67, not from 0 to 1",
        ),
        (
            |r| r.confused[0].predicted = "joy".into(),
            "clips of \"happy\" called \"joy\": the class \"joy\" is not among",
        ),
        (|r| r.confused[0].clips = 9, "9 clips of 8"),
        (
            |r| r.confused[1].shown[0].predicted = "fear".into(),
            "clip \"00002\" is shown, but is of another pair",
        ),
        (
            |r| r.features.as_mut().unwrap().points[3].x = f64::NAN,
            "clip \"00003\": its place among the features is no number",
        ),
        (
            |r| r.features.as_mut().unwrap().points[4].truth = "joy".into(),
            "clip \"00004\": the class \"joy\" is not among",
        ),
    ];
    for (change, expected) in cases {
        let message = message(change);
        assert!(
            message.contains(expected),
            "{message:?} has no {expected:?}"
        );
    }
}

#[test]
fn a_report_travels_as_json() {
    let mut report = full();
    report.results[0].uar = f64::NAN;
    let json = serde_json::to_string(&report).unwrap();
    let back: Report = serde_json::from_str(&json).unwrap();
    assert!(back.results[0].uar.is_nan());
    assert_eq!(render(&back).unwrap(), render(&report).unwrap());
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("report.html");
    std::fs::write(&path, "earlier").unwrap();
    m3dfel_report::write(&full(), &path).unwrap();
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        render(&full()).unwrap()
    );
    assert_eq!(
        std::fs::read_dir(dir.path()).unwrap().count(),
        1,
        "nothing is left aside"
    );

    let missing = dir.path().join("nowhere").join("report.html");
    let error = m3dfel_report::write(&full(), &missing).unwrap_err();
    assert!(matches!(error, ReportError::Io { .. }));
    assert!(error.to_string().contains("nowhere"), "{error}");

    let taken = dir.path().join("taken");
    std::fs::create_dir_all(taken.join("full")).unwrap();
    m3dfel_report::write(&full(), &taken).unwrap_err();
    assert_eq!(
        std::fs::read_dir(dir.path()).unwrap().count(),
        2,
        "nothing is left aside"
    );
}
