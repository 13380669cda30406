//! Which muscles make which expression (EMFACS), and each person's own manner of it.

use crate::{Expression, head::Muscle};
use rand::{Rng, seq::IndexedRandom};

type M = Muscle;
/// A muscle with the least and the most it is used at full intensity.
type Use = (Muscle, f32, f32);

/// One way of showing an expression.
struct Style {
    uses: &'static [Use],
}

const HAPPY: &[Style] = &[
    Style {
        uses: &[
            (M::MOUTH_SMILE, 0.85, 1.1),
            (M::CHEEK_SQUINT, 0.6, 1.0),
            (M::EYE_SQUINT, 0.1, 0.45),
        ],
    },
    Style {
        uses: &[
            (M::MOUTH_SMILE, 0.8, 1.1),
            (M::CHEEK_SQUINT, 0.6, 1.0),
            (M::EYE_SQUINT, 0.1, 0.5),
            (M::MOUTH_UPPER_UP, 0.3, 0.6),
            (M::MOUTH_LOWER_DOWN, 0.1, 0.4),
            (M::JAW_OPEN, 0.05, 0.2),
        ],
    },
    Style {
        uses: &[
            (M::MOUTH_SMILE, 0.85, 1.1),
            (M::CHEEK_SQUINT, 0.7, 1.0),
            (M::EYE_SQUINT, 0.3, 0.6),
            (M::MOUTH_UPPER_UP, 0.3, 0.6),
            (M::JAW_OPEN, 0.25, 0.45),
        ],
    },
];
const SAD: &[Style] = &[
    Style {
        uses: &[
            (M::BROW_INNER_UP, 0.9, 1.2),
            (M::MOUTH_FROWN, 0.8, 1.15),
            (M::MOUTH_SHRUG_LOWER, 0.4, 0.9),
            (M::EYE_SQUINT, 0.0, 0.3),
            (M::EYE_LOOK_DOWN, 0.2, 0.6),
        ],
    },
    Style {
        uses: &[
            (M::BROW_INNER_UP, 1.0, 1.2),
            (M::BROW_DOWN, 0.1, 0.3),
            (M::MOUTH_FROWN, 0.75, 1.1),
            (M::MOUTH_SHRUG_LOWER, 0.6, 1.0),
            (M::MOUTH_SHRUG_UPPER, 0.1, 0.4),
            (M::EYE_BLINK, 0.15, 0.35),
        ],
    },
];
const ANGRY: &[Style] = &[
    Style {
        uses: &[
            (M::BROW_DOWN, 1.0, 1.2),
            (M::EYE_SQUINT, 0.1, 0.5),
            (M::MOUTH_PRESS, 0.7, 1.1),
            (M::MOUTH_FROWN, 0.15, 0.5), // pressing alone draws the corners up
            (M::MOUTH_ROLL_LOWER, 0.35, 0.7),
            (M::MOUTH_ROLL_UPPER, 0.2, 0.5),
            (M::JAW_FORWARD, 0.0, 0.4),
        ],
    },
    Style {
        // the glare
        uses: &[
            (M::BROW_DOWN, 1.0, 1.2),
            (M::EYE_WIDE, 0.4, 0.8),
            (M::MOUTH_FROWN, 0.35, 0.75),
            (M::MOUTH_PRESS, 0.6, 1.0),
            (M::NOSE_SNEER, 0.0, 0.3),
        ],
    },
    Style {
        // shouting, teeth shown
        uses: &[
            (M::BROW_DOWN, 1.0, 1.2),
            (M::EYE_WIDE, 0.0, 0.5),
            (M::JAW_OPEN, 0.2, 0.45),
            (M::MOUTH_LOWER_DOWN, 0.5, 0.9),
            (M::MOUTH_UPPER_UP, 0.2, 0.5),
            (M::NOSE_SNEER, 0.15, 0.4),
            (M::MOUTH_FUNNEL, 0.0, 0.4),
        ],
    },
];
const SURPRISE: &[Style] = &[
    Style {
        uses: &[
            (M::BROW_INNER_UP, 0.8, 1.1),
            (M::BROW_OUTER_UP, 0.8, 1.1),
            (M::EYE_WIDE, 0.7, 1.1),
            (M::JAW_OPEN, 0.4, 0.85),
        ],
    },
    Style {
        uses: &[
            (M::BROW_INNER_UP, 0.8, 1.1),
            (M::BROW_OUTER_UP, 0.9, 1.1),
            (M::EYE_WIDE, 0.6, 1.0),
            (M::JAW_OPEN, 0.25, 0.5),
            (M::MOUTH_FUNNEL, 0.2, 0.6),
        ],
    },
];
const DISGUST: &[Style] = &[
    Style {
        uses: &[
            (M::NOSE_SNEER, 0.95, 1.2),
            (M::MOUTH_UPPER_UP, 0.7, 1.0),
            (M::BROW_DOWN, 0.15, 0.45),
            (M::EYE_SQUINT, 0.5, 0.9),
            (M::CHEEK_SQUINT, 0.4, 0.8),
            (M::MOUTH_FROWN, 0.4, 0.8),
        ],
    },
    Style {
        uses: &[
            (M::NOSE_SNEER, 1.0, 1.2),
            (M::MOUTH_UPPER_UP, 0.8, 1.1),
            (M::MOUTH_LOWER_DOWN, 0.3, 0.7),
            (M::JAW_OPEN, 0.12, 0.3),
            (M::EYE_SQUINT, 0.5, 0.9),
            (M::BROW_DOWN, 0.15, 0.45),
        ],
    },
];
const FEAR: &[Style] = &[
    Style {
        uses: &[
            (M::BROW_INNER_UP, 0.95, 1.2),
            (M::BROW_OUTER_UP, 0.2, 0.6),
            (M::BROW_DOWN, 0.25, 0.5),
            (M::EYE_WIDE, 0.85, 1.15),
            (M::MOUTH_STRETCH, 0.85, 1.2),
            (M::JAW_OPEN, 0.1, 0.3),
            (M::MOUTH_LOWER_DOWN, 0.25, 0.6),
        ],
    },
    Style {
        uses: &[
            (M::BROW_INNER_UP, 1.0, 1.2),
            (M::BROW_OUTER_UP, 0.1, 0.4),
            (M::BROW_DOWN, 0.2, 0.45),
            (M::EYE_WIDE, 0.9, 1.15),
            (M::MOUTH_STRETCH, 1.0, 1.2),
            (M::MOUTH_LOWER_DOWN, 0.4, 0.8),
            (M::JAW_OPEN, 0.15, 0.35),
        ],
    },
];

fn styles(expression: Expression) -> &'static [Style] {
    match expression {
        Expression::Neutral => &[],
        Expression::Happy => HAPPY,
        Expression::Sad => SAD,
        Expression::Angry => ANGRY,
        Expression::Surprise => SURPRISE,
        Expression::Disgust => DISGUST,
        Expression::Fear => FEAR,
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
    pub fn draw(expression: Expression, person: &mut impl Rng, clip: &mut impl Rng) -> Self {
        let styles = styles(expression);
        let own = styles.choose(person);
        let other = styles.choose(clip);
        let style = if clip.random_bool(0.6) { own } else { other };
        let lean = clip.random_range(-0.08..0.08f32) + person.random_range(-0.06..0.06);
        let parts = style
            .map_or(&[][..], |s| s.uses)
            .iter()
            .map(|&(muscle, least, most)| {
                let habit: f32 = person.random();
                let mood: f32 = clip.random();
                PartOf {
                    muscle,
                    weight: least + (most - least) * (habit + mood) / 2.0,
                    lean: lean + clip.random_range(-0.05..0.05),
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
