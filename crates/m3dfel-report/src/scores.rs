//! WAR, UAR, recall and precision, all from the confusion matrix.

use serde::{Deserialize, Serialize};

/// How often clips of each class were called each class.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    /// Rows are the true classes, columns the predicted.
    pub counts: Vec<Vec<u64>>,
    /// Clips of each true class that could not be read: each counts as an error. Empty for none.
    #[serde(default)]
    pub unread: Vec<u64>,
}

/// One class's part in an evaluation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClassScore {
    /// Clips of the class, those that could not be read among them.
    pub clips: u64,
    /// Clips called by the class, rightly or wrongly.
    pub called: u64,
    /// Part of the class's clips called by it; none where it has no clips.
    pub recall: Option<f64>,
    /// Part of the clips called by the class that are of it; none where no clip was.
    pub precision: Option<f64>,
}

impl Confusion {
    /// Each class's score, in order.
    pub fn scores(&self) -> Vec<ClassScore> {
        (0..self.counts.len())
            .map(|class| self.score(class))
            .collect()
    }

    /// Weighted average recall, which is accuracy: the part of all clips called by their class. None
    /// where there are no clips.
    pub fn war(&self) -> Option<f64> {
        let right = sum((0..self.counts.len()).map(|class| self.count(class, class)));
        part(right, self.total())
    }

    /// Unweighted average recall: the mean recall of the classes that have clips. None where none has.
    pub fn uar(&self) -> Option<f64> {
        let recalls: Vec<f64> = self.scores().iter().filter_map(|s| s.recall).collect();
        (!recalls.is_empty()).then(|| recalls.iter().sum::<f64>() / recalls.len() as f64)
    }

    /// All clips, those that could not be read among them.
    pub fn total(&self) -> u64 {
        sum((0..self.counts.len()).map(|class| self.clips(class)))
    }

    /// Clips of one class that could not be read.
    pub fn unread(&self, class: usize) -> u64 {
        self.unread.get(class).copied().unwrap_or(0)
    }

    /// How many clips of class `truth` were called `predicted`; 0 for a class that is not there.
    pub fn count(&self, truth: usize, predicted: usize) -> u64 {
        let row = self.counts.get(truth);
        row.and_then(|row| row.get(predicted)).copied().unwrap_or(0)
    }

    fn clips(&self, class: usize) -> u64 {
        let row = self.counts.get(class).into_iter().flatten().copied();
        sum(row.chain([self.unread(class)]))
    }

    fn score(&self, class: usize) -> ClassScore {
        let (right, clips) = (self.count(class, class), self.clips(class));
        let called = sum((0..self.counts.len()).map(|truth| self.count(truth, class)));
        ClassScore {
            clips,
            called,
            recall: part(right, clips),
            precision: part(right, called),
        }
    }
}

fn part(right: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| right as f64 / of as f64)
}

/// Counts may come from a file: a sum beyond 64 bits is not a reason to panic.
fn sum(counts: impl Iterator<Item = u64>) -> u64 {
    counts.fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confusion(counts: &[&[u64]], unread: &[u64]) -> Confusion {
        Confusion {
            counts: counts.iter().map(|row| row.to_vec()).collect(),
            unread: unread.to_vec(),
        }
    }

    #[test]
    fn averages_by_hand() {
        // 10 clips of a (8 right), 4 of b (1 right), 6 of c (3 right): 12 of 20.
        let c = confusion(&[&[8, 1, 1], &[2, 1, 1], &[0, 3, 3]], &[]);
        assert_eq!(c.total(), 20);
        assert_eq!(c.war(), Some(0.6));
        let uar = (0.8 + 0.25 + 0.5) / 3.0;
        assert!((c.uar().unwrap() - uar).abs() < 1e-12);
        let scores = c.scores();
        assert_eq!(scores[0].clips, 10);
        assert_eq!(scores[0].precision, Some(0.8)); // 8 of 10
        assert_eq!(scores[1].precision, Some(0.2)); // 1 of 5
        assert_eq!(scores[1].recall, Some(0.25));
        assert_eq!(scores[2].called, 5);
        assert_eq!(scores[2].precision, Some(0.6)); // 3 of 5
    }

    #[test]
    fn a_class_without_clips_is_not_in_the_uar() {
        let c = confusion(&[&[3, 0, 1], &[1, 1, 0], &[0, 0, 0]], &[]);
        assert_eq!(c.scores()[2].recall, None);
        assert_eq!(c.scores()[2].precision, Some(0.0));
        assert_eq!(c.uar(), Some((0.75 + 0.5) / 2.0));
        assert_eq!(c.war(), Some(4.0 / 6.0));
    }

    #[test]
    fn a_class_never_called_has_no_precision() {
        let c = confusion(&[&[2, 0], &[1, 0]], &[]);
        assert_eq!(c.scores()[1].precision, None);
        assert_eq!(c.scores()[1].recall, Some(0.0));
    }

    #[test]
    fn an_unread_clip_is_an_error() {
        let c = confusion(&[&[3, 0], &[0, 2]], &[1, 0]);
        assert_eq!(c.total(), 6);
        assert_eq!(c.war(), Some(5.0 / 6.0));
        assert_eq!(c.uar(), Some((0.75 + 1.0) / 2.0));
        assert_eq!(
            c.scores()[0].precision,
            Some(1.0),
            "it was called by no class"
        );
    }

    #[test]
    fn nothing_has_no_averages() {
        assert_eq!(Confusion::default().war(), None);
        assert_eq!(Confusion::default().uar(), None);
        assert_eq!(confusion(&[&[0]], &[]).uar(), None);
    }

    #[test]
    fn ragged_and_huge_counts_do_not_panic() {
        let c = confusion(&[&[u64::MAX, u64::MAX], &[], &[1, 2, 3, 4]], &[u64::MAX]);
        assert!(c.war().unwrap() <= 1.0);
        assert_eq!(c.scores().len(), 3);
    }
}
