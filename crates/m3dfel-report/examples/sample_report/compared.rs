//! Runs held against each other.

use m3dfel_report::{
    Ablation, AblationPoint, Comparison, Confusion, Difference, Interval, McNemar, Rival, Side,
};

use crate::CLASSES;

fn around(estimate: f64, half: f64) -> Interval {
    Interval {
        estimate,
        low: estimate - half,
        high: estimate + half * 0.9,
    }
}

/// Recalls and the rows that they are of: what is not named rightly goes to the next classes.
fn side(name: &str, note: &str, recalls: [f64; 7]) -> Side {
    let clips = [489, 380, 534, 434, 294, 29, 178];
    let counts = (0..7).map(|k| {
        let right = (recalls[k] * clips[k] as f64).round() as u64;
        let wrong = clips[k] - right;
        let mut row = vec![0; 7];
        row[k] = right;
        row[(k + 1) % 7] += wrong / 2;
        row[(k + 3) % 7] += wrong / 3;
        row[(k + 4) % 7] += wrong - wrong / 2 - wrong / 3;
        row
    });
    let confusion = Confusion {
        counts: counts.collect(),
        unread: vec![],
    };
    Side {
        name: name.into(),
        note: note.into(),
        war: around(confusion.war(), 0.019),
        uar: around(confusion.uar(), 0.026),
        recalls: (0..7)
            .map(|k| {
                around(
                    recalls[k],
                    (recalls[k] * (1.0 - recalls[k]) / clips[k] as f64).sqrt() * 2.0,
                )
            })
            .map(|i| Interval {
                low: i.low.max(0.0),
                high: i.high.min(1.0),
                ..i
            })
            .collect(),
        confusion,
    }
}

fn rival(first: &Side, side: Side, mcnemar: Option<McNemar>) -> Rival {
    let less = |a: Interval, b: Interval, half| around(a.estimate - b.estimate, half);
    let recalls = side.recalls.iter().zip(&first.recalls);
    Rival {
        difference: Difference {
            war: less(side.war, first.war, 0.014),
            uar: less(side.uar, first.uar, 0.022),
            recalls: recalls
                .map(|(&a, &b)| less(a, b, 0.4 * (a.high - a.low)))
                .collect(),
            mcnemar,
        },
        side,
    }
}

pub fn comparison() -> Comparison {
    let first = side(
        "bag of 1",
        "mean of 3 seeds",
        [0.86, 0.66, 0.70, 0.73, 0.66, 0.04, 0.39],
    );
    let four = side("bag of 4", "", [0.88, 0.69, 0.73, 0.76, 0.68, 0.07, 0.44]);
    let balanced = side(
        "bag of 4, balanced",
        "",
        [0.82, 0.66, 0.64, 0.72, 0.67, 0.31, 0.52],
    );
    let test = |only_first, only_other, p| {
        Some(McNemar {
            only_first,
            only_other,
            p,
        })
    };
    Comparison {
        title: "A sample comparison".into(),
        subtitle: "Invented numbers: how the page looks, not what models do".into(),
        created: "made by examples/sample_report".into(),
        of: "2338 test clips of fold 1".into(),
        classes: CLASSES.map(String::from).into(),
        others: vec![
            rival(&first, four, test(148, 212, 0.00091)),
            rival(&first, balanced, test(251, 224, 0.234)),
        ],
        first,
        notes: vec!["Intervals would be of 10,000 bootstrap samples within each class.".into()],
    }
}

pub fn ablation() -> Ablation {
    let points = [
        (1, 0.642, 0.551),
        (2, 0.661, 0.569),
        (4, 0.672, 0.584),
        (8, 0.669, 0.590),
        (16, 0.651, 0.561),
    ];
    Ablation {
        title: "A sample ablation".into(),
        subtitle: "Invented numbers".into(),
        created: "made by examples/sample_report".into(),
        of: "2338 test clips of fold 1".into(),
        key: "bag size".into(),
        points: points
            .map(|(value, war, uar)| AblationPoint {
                value: value.to_string(),
                war: around(war, 0.019),
                uar: around(uar, 0.026),
                note: if value == 4 {
                    "the default".into()
                } else {
                    String::new()
                },
            })
            .into(),
        notes: vec![],
    }
}
