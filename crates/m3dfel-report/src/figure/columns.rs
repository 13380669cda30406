//! Moments as columns of a few pixels, so that a figure stays small however long a video is.

use std::ops::Range;

use crate::video::Moment;

/// What a face expresses over a column's time.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Mean over the part of it that the face is in sight.
    pub probabilities: Vec<f64>,
    pub class: usize,
}

/// Columns of equal time; None where there is nothing to show.
pub struct Columns {
    from: f64,
    /// Seconds.
    each: f64,
    all: Vec<Option<Column>>,
}

/// Columns side by side whose class is the same, or that are all empty.
pub struct Run {
    pub columns: Range<usize>,
    pub class: Option<usize>,
}

impl Columns {
    /// `n` of them over the time `from`, `to`.
    pub fn new(moments: &[Moment], (from, to): (f64, f64), n: usize) -> Self {
        let each = (to - from) / n as f64;
        let mut parts: Vec<Part> = (0..n).map(|_| Part::default()).collect();
        for moment in moments.iter().filter(|_| each > 0.0) {
            let first = ((moment.from - from) / each).max(0.0) as usize;
            for (k, part) in parts.iter_mut().enumerate().skip(first) {
                let start = from + k as f64 * each;
                if start >= moment.to {
                    break;
                }
                let seconds = moment.to.min(start + each) - moment.from.max(start);
                part.add(moment, seconds);
            }
        }
        let covered = |k: usize| parts.get(k).map_or(0.0, |part| part.seconds / each);
        let all = (0..n).map(|k| {
            let here = covered(k);
            let before = k.checked_sub(1).map_or(0.0, covered);
            // What is shorter than half a column is shown where it alone is; else it would be lost.
            let alone = here > 0.0 && before < 0.5 && covered(k + 1) < 0.5;
            let drawn = here >= 0.5 || alone && here > before && here >= covered(k + 1);
            parts.get(k).filter(|_| drawn).map(Part::mean)
        });
        Self {
            from,
            each,
            all: all.collect(),
        }
    }

    pub fn time(&self, column: usize) -> f64 {
        self.from + column as f64 * self.each
    }

    pub fn within(&self, columns: Range<usize>) -> impl Iterator<Item = Option<&Column>> {
        let within = self.all.get(columns).unwrap_or_default();
        within.iter().map(Option::as_ref)
    }

    /// Mean of a class over columns that are drawn.
    pub fn mean(&self, columns: Range<usize>, class: usize) -> f64 {
        let values = self.within(columns).flatten();
        let values: Vec<f64> = values
            .filter_map(|c| c.probabilities.get(class).copied())
            .collect();
        values.iter().sum::<f64>() / values.len() as f64
    }

    /// The highest that a class comes.
    pub fn highest(&self, class: usize) -> f64 {
        let drawn = self.all.iter().flatten();
        let values = drawn.filter_map(|column| column.probabilities.get(class));
        values.copied().fold(0.0, f64::max)
    }

    pub fn runs(&self) -> Vec<Run> {
        let class = |column: &Option<Column>| column.as_ref().map(|c| c.class);
        let mut start = 0;
        let rows = self.all.chunk_by(|a, b| class(a) == class(b));
        rows.map(|row| {
            let columns = start..start + row.len();
            start = columns.end;
            Run {
                columns,
                class: row.first().and_then(class),
            }
        })
        .collect()
    }
}

/// What has been gathered of a column.
#[derive(Default)]
struct Part {
    seconds: f64,
    /// Probabilities times seconds.
    sums: Vec<f64>,
}

impl Part {
    fn add(&mut self, moment: &Moment, seconds: f64) {
        self.seconds += seconds;
        self.sums.resize(moment.probabilities.len(), 0.0);
        for (sum, p) in self.sums.iter_mut().zip(&moment.probabilities) {
            *sum += p * seconds;
        }
    }

    fn mean(&self) -> Column {
        let means = self.sums.iter().map(|sum| sum / self.seconds);
        let probabilities: Vec<f64> = means.collect();
        Column {
            class: crate::video::largest(&probabilities),
            probabilities,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(from: f64, to: f64, happy: f64) -> Moment {
        Moment {
            from,
            to,
            probabilities: vec![happy, 1.0 - happy],
            class: usize::from(happy < 0.5),
            weight: None,
        }
    }

    fn drawn(columns: &Columns) -> String {
        let sign = |c: Option<&Column>| c.map_or('.', |c| if c.class == 0 { 'h' } else { 's' });
        columns.within(0..columns.all.len()).map(sign).collect()
    }

    #[test]
    fn a_column_is_the_mean_of_its_moments_by_time() {
        let moments = [
            moment(0.0, 0.5, 1.0),
            moment(0.5, 1.75, 0.2),
            moment(3.0, 4.0, 0.9),
        ];
        let columns = Columns::new(&moments, (0.0, 4.0), 4);
        assert_eq!(drawn(&columns), "hs.h");
        let first = columns.within(0..1).next().unwrap().unwrap();
        assert!((first.probabilities[0] - 0.6).abs() < 1e-9);
        assert!((columns.mean(0..3, 1) - (0.4 + 0.8) / 2.0).abs() < 1e-9);
        assert!((columns.highest(1) - 0.8).abs() < 1e-9);
        let runs: Vec<_> = columns
            .runs()
            .iter()
            .map(|r| (r.columns.clone(), r.class))
            .collect();
        assert_eq!(
            runs,
            [
                (0..1, Some(0)),
                (1..2, Some(1)),
                (2..3, None),
                (3..4, Some(0))
            ]
        );
        assert_eq!(columns.time(3), 3.0);
    }

    #[test]
    fn a_glance_in_a_long_video_is_shown_once() {
        for start in [0.0, 3.1, 49.9, 50.0, 99.7] {
            let columns = Columns::new(&[moment(start, start + 0.3, 0.9)], (0.0, 100.0), 100);
            assert_eq!(drawn(&columns).matches('h').count(), 1, "at {start}");
        }
        let long = Columns::new(&[moment(10.2, 12.3, 0.9)], (0.0, 100.0), 100);
        assert_eq!(drawn(&long).matches('h').count(), 2);
    }

    #[test]
    fn no_time_and_no_moments_are_empty() {
        let empty = |c: Columns| drawn(&c).chars().all(|c| c == '.');
        assert!(empty(Columns::new(&[], (0.0, 4.0), 10)));
        assert!(empty(Columns::new(
            &[moment(1.0, 1.0, 0.5)],
            (1.0, 1.0),
            10
        )));
        assert_eq!(drawn(&Columns::new(&[], (0.0, 1.0), 0)), "");
    }
}
