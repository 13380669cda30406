//! What a model made of a list of clips.

mod file;

use m3dfel_data::Vocabulary;
use serde::Serialize;

use crate::{Confusion, Error, Result};

/// What one model made of one test list: at least one clip, each with a class of the vocabulary and
/// finite logits for all classes, or the reason why it could not be read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Predictions {
    classes: Vocabulary,
    clips: Vec<JudgedClip>,
}

/// One clip of a test list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JudgedClip {
    /// Its name in the corpus, as `00001`.
    pub id: String,
    /// Its true class: index in the vocabulary.
    pub label: usize,
    /// Its logits, one for each class; or why it could not be read. An unread clip counts as an error
    /// of the model's.
    pub outcome: std::result::Result<Vec<f32>, String>,
}

impl Predictions {
    /// The clips in the order of the list; a clip listed twice counts twice.
    ///
    /// # Errors
    /// No clip; a label that is no class; logits of another number than the classes, or not finite.
    /// A caller whose model gives NaN for a clip makes that clip an unread one, and says so.
    pub fn new(classes: Vocabulary, clips: Vec<JudgedClip>) -> Result<Self> {
        if clips.is_empty() {
            return Err(Error::NoClips);
        }
        for clip in &clips {
            if let Some(what) = clip.fault(&classes) {
                return Err(Error::clip(&clip.id, what));
            }
        }
        Ok(Self { classes, clips })
    }

    pub fn classes(&self) -> &Vocabulary {
        &self.classes
    }

    /// Never empty.
    pub fn clips(&self) -> &[JudgedClip] {
        &self.clips
    }

    /// WAR, UAR and the recalls are in it.
    pub fn confusion(&self) -> Confusion {
        let mut confusion = Confusion::new(self.classes.len());
        for clip in &self.clips {
            confusion.add(clip.label, clip.predicted());
        }
        confusion
    }

    /// Each clip's probabilities in the order of the classes; none for one that could not be read.
    pub fn probabilities(&self) -> impl Iterator<Item = Option<Vec<f64>>> {
        self.clips.iter().map(JudgedClip::probabilities)
    }

    /// The name of a class that a clip of these is of or was called; those are always there.
    pub(crate) fn class(&self, class: usize) -> &str {
        self.classes.name(class).unwrap_or_default()
    }
}

impl JudgedClip {
    /// The class of the largest logit, the first of equals; none where the clip could not be read.
    pub fn predicted(&self) -> Option<usize> {
        let logits = self.outcome.as_ref().ok()?;
        (0..logits.len()).reduce(|best, k| if logits[k] > logits[best] { k } else { best })
    }

    /// Softmax of the logits, computed in float64; none where the clip could not be read.
    pub fn probabilities(&self) -> Option<Vec<f64>> {
        let logs = self.log_probabilities()?;
        Some(logs.into_iter().map(f64::exp).collect())
    }

    /// Finite for finite logits, where the probability itself may be too small for a float.
    pub(crate) fn log_probabilities(&self) -> Option<Vec<f64>> {
        let logits = self.outcome.as_ref().ok()?;
        let logits: Vec<f64> = logits.iter().map(|&x| f64::from(x)).collect();
        let peak = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let log_sum = logits.iter().map(|x| (x - peak).exp()).sum::<f64>().ln();
        Some(logits.iter().map(|x| x - peak - log_sum).collect())
    }

    /// What would make the clip impossible under these classes.
    fn fault(&self, classes: &Vocabulary) -> Option<String> {
        if self.label >= classes.len() {
            let (label, count) = (self.label, classes.len());
            return Some(format!(
                "its label is class {label}, counted from 0, of {count}"
            ));
        }
        let logits = self.outcome.as_ref().ok()?;
        if logits.len() != classes.len() {
            let (found, count) = (logits.len(), classes.len());
            return Some(format!(
                "it has {found} logits, but there are {count} classes"
            ));
        }
        let class = logits.iter().position(|x| !x.is_finite())?;
        let name = classes.name(class).unwrap_or_default();
        let logit = logits[class];
        Some(format!(
            "the logit of {name} is {logit}, which is no finite number; predict the clip again with \
             sound weights, or leave its logits empty and give a reason under error"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clip(label: usize, outcome: std::result::Result<Vec<f32>, &str>) -> JudgedClip {
        JudgedClip {
            id: "00001".into(),
            label,
            outcome: outcome.map_err(str::to_owned),
        }
    }

    fn classes() -> Vocabulary {
        Vocabulary::new(["happy", "sad"]).unwrap()
    }

    #[test]
    fn counts_what_was_called_what() {
        let clips = vec![
            clip(0, Ok(vec![1.0, 0.0])),
            clip(0, Ok(vec![0.0, 1.0])),
            clip(1, Ok(vec![0.5, 0.5])), // equal: the first
            clip(1, Err("gone")),
        ];
        let confusion = Predictions::new(classes(), clips).unwrap().confusion();
        assert_eq!(confusion.counts, [[1, 1], [1, 0]]);
        assert_eq!(confusion.unread, [0, 1]);
    }

    #[test]
    fn softmax_survives_what_overflows() {
        let p = clip(0, Ok(vec![f32::MAX, -f32::MAX])).probabilities();
        assert_eq!(p.unwrap(), [1.0, 0.0]);
        let p = clip(0, Ok(vec![1000.0, 1000.0])).probabilities().unwrap();
        assert!(p.iter().all(|p| (p - 0.5).abs() < 1e-15), "{p:?}");
        let p = clip(0, Ok(vec![0.0, 3f32.ln()])).probabilities().unwrap();
        assert!((p[1] - 0.75).abs() < 1e-7, "{p:?}");
        assert_eq!(clip(0, Err("gone")).probabilities(), None);
    }

    #[test]
    fn refuses_what_cannot_be() {
        for (bad, says) in [
            (clip(2, Err("gone")), "class 2"),
            (clip(0, Ok(vec![1.0])), "1 logits"),
            (clip(0, Ok(vec![1.0, f32::NAN])), "sad is NaN"),
            (clip(0, Ok(vec![f32::INFINITY, 0.0])), "happy is inf"),
        ] {
            let error = Predictions::new(classes(), vec![bad]).unwrap_err();
            let error = error.to_string();
            assert!(
                error.starts_with("clip 00001: ") && error.contains(says),
                "{error}"
            );
        }
        assert!(matches!(
            Predictions::new(classes(), vec![]),
            Err(Error::NoClips)
        ));
    }
}
