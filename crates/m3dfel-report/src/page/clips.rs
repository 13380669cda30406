//! Single clips, with what is to be seen of them.

use crate::figure::odds::OddsFigure;
use crate::figure::strip::StripFigure;
use crate::figure::svg::Svg;
use crate::format::percent;
use crate::{ConfusedPair, Example, Report, Result};

pub struct Group<'a> {
    pub title: &'static str,
    pub cards: Vec<Card<'a>>,
}

pub struct Card<'a> {
    pub id: String,
    pub clip: &'a str,
    pub truth: Option<&'a str>,
    pub predicted: &'a str,
    pub right: bool,
    pub strip: Option<StripFigure>,
    /// Left out where a strip is to be small.
    pub odds: Option<Svg>,
}

impl<'a> Card<'a> {
    pub fn new(id: String, example: &'a Example, classes: &[String]) -> Result<Self> {
        Ok(Self {
            clip: &example.clip,
            truth: example.truth.as_deref(),
            predicted: &example.predicted,
            right: example.truth.as_ref() == Some(&example.predicted),
            strip: StripFigure::new(&id, example),
            odds: Some(OddsFigure::new(&id, classes, example).svg()?),
            id,
        })
    }
}

/// Examples named wrongly first: they teach more.
pub fn groups(report: &Report) -> Result<Vec<Group<'_>>> {
    let mut groups = ["Named wrongly", "Named rightly", "Truth unknown"].map(|title| Group {
        title,
        cards: Vec::new(),
    });
    let [wrong, right, unknown] = &mut groups;
    for (k, example) in report.examples.iter().enumerate() {
        let card = Card::new(format!("example-{}", k + 1), example, &report.classes)?;
        let group = match (card.truth, card.right) {
            (None, _) => &mut *unknown,
            (_, true) => &mut *right,
            (_, false) => &mut *wrong,
        };
        group.cards.push(card);
    }
    let mut groups = Vec::from(groups);
    groups.retain(|group| !group.cards.is_empty());
    Ok(groups)
}

/// Names shown at once; the others unfold.
const FEW: usize = 8;

/// Clips of one class that were called another.
pub struct Pair<'a> {
    pub truth: &'a str,
    pub predicted: &'a str,
    /// As in `41 of 178 clips, 23 %`.
    pub told: String,
    pub names: &'a [String],
    pub more_names: &'a [String],
    pub cards: Vec<Card<'a>>,
}

/// Those with most clips first; where two have as many, in the report's order.
pub fn pairs(report: &Report) -> Result<Vec<Pair<'_>>> {
    let mut confused: Vec<&ConfusedPair> = report.confused.iter().collect();
    confused.sort_by_key(|pair| std::cmp::Reverse(pair.clips));
    let pairs = confused.into_iter().enumerate().map(|(k, pair)| {
        let (names, more_names) = pair.names.split_at(pair.names.len().min(FEW));
        let part = pair.clips as f64 / pair.of.max(1) as f64;
        let cards = pair.shown.iter().enumerate().map(|(n, example)| {
            let id = format!("confused-{}-{}", k + 1, n + 1);
            let card = Card::new(id, example, &report.classes)?;
            Ok(Card { odds: None, ..card })
        });
        Ok(Pair {
            truth: &pair.truth,
            predicted: &pair.predicted,
            told: format!("{} of {} clips, {}", pair.clips, pair.of, percent(part, 0)),
            names,
            more_names,
            cards: cards.collect::<Result<_>>()?,
        })
    });
    pairs.collect()
}
