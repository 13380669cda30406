//! Differences to the first run with their intervals: points and whiskers about zero.

use askama::Template;

use super::axis::Axis;
use super::svg::Svg;
use super::{px, text_width};
use crate::format::{NONE, clip, points};
use crate::{Comparison, Interval, Result, Rival};

const ROW: f64 = 25.0;
const HEADING: f64 = 38.0;
const TOP: f64 = 8.0;
const ACROSS: f64 = 380.0;
const NUMBERS: f64 = 172.0;
const LONGEST_NAME: usize = 16;

#[derive(Template)]
#[template(path = "figure/forest.html")]
pub struct ForestFigure {
    title: String,
    description: String,
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    bottom: f64,
    zero: f64,
    ticks: Vec<(f64, String)>,
    headings: Vec<(f64, String)>,
    rows: Vec<Row>,
}

struct Row {
    y: f64,
    name: String,
    /// WAR and UAR, among the recalls.
    chief: bool,
    /// Of the style sheet: `better`, `worse`, or nothing where the interval holds zero.
    class: &'static str,
    /// Low, estimate, high; none where they are not known.
    marks: Option<(f64, f64, f64)>,
    numbers: String,
}

impl ForestFigure {
    /// None where nothing is compared.
    pub fn new(comparison: &Comparison) -> Option<Self> {
        let lines: Vec<(&Rival, Vec<Line>)> = comparison
            .others
            .iter()
            .map(|rival| (rival, lines(rival, &comparison.classes)))
            .collect();
        let all = || lines.iter().flat_map(|(_, lines)| lines);
        let known: Vec<Interval> = all().map(|l| l.interval).filter(|i| i.known()).collect();
        if known.is_empty() {
            return None;
        }
        let widest = all().map(|l| text_width(&l.name)).fold(60.0, f64::max);
        let left = px(widest + 18.0);
        let right = left + ACROSS;
        let values = known
            .iter()
            .flat_map(|i| [i.low, i.high])
            .map(|v| v * 100.0);
        let axis = Axis::around(values.chain([0.0]), (left, right), 6, false);
        let at = |fraction: f64| axis.at(fraction * 100.0);
        let mut y = TOP;
        let (mut headings, mut rows) = (Vec::new(), Vec::new());
        for (rival, lines) in &lines {
            y += HEADING;
            let name = clip(&rival.side.name, 40);
            let first = clip(&comparison.first.name, 40);
            headings.push((y - 14.0, format!("{name} less {first}")));
            for line in lines {
                let interval = line.interval;
                let known = interval.known();
                rows.push(Row {
                    y: px(y + ROW / 2.0),
                    name: line.name.clone(),
                    chief: line.chief,
                    class: direction(interval),
                    marks: known
                        .then(|| (at(interval.low), at(interval.estimate), at(interval.high))),
                    numbers: numbers(interval),
                });
                y += ROW;
            }
        }
        let told = rows
            .iter()
            .map(|row| format!("{} {}", row.name, row.numbers));
        let ticks = axis.ticks();
        let decimals = axis.decimals();
        Some(Self {
            title: format!(
                "Differences to {} in points, with 95\u{202f}% intervals",
                comparison.first.name
            ),
            description: told.collect::<Vec<_>>().join("; "),
            width: right + NUMBERS,
            height: px(y + 52.0),
            left,
            right,
            bottom: px(y + 4.0),
            zero: axis.at(0.0),
            ticks: ticks
                .iter()
                .map(|tick| (tick.at, points(tick.value / 100.0, decimals)))
                .collect(),
            headings,
            rows,
        })
    }

    pub fn svg(&self) -> Result<Svg> {
        Ok(Svg {
            id: "differences".into(),
            class: "forest",
            title: self.title.clone(),
            description: self.description.clone(),
            width: self.width,
            height: self.height,
            bounds: Some((px(self.width * 0.85), px(self.width * 1.15))),
            body: self.render()?,
        })
    }
}

struct Line {
    name: String,
    chief: bool,
    interval: Interval,
}

fn lines(rival: &Rival, classes: &[String]) -> Vec<Line> {
    let difference = &rival.difference;
    let chief = [("WAR", difference.war), ("UAR", difference.uar)];
    let chief = chief.map(|(name, interval)| Line {
        name: name.into(),
        chief: true,
        interval,
    });
    let recalls = classes.iter().zip(&difference.recalls);
    let recalls = recalls.map(|(class, &interval)| Line {
        name: clip(class, LONGEST_NAME),
        chief: false,
        interval,
    });
    chief.into_iter().chain(recalls).collect()
}

fn direction(interval: Interval) -> &'static str {
    match (
        interval.known() && !interval.holds_zero(),
        interval.low > 0.0,
    ) {
        (false, _) => "",
        (true, true) => " better",
        (true, false) => " worse",
    }
}

/// `+2.3 [−0.4, +5.0]`
pub fn numbers(interval: Interval) -> String {
    if !interval.estimate.is_finite() {
        return NONE.into();
    }
    let [estimate, low, high] =
        [interval.estimate, interval.low, interval.high].map(|v| points(v, 1));
    match interval.known() {
        true => format!("{estimate} [{low}, {high}]"),
        false => estimate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Difference, Side};

    fn interval(estimate: f64, low: f64, high: f64) -> Interval {
        Interval {
            estimate,
            low,
            high,
        }
    }

    fn comparison(war: Interval, recalls: Vec<Interval>) -> Comparison {
        Comparison {
            classes: vec!["happy".into(), "sad".into()],
            others: vec![Rival {
                side: Side::default(),
                difference: Difference {
                    war,
                    uar: interval(-0.02, -0.03, -0.01),
                    recalls,
                    mcnemar: None,
                },
            }],
            ..Comparison::default()
        }
    }

    #[test]
    fn whiskers_lie_about_zero_and_say_whether_they_hold_it() {
        let recalls = vec![interval(0.01, -0.02, 0.04), Interval::NONE];
        let figure = ForestFigure::new(&comparison(interval(0.02, 0.01, 0.04), recalls)).unwrap();
        let classes: Vec<&str> = figure.rows.iter().map(|row| row.class).collect();
        assert_eq!(classes, [" better", " worse", "", ""]);
        let (low, estimate, high) = figure.rows[0].marks.unwrap();
        assert!(figure.zero < low && low < estimate && estimate < high);
        let (low, _, high) = figure.rows[2].marks.unwrap();
        assert!(low < figure.zero && figure.zero < high);
        // The axis goes from -4 to 4 points: 6 of them are three quarters of it.
        assert!((high - low - 0.75 * ACROSS).abs() < 0.2, "{low} {high}");
        assert_eq!(figure.rows[0].numbers, "+2.0 [+1.0, +4.0]");
        assert_eq!(
            (figure.rows[3].marks, figure.rows[3].numbers.as_str()),
            (None, "–")
        );
    }

    #[test]
    fn an_interval_that_ends_at_zero_holds_it() {
        assert_eq!(direction(interval(0.01, 0.0, 0.02)), "");
        assert_eq!(direction(interval(0.01, 0.001, 0.02)), " better");
    }

    #[test]
    fn nothing_known_is_no_figure() {
        let mut none = comparison(Interval::NONE, vec![]);
        none.others[0].difference.uar = Interval::NONE;
        assert!(ForestFigure::new(&none).is_none());
        assert!(ForestFigure::new(&Comparison::default()).is_none());
    }
}
