//! From values to positions, with ticks at round numbers.

use super::px;

pub struct Axis {
    pub low: f64,
    pub high: f64,
    step: f64,
    start: f64,
    end: f64,
}

/// Beyond this a value has run away: drawn, it would leave the rest of the curve flat.
const BEYOND: f64 = 1e30;

/// Whether a value can lie on an axis.
pub fn drawable(value: f64) -> bool {
    value.abs() <= BEYOND // a NaN is not
}

/// A round number on an axis, and where it lies.
pub struct Tick {
    pub value: f64,
    pub at: f64,
}

impl Axis {
    /// From `low` to `high` as they are, laid from `start` to `end`, with about `ticks` round numbers
    /// at least `finest` apart.
    pub fn exact(low: f64, high: f64, (start, end): (f64, f64), ticks: usize, finest: f64) -> Self {
        let step = round_step((high - low) / ticks.max(1) as f64).max(finest);
        Self {
            low,
            high,
            step,
            start,
            end,
        }
    }

    /// Around the drawable ones of `values`, widened to round numbers. From 0 to 1 where none is.
    pub fn around(
        values: impl IntoIterator<Item = f64>,
        range: (f64, f64),
        ticks: usize,
        from_zero: bool,
    ) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.into_iter().filter(|&v| drawable(v)) {
            (low, high) = (low.min(value), high.max(value));
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if from_zero {
            low = low.min(0.0);
        }
        if !(high - low).is_normal() {
            // one value, or values too near each other to tell apart
            let room = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
            (low, high) = (low - room, low + room);
        }
        let mut axis = Self::exact(low, high, range, ticks, 0.0);
        axis.low = (axis.low / axis.step).floor() * axis.step;
        axis.high = (axis.high / axis.step).ceil() * axis.step;
        axis
    }

    /// Where a value lies; the middle where the axis has one value only.
    pub fn at(&self, value: f64) -> f64 {
        let span = self.high - self.low;
        let part = if span > 0.0 {
            (value - self.low) / span
        } else {
            0.5
        };
        px(self.start + part * (self.end - self.start))
    }

    pub fn ticks(&self) -> Vec<Tick> {
        let first = (self.low / self.step - 1e-9).ceil();
        (0..100)
            .map(|k| (first + f64::from(k)) * self.step)
            .take_while(|&value| value <= self.high + self.step * 1e-6)
            .map(|value| Tick {
                value,
                at: self.at(value),
            })
            .collect()
    }

    /// Decimals that tell one tick from the next.
    pub fn decimals(&self) -> usize {
        (-self.step.log10().floor()).clamp(0.0, 6.0) as usize
    }
}

/// The smallest of 1, 2, 5, 10, ... at or above `step`; 1 where that is no number.
fn round_step(step: f64) -> f64 {
    if !(step.is_finite() && step > 0.0) {
        return 1.0;
    }
    let power = 10f64.powf(step.log10().floor());
    let round = [1.0, 2.0, 5.0, 10.0]
        .map(|m| m * power)
        .into_iter()
        .find(|&round| round >= step * (1.0 - 1e-9))
        .unwrap_or(step);
    if round.is_normal() { round } else { step }
}

/// Seconds between ticks, rounded as clocks are.
const CLOCK_STEPS: [f64; 15] = [
    0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0,
];

impl Axis {
    /// Times in a video, from `low` to `high` seconds, with at most `ticks` round ones.
    pub fn clock(low: f64, high: f64, range: (f64, f64), ticks: usize) -> Self {
        let least = (high - low) / ticks.max(1) as f64;
        let step = CLOCK_STEPS.into_iter().find(|&step| step >= least);
        let hours = || round_step(least / 3600.0).max(1.0) * 3600.0;
        Self {
            step: step.unwrap_or_else(hours),
            ..Self::exact(low, high, range, ticks, 0.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(axis: &Axis) -> Vec<f64> {
        axis.ticks().iter().map(|tick| tick.value).collect()
    }

    #[test]
    fn ticks_are_round_numbers_around_the_values() {
        let axis = Axis::around([0.31, f64::NAN, 1.94], (100.0, 0.0), 4, false);
        assert_eq!(values(&axis), [0.0, 0.5, 1.0, 1.5, 2.0]);
        assert_eq!(axis.at(0.5), 75.0);
        assert_eq!(axis.decimals(), 1);
    }

    #[test]
    fn epochs_are_whole() {
        let axis = Axis::exact(1.0, 3.0, (0.0, 100.0), 6, 1.0);
        assert_eq!(values(&axis), [1.0, 2.0, 3.0]);
        let long = Axis::exact(1.0, 300.0, (0.0, 100.0), 5, 1.0);
        assert_eq!(values(&long), [100.0, 200.0, 300.0]);
    }

    #[test]
    fn times_are_round_as_clocks_are() {
        let steps = |seconds: f64| Axis::clock(0.0, seconds, (0.0, 1000.0), 9).step;
        let lengths = [0.0, 1.0, 10.0, 72.0, 100.0, 600.0, 7200.0, 36_000.0, 1e6];
        let expected = [0.1, 0.2, 2.0, 10.0, 15.0, 120.0, 900.0, 7200.0, 180_000.0];
        assert_eq!(lengths.map(steps), expected);
        let axis = Axis::clock(61.3, 64.0, (0.0, 100.0), 3);
        assert_eq!(values(&axis), [62.0, 63.0, 64.0]);
    }

    #[test]
    fn one_value_none_and_extremes_have_an_axis() {
        let one = Axis::exact(7.0, 7.0, (0.0, 100.0), 5, 1.0);
        assert_eq!((one.at(7.0), values(&one)), (50.0, vec![7.0]));
        assert_eq!(
            Axis::around([3.0], (0.0, 100.0), 4, false).at(3.0),
            50.0,
            "in the middle"
        );
        for odd in [
            vec![],
            vec![f64::NAN],
            vec![0.0],
            vec![f64::MAX, f64::MIN],
            vec![1e-320, 2e-320],
            vec![1e300, 0.0],
        ] {
            let axis = Axis::around(odd.clone(), (0.0, 100.0), 4, true);
            assert!(axis.ticks().len() <= 100, "{odd:?}");
            assert!(axis.ticks().iter().all(|t| t.at.is_finite()), "{odd:?}");
        }
    }
}
