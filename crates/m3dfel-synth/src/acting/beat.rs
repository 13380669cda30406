use crate::Expression;
use rand::Rng;
use std::f32::consts::TAU;

/// What goes to and fro: laughing, sobbing, nodding, shaking one's head.
#[derive(Clone, Debug)]
pub struct Beat {
    /// Radians a frame.
    rate: f32,
    phase: f32,
    /// Whether it belongs to the expression: it then comes and goes with it.
    expressive: bool,
    /// The head's turn: yaw, pitch, roll.
    turn: [f32; 3],
    /// The jaw's fall, of what it is open.
    jaw: f32,
}

impl Beat {
    /// Draws one, if there is to be one.
    pub fn draw(expression: Expression, rng: &mut impl Rng) -> Option<Self> {
        let side = rng.random_range(-0.3..0.3);
        let wide: f32 = rng.random_range(0.4..1.0);
        let (chance, hertz, turn, jaw) = match expression {
            Expression::Happy => (0.35, 3.0..5.5, [0.0, 2.5, side], 0.5),
            Expression::Sad => (0.2, 1.5..3.5, [0.0, 2.0, side], 0.3),
            Expression::Angry => (0.3, 1.0..3.0, [3.0 * side, 5.0, side], 0.3),
            Expression::Disgust | Expression::Fear => (0.15, 1.5..4.0, [4.0, side, side], 0.0),
            Expression::Surprise => (0.1, 1.0..2.5, [side, 3.0, side], 0.0),
            Expression::Neutral if rng.random_bool(0.5) => (0.4, 0.8..2.5, [side, 7.0, side], 0.0),
            Expression::Neutral => (0.4, 0.8..2.0, [9.0, side, side], 0.0),
        };
        let beat = Self {
            rate: rng.random_range(hertz) * TAU / 25.0,
            phase: rng.random_range(0.0..TAU),
            expressive: expression != Expression::Neutral,
            turn: turn.map(|most: f32| (most * wide).to_radians()),
            jaw: jaw * wide,
        };
        rng.random_bool(chance).then_some(beat)
    }

    fn share(&self, course: f32) -> f32 {
        if self.expressive { course } else { 1.0 }
    }

    /// The head's turn at a frame, when the expression is at `course` of its own, 0 to 1.
    pub fn turn(&self, frame: f32, course: f32) -> [f32; 3] {
        let swing = (self.phase + self.rate * frame).sin() * self.share(course);
        self.turn.map(|most| most * swing)
    }

    /// What of the jaw's opening stays, likewise.
    pub fn jaw(&self, frame: f32, course: f32) -> f32 {
        1.0 - self.jaw * self.share(course) * (0.5 + 0.5 * (self.phase + self.rate * frame).cos())
    }
}
