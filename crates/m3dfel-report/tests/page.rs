//! The whole page, read back as a machine would.

use std::collections::HashSet;

use m3dfel_report::{
    Confusion, EpochRecord, Example, Picture, Report, ReportError, ResultRow, ShownInstance, render,
};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// What a page is made of, once it has been found well-formed.
#[derive(Default)]
struct Read {
    elements: Vec<String>,
    /// Element, attribute, value.
    attributes: Vec<(String, String, String)>,
    text: String,
}

impl Read {
    fn new(page: &str) -> Self {
        let mut reader = Reader::from_str(page);
        reader.config_mut().check_end_names = true;
        let mut read = Self::default();
        let mut open = Vec::new();
        loop {
            match reader
                .read_event()
                .unwrap_or_else(|e| panic!("{e} at {}", reader.error_position()))
            {
                Event::Start(tag) => {
                    open.push(read.element(&tag));
                }
                Event::Empty(tag) => {
                    read.element(&tag);
                }
                Event::End(_) => {
                    open.pop();
                }
                Event::Text(text) => read.text += &text,
                Event::GeneralRef(name) => {
                    let reference = format!("&{};", &*name);
                    read.text += &quick_xml::escape::unescape(&reference).unwrap();
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert!(open.is_empty(), "left open: {open:?}");
        read
    }

    fn element(&mut self, tag: &BytesStart) -> String {
        let name = tag.name().as_ref().to_string();
        for attribute in tag.attributes() {
            let attribute = attribute.expect("attributes are quoted and not doubled");
            let key = attribute.key.as_ref().to_string();
            let value = quick_xml::escape::unescape(&attribute.value)
                .unwrap()
                .into_owned();
            self.attributes.push((name.clone(), key, value));
        }
        self.elements.push(name.clone());
        name
    }

    fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.attributes.iter().filter(move |(_, k, _)| k == key);
        named.map(|(_, _, value)| value.as_str())
    }

    fn count(&self, element: &str) -> usize {
        self.elements.iter().filter(|e| *e == element).count()
    }
}

/// Renders, and checks what holds for every page.
fn page(report: &Report) -> Read {
    let page = render(report).unwrap();
    let read = Read::new(&page);
    assert!(!page.contains("http:") && !page.contains("https:") && !page.contains("@import"));
    let drawn = read.attributes.iter().map(|(_, _, value)| value.as_str());
    let shown = drawn
        .filter(|value| !value.starts_with("data:"))
        .chain([read.text.as_str()]);
    for word in shown.flat_map(|text| text.split(|c: char| !c.is_alphanumeric())) {
        assert!(
            !word.ends_with("NaN") && !word.ends_with("inf"),
            "a number that is none got out: {word}"
        );
    }
    for outside in [
        "script", "link", "iframe", "object", "embed", "base", "form",
    ] {
        assert_eq!(read.count(outside), 0, "{outside}");
    }
    for (element, key, value) in &read.attributes {
        assert!(!key.starts_with("on"), "{element} {key}={value}");
        if key == "href" || key == "src" {
            let inside = value.starts_with('#') || value.starts_with("data:image/");
            assert!(inside, "{element} {key}={value}");
        }
    }
    let ids: Vec<&str> = read.values("id").collect();
    let unique: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "an id is there twice: {ids:?}");
    for reference in read
        .values("aria-labelledby")
        .flat_map(str::split_whitespace)
    {
        assert!(unique.contains(reference), "nothing is called {reference}");
    }
    for target in read
        .values("href")
        .filter_map(|href| href.strip_prefix('#'))
    {
        assert!(unique.contains(target), "nothing to go to at #{target}");
    }
    read
}

fn jpeg(side: usize) -> Picture {
    Picture::from_rgb(&vec![90; side * side * 3], side).unwrap()
}

fn epoch(epoch: usize) -> EpochRecord {
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
        skipped_clips: 0,
    }
}

fn example(clip: &str, truth: Option<&str>, predicted: &str) -> Example {
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
    }
}

fn full() -> Report {
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
        "Largest share: frames 9 to 12, 60\u{202f}%. The expression is in frames 6 to 12.",
        // 7 of 12 right; recalls 6/8 and 1/4; no clip of fear
        "last epoch: WAR 58.33\u{202f}%, UAR 50.00\u{202f}% over the 2 classes that have clips (none: fear).",
        "no clips: no recall, not in the UAR",
        "7 of 12 clips are on the diagonal. The most frequent confusion: 3 clips of sad called happy.",
        // always "happy": 8 of 12, and one of two classes
        "66.67\u{202f}%",
    ] {
        assert!(read.text.contains(words), "{words}");
    }
    assert_eq!(read.count("image"), 3 * 16);
    assert_eq!(read.count("article"), 3);
    let pictures = read
        .values("href")
        .filter(|h| h.starts_with("data:image/jpeg;base64,"));
    assert_eq!(pictures.count(), 3 * 16);
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
    assert!(read.text.matches(evil).count() >= 15);
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
    let cases: [(Spoil, &str); 9] = [
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
