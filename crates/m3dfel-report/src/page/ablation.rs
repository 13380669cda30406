//! The page of one key tried with several values.

use askama::Template;

use super::Head;
use crate::figure::dots::{DotsFigure, with_interval};
use crate::figure::svg::Svg;
use crate::{Ablation, AblationPoint, Interval, Result};

#[derive(Template)]
#[template(path = "ablation.html")]
pub struct AblationPage<'a> {
    head: Head<'a>,
    ablation: &'a Ablation,
    /// The point, WAR and UAR.
    lines: Vec<(&'a AblationPoint, [String; 2])>,
    /// What the intervals say.
    told: Vec<String>,
    dots: Option<Svg>,
}

impl<'a> AblationPage<'a> {
    /// Of an ablation that was checked.
    pub fn new(ablation: &'a Ablation) -> Result<Self> {
        let points = ablation.points.iter();
        let dots = DotsFigure::new(ablation);
        let told = [
            best(ablation, "WAR", |point| point.war),
            best(ablation, "UAR", |point| point.uar),
        ];
        Ok(Self {
            head: Head::new(&ablation.title, &ablation.subtitle, &ablation.created),
            lines: points
                .map(|p| (p, [p.war, p.uar].map(with_interval)))
                .collect(),
            told: told.into_iter().flatten().collect(),
            dots: dots.map(|figure| figure.svg()).transpose()?,
            ablation,
        })
    }

    pub fn into_figures(self) -> Vec<Svg> {
        self.dots.into_iter().collect()
    }
}

/// The value with the highest figure, and those whose intervals meet its own. Intervals that meet do not
/// prove two alike: that takes paired differences, and the sentence says so.
fn best(ablation: &Ablation, name: &str, value: fn(&AblationPoint) -> Interval) -> Option<String> {
    let known = || ablation.points.iter().filter(|point| value(point).known());
    let best = known().max_by(|a, b| value(a).estimate.total_cmp(&value(b).estimate))?;
    if known().count() < 2 {
        return None;
    }
    let others = known().filter(|point| !std::ptr::eq(*point, best));
    let meet: Vec<&str> = others
        .filter(|point| value(point).high >= value(best).low)
        .map(|point| point.value.as_str())
        .collect();
    let highest = format!("{name} is highest with {} = {}", ablation.key, best.value);
    Some(match meet.is_empty() {
        true => format!("{highest}; the intervals of all others lie below."),
        false => format!(
            "{highest}, but its interval meets those of {}: whether these differ, only a comparison on \
             the same clips can tell.",
            meet.join(", ")
        ),
    })
}
