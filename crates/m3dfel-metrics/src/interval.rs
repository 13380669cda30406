//! Percentile bootstrap: how far a figure may be off for having been measured on these clips.

use std::num::NonZeroUsize;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// How sure an [`Interval`] is.
const CONFIDENCE: f64 = 0.95;

/// How intervals are drawn. The same seed gives the same interval, whatever the number of threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bootstrap {
    pub seed: u64,
    /// 10,000 keep the ends of an interval within a few hundredths of its half-width.
    pub resamples: NonZeroUsize,
}

/// A figure and its 95 % percentile interval (Efron and Tibshirani 1993, chapter 13).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Of the clips themselves, not the resamples' mean.
    pub estimate: f64,
    pub low: f64,
    pub high: f64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        const RESAMPLES: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();
        Self {
            seed: 0,
            resamples: RESAMPLES,
        }
    }
}

impl Bootstrap {
    /// Draws all resamples. Each has a random stream of its own, keyed by its number, so that threads
    /// may share them out as they like.
    pub(crate) fn draw<T: Send>(&self, one: impl Fn(&mut ChaCha8Rng) -> T + Sync) -> Vec<T> {
        let stream = |resample: usize| {
            let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
            rng.set_stream(resample as u64);
            rng
        };
        (0..self.resamples.get())
            .into_par_iter()
            .map(|resample| one(&mut stream(resample)))
            .collect()
    }
}

impl Interval {
    /// `figures` are those of the resamples, in any order.
    pub(crate) fn of(estimate: f64, mut figures: Vec<f64>) -> Self {
        figures.sort_unstable_by(f64::total_cmp);
        let tail = (1.0 - CONFIDENCE) / 2.0;
        Self {
            estimate,
            low: quantile(&figures, tail),
            high: quantile(&figures, 1.0 - tail),
        }
    }

    /// Whether it leaves zero out: for a difference, that it is more than the chance of these clips.
    pub fn excludes_zero(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// Between the two nearest of sorted figures, by how near (NumPy's default); 0 where there is none.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let at = part * sorted.len().saturating_sub(1) as f64;
    let below = at.floor() as usize;
    match (sorted.get(below), sorted.get(below + 1)) {
        (Some(a), Some(b)) => a + (b - a) * (at - below as f64),
        (Some(a), None) => *a,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    #[test]
    fn quantiles_are_numpys() {
        // np.quantile([1, 2, 4, 8], q)
        for (q, expected) in [
            (0.0, 1.0),
            (0.025, 1.075),
            (0.5, 3.0),
            (0.975, 7.7),
            (1.0, 8.0),
        ] {
            let found = quantile(&[1.0, 2.0, 4.0, 8.0], q);
            assert!((found - expected).abs() < 1e-12, "{q}: {found}");
        }
        assert_eq!(quantile(&[3.0], 0.975), 3.0);
        assert_eq!(quantile(&[], 0.5), 0.0);
    }

    #[test]
    fn the_same_whatever_the_threads() {
        let bootstrap = Bootstrap::default();
        let draw = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let pool = pool.build().unwrap();
            pool.install(|| bootstrap.draw(|rng| rng.random::<u64>()))
        };
        let one = draw(1);
        assert_eq!(one, draw(5));
        let mut apart = one.clone();
        apart.sort_unstable();
        apart.dedup();
        assert_eq!(apart.len(), one.len(), "each resample draws its own");
        let other = Bootstrap {
            seed: 1,
            ..bootstrap
        };
        assert_ne!(one[0], other.draw(|rng| rng.random::<u64>())[0]);
    }

    #[test]
    fn zero_at_the_edge_is_not_excluded() {
        let interval = |low, high| Interval {
            estimate: 0.1,
            low,
            high,
        };
        assert!(interval(0.01, 0.2).excludes_zero());
        assert!(interval(-0.2, -0.01).excludes_zero());
        assert!(!interval(0.0, 0.2).excludes_zero());
        assert!(!interval(-0.1, 0.2).excludes_zero());
    }
}
