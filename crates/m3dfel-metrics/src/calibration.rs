use serde::{Deserialize, Serialize};

use crate::Predictions;

/// As Guo et al. take.
const BINS: usize = 15;

/// How far a model's probabilities can be trusted (Guo et al. 2017, *On calibration of modern neural
/// networks*).
///
/// Clips that could not be read are left out: they count as errors of the model's in WAR and UAR, but
/// it gave no probability that could be right or wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Expected calibration error, 0 to 1: how far confidence and accuracy of a bin lie apart, mean
    /// over the clips.
    pub ece: f64,
    /// Brier score: squared error of the probabilities, summed over the classes, mean over the clips.
    /// 0 at best, 2 at worst.
    pub brier: f64,
    /// Negative log-likelihood of the true classes in nats, mean over the clips.
    pub nll: f64,
    /// Fifteen of equal width, in order.
    pub bins: Vec<ConfidenceBin>,
    /// Clips that it is of.
    pub clips: usize,
    /// Clips left out, since they could not be read.
    pub unread: usize,
}

/// The clips whose confidence, the largest of their probabilities, lies above `low` and not above
/// `high`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConfidenceBin {
    pub low: f64,
    pub high: f64,
    pub clips: usize,
    /// Mean confidence of its clips; none where it has no clip.
    pub confidence: Option<f64>,
    /// Part of its clips called by their class; none where it has no clip.
    pub accuracy: Option<f64>,
}

impl Calibration {
    /// None where not one clip could be read.
    pub fn of(predictions: &Predictions) -> Option<Self> {
        let mut bins = [Sums::default(); BINS];
        let (mut brier, mut nll) = (0.0, 0.0);
        for clip in predictions.clips() {
            let (Some(called), Some(logs)) = (clip.predicted(), clip.log_probabilities()) else {
                continue;
            };
            let bin = &mut bins[bin(logs[called].exp())];
            bin.clips += 1;
            bin.confidence += logs[called].exp();
            bin.right += usize::from(called == clip.label);
            nll -= logs[clip.label];
            for (class, log) in logs.iter().enumerate() {
                let truth = f64::from(u8::from(class == clip.label));
                brier += (log.exp() - truth).powi(2);
            }
        }
        let clips: usize = bins.iter().map(|bin| bin.clips).sum();
        let mean = |sum: f64| sum / clips as f64;
        (clips > 0).then(|| Self {
            ece: mean(
                bins.iter()
                    .map(|bin| (bin.confidence - bin.right as f64).abs())
                    .sum(),
            ),
            brier: mean(brier),
            nll: mean(nll),
            bins: bins
                .iter()
                .enumerate()
                .map(|(k, bin)| bin.mean(k))
                .collect(),
            clips,
            unread: predictions.clips().len() - clips,
        })
    }
}

/// What falls into a bin, summed.
#[derive(Clone, Copy, Default)]
struct Sums {
    clips: usize,
    confidence: f64,
    right: usize,
}

impl Sums {
    fn mean(&self, bin: usize) -> ConfidenceBin {
        let mean = |sum: f64| (self.clips > 0).then(|| sum / self.clips as f64);
        ConfidenceBin {
            low: bin as f64 / BINS as f64,
            high: (bin + 1) as f64 / BINS as f64,
            clips: self.clips,
            confidence: mean(self.confidence),
            accuracy: mean(self.right as f64),
        }
    }
}

/// The bin of a confidence, which is above 0 as the largest of probabilities.
fn bin(confidence: f64) -> usize {
    let above = (confidence * BINS as f64).ceil() as usize;
    above.clamp(1, BINS) - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::JudgedClip;

    /// Two classes; the odds of the first are `odds` to one.
    fn clip(label: usize, odds: f32) -> JudgedClip {
        let outcome = Ok(vec![odds.ln(), 0.0]);
        let id = "1".into();
        JudgedClip { id, label, outcome }
    }

    fn of(clips: Vec<JudgedClip>) -> Option<Calibration> {
        let classes = "happy,sad".parse().unwrap();
        Calibration::of(&Predictions::new(classes, clips).unwrap())
    }

    #[test]
    fn by_hand() {
        let unread = JudgedClip {
            outcome: Err("gone".into()),
            ..clip(0, 1.0)
        };
        // Confidence 0.75 twice, right once; 0.9 once, right.
        let found = of(vec![clip(0, 3.0), clip(1, 3.0), clip(1, 1.0 / 9.0), unread]).unwrap();
        assert_eq!((found.clips, found.unread), (3, 1));
        let close = |found: f64, by_hand: f64| assert!((found - by_hand).abs() < 1e-7, "{found}");
        close(found.ece, (2.0 * 0.25 + 0.1) / 3.0);
        close(found.brier, 2.0 * (0.0625 + 0.5625 + 0.01) / 3.0);
        close(found.nll, -(0.75f64 * 0.25 * 0.9).ln() / 3.0);
        let bin = &found.bins[11]; // 0.733 to 0.8
        assert_eq!((bin.clips, bin.accuracy), (2, Some(0.5)));
        close(bin.confidence.unwrap(), 0.75);
        assert_eq!((found.bins[0].clips, found.bins[0].accuracy), (0, None));
    }

    #[test]
    fn an_edge_belongs_to_the_bin_below() {
        assert_eq!([1.0 / 3.0, 0.2, 1.0, 0.334].map(bin), [4, 2, 14, 5]);
        assert_eq!([0.0, f64::NAN, 1.1].map(bin), [0, 0, 14]);
    }

    #[test]
    fn sure_and_wrong_is_costly_but_finite() {
        let mut sure = clip(1, 1.0);
        sure.outcome = Ok(vec![2000.0, -2000.0]);
        let found = of(vec![sure]).unwrap();
        assert_eq!((found.ece, found.brier, found.nll), (1.0, 2.0, 4000.0));
    }

    #[test]
    fn nothing_read_is_no_calibration() {
        let mut unread = clip(0, 1.0);
        unread.outcome = Err("gone".into());
        assert_eq!(of(vec![unread]), None);
    }
}
