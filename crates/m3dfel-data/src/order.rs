//! The order in which an epoch goes through the clips: any list of clip indices will do, with
//! clips left out or repeated; these are the usual ones.

use rand::seq::SliceRandom;

use crate::seed::{Purpose, stream};

/// Each clip once, as listed.
pub fn sequential(clips: usize) -> Vec<usize> {
    (0..clips).collect()
}

/// Each clip once, in an order that depends on the seed and the epoch alone.
pub fn shuffled(clips: usize, seed: u64, epoch: u64) -> Vec<usize> {
    let mut order = sequential(clips);
    order.shuffle(&mut stream(Purpose::Order, seed, epoch, 0));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffles_each_clip_once_and_anew_each_epoch() {
        let first = shuffled(1000, 7, 0);
        assert_eq!(first, shuffled(1000, 7, 0));
        assert_ne!(first, shuffled(1000, 7, 1));
        assert_ne!(first, shuffled(1000, 8, 0));
        let mut sorted = first;
        sorted.sort_unstable();
        assert_eq!(sorted, sequential(1000));
    }
}
