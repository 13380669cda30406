//! Movements that are no expression: those of people who talk, think, listen or are bored.

use crate::head::{Muscle as M, UnitWeights};
use rand::{Rng, seq::IndexedRandom};

const MOVES: [&[(M, f32)]; 10] = [
    &[(M::BROW_INNER_UP, 0.3), (M::BROW_OUTER_UP, 0.5)], // what one says, underlined
    &[(M::BROW_DOWN, 0.2)],                              // thinking
    &[
        (M::MOUTH_PRESS, 0.6),
        (M::MOUTH_ROLL_LOWER, 0.35),
        (M::MOUTH_ROLL_UPPER, 0.3),
    ],
    &[(M::MOUTH_PUCKER, 0.6)],
    &[(M::MOUTH_DIMPLE, 0.6), (M::MOUTH_PRESS, 0.2)],
    &[(M::MOUTH_SHRUG_LOWER, 0.5)],                   // swallowing
    &[(M::EYE_LOOK_DOWN, 0.9), (M::EYE_BLINK, 0.35)], // at the keys
    &[(M::EYE_BLINK, 1.0)],
    &[(M::EYE_SQUINT, 0.6), (M::CHEEK_SQUINT, 0.2)], // into the light
    &[(M::JAW_OPEN, 0.15)],                          // about to speak
];

/// Some such movements over a clip.
#[derive(Clone, Debug, Default)]
pub struct Fidgets {
    acts: Vec<Act>,
}

#[derive(Clone, Debug)]
struct Act {
    begin: f32,
    length: f32,
    what: &'static [(M, f32)],
    strength: f32,
    lean: f32,
}

impl Fidgets {
    /// Draws at most two.
    pub fn draw(frames: usize, rng: &mut impl Rng) -> Self {
        let count = rng.random_range(0..=2usize);
        let act = |_| Act {
            begin: rng.random_range(-8.0..frames as f32),
            length: rng.random_range(8.0..32.0),
            what: MOVES.choose(rng).copied().unwrap_or_default(),
            strength: rng.random_range(0.4..1.0),
            lean: rng.random_range(-0.5..0.5f32).powi(3) * 6.0,
        };
        Self {
            acts: (0..count).map(act).collect(),
        }
    }

    /// Adds them to the face, `share` of each.
    pub fn add_to(&self, units: &mut UnitWeights, frame: usize, share: f32) {
        for act in &self.acts {
            let t = (frame as f32 - act.begin) / act.length;
            if (0.0..1.0).contains(&t) {
                let shown = (4.0 * t).min(3.0 * (1.0 - t)).min(1.0);
                for &(muscle, weight) in act.what {
                    units.add(muscle, weight * shown * act.strength * share, act.lean);
                }
            }
        }
    }
}

/// How a face rests today: more of its habits, or others; lids half shut, lips parted.
pub fn unsettle(habit: &mut UnitWeights, rng: &mut impl Rng) {
    add_some(habit, 0.25, &MOODS, rng);
}

/// How some faces rest always, as if they were sad, angry or disgusted a little: corners of the mouth that hang, a frown, narrow
/// eyes. Who shows nothing may look so.
pub fn set_sternly(habit: &mut UnitWeights, rng: &mut impl Rng) {
    add_some(habit, 0.5, &STERN, rng);
}

const MOODS: [(M, f32); 10] = [
    (M::BROW_DOWN, 0.1),
    (M::BROW_INNER_UP, 0.1),
    (M::BROW_OUTER_UP, 0.2),
    (M::EYE_SQUINT, 0.3),
    (M::EYE_WIDE, 0.25),
    (M::EYE_BLINK, 0.2),
    (M::MOUTH_PRESS, 0.25),
    (M::MOUTH_FROWN, 0.08),
    (M::MOUTH_DIMPLE, 0.2),
    (M::JAW_OPEN, 0.08),
];

const STERN: [(M, f32); 8] = [
    (M::BROW_DOWN, 0.4),
    (M::BROW_INNER_UP, 0.45),
    (M::EYE_SQUINT, 0.5),
    (M::EYE_BLINK, 0.35),
    (M::NOSE_SNEER, 0.25),
    (M::MOUTH_PRESS, 0.4),
    (M::MOUTH_FROWN, 0.6),
    (M::MOUTH_SHRUG_LOWER, 0.45),
];

/// Each of `what` by a chance, up to its most, leaning a little.
fn add_some(habit: &mut UnitWeights, chance: f64, what: &[(M, f32)], rng: &mut impl Rng) {
    for &(muscle, most) in what {
        if rng.random_bool(chance) {
            habit.add(
                muscle,
                rng.random_range(0.0..most),
                rng.random_range(-0.3..0.3),
            );
        }
    }
}
