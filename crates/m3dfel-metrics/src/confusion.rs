//! WAR, UAR, recall and precision, all from the confusion matrix.

use serde::{Deserialize, Serialize};

/// How often clips of each class were called each class.
///
/// It may come from a file: nothing here panics over a matrix that is ragged or whose sums overflow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    /// Rows are the true classes, columns the predicted.
    pub counts: Vec<Vec<u64>>,
    /// Clips of each true class that could not be read: each counts as an error. Empty for none.
    #[serde(default)]
    pub unread: Vec<u64>,
}

/// One class's part in an evaluation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
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
    pub fn new(classes: usize) -> Self {
        Self {
            counts: vec![vec![0; classes]; classes],
            unread: vec![0; classes],
        }
    }

    /// Counts a clip; `predicted` is none where it could not be read.
    ///
    /// # Panics
    /// A class that is not one of the matrix: labels and predictions are of one vocabulary.
    pub fn add(&mut self, label: usize, predicted: Option<usize>) {
        match predicted {
            Some(predicted) => self.counts[label][predicted] += 1,
            None => {
                let classes = self.classes().max(self.unread.len());
                self.unread.resize(classes, 0); // one from a file may have none
                self.unread[label] += 1;
            }
        }
    }

    pub fn classes(&self) -> usize {
        self.counts.len()
    }

    /// All clips, those that could not be read among them.
    pub fn total(&self) -> u64 {
        sum((0..self.classes()).map(|class| self.clips(class)))
    }

    /// How many clips of class `truth` were called `predicted`; 0 for a class that is not there.
    pub fn count(&self, truth: usize, predicted: usize) -> u64 {
        let row = self.counts.get(truth);
        row.and_then(|row| row.get(predicted)).copied().unwrap_or(0)
    }

    /// Clips of one class that could not be read.
    pub fn unread(&self, class: usize) -> u64 {
        self.unread.get(class).copied().unwrap_or(0)
    }

    /// Clips of all classes that could not be read.
    pub fn total_unread(&self) -> u64 {
        sum((0..self.classes()).map(|class| self.unread(class)))
    }

    /// One class's score; that of a class that is not there is of no clips.
    pub fn class(&self, class: usize) -> ClassScore {
        let (right, clips) = (self.count(class, class), self.clips(class));
        let called = sum((0..self.classes()).map(|truth| self.count(truth, class)));
        ClassScore {
            clips,
            called,
            recall: part(right, clips),
            precision: part(right, called),
        }
    }

    /// Each class's score, in order.
    pub fn scores(&self) -> Vec<ClassScore> {
        (0..self.classes()).map(|class| self.class(class)).collect()
    }

    /// Weighted average recall, which is accuracy: the part of all clips called by their class.
    /// 0 where there are no clips.
    pub fn war(&self) -> f64 {
        let right = sum((0..self.classes()).map(|class| self.count(class, class)));
        part(right, self.total()).unwrap_or(0.0)
    }

    /// Unweighted average recall: the mean of the recalls of the classes that have clips. 0 where
    /// none has.
    pub fn uar(&self) -> f64 {
        let recalls: Vec<f64> = self.scores().iter().filter_map(|s| s.recall).collect();
        recalls.iter().sum::<f64>() / recalls.len().max(1) as f64
    }

    fn clips(&self, class: usize) -> u64 {
        let row = self.counts.get(class).into_iter().flatten().copied();
        sum(row.chain([self.unread(class)]))
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
    fn counts_clips_one_by_one() {
        let mut counted = Confusion::new(2);
        for (label, predicted) in [
            (0, Some(0)),
            (0, Some(1)),
            (0, None),
            (1, Some(1)),
            (1, Some(1)),
        ] {
            counted.add(label, predicted);
        }
        assert_eq!(counted, confusion(&[&[1, 1], &[0, 2]], &[1, 0]));
        let mut from_file = confusion(&[&[1, 1], &[0, 2]], &[]);
        from_file.add(1, None);
        assert_eq!(from_file.unread, [0, 1]);
        assert_eq!(from_file.total_unread(), 1);
    }

    #[test]
    fn averages_by_hand() {
        // 10 clips of a (8 right), 4 of b (1 right), 6 of c (3 right): 12 of 20.
        let c = confusion(&[&[8, 1, 1], &[2, 1, 1], &[0, 3, 3]], &[]);
        assert_eq!((c.classes(), c.total()), (3, 20));
        assert_eq!(c.war(), 0.6);
        let uar = (0.8 + 0.25 + 0.5) / 3.0;
        assert!((c.uar() - uar).abs() < 1e-12);
        assert_eq!(
            c.class(0),
            ClassScore {
                clips: 10,
                called: 10,
                recall: Some(0.8),
                precision: Some(0.8)
            }
        );
        let scores = c.scores();
        assert_eq!(scores[1].precision, Some(0.2)); // 1 of 5
        assert_eq!(scores[1].recall, Some(0.25));
        assert_eq!(scores[2].called, 5);
        assert_eq!(scores[2].precision, Some(0.6)); // 3 of 5
    }

    #[test]
    fn a_class_without_clips_is_not_in_the_uar() {
        let c = confusion(&[&[3, 0, 1], &[1, 1, 0], &[0, 0, 0]], &[]);
        assert_eq!(c.class(2).recall, None);
        assert_eq!(c.class(2).precision, Some(0.0));
        assert_eq!(c.uar(), (0.75 + 0.5) / 2.0);
        assert_eq!(c.war(), 4.0 / 6.0);
    }

    #[test]
    fn a_class_never_called_has_no_precision() {
        let c = confusion(&[&[2, 0], &[1, 0]], &[]);
        assert_eq!(c.class(1).precision, None);
        assert_eq!(c.class(1).recall, Some(0.0));
    }

    #[test]
    fn an_unread_clip_is_an_error() {
        let c = confusion(&[&[3, 0], &[0, 2]], &[1, 0]);
        assert_eq!((c.total(), c.total_unread()), (6, 1));
        assert_eq!(c.war(), 5.0 / 6.0);
        assert_eq!(c.uar(), (0.75 + 1.0) / 2.0);
        assert_eq!(c.class(0).precision, Some(1.0), "it was called by no class");
    }

    #[test]
    fn nothing_is_zero_and_not_nan() {
        for nothing in [Confusion::new(7), Confusion::default()] {
            assert_eq!(
                (nothing.total(), nothing.war(), nothing.uar()),
                (0, 0.0, 0.0)
            );
        }
        assert_eq!(Confusion::default().class(3), ClassScore::default());
    }

    #[test]
    fn ragged_and_huge_counts_do_not_panic() {
        let c = confusion(&[&[u64::MAX, u64::MAX], &[], &[1, 2, 3, 4]], &[u64::MAX]);
        assert!(c.war() <= 1.0);
        assert_eq!(c.scores().len(), 3);
    }
}
