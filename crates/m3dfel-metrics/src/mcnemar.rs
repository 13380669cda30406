use serde::{Deserialize, Serialize};

use crate::panel::Panel;
use crate::{Error, Predictions, Result, Side};

/// The exact two-sided test of McNemar (1947): whether two models err alike on the same clips. Only
/// clips that one gets right and the other wrong say anything; were the models alike, each such clip
/// would be either's with even odds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct McNemar {
    /// Clips that the first alone gets right: the test's `b`.
    pub only_first: u64,
    /// Clips that the second alone gets right: the test's `c`.
    pub only_second: u64,
    /// How likely a split as uneven as this, or more so, were the models alike. 1 where there is no
    /// clip to tell them by.
    pub p: f64,
}

impl McNemar {
    /// # Errors
    /// Sets over other classes, clips or labels, by the clip.
    pub fn of(first: &Predictions, second: &Predictions) -> Result<Self> {
        let [a, b] = [first, second].map(std::slice::from_ref);
        let sides = [
            Side::new("the first set", a),
            Side::new("the second set", b),
        ];
        let panel = Panel::align(&sides)?;
        Self::of_panel(&panel, 0, 1)
            .ok_or_else(|| Error::Unlike("McNemar's test compares one set with one".into()))
    }

    /// Of two sides of a panel; none where one has several seeds: their clips are not independent.
    pub(crate) fn of_panel(panel: &Panel, first: usize, second: usize) -> Option<Self> {
        let ([first], [second]) = (&panel.right[first][..], &panel.right[second][..]) else {
            return None;
        };
        let only = |these: &[bool], those: &[bool]| {
            let pairs = these.iter().zip(those);
            pairs.filter(|&(&a, &b)| a && !b).count() as u64
        };
        Some(Self::of_counts(only(first, second), only(second, first)))
    }

    fn of_counts(only_first: u64, only_second: u64) -> Self {
        Self {
            only_first,
            only_second,
            p: p(only_first, only_second),
        }
    }
}

/// `2 P(X <= min(b, c))` for X binomial of `b + c` even odds, 1 at most.
fn p(b: u64, c: u64) -> f64 {
    let (fewer, n) = (b.min(c), (b + c) as f64);
    // The largest term in logs, for 2^-n is no float beyond a thousand; the others as parts of it.
    let log_choose: f64 = (1..=fewer)
        .map(|k| ((n - fewer as f64 + k as f64) / k as f64).ln())
        .sum();
    let largest = log_choose - n * std::f64::consts::LN_2;
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in (1..=fewer).rev() {
        term *= k as f64 / (n - k as f64 + 1.0);
        sum += term;
    }
    (2.0 * largest.exp() * sum).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::tests::predictions;

    #[test]
    fn small_counts_by_hand() {
        for (b, c, expected) in [
            (0, 0, 1.0),
            (1, 0, 1.0),
            (5, 0, 2.0 / 32.0),
            (1, 5, 2.0 * (1.0 + 6.0) / 64.0),
            (3, 3, 1.0),
        ] {
            assert!((p(b, c) - expected).abs() < 1e-14, "{b} {c}: {}", p(b, c));
            assert_eq!(p(b, c), p(c, b));
        }
    }

    #[test]
    fn counts_what_one_alone_gets_right() {
        let of = |called: [&str; 5]| {
            let ids = ["1", "2", "3", "4", "5"];
            let labels = ["sad", "sad", "sad", "happy", "happy"];
            let clips: Vec<_> = (0..5).map(|i| (ids[i], labels[i], called[i])).collect();
            predictions("happy,sad", &clips)
        };
        let first = of(["sad", "sad", "happy", "happy", "sad"]);
        let second = of(["sad", "-", "happy", "sad", "happy"]);
        let test = McNemar::of(&first, &second).unwrap();
        assert_eq!((test.only_first, test.only_second), (2, 1));
        assert_eq!(test.p, 1.0);
        let other = predictions("happy,sad", &[("9", "sad", "sad")]);
        let error = McNemar::of(&first, &other).unwrap_err().to_string();
        assert!(error.contains("clip 1 is in \"the first set\""), "{error}");
    }
}
