//! Comparisons and ablations of what `m3dfel-metrics` measures.

use m3dfel_metrics::{ComparedSide, Comparison as Measured, Predictions, Scores};

use super::Heading;
use crate::{
    Ablation, AblationPoint, Comparison, Confusion, Difference, Interval, McNemar, Rival, Side,
};

impl Comparison {
    /// The page of a comparison. `seeds` are the predictions of each side, whose confusions are summed up.
    pub fn of(heading: Heading, measured: &Measured, seeds: &[&[Predictions]]) -> Self {
        let rivals = measured.sides.iter().zip(seeds).map(|(side, seeds)| Rival {
            side: shown(side, measured, seeds),
            difference: side
                .against_first
                .as_ref()
                .map_or_else(Difference::default, |against| {
                    let Scores { war, uar, recalls } = &against.difference;
                    Difference {
                        war: (*war).into(),
                        uar: (*uar).into(),
                        recalls: intervals(recalls),
                        mcnemar: against.mcnemar.map(|test| McNemar {
                            only_first: test.only_first,
                            only_other: test.only_second,
                            p: test.p,
                        }),
                    }
                }),
        });
        let mut rivals: Vec<Rival> = rivals.collect();
        let others = rivals.split_off(rivals.len().min(1));
        let first = rivals.pop().map(|rival| rival.side).unwrap_or_default();
        Self {
            title: heading.title,
            subtitle: heading.subtitle,
            created: heading.created,
            of: test_clips(measured),
            classes: measured.classes.clone(),
            first,
            others,
            notes: vec![INTERVALS.into()],
        }
    }
}

impl Ablation {
    /// The page of an ablation of `key`, whose values are the sides' names.
    pub fn of(heading: Heading, key: &str, measured: &Measured) -> Self {
        let point = |side: &ComparedSide| AblationPoint {
            value: side.name.clone(),
            war: side.scores.war.into(),
            uar: side.scores.uar.into(),
            note: note(side),
        };
        Self {
            title: heading.title,
            subtitle: heading.subtitle,
            created: heading.created,
            of: test_clips(measured),
            key: key.into(),
            points: measured.sides.iter().map(point).collect(),
            notes: vec![INTERVALS.into()],
        }
    }
}

const INTERVALS: &str = "Intervals are of 95\u{202f}%, by bootstrap: clips drawn again within each class, and seeds where a \
     side has several. Two or three seeds understate how much training varies.";

fn shown(side: &ComparedSide, measured: &Measured, seeds: &[Predictions]) -> Side {
    let mut confusion = Confusion::new(measured.classes.len());
    for one in seeds.iter().map(Predictions::confusion) {
        for (sum, row) in confusion.counts.iter_mut().zip(&one.counts) {
            sum.iter_mut().zip(row).for_each(|(sum, n)| *sum += n);
        }
        confusion
            .unread
            .iter_mut()
            .zip(&one.unread)
            .for_each(|(sum, n)| *sum += n);
    }
    // Summed by number, so only where all number their classes alike.
    let alike = seeds
        .iter()
        .all(|s| s.classes().names() == measured.classes);
    Side {
        name: side.name.clone(),
        note: note(side),
        war: side.scores.war.into(),
        uar: side.scores.uar.into(),
        recalls: intervals(&side.scores.recalls),
        confusion: if alike {
            confusion
        } else {
            Confusion::default()
        },
    }
}

fn note(side: &ComparedSide) -> String {
    match side.seeds {
        1 => String::new(),
        n => format!("mean of {n} seeds"),
    }
}

fn intervals(recalls: &[Option<m3dfel_metrics::Interval>]) -> Vec<Interval> {
    recalls
        .iter()
        .map(|recall| recall.map_or(Interval::NONE, Interval::from))
        .collect()
}

fn test_clips(measured: &Measured) -> String {
    super::facts::test_clips(measured.clips.iter().sum())
}
