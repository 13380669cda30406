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

/// As many clips as there are, evenly over the classes that have any, in an order that depends on the seed
/// and the epoch alone. A class's clips go round: none comes again before all others of its class have.
pub fn balanced(labels: &[usize], seed: u64, epoch: u64) -> Vec<usize> {
    let mut random = stream(Purpose::Order, seed, epoch, 1);
    let count = labels.iter().max().map_or(0, |most| most + 1);
    let mut classes: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (clip, &label) in labels.iter().enumerate() {
        classes[label].push(clip);
    }
    classes.retain(|clips| !clips.is_empty());
    classes.shuffle(&mut random); // those that get one more than others are others each epoch
    let mut order = Vec::with_capacity(labels.len());
    let number = classes.len();
    for (k, clips) in classes.iter_mut().enumerate() {
        let mut share = (k + 1) * labels.len() / number - k * labels.len() / number;
        while share > 0 {
            clips.shuffle(&mut random);
            order.extend(clips.iter().take(share));
            share -= share.min(clips.len());
        }
    }
    order.shuffle(&mut random);
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

    #[test]
    fn balanced_has_as_many_of_each_class_and_all_clips_in_turn() {
        // 90 of class 0, 7 of class 2, none of class 1, 3 of class 3
        let labels: Vec<usize> = [vec![0; 90], vec![2; 7], vec![3; 3]].concat();
        let order = balanced(&labels, 5, 1);
        assert_eq!(order.len(), 100);
        let times = |clip: usize| order.iter().filter(|&&c| c == clip).count();
        for (clips, least, most) in [(0..90, 0, 1), (90..97, 4, 5), (97..100, 11, 12)] {
            let all: Vec<usize> = clips.clone().map(times).collect();
            assert!((33..=34).contains(&all.iter().sum::<usize>()), "{all:?}");
            assert!(all.iter().all(|n| (least..=most).contains(n)), "{all:?}");
        }
        assert_eq!(order, balanced(&labels, 5, 1));
        assert_ne!(order, balanced(&labels, 5, 2));
        assert_ne!(order, balanced(&labels, 6, 1));
        assert!(balanced(&[], 0, 0).is_empty());
    }
}
