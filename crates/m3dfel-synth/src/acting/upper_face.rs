use crate::head::{Muscle, Unit, UnitWeights};
use rand::Rng;

/// How far brows, lids and nose move in a clip, of what the head's units do. Those are timid: at rest the lids cover half
/// the iris, at 1 the inner brow hardly rises, and a sneer draws brows into the V of anger. What people do was read off
/// photographs.
#[derive(Clone, Copy, Debug)]
pub struct UpperFace {
    /// How wide the eyes are at rest.
    open: f32,
    wide: f32,
    inner_up: f32,
    outer_up: f32,
    down: f32,
    /// How far a brow's outer end stays up as the brow goes down, of that: frowning brows slant.
    slant: f32,
    sneer: f32,
    /// How much of what a sneer does to the brows is undone.
    apart: f32,
}

impl UpperFace {
    pub fn draw(rng: &mut impl Rng) -> Self {
        Self {
            open: rng.random_range(0.1..0.8),
            wide: rng.random_range(0.9..1.7),
            inner_up: rng.random_range(0.8..3.0),
            outer_up: rng.random_range(0.6..1.4),
            down: rng.random_range(1.0..2.6),
            slant: rng.random_range(0.0..0.55),
            sneer: rng.random_range(1.0..2.2),
            apart: rng.random_range(0.2..1.0),
        }
    }

    pub fn move_in(&self, units: &mut UnitWeights) {
        use Unit::*;
        for (muscle, by) in [
            (Muscle::EYE_WIDE, self.wide),
            (Muscle::BROW_INNER_UP, self.inner_up),
            (Muscle::BROW_OUTER_UP, self.outer_up),
            (Muscle::BROW_DOWN, self.down),
            (Muscle::NOSE_SNEER, self.sneer),
        ] {
            units.scale(muscle, by);
        }
        for (wide, blink, down, outer) in [
            (EyeWideLeft, EyeBlinkLeft, BrowDownLeft, BrowOuterUpLeft),
            (EyeWideRight, EyeBlinkRight, BrowDownRight, BrowOuterUpRight),
        ] {
            units[wide] += self.open * (1.0 - units[blink]).max(0.0);
            units[outer] += self.slant * units[down];
        }
        units[BrowInnerUp] += self.apart * units.of(Muscle::NOSE_SNEER);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, generator};

    fn faces() -> impl Iterator<Item = UpperFace> {
        let mut rng = generator(5, Purpose::Clip, 1);
        (0..200).map(move |_| UpperFace::draw(&mut rng))
    }

    fn moved(face: UpperFace, muscle: Muscle) -> UnitWeights {
        let mut units = UnitWeights::default();
        units.add(muscle, 1.0, 0.0);
        face.move_in(&mut units);
        units
    }

    #[test]
    fn eyes_are_open_at_rest_and_shut_in_a_blink() {
        for face in faces() {
            let rest = moved(face, Muscle::JAW_OPEN).of(Muscle::EYE_WIDE);
            assert!((0.1..0.8).contains(&rest));
            assert_eq!(moved(face, Muscle::EYE_BLINK).of(Muscle::EYE_WIDE), 0.0);
            assert!(moved(face, Muscle::EYE_WIDE).of(Muscle::EYE_WIDE) > rest + 0.8);
        }
    }

    #[test]
    fn a_frown_slants_and_a_sneer_leaves_the_brows_where_they_are() {
        for face in faces() {
            let frown = moved(face, Muscle::BROW_DOWN);
            let [down, outer] = [Muscle::BROW_DOWN, Muscle::BROW_OUTER_UP].map(|m| frown.of(m));
            assert!(down >= 1.0 && outer < down);
            let sneer = moved(face, Muscle::NOSE_SNEER);
            assert!(sneer.of(Muscle::BROW_INNER_UP) >= 0.2 * sneer.of(Muscle::NOSE_SNEER));
        }
    }
}
