use rand::Rng;

/// Cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HairKind {
    Bald,
    /// Millimetres: paint on the scalp only.
    Cropped,
    Short,
    /// Fuller, combed back or aside.
    Full,
    /// Combed back tightly.
    Tied,
    /// To the jaw.
    Bob,
    /// To the shoulders.
    Long,
    Afro,
    /// Not hair: a knitted cap.
    Cap,
    /// Not hair: a headscarf.
    Scarf,
}

impl HairKind {
    /// Whether it is cloth over the hair.
    pub const fn is_cloth(self) -> bool {
        matches!(self, Self::Cap | Self::Scarf)
    }

    /// Draws a cut that people of the sex, age and ancestry wear.
    pub fn draw(male: bool, age: f32, african: f32, rng: &mut impl Rng) -> Self {
        use HairKind::*;
        let tight = african > 0.6;
        let choices: &[(Self, f32)] = match (male, tight) {
            (true, true) => &[(Bald, 0.6), (Cropped, 2.0), (Short, 1.0), (Afro, 0.7)],
            (true, false) => &[
                (Bald, 0.4),
                (Cropped, 0.8),
                (Short, 2.0),
                (Full, 1.6),
                (Long, 0.2),
            ],
            (false, true) => &[
                (Cropped, 0.3),
                (Tied, 1.2),
                (Afro, 1.2),
                (Bob, 0.8),
                (Long, 1.0),
            ],
            (false, false) => &[
                (Short, 0.3),
                (Full, 0.5),
                (Tied, 1.2),
                (Bob, 1.4),
                (Long, 2.2),
            ],
        };
        let bald_more = |k: Self| if k == Bald { 1.0 + 3.0 * age } else { 1.0 };
        let total: f32 = choices.iter().map(|&(k, w)| w * bald_more(k)).sum();
        let mut at = rng.random_range(0.0..total);
        for &(kind, weight) in choices {
            at -= weight * bald_more(kind);
            if at < 0.0 {
                return kind;
            }
        }
        Short
    }
}
