//! Which frames of a clip are looked at.
//!
//! A clip of `n` frames is cut into as many segments as frames are wanted; segment `i` begins at
//! `floor(n * i / frames)`. Where the clip is short, segments begin at the same frame, which is
//! then repeated.

use rand::Rng;

/// The first frame of each segment: what evaluation sees. Empty for a clip of no frames.
pub fn even(n: usize, frames: usize) -> Vec<usize> {
    (0..frames)
        .filter(|_| n > 0)
        .map(|i| start(n, i, frames))
        .collect()
}

/// A random frame of each segment: what training sees. Empty for a clip of no frames.
///
/// The published code shifts each frame by 0 to 15 whatever the segment's length, which reorders
/// frames, and does so at test time too. Here a frame stays in its own segment, so in order.
pub fn jittered(n: usize, frames: usize, rng: &mut impl Rng) -> Vec<usize> {
    let draw = |i| {
        let (first, last) = segment(n, i, frames);
        rng.random_range(first..=last)
    };
    (0..frames).filter(|_| n > 0).map(draw).collect()
}

fn start(n: usize, i: usize, frames: usize) -> usize {
    // In 128 bits there is no clip long enough to overflow.
    (n as u128 * i as u128 / frames as u128) as usize
}

/// First and last frame of segment `i`.
fn segment(n: usize, i: usize, frames: usize) -> (usize, usize) {
    let first = start(n, i, frames);
    (first, start(n, i + 1, frames).saturating_sub(1).max(first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};
    use proptest::prelude::*;

    #[test]
    fn spreads_frames_evenly_and_repeats_those_of_a_short_clip() {
        assert_eq!(even(16, 16), (0..16).collect::<Vec<_>>());
        assert_eq!(
            even(40, 16),
            [0, 2, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27, 30, 32, 35, 37]
        );
        assert_eq!(
            even(5, 16),
            [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
        );
        assert_eq!(even(1, 4), [0; 4]);
        assert!(even(0, 16).is_empty());
        assert!(jittered(0, 16, &mut stream(Purpose::Clip, 0, 0, 0)).is_empty());
        assert_eq!(even(usize::MAX, 2), [0, usize::MAX / 2]);
    }

    #[test]
    fn jitter_reaches_all_of_a_segment_and_nothing_else() {
        let mut rng = stream(Purpose::Clip, 1, 0, 0);
        let mut seen = [[0usize; 10]; 4];
        for _ in 0..4000 {
            for (i, frame) in jittered(10, 4, &mut rng).into_iter().enumerate() {
                seen[i][frame] += 1;
            }
        }
        // Segments begin at 0, 2, 5, 7.
        for (i, frames) in [0..2, 2..5, 5..7, 7..10].into_iter().enumerate() {
            let expected = 4000 / frames.len();
            for (frame, &count) in seen[i].iter().enumerate() {
                // Five standard deviations of a binomial count are under 160.
                let wanted = if frames.contains(&frame) {
                    expected.abs_diff(count) < 160
                } else {
                    count == 0
                };
                assert!(wanted, "segment {i}, frame {frame}: {count}");
            }
        }
    }

    proptest! {
        #[test]
        fn sampled_frames_are_in_order_and_in_their_own_segment(n in 1usize..2000, frames in 1usize..65, seed: u64) {
            let (even, drawn) = (even(n, frames), jittered(n, frames, &mut stream(Purpose::Clip, seed, 0, 0)));
            prop_assert_eq!((even.len(), drawn.len()), (frames, frames));
            prop_assert!(even.is_sorted() && drawn.is_sorted());
            for i in 0..frames {
                prop_assert_eq!(even[i], n * i / frames);
                let next = even.get(i + 1).copied().unwrap_or(n);
                prop_assert!(even[i] <= drawn[i] && drawn[i] < next.max(even[i] + 1) && drawn[i] < n);
            }
            prop_assert_eq!(drawn, jittered(n, frames, &mut stream(Purpose::Clip, seed, 0, 0)));
        }
    }
}
