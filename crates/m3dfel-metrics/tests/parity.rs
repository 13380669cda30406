//! Against scipy, statsmodels, scikit-learn and NumPy: see `fixtures/generate.py`.

use std::ops::Range;

use m3dfel_data::Vocabulary;
use m3dfel_metrics::{
    Bootstrap, Calibration, Comparison, Interval, JudgedClip, McNemar, Predictions, Scores, Side,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    classes: Vocabulary,
    labels: Vec<usize>,
    logits: Sides,
    one_set: Figures,
    sklearn: Sklearn,
    paired: Figures,
    seeds: Figures,
    seeds_paired: Figures,
    calibration: ExpectedCalibration,
    mcnemar: ExpectedTest,
    mcnemar_counts: Vec<ExpectedTest>,
}

/// `[seeds, clips, classes]`
#[derive(Deserialize)]
struct Sides {
    a: Vec<Vec<Vec<f32>>>,
    b: Vec<Vec<Vec<f32>>>,
}

#[derive(Deserialize)]
struct Figures {
    war: Expected,
    uar: Expected,
}

#[derive(Deserialize)]
struct Expected {
    estimate: f64,
    low: f64,
    high: f64,
    /// Standard error.
    error: f64,
}

#[derive(Deserialize)]
struct Sklearn {
    war: f64,
    uar: f64,
}

#[derive(Deserialize)]
struct ExpectedCalibration {
    ece: f64,
    bins: Vec<usize>,
    brier: f64,
    nll: f64,
}

#[derive(Deserialize)]
struct ExpectedTest {
    b: usize,
    c: usize,
    p: f64,
}

impl Golden {
    fn read() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/golden.json");
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    fn sets(&self, side: &[Vec<Vec<f32>>]) -> Vec<Predictions> {
        let clip = |(k, logits): (usize, &Vec<f32>)| JudgedClip {
            id: format!("{k:05}"),
            label: self.labels[k],
            outcome: Ok(logits.clone()),
        };
        let set = |set: &Vec<Vec<f32>>| {
            let clips = set.iter().enumerate().map(clip).collect();
            Predictions::new(self.classes.clone(), clips).unwrap()
        };
        side.iter().map(set).collect()
    }
}

fn assert_close(found: f64, expected: f64, most: f64, what: &str) {
    assert!(
        (found - expected).abs() <= most,
        "{what}: {found} is not {expected}, to {most}"
    );
}

/// The ends of an interval from R resamples are off by 0.027 standard errors at R = 10,000, one in three times.
fn assert_scores(found: &Scores, expected: &Figures, errors: f64, what: &str) {
    let pairs: [(&Interval, &Expected, &str); 2] = [
        (&found.war, &expected.war, "WAR"),
        (&found.uar, &expected.uar, "UAR"),
    ];
    for (found, expected, figure) in pairs {
        let at = |end: &str| format!("{what}, {figure}, {end}");
        let most = errors * expected.error;
        assert_close(found.estimate, expected.estimate, 1e-12, &at("estimate"));
        assert_close(found.low, expected.low, most, &at("low"));
        assert_close(found.high, expected.high, most, &at("high"));
    }
}

#[test]
fn intervals_are_scipys_and_numpys() {
    let golden = Golden::read();
    let (a, b) = (golden.sets(&golden.logits.a), golden.sets(&golden.logits.b));
    let bootstrap = Bootstrap::default();
    let one = [Side::new("a", &a[..1]), Side::new("b", &b[..1])];
    let all = [Side::new("a", &a), Side::new("b", &b)];
    let one = Comparison::of(&one, &bootstrap).unwrap();
    let all = Comparison::of(&all, &bootstrap).unwrap();
    let difference = |of: &Comparison| of.sides[1].against_first.clone().unwrap().difference;
    assert_scores(&one.sides[0].scores, &golden.one_set, 0.1, "one set");
    assert_scores(&difference(&one), &golden.paired, 0.1, "paired");
    // These are from 10,000 resamples themselves, so off by more.
    assert_scores(&all.sides[1].scores, &golden.seeds, 0.15, "seeds");
    assert_scores(
        &difference(&all),
        &golden.seeds_paired,
        0.15,
        "seeds paired",
    );
}

#[test]
fn war_is_accuracy_and_uar_balanced_accuracy() {
    let golden = Golden::read();
    let confusion = golden.sets(&golden.logits.a)[0].confusion();
    assert_close(confusion.war(), golden.sklearn.war, 1e-12, "WAR");
    assert_close(confusion.uar(), golden.sklearn.uar, 1e-12, "UAR");
}

#[test]
fn calibration_is_guos() {
    let golden = Golden::read();
    let found = Calibration::of(&golden.sets(&golden.logits.a)[0]).unwrap();
    let expected = &golden.calibration;
    let bins: Vec<usize> = found.bins.iter().map(|bin| bin.clips).collect();
    assert_eq!(bins, expected.bins);
    assert_close(found.ece, expected.ece, 1e-12, "ECE");
    assert_close(found.brier, expected.brier, 1e-12, "Brier score");
    assert_close(found.nll, expected.nll, 1e-12, "NLL");
}

#[test]
fn mcnemar_is_statsmodels() {
    let golden = Golden::read();
    let (a, b) = (golden.sets(&golden.logits.a), golden.sets(&golden.logits.b));
    let found = McNemar::of(&a[0], &b[0]).unwrap();
    let expected = &golden.mcnemar;
    assert_eq!(
        (found.only_first, found.only_second),
        (expected.b as u64, expected.c as u64)
    );
    for ExpectedTest { b, c, p } in golden.mcnemar_counts.iter().chain([expected]) {
        let found = McNemar::of(&right(0..*b, b + c), &right(*b..b + c, b + c)).unwrap();
        assert_close(found.p, *p, 1e-9 * p, &format!("{b} and {c}"));
    }
}

/// Predictions right on these of so many clips, and on one more.
fn right(these: Range<usize>, clips: usize) -> Predictions {
    let clip = |k: usize| JudgedClip {
        id: k.to_string(),
        label: 0,
        outcome: Ok(match these.contains(&k) || k == clips {
            true => vec![1.0, 0.0],
            false => vec![0.0, 1.0],
        }),
    };
    let classes = Vocabulary::new(["happy", "sad"]).unwrap();
    Predictions::new(classes, (0..=clips).map(clip).collect()).unwrap()
}
