use crate::head::{Muscle, UnitWeights};
use rand::{Rng, seq::IndexedRandom};

/// Mouth shapes of speech, as muscles with their weight.
const VISEMES: [&[(Muscle, f32)]; 8] = [
    &[(Muscle::JAW_OPEN, 0.36), (Muscle::MOUTH_LOWER_DOWN, 0.2)], // a
    &[
        (Muscle::JAW_OPEN, 0.16),
        (Muscle::MOUTH_STRETCH, 0.2),
        (Muscle::MOUTH_LOWER_DOWN, 0.2),
    ], // e, i
    &[(Muscle::JAW_OPEN, 0.22), (Muscle::MOUTH_FUNNEL, 0.5)],     // o
    &[
        (Muscle::JAW_OPEN, 0.08),
        (Muscle::MOUTH_PUCKER, 0.6),
        (Muscle::MOUTH_FUNNEL, 0.2),
    ], // u, w
    &[
        (Muscle::MOUTH_PRESS, 0.25),
        (Muscle::MOUTH_ROLL_LOWER, 0.15),
    ], // m, b, p
    &[
        (Muscle::JAW_OPEN, 0.05),
        (Muscle::MOUTH_ROLL_LOWER, 0.45),
        (Muscle::MOUTH_UPPER_UP, 0.15),
    ], // f, v
    &[
        (Muscle::JAW_OPEN, 0.1),
        (Muscle::MOUTH_UPPER_UP, 0.12),
        (Muscle::MOUTH_LOWER_DOWN, 0.25),
    ], // s, t, n
    &[],                                                          // a pause
];

/// Talking: mouth shapes one after the other, with soft passages.
#[derive(Clone, Debug)]
pub struct Speech {
    /// The frame each shape is reached, its index, its strength.
    shapes: Vec<(f32, usize, f32)>,
}

impl Speech {
    /// Draws talking over some stretch of the clip.
    pub fn draw(frames: usize, rng: &mut impl Rng) -> Self {
        let begin = rng.random_range(0.0..frames as f32 * 0.4);
        let end = begin + rng.random_range(0.4..1.0) * frames as f32;
        let loudness = rng.random_range(0.5..1.1);
        let mut shapes = vec![(begin - 2.0, VISEMES.len() - 1, 0.0)];
        let mut at = begin;
        let all: Vec<usize> = (0..VISEMES.len()).collect();
        while at < end.min(frames as f32) {
            let shape = all.choose(rng).copied().unwrap_or(0);
            shapes.push((at, shape, loudness * rng.random_range(0.6..1.1)));
            at += rng.random_range(2.2..5.0); // 5 to 11 shapes a second at 25 frames a second
        }
        shapes.push((at, VISEMES.len() - 1, 0.0));
        Self { shapes }
    }

    /// Adds the mouth's shape at a frame, `strength` of it.
    pub fn add_to(&self, weights: &mut UnitWeights, frame: usize, strength: f32) {
        let t = frame as f32;
        for pair in self.shapes.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            if t >= a.0 && t < b.0 {
                let s = (t - a.0) / (b.0 - a.0);
                let s = s * s * (3.0 - 2.0 * s);
                for ((_, shape, loudness), share) in [(a, 1.0 - s), (b, s)] {
                    for &(muscle, weight) in VISEMES[shape] {
                        weights.add(muscle, weight * loudness * share * strength, 0.0);
                    }
                }
            }
        }
    }
}
