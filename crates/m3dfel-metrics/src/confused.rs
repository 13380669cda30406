use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Predictions;

/// Clips of one class that were called another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConfusedPair {
    pub truth: String,
    pub predicted: String,
    /// Part of all clips of the true class, 0 to 1; those that could not be read are among them, as
    /// they are in a recall.
    pub part: f64,
    /// The most confidently wrong first.
    pub clips: Vec<Mistake>,
}

/// One clip called by a class that is not its.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mistake {
    pub id: String,
    /// Probability given to the predicted class.
    pub confidence: f64,
    /// Probability given to the true class.
    pub truth: f64,
}

impl ConfusedPair {
    /// All confusions there are: those of most clips first; of as many, those that are more of their
    /// class first, then in the order of the classes.
    pub fn of(predictions: &Predictions) -> Vec<Self> {
        let mut mistakes: BTreeMap<(usize, usize), Vec<Mistake>> = BTreeMap::new();
        for clip in predictions.clips() {
            let (Some(called), Some(odds)) = (clip.predicted(), clip.probabilities()) else {
                continue;
            };
            if called != clip.label {
                mistakes
                    .entry((clip.label, called))
                    .or_default()
                    .push(Mistake {
                        id: clip.id.clone(),
                        confidence: odds[called],
                        truth: odds[clip.label],
                    });
            }
        }
        let scores = predictions.confusion().scores();
        let mut pairs: Vec<Self> = mistakes
            .into_iter()
            .map(|((truth, predicted), mut clips)| {
                clips.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
                Self {
                    truth: predictions.class(truth).into(),
                    predicted: predictions.class(predicted).into(),
                    part: clips.len() as f64 / scores[truth].clips as f64,
                    clips,
                }
            })
            .collect();
        // Of as many clips, more of a class means a smaller class. Sorting keeps the classes' order.
        pairs.sort_by(|a, b| {
            let key = |pair: &Self| Reverse(pair.clips.len());
            key(a).cmp(&key(b)).then(b.part.total_cmp(&a.part))
        });
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::JudgedClip;

    #[test]
    fn the_most_then_the_surest() {
        // Truth and logits of happy, sad, fear.
        let clips: [(&str, usize, Option<[f32; 3]>); 9] = [
            ("right", 0, Some([5.0, 0.0, 0.0])),
            ("mild", 0, Some([1.0, 1.5, 0.0])),
            ("sure", 0, Some([0.0, 9.0, 0.0])),
            ("also", 0, Some([0.0, 0.0, 2.0])),
            ("fear", 2, Some([0.0, 1.0, 0.0])),
            ("gone", 2, None),
            ("sad", 1, Some([1.0, 0.0, 0.0])),
            ("sad 2", 1, Some([0.0, 2.0, 0.0])),
            ("sad 3", 1, Some([0.0, 2.0, 0.0])),
        ];
        let clips = clips.map(|(id, label, logits)| JudgedClip {
            id: id.into(),
            label,
            outcome: logits.map(Into::into).ok_or_else(|| "gone".into()),
        });
        let classes = "happy,sad,fear".parse().unwrap();
        let pairs = ConfusedPair::of(&Predictions::new(classes, clips.into()).unwrap());
        let found: Vec<(&str, &str, Vec<&str>)> = pairs
            .iter()
            .map(|p| {
                let ids = p.clips.iter().map(|clip| clip.id.as_str()).collect();
                (p.truth.as_str(), p.predicted.as_str(), ids)
            })
            .collect();
        assert_eq!(
            found,
            [
                ("happy", "sad", vec!["sure", "mild"]),
                ("fear", "sad", vec!["fear"]),
                ("sad", "happy", vec!["sad"]),
                ("happy", "fear", vec!["also"]),
            ]
        );
        let parts: Vec<f64> = pairs.iter().map(|pair| pair.part).collect();
        assert_eq!(parts, [0.5, 0.5, 1.0 / 3.0, 0.25]);
        let sure = &pairs[0].clips[0];
        let e9 = 9f64.exp();
        assert!((sure.confidence - e9 / (e9 + 2.0)).abs() < 1e-12);
        assert!((sure.truth - 1.0 / (e9 + 2.0)).abs() < 1e-12);
    }
}
