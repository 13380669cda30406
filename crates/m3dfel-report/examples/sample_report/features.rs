//! Bag features around a middle for each class.

use m3dfel_report::BagFeatures;

use crate::CLASSES;

const CLIPS: usize = 420;
const FEATURES: usize = 64;

pub fn bags() -> Vec<BagFeatures> {
    let bag = |k: usize| {
        let class = k % CLASSES.len();
        // Some clips look like another class, and most of those are called by it.
        let like = if k % 6 == 5 {
            (class * 3 + k) % CLASSES.len()
        } else {
            class
        };
        let middle = |d: usize| scatter((1_000_000 + like * FEATURES + d) as u32);
        let noise = |d: usize| scatter((k * FEATURES + d) as u32);
        BagFeatures {
            clip: format!("{k:05}"),
            truth: CLASSES[class].into(),
            predicted: CLASSES[if k % 12 == 5 { class } else { like }].into(),
            features: (0..FEATURES).map(|d| middle(d) + 1.2 * noise(d)).collect(),
        }
    };
    (0..CLIPS).map(bag).collect()
}

/// A number from -1 to 1 without a pattern: MurmurHash's last step.
fn scatter(mut x: u32) -> f32 {
    x = (x ^ (x >> 16)).wrapping_mul(0x85eb_ca6b);
    x = (x ^ (x >> 13)).wrapping_mul(0xc2b2_ae35);
    (x ^ (x >> 16)) as f32 / (u32::MAX / 2) as f32 - 1.0
}
