//! Pages that hold runs against each other.

mod common;

use common::page;
use m3dfel_report::{
    Ablation, AblationPoint, Comparison, Confusion, Difference, Interval, McNemar, Rival, Side,
    figures, render,
};

fn interval(estimate: f64, low: f64, high: f64) -> Interval {
    Interval {
        estimate,
        low,
        high,
    }
}

fn side(name: &str, war: f64, counts: Vec<Vec<u64>>) -> Side {
    Side {
        name: name.into(),
        note: "one seed".into(),
        war: interval(war, war - 0.03, war + 0.02),
        uar: interval(war - 0.1, war - 0.13, war - 0.07),
        recalls: vec![interval(0.8, 0.7, 0.9), Interval::NONE],
        confusion: Confusion {
            counts,
            unread: vec![],
        },
    }
}

fn comparison() -> Comparison {
    Comparison {
        title: "Bags or none".into(),
        subtitle: "two runs".into(),
        created: "2025-01-02".into(),
        of: "60 test clips of fold 1".into(),
        classes: vec!["happy".into(), "sad".into()],
        first: side("bag of 4", 0.62, vec![vec![30, 10], vec![5, 15]]),
        others: vec![Rival {
            side: side("bag of 1", 0.6, vec![vec![20, 20], vec![5, 15]]),
            difference: Difference {
                war: interval(-0.02, -0.05, 0.01),
                uar: interval(0.03, 0.01, 0.05),
                recalls: vec![interval(-0.25, -0.4, -0.1), Interval::NONE],
                mcnemar: Some(McNemar {
                    only_first: 14,
                    only_other: 4,
                    p: 0.0309,
                }),
            },
        }],
        notes: vec!["Intervals by bootstrap.".into()],
    }
}

fn ablation(values: &[&str]) -> Ablation {
    let point = |(k, value): (usize, &&str)| AblationPoint {
        value: (*value).into(),
        war: interval(
            0.5 + 0.05 * k as f64,
            0.48 + 0.05 * k as f64,
            0.51 + 0.05 * k as f64,
        ),
        uar: interval(0.4, 0.3, 0.5),
        note: String::new(),
    };
    Ablation {
        title: "How long an instance".into(),
        of: "60 test clips".into(),
        key: "bag size".into(),
        points: values.iter().enumerate().map(point).collect(),
        notes: vec!["A note.".into()],
        ..Ablation::default()
    }
}

#[test]
fn a_comparison_has_every_part() {
    let read = page(&comparison());
    for words in [
        "Bags or none",
        "All evaluated on 60 test clips of fold 1.",
        "62.00\u{202f}%",
        "59.0 to 64.0",
        "−2.0 [−5.0, +1.0]",
        "0.031",
        "WAR: the interval of the difference, −5.0 to +1.0 points, contains zero.",
        "UAR: “bag of 1” is better than “bag of 4” by 3.0 points",
        "“bag of 4” alone named 14 clips rightly, “bag of 1” alone 4: p = 0.031 by McNemar’s exact test.",
        "The largest difference: −25.0 points of happy called happy.",
        "happy −25.0 [−40.0, −10.0]",
        "Intervals by bootstrap.",
    ] {
        assert!(read.text.contains(words), "{words}: {}", read.text);
    }
    assert_eq!(read.count("svg"), 2);
    let files = figures(&comparison()).unwrap();
    let names: Vec<&str> = files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["differences", "confusion-1"]);
}

#[test]
fn what_is_not_known_is_left_out() {
    let bare = Comparison {
        first: Side {
            name: "a".into(),
            ..Side::default()
        },
        others: vec![Rival {
            side: Side {
                name: "b".into(),
                ..Side::default()
            },
            ..Rival::default()
        }],
        ..Comparison::default()
    };
    let read = page(&bare);
    assert_eq!((read.count("svg"), read.count("section")), (0, 1));
    page(&Comparison::default());
    assert_eq!(page(&Ablation::default()).count("svg"), 0);
}

#[test]
fn many_runs_are_warned_of() {
    let mut many = comparison();
    for k in 2..40 {
        let mut rival = many.others[0].clone();
        rival.side.name = format!("run {k}");
        many.others.push(rival);
    }
    let read = page(&many);
    assert!(read.text.contains("39 runs are held against “bag of 4”."));
    assert_eq!(read.count("svg"), 1 + 39);
}

#[test]
fn whatever_a_name_holds_is_shown_and_harmless() {
    let evil = r#""><script>alert('x')</script><img src=x onerror="y">&amp;"#;
    let mut report = comparison();
    report.classes[1] = evil.into();
    report.first.name = evil.into();
    report.first.note = evil.into();
    for field in [
        &mut report.title,
        &mut report.subtitle,
        &mut report.created,
        &mut report.of,
    ] {
        *field = evil.into();
    }
    report.notes = vec![evil.into()];
    assert!(page(&report).text.matches(evil).count() >= 12);

    let mut report = ablation(&["1", evil]);
    report.key = evil.into();
    report.points[0].note = evil.into();
    assert!(page(&report).text.matches(evil).count() >= 4);
}

#[test]
fn an_ablation_says_whether_its_best_stands_out() {
    let read = page(&ablation(&["1", "2", "4"]));
    for words in [
        "WAR is highest with bag size = 4; the intervals of all others lie below.",
        "but its interval meets those of 1, 2: whether these differ",
        "60.0\u{202f}% (58.0 to 61.0)",
        "A note.",
    ] {
        assert!(read.text.contains(words), "{words}: {}", read.text);
    }
    let options = page(&ablation(&["none", "class weights", "balanced sampling"]));
    assert!(
        options
            .text
            .contains("balanced sampling: WAR 60.0\u{202f}%")
    );
    page(&ablation(&["one alone"]));
}

#[test]
fn parts_that_do_not_fit_are_named() {
    type Spoil = fn(&mut Comparison);
    let cases: [(Spoil, &str); 7] = [
        (
            |c| c.others[0].side.name = "bag of 4".into(),
            "two runs have this name",
        ),
        (
            |c| c.first.recalls.truncate(1),
            "\"bag of 4\", one of those compared: 1 recalls for 2 classes",
        ),
        (
            |c| c.others[0].difference.recalls.truncate(1),
            "1 differences of recalls for 2 classes",
        ),
        (
            |c| c.first.war.estimate = 62.0,
            "fractions are wanted, not per cent",
        ),
        (
            |c| c.others[0].difference.uar.low = 0.2,
            "from 0.2 down to 0.05",
        ),
        (
            |c| c.others[0].difference.mcnemar.as_mut().unwrap().p = 3.0,
            "p is 3",
        ),
        (
            |c| c.others[0].side.confusion.counts.truncate(1),
            "list of rows has 1 entries",
        ),
    ];
    for (spoil, expected) in cases {
        let mut spoilt = comparison();
        spoil(&mut spoilt);
        let message = render(&spoilt).unwrap_err().to_string();
        assert!(
            message.contains(expected),
            "{message:?} has no {expected:?}"
        );
        assert_eq!(figures(&spoilt).unwrap_err().to_string(), message);
    }
    let twice = render(&ablation(&["1", "1"])).unwrap_err().to_string();
    assert!(
        twice.contains("bag size = 1") && twice.contains("twice"),
        "{twice}"
    );
}

#[test]
fn a_comparison_travels_as_json() {
    let json = serde_json::to_string(&comparison()).unwrap();
    let back: Comparison = serde_json::from_str(&json).unwrap();
    assert_eq!(render(&back).unwrap(), render(&comparison()).unwrap());
}
