//! One face: its timeline, and the same in words and numbers.

use super::words::part;
use crate::figure::timeline::TimelineFigure;
use crate::format::{clock, lasting, percent, whole_percent};
use crate::video::{Moment, Stretch, moments, seconds_by_class, stretches};
use crate::{FaceTimeline, Result, VideoReport};

/// Classes named in a line; the rest are summed.
const NAMED: usize = 3;
/// Stretches in the table.
const LISTED: usize = 500;
/// Stretches told to those who cannot see the figure; the table has all.
const TOLD: usize = 6;

pub struct FaceCard {
    pub id: String,
    /// As in "Face 3".
    pub name: String,
    pub in_sight: f64,
    /// When and for how long.
    pub when: String,
    pub lasts: String,
    pub span: String,
    /// What it expresses, in parts of the time.
    pub told: String,
    /// The class it expresses most, and the part of the time.
    pub mostly: Option<(usize, f64)>,
    /// Of each class, the part of the time, and whether it is the largest.
    pub parts: Vec<(String, bool)>,
    pub moments: Vec<Moment>,
    /// When it shows best what it mostly expresses.
    pub portrait: f64,
    pub figure: Option<TimelineFigure>,
    /// What the table of stretches is called.
    pub table: String,
    pub lines: Vec<StretchLine>,
    /// Whether an instance's share is known.
    pub decided: bool,
}

pub struct StretchLine {
    pub from: String,
    pub to: String,
    pub label: String,
    pub probability: String,
    pub decided: String,
}

impl FaceCard {
    pub fn new(report: &VideoReport, video: &str, face: &FaceTimeline) -> Result<Self> {
        let classes = &report.classes;
        let moments = moments(face, report.window);
        let seconds = seconds_by_class(&moments, classes.len());
        let total: f64 = seconds.iter().sum();
        let parts: Vec<f64> = seconds
            .iter()
            .map(|s| s / total.max(f64::MIN_POSITIVE))
            .collect();
        let mut order: Vec<(usize, f64)> = parts.iter().copied().enumerate().collect();
        order.retain(|(_, part)| *part > 0.0);
        order.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mostly = order.first().copied();
        let stretches = stretches(&moments);
        let told = told(&order, classes);
        let (first, last) = face.span();
        let id = format!("{video}-face-{}", face.track);
        let name = format!("Face {}", face.track);
        let span = format!("{} to {}", clock(first, 1), clock(last, 1));
        let words = format!("{told} {}", told_stretches(&stretches, classes));
        Ok(Self {
            in_sight: face.in_sight(),
            when: when(face),
            lasts: lasting(face.in_sight()),
            span,
            mostly,
            parts: parts
                .iter()
                .enumerate()
                .map(|(k, &p)| (part(p), mostly.is_some_and(|m| m.0 == k)))
                .collect(),
            portrait: portrait(&stretches, mostly).unwrap_or(first),
            figure: TimelineFigure::new(
                format!("{id}-timeline"),
                format!("{name}: what it expresses over time."),
                &words,
                (face, &moments),
                classes,
            ),
            decided: stretches.iter().any(|s| s.decided.is_some()),
            table: table(stretches.len()),
            lines: longest(&stretches, LISTED)
                .into_iter()
                .map(|s| StretchLine::new(s, classes))
                .collect(),
            moments,
            told,
            name,
            id,
        })
    }
}

impl StretchLine {
    fn new(stretch: &Stretch, classes: &[String]) -> Self {
        Self {
            from: clock(stretch.from, 1),
            to: clock(stretch.to, 1),
            label: classes.get(stretch.class).cloned().unwrap_or_default(),
            probability: percent(stretch.probability, 0),
            decided: stretch.decided.map_or(String::new(), |time| clock(time, 1)),
        }
    }
}

fn table(stretches: usize) -> String {
    match stretches {
        1 => "Its one stretch as a table".into(),
        n if n > LISTED => format!("The {LISTED} longest of its {n} stretches as a table"),
        n => format!("Its {n} stretches as a table"),
    }
}

/// At most `n` of them, in order of time.
fn longest(stretches: &[Stretch], n: usize) -> Vec<&Stretch> {
    let mut all: Vec<&Stretch> = stretches.iter().collect();
    all.sort_by(|a, b| (b.to - b.from).total_cmp(&(a.to - a.from)));
    all.truncate(n);
    all.sort_by(|a, b| a.from.total_cmp(&b.from));
    all
}

fn when(face: &FaceTimeline) -> String {
    let (first, last) = face.span();
    let times = match face.seen.len() {
        1 => String::new(),
        n => format!(" at {n} times"),
    };
    let frames = match face.frames {
        1 => "1 frame".to_owned(),
        n => format!("{n} frames"),
    };
    let windows = match face.windows.len() {
        1 => "1 window".to_owned(),
        n => format!("{n} windows"),
    };
    format!(
        "{} to {}, in sight{times} for {}; {frames}, {windows}",
        clock(first, 1),
        clock(last, 1),
        lasting(face.in_sight())
    )
}

/// As in `happy 61 %, neutral 30 %, others 9 %.`
fn told(order: &[(usize, f64)], classes: &[String]) -> String {
    let (named, others) = order.split_at(order.len().min(NAMED));
    let mut parts: Vec<String> = named
        .iter()
        .filter_map(|&(k, part)| Some(format!("{} {}", classes.get(k)?, whole_percent(part))))
        .collect();
    let rest: f64 = others.iter().map(|other| other.1).sum();
    if rest > 0.0 {
        parts.push(format!("others {}", whole_percent(rest)));
    }
    match parts.is_empty() {
        true => "In sight too shortly to say what it expresses.".into(),
        false => format!("{}.", parts.join(", ")),
    }
}

fn told_stretches(stretches: &[Stretch], classes: &[String]) -> String {
    let told = stretches.iter().take(TOLD).filter_map(|s| {
        let class = classes.get(s.class)?;
        Some(format!(
            "{} to {} {class}",
            clock(s.from, 1),
            clock(s.to, 1)
        ))
    });
    let mut told: Vec<String> = told.collect();
    if stretches.len() > TOLD {
        told.push(format!("and {} more stretches", stretches.len() - TOLD));
    }
    match told.is_empty() {
        true => String::new(),
        false => format!("{}.", told.join("; ")),
    }
}

/// Within the longest stretch of what it mostly expresses, the moment that decided it.
fn portrait(stretches: &[Stretch], mostly: Option<(usize, f64)>) -> Option<f64> {
    let (class, _) = mostly?;
    let of_class = stretches.iter().filter(|s| s.class == class);
    let longest = of_class.max_by(|a, b| (a.to - a.from).total_cmp(&(b.to - b.from)))?;
    Some(longest.decided.unwrap_or((longest.from + longest.to) / 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_the_time_in_words() {
        let classes = ["happy", "sad", "fear", "angry", "neutral"].map(String::from);
        let order = [(0, 0.6), (4, 0.25), (1, 0.1), (2, 0.047), (3, 0.003)];
        let expected =
            "happy 60\u{202f}%, neutral 25\u{202f}%, sad 10\u{202f}%, others 5\u{202f}%.";
        assert_eq!(told(&order, &classes), expected);
        assert_eq!(told(&order[..1], &classes), "happy 60\u{202f}%.");
        assert!(told(&[], &classes).contains("too shortly"));
    }

    #[test]
    fn the_portrait_is_from_the_longest_stretch_of_the_class() {
        let stretch = |from, to, class, decided| Stretch {
            from,
            to,
            class,
            probability: 0.5,
            decided,
        };
        let all = [
            stretch(0.0, 9.0, 1, None),
            stretch(9.0, 12.0, 0, None),
            stretch(12.0, 14.0, 1, None),
            stretch(14.0, 20.0, 0, Some(19.0)),
        ];
        assert_eq!(portrait(&all, Some((0, 0.5))), Some(19.0));
        assert_eq!(portrait(&all, Some((1, 0.5))), Some(4.5));
        assert_eq!(portrait(&all, None), None);
        let starts = |n| longest(&all, n).iter().map(|s| s.from).collect::<Vec<_>>();
        assert_eq!(starts(2), [0.0, 14.0]);
        assert_eq!(starts(9), [0.0, 9.0, 12.0, 14.0]);
        assert_eq!(
            table(501),
            "The 500 longest of its 501 stretches as a table"
        );
    }
}
