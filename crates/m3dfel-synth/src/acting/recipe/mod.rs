//! Which muscles make which expression (EMFACS), and each person's own manner of it.

mod clear;
mod wild;

use crate::{Difficulty, Expression, head::Muscle};
use rand::{Rng, seq::IndexedRandom};

type M = Muscle;
/// A muscle with the least and the most it is used at full intensity.
type Use = (Muscle, f32, f32);
/// One way of showing an expression.
type Style = &'static [Use];

fn styles(expression: Expression, difficulty: Difficulty) -> Vec<Style> {
    let (plain, more): (&[Style], &[Style]) = match expression {
        Expression::Neutral => (&[], &[]),
        Expression::Happy => (clear::HAPPY, wild::HAPPY),
        Expression::Sad => (clear::SAD, wild::SAD),
        Expression::Angry => (clear::ANGRY, wild::ANGRY),
        Expression::Surprise => (clear::SURPRISE, wild::SURPRISE),
        Expression::Disgust => (clear::DISGUST, wild::DISGUST),
        Expression::Fear => (clear::FEAR, wild::FEAR),
    };
    match (difficulty, expression) {
        (Difficulty::Easy, _) => plain.to_vec(),
        // With all the reach that wild faces have, the plain ways of disgust bare the teeth as anger does, and those of sadness go
        // further than sad people's faces.
        (Difficulty::Wild, Expression::Disgust | Expression::Sad) => more.to_vec(),
        (Difficulty::Wild, _) => [plain, more].concat(),
    }
}

/// How one person shows one expression in one clip.
#[derive(Clone, Debug)]
pub struct Manner {
    parts: Vec<PartOf>,
}

#[derive(Clone, Debug)]
struct PartOf {
    muscle: Muscle,
    weight: f32,
    /// -1..1, left or right.
    lean: f32,
    /// Over 1 this muscle comes late and goes early.
    haste: f32,
}

impl Manner {
    /// Draws it: half of each weight is the `person`'s (same generator state for each clip of a person), half the clip's.
    pub fn draw(
        expression: Expression,
        difficulty: Difficulty,
        person: &mut impl Rng,
        clip: &mut impl Rng,
    ) -> Self {
        let styles = styles(expression, difficulty);
        let (crooked, own_crooked, uneven) = match difficulty {
            Difficulty::Easy => (0.08f32, 0.06, 0.05),
            Difficulty::Wild => (0.18, 0.14, 0.10),
        };
        let own = styles.choose(person);
        let other = styles.choose(clip);
        let style = if clip.random_bool(0.6) { own } else { other };
        let lean =
            clip.random_range(-crooked..crooked) + person.random_range(-own_crooked..own_crooked);
        let parts = style
            .copied()
            .unwrap_or_default()
            .iter()
            .map(|&(muscle, least, most)| {
                let habit: f32 = person.random();
                let mood: f32 = clip.random();
                PartOf {
                    muscle,
                    weight: least + (most - least) * (habit + mood) / 2.0,
                    lean: lean + clip.random_range(-uneven..uneven),
                    haste: clip.random_range(0.75..1.4),
                }
            });
        Self {
            parts: parts.collect(),
        }
    }

    /// Muscles with weight and lean at an activation of 0 to 1.
    pub fn at(&self, activation: f32) -> impl Iterator<Item = (Muscle, f32, f32)> + '_ {
        self.parts
            .iter()
            .map(move |p| (p.muscle, p.weight * activation.powf(p.haste), p.lean))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What tells an expression from all others must be strong in each way of showing it.
    #[test]
    fn every_style_has_what_makes_the_expression() {
        let marks: [(Expression, &[&[Muscle]]); 6] = [
            (Expression::Happy, &[&[M::MOUTH_SMILE]]),
            (
                Expression::Sad,
                &[&[M::BROW_INNER_UP], &[M::MOUTH_FROWN, M::MOUTH_SHRUG_LOWER]],
            ),
            (Expression::Angry, &[&[M::BROW_DOWN]]),
            (
                Expression::Surprise,
                &[&[M::BROW_OUTER_UP], &[M::EYE_WIDE], &[M::JAW_OPEN]],
            ),
            (Expression::Disgust, &[&[M::NOSE_SNEER]]),
            (
                Expression::Fear,
                &[&[M::BROW_INNER_UP], &[M::EYE_WIDE], &[M::MOUTH_STRETCH]],
            ),
        ];
        for (expression, needed) in marks {
            let styles = styles(expression, Difficulty::Wild);
            assert!(styles.len() > super::styles(expression, Difficulty::Easy).len());
            for (k, style) in styles.iter().enumerate() {
                for any in needed {
                    let most = |m: &Muscle| {
                        let uses = style.iter().filter(|u| u.0 == *m);
                        uses.map(|u| u.2).fold(0.0, f32::max)
                    };
                    assert!(
                        any.iter().map(most).fold(0.0, f32::max) >= 0.3,
                        "{expression}, style {k} lacks {any:?}"
                    );
                }
                assert!(
                    style
                        .iter()
                        .all(|&(_, least, most)| least <= most && most <= 1.2)
                );
            }
        }
    }
}
