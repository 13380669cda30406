use crate::head::{Muscle, Unit, UnitWeights};
use rand::Rng;

/// How far brows, lids, nose and mouth move in a clip, of what the head's units do. Those are timid: at rest the lids cover
/// half the iris, at 1 the inner brow hardly rises, a sneer draws brows into the V of anger, and a grin is as narrow as the
/// mouth at rest. What people do was read off photographs.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// How wide the eyes are at rest.
    open: f32,
    wide: f32,
    inner_up: f32,
    outer_up: f32,
    down: f32,
    /// How much of a frown slants the brows, their inner ends down, where the head's frown lowers them like a bar.
    slant: f32,
    sneer: f32,
    /// How much of what a sneer does to the brows is undone.
    apart: f32,
    smile: f32,
    stretch: f32,
    upper_up: f32,
    lower_down: f32,
    frown: f32,
    shrug: f32,
    jaw: f32,
    /// How much of all this there is, but for the eyes' opening and what is undone of a sneer: 0 leaves all else to the head's units.
    part: f32,
}

impl Reach {
    pub fn draw(rng: &mut impl Rng) -> Self {
        Self {
            open: rng.random_range(0.0..0.55),
            wide: rng.random_range(0.9..1.7),
            inner_up: rng.random_range(0.8..2.4),
            outer_up: rng.random_range(0.8..1.9),
            down: rng.random_range(1.3..3.2),
            slant: rng.random_range(0.3..1.0),
            sneer: rng.random_range(1.0..2.2),
            apart: rng.random_range(0.9..1.3),
            smile: rng.random_range(0.9..1.7),
            stretch: rng.random_range(1.0..2.4),
            upper_up: rng.random_range(0.8..2.0),
            lower_down: rng.random_range(1.0..3.4),
            frown: rng.random_range(0.8..1.5),
            shrug: rng.random_range(0.9..1.5),
            jaw: rng.random_range(0.9..1.7),
            part: 1.0,
        }
    }

    /// A part of it, 0 to 1; at 0 units do what the head's do by themselves. Eyes are open as ever, and no sneer makes a V of anger.
    pub fn part(self, part: f32) -> Self {
        Self { part, ..self }
    }

    /// Moves the units; how far the brows slant besides, on the left and on the right.
    pub fn move_in(&self, units: &mut UnitWeights) -> [f32; 2] {
        use Unit::*;
        for (muscle, by) in [
            (Muscle::EYE_WIDE, self.wide),
            (Muscle::BROW_INNER_UP, self.inner_up),
            (Muscle::BROW_OUTER_UP, self.outer_up),
            (Muscle::BROW_DOWN, self.down),
            (Muscle::NOSE_SNEER, self.sneer),
            (Muscle::MOUTH_SMILE, self.smile),
            (Muscle::MOUTH_STRETCH, self.stretch),
            (Muscle::MOUTH_UPPER_UP, self.upper_up),
            (Muscle::MOUTH_LOWER_DOWN, self.lower_down),
            (Muscle::MOUTH_FROWN, self.frown),
            (Muscle::MOUTH_SHRUG_LOWER, self.shrug),
            (Muscle::JAW_OPEN, self.jaw),
        ] {
            units.scale(muscle, 1.0 + self.part * (by - 1.0));
        }
        // The whole slant is there at half of the reach already.
        let slanting = (2.0 * self.part).min(1.0);
        [
            (EyeWideLeft, EyeBlinkLeft, BrowDownLeft, NoseSneerLeft),
            (EyeWideRight, EyeBlinkRight, BrowDownRight, NoseSneerRight),
        ]
        .map(|(wide, blink, down, sneer)| {
            // A lowered brow lies on the lid.
            let free = 1.0 - 0.45 * units[down].min(1.0);
            units[wide] += self.open * free * (1.0 - units[blink]).max(0.0);
            let slant = (self.slant * units[down]).min(2.5);
            units[down] *= 1.0 - 0.6 * slanting * self.slant;
            slanting * slant - self.apart * units[sneer]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, generator};

    fn faces() -> impl Iterator<Item = Reach> {
        let mut rng = generator(5, Purpose::Clip, 1);
        (0..200).map(move |_| Reach::draw(&mut rng))
    }

    fn moved(face: Reach, muscle: Muscle) -> (UnitWeights, [f32; 2]) {
        let mut units = UnitWeights::default();
        units.add(muscle, 1.0, 0.0);
        let slant = face.move_in(&mut units);
        (units, slant)
    }

    #[test]
    fn eyes_are_open_at_rest_and_shut_in_a_blink() {
        for face in faces() {
            let wide = |muscle| moved(face, muscle).0.of(Muscle::EYE_WIDE);
            let rest = wide(Muscle::JAW_OPEN);
            assert!((0.0..0.55).contains(&rest));
            assert_eq!(wide(Muscle::EYE_BLINK), 0.0);
            assert!(wide(Muscle::EYE_WIDE) > rest + 0.8);
        }
    }

    #[test]
    fn half_of_it_lies_between_the_heads_units_and_all_of_it_and_none_is_the_heads() {
        for face in faces() {
            for muscle in [Muscle::JAW_OPEN, Muscle::MOUTH_STRETCH, Muscle::NOSE_SNEER] {
                let [all, half, none] =
                    [1.0, 0.5, 0.0].map(|part| moved(face.part(part), muscle).0.of(muscle));
                assert!((half - (1.0 + all) / 2.0).abs() < 1e-6);
                assert_eq!(none, 1.0);
            }
            let (frown, slant) = moved(face.part(0.0), Muscle::BROW_DOWN);
            assert_eq!((frown.of(Muscle::BROW_DOWN), slant), (1.0, [0.0; 2]));
        }
    }

    #[test]
    fn a_frown_slants_the_brows_and_a_sneer_does_less_than_the_heads() {
        for face in faces() {
            let (frown, slant) = moved(face, Muscle::BROW_DOWN);
            assert!(frown.of(Muscle::BROW_DOWN) >= 0.4 && slant[0] > 0.0);
            assert_eq!(slant[0], slant[1]);
            let (sneer, slant) = moved(face, Muscle::NOSE_SNEER);
            let sneer = sneer.of(Muscle::NOSE_SNEER);
            assert!(
                (-1.3 * sneer..0.0).contains(&slant[0]),
                "{slant:?} of {sneer}"
            );
        }
    }
}
