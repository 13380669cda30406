//! Which frames of a clip are written, where not all are.

use crate::acting::Envelope;
use std::num::NonZeroUsize;

/// `most` of `all` frames: the middles of as many equal parts, the one nearest to the apex moved onto it.
pub fn pick(all: usize, most: NonZeroUsize, envelope: Option<Envelope>) -> Vec<usize> {
    let most = most.get();
    if most >= all {
        return (0..all).collect();
    }
    let mut frames: Vec<usize> = (0..most).map(|k| (2 * k + 1) * all / (2 * most)).collect();
    if let Some(envelope) = envelope {
        let at = nearest(&frames, envelope.apex);
        frames[at] = envelope.apex;
    }
    frames
}

/// Onset, apex and offset, counted in the frames picked.
pub fn counted(frames: &[usize], envelope: Envelope) -> [usize; 3] {
    let apex = nearest(frames, envelope.apex);
    let before = frames.partition_point(|&f| f < envelope.onset);
    let until = frames.partition_point(|&f| f <= envelope.offset);
    [before.min(apex), apex, until.saturating_sub(1).max(apex)]
}

fn nearest(frames: &[usize], to: usize) -> usize {
    let far = |k: &usize| frames[*k].abs_diff(to);
    (0..frames.len()).min_by_key(far).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Difficulty;
    use crate::random::{Purpose, generator};

    #[test]
    fn frames_are_in_order_and_hold_the_apex() {
        let mut rng = generator(3, Purpose::Plan, 0);
        for all in 24..=60 {
            let envelope = Envelope::draw(all, Difficulty::Wild, &mut rng);
            for most in 1..=70 {
                let frames = pick(all, NonZeroUsize::new(most).unwrap(), Some(envelope));
                assert_eq!(frames.len(), most.min(all));
                assert!(frames.is_sorted_by(|a, b| a < b), "{frames:?}");
                assert!(frames.iter().all(|&f| f < all));
                let [onset, apex, offset] = counted(&frames, envelope);
                assert!(onset <= apex && apex <= offset && offset < frames.len());
                assert_eq!(frames[apex], envelope.apex);
                // whatever lies between shows the expression
                for &frame in &frames[onset..=offset] {
                    assert!(envelope.at(frame) > 0.0, "{frame} of {envelope:?}");
                }
            }
        }
    }

    #[test]
    fn one_frame_of_a_neutral_clip_is_the_middle() {
        assert_eq!(pick(30, NonZeroUsize::MIN, None), [15]);
        assert_eq!(pick(30, NonZeroUsize::new(3).unwrap(), None), [5, 15, 25]);
    }
}
