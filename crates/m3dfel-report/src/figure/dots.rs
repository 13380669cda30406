//! WAR and UAR against the values of one key: points and whiskers.

use askama::Template;

use super::axis::Axis;
use super::svg::Svg;
use super::{px, text_width};
use crate::format::{clip, percent};
use crate::{Ablation, Interval, Result};

const LEFT: f64 = 58.0;
const TOP: f64 = 34.0;
const TALL: f64 = 250.0;
const BOTTOM: f64 = TOP + TALL;
/// Between two values; less where there are many.
const STEP: f64 = 92.0;
const WIDEST: f64 = 720.0;
/// WAR to the left of the value's middle, UAR to the right.
const ASIDE: f64 = 9.0;
const LONGEST_VALUE: usize = 22;

#[derive(Template)]
#[template(path = "figure/dots.html")]
pub struct DotsFigure {
    title: String,
    description: String,
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    bottom: f64,
    key: String,
    slanted: bool,
    y_ticks: Vec<(f64, String)>,
    /// Middle and name.
    values: Vec<(f64, String)>,
    series: [Series; 2],
}

struct Series {
    /// Of the style sheet: `one` or `two`.
    class: &'static str,
    /// Joins the points, where the values are numbers in order; empty otherwise.
    line: String,
    dots: Vec<Dot>,
}

struct Dot {
    x: f64,
    y: f64,
    /// Low and high, where they are known.
    whisker: Option<(f64, f64)>,
    told: String,
}

impl DotsFigure {
    /// None where no value has a result.
    pub fn new(ablation: &Ablation) -> Option<Self> {
        let points = &ablation.points;
        let all = || points.iter().flat_map(|p| [p.war, p.uar]);
        if !all().any(|interval| interval.estimate.is_finite()) {
            return None;
        }
        let step = px((WIDEST / points.len() as f64).min(STEP));
        let right = px((LEFT + step * points.len() as f64).max(LEFT + 260.0));
        let ends = all().flat_map(|i| [i.estimate, i.low, i.high]);
        let axis = Axis::around(ends.map(|v| v * 100.0), (BOTTOM, TOP), 5, false);
        let room = (right - LEFT) / points.len() as f64;
        let x = |k: usize| LEFT + (k as f64 + 0.5) * room;
        let aside = ASIDE.min(room / 4.0);
        let names: Vec<String> = points
            .iter()
            .map(|p| clip(&p.value, LONGEST_VALUE))
            .collect();
        let widest = names.iter().map(|n| text_width(n)).fold(0.0, f64::max);
        let slanted = widest > room - 6.0;
        let below = if slanted { widest * 0.72 + 16.0 } else { 22.0 };
        let in_order = ordered(points.iter().map(|p| p.value.as_str()));
        let one = |name, class, aside: f64, value: fn(&crate::AblationPoint) -> Interval| {
            let dots: Vec<Dot> = points
                .iter()
                .enumerate()
                .filter(|(_, point)| value(point).estimate.is_finite())
                .map(|(k, point)| {
                    let interval = value(point);
                    let at = |v: f64| axis.at(v * 100.0);
                    Dot {
                        x: px(x(k) + aside),
                        y: at(interval.estimate),
                        whisker: interval
                            .known()
                            .then(|| (at(interval.low), at(interval.high))),
                        told: format!("{}: {name} {}", point.value, with_interval(interval)),
                    }
                })
                .collect();
            let joined = dots.iter().map(|dot| format!("{} {}", dot.x, dot.y));
            let joined: Vec<String> = joined.collect();
            Series {
                class,
                line: match in_order && joined.len() > 1 {
                    true => format!("M{}", joined.join("L")),
                    false => String::new(),
                },
                dots,
            }
        };
        let series = [
            one("WAR", "one", -aside, |p| p.war),
            one("UAR", "two", aside, |p| p.uar),
        ];
        let told = series.iter().flat_map(|s| &s.dots).map(|d| d.told.clone());
        let decimals = axis.decimals();
        Some(Self {
            title: format!(
                "WAR and UAR by {}, with 95\u{202f}% intervals",
                ablation.key
            ),
            description: told.collect::<Vec<_>>().join("; "),
            width: right + 16.0,
            height: px(BOTTOM + below + 28.0),
            left: LEFT,
            right,
            bottom: BOTTOM,
            key: ablation.key.clone(),
            slanted,
            y_ticks: axis
                .ticks()
                .iter()
                .map(|tick| (tick.at, percent(tick.value / 100.0, decimals)))
                .collect(),
            values: names
                .into_iter()
                .enumerate()
                .map(|(k, n)| (px(x(k)), n))
                .collect(),
            series,
        })
    }

    pub fn svg(&self) -> Result<Svg> {
        Ok(Svg {
            id: "ablation".into(),
            class: "dots",
            title: self.title.clone(),
            description: self.description.clone(),
            width: self.width,
            height: self.height,
            bounds: Some((px(self.width * 0.7), px(self.width * 1.3))),
            body: self.render()?,
        })
    }
}

/// Whether all values are numbers, each above the one before.
fn ordered<'a>(values: impl Iterator<Item = &'a str>) -> bool {
    let numbers: Option<Vec<f64>> = values.map(|v| v.trim().parse().ok()).collect();
    numbers.is_some_and(|numbers| numbers.is_sorted_by(|a, b| a < b))
}

/// `65.3 % (62.1 to 68.0)`
pub fn with_interval(interval: Interval) -> String {
    let estimate = percent(interval.estimate, 1);
    if !interval.known() {
        return estimate;
    }
    let end = |v: f64| format!("{:.1}", v * 100.0);
    format!(
        "{estimate} ({} to {})",
        end(interval.low),
        end(interval.high)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AblationPoint;

    fn ablation(values: &[&str]) -> Ablation {
        let interval = |estimate: f64| Interval {
            estimate,
            low: estimate - 0.02,
            high: estimate + 0.03,
        };
        let point = |(k, value): (usize, &&str)| AblationPoint {
            value: (*value).into(),
            war: interval(0.6 + 0.01 * k as f64),
            uar: interval(0.5 + 0.01 * k as f64),
            note: String::new(),
        };
        Ablation {
            points: values.iter().enumerate().map(point).collect(),
            ..Ablation::default()
        }
    }

    #[test]
    fn numbers_in_order_are_joined_and_names_are_not() {
        let line = |values: &[&str]| {
            DotsFigure::new(&ablation(values)).unwrap().series[0]
                .line
                .clone()
        };
        assert_eq!(line(&["1", "2", "4"]).matches('L').count(), 2);
        assert_eq!(line(&["none", "weights"]), "");
        assert_eq!(line(&["4", "2"]), "");
        assert_eq!(line(&["1"]), "");
    }

    #[test]
    fn points_lie_between_their_whiskers_and_in_the_picture() {
        let many: Vec<String> = (0..40)
            .map(|k| format!("a rather long value {k}"))
            .collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        for values in [&["1", "2"][..], &many, &["only"]] {
            let figure = DotsFigure::new(&ablation(values)).unwrap();
            assert_eq!(figure.slanted, values.len() == 40);
            for dot in figure.series.iter().flat_map(|s| &s.dots) {
                let (low, high) = dot.whisker.unwrap();
                assert!(TOP <= high && high < dot.y && dot.y < low && low <= BOTTOM);
                assert!(figure.left < dot.x && dot.x < figure.right);
            }
        }
    }

    #[test]
    fn a_value_without_a_result_has_no_point() {
        let mut some = ablation(&["1", "2", "4"]);
        some.points[1].war = Interval::NONE;
        some.points[2].uar.low = f64::NAN;
        let figure = DotsFigure::new(&some).unwrap();
        assert_eq!(figure.series[0].dots.len(), 2);
        assert!(figure.series[1].dots[2].whisker.is_none());
        assert_eq!(figure.series[1].dots[2].told, "4: UAR 52.0\u{202f}%");
        for point in &mut some.points {
            (point.war, point.uar) = (Interval::NONE, Interval::NONE);
        }
        assert!(DotsFigure::new(&some).is_none());
    }
}
