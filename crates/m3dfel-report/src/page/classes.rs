//! What is told of the classes.

use crate::Report;
use crate::format::{percent, percent_or_none};

pub struct ScoreLine<'a> {
    pub class: &'a str,
    pub clips: u64,
    pub counts: Vec<u64>,
    pub unread: u64,
    pub recall: String,
    pub precision: String,
}

pub fn score_lines(report: &Report) -> Vec<ScoreLine<'_>> {
    let confusion = &report.confusion;
    let lines = report.classes.iter().zip(confusion.scores()).enumerate();
    lines
        .map(|(k, (class, score))| ScoreLine {
            class,
            clips: score.clips,
            counts: (0..report.classes.len())
                .map(|predicted| confusion.count(k, predicted))
                .collect(),
            unread: confusion.unread(k),
            recall: percent_or_none(score.recall, 2),
            precision: percent_or_none(score.precision, 2),
        })
        .collect()
}

/// WAR and UAR of the matrix, in a sentence, and what was left out of them.
pub fn measured(report: &Report) -> Option<String> {
    if report.confusion.total() == 0 {
        return None;
    }
    let (war, uar) = (report.confusion.war(), report.confusion.uar());
    let scores = report.confusion.scores();
    let absent: Vec<&str> = report
        .classes
        .iter()
        .zip(&scores)
        .filter(|(_, score)| score.recall.is_none())
        .map(|(class, _)| class.as_str())
        .collect();
    let mut text = format!("WAR {}, UAR {}", percent(war, 2), percent(uar, 2));
    if !absent.is_empty() {
        text += &format!(
            " over the {} classes that have clips (none: {})",
            scores.len() - absent.len(),
            absent.join(", ")
        );
    }
    Some(text + ".")
}
