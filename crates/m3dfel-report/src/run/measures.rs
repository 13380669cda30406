//! What the predictions of an evaluation are worth, as the page shows it.

use m3dfel_metrics::{
    Calibration as Measured, ConfusedPair as Confused, PointingScore, Predictions,
};

use super::{Judged, examples};
use crate::format::{decimal, percent};
use crate::{BagFeatures, Bin, Calibration, ConfusedPair, FeatureMap, Interval, Report};

/// Pairs of classes whose clips are named, and of the first of them one is shown.
const PAIRS: usize = 8;
const PAIRS_SHOWN: usize = 3;
/// Clips named of each pair.
const NAMES: usize = 12;

impl From<m3dfel_metrics::Interval> for Interval {
    fn from(interval: m3dfel_metrics::Interval) -> Self {
        Self {
            estimate: interval.estimate,
            low: interval.low,
            high: interval.high,
        }
    }
}

/// Calibration, confusions and the map of features, as far as there are any.
pub fn fill(report: Report, judged: &Judged) -> Report {
    let predictions = judged.predictions.as_ref();
    Report {
        calibration: predictions.and_then(calibration),
        confused: predictions.map(|p| confused(p, judged)).unwrap_or_default(),
        // Features of differing number can only come of differing models.
        features: FeatureMap::of(&features(judged)).ok().flatten(),
        ..report
    }
}

fn calibration(predictions: &Predictions) -> Option<Calibration> {
    let measured = Measured::of(predictions)?;
    Some(Calibration {
        bins: measured
            .bins
            .iter()
            .map(|bin| Bin {
                count: bin.clips as u64,
                confidence: bin.confidence.unwrap_or(f64::NAN),
                accuracy: bin.accuracy.unwrap_or(f64::NAN),
            })
            .collect(),
        ece: measured.ece,
    })
}

fn confused(predictions: &Predictions, judged: &Judged) -> Vec<ConfusedPair> {
    let confusion = predictions.confusion();
    let pairs = Confused::of(predictions).into_iter().take(PAIRS);
    pairs
        .enumerate()
        .map(|(k, pair)| {
            let truth = judged.vocabulary.index(&pair.truth);
            let shown = pair.clips.iter().filter(|_| k < PAIRS_SHOWN);
            ConfusedPair {
                clips: pair.clips.len() as u64,
                of: truth.map_or(0, |class| confusion.class(class).clips),
                names: pair
                    .clips
                    .iter()
                    .take(NAMES)
                    .map(|m| m.id.clone())
                    .collect(),
                shown: shown
                    .filter_map(|mistake| examples::by_name(judged, &mistake.id))
                    .take(1)
                    .collect(),
                truth: pair.truth,
                predicted: pair.predicted,
            }
        })
        .collect()
}

fn features(judged: &Judged) -> Vec<BagFeatures> {
    let name = |class| judged.vocabulary.name(class).unwrap_or_default().to_owned();
    let read = judged.evaluation.clips.iter().filter_map(|result| {
        let (prediction, _) = result.outcome.as_ref().ok()?;
        Some(BagFeatures {
            clip: judged.clips.get(result.clip)?.id.clone(),
            truth: name(result.label),
            predicted: name(prediction.class),
            features: prediction.feature.clone(),
        })
    });
    read.filter(|clip| !clip.features.is_empty()).collect()
}

/// What the pointing game says, in words.
pub fn pointing(score: &PointingScore) -> String {
    let points = |fraction: f64| decimal(100.0 * fraction, 1);
    let verdict = match score.gain.excludes_zero() {
        true if score.gain.estimate > 0.0 => "better than chance",
        true => "worse than chance",
        false => "not told apart from chance",
    };
    format!(
        "In {} of {} clips with an expression, the instance with the largest share shows it; an instance drawn \
         at random would in {}. The difference is {} points (95\u{202f}%: {} to {}): {verdict}.",
        percent(score.hits.estimate, 1),
        score.clips,
        percent(score.chance.estimate, 1),
        points(score.gain.estimate),
        points(score.gain.low),
        points(score.gain.high),
    )
}
