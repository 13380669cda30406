//! The whole of a clip's acting, asked frame by frame.

use super::{
    envelope::Envelope,
    motion::{Blinks, Gaze, Wander},
    recipe::Manner,
    speech::Speech,
};
use crate::{
    Difficulty, Expression,
    head::{Muscle, Unit, UnitWeights},
};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// Face and head at one frame. Angles in radians: `yaw` to the viewer's right, `pitch` down, `roll` to the viewer's left.
#[derive(Clone, Debug)]
pub struct Moment {
    pub units: UnitWeights,
    /// Of the expression: 0 to the clip's intensity.
    pub activation: f32,
    pub yaw: f32,
    pub pitch: f32,
    pub roll: f32,
}

/// Everything that happens in a clip.
#[derive(Clone, Debug)]
pub struct Script {
    pub frames: usize,
    pub envelope: Option<Envelope>,
    /// Of the expression at its apex; 0 for neutral.
    pub intensity: f32,
    manner: Manner,
    habit: UnitWeights,
    speech: Option<Speech>,
    /// How much of the talking stays while the expression shows.
    talk_through: f32,
    blinks: Blinks,
    gaze: Gaze,
    pose: [f32; 3],
    sway: [Wander; 3],
    /// Turn of the head that comes with the expression.
    gesture: [f32; 3],
}

impl Script {
    /// Draws a script. `person` must be in the same state for every clip of a person.
    pub fn draw(
        expression: Expression,
        difficulty: Difficulty,
        habit: &UnitWeights,
        person: &mut impl Rng,
        rng: &mut impl Rng,
    ) -> Self {
        let frames = rng.random_range(24..=60);
        let easy = difficulty == Difficulty::Easy;
        let neutral = expression == Expression::Neutral;
        let manner = Manner::draw(expression, person, rng);
        let intensity = match (neutral, easy) {
            (true, _) => 0.0,
            (_, true) => rng.random_range(0.88..1.0),
            (_, false) => rng
                .random_range(0.15..1.0f32)
                .max(rng.random_range(0.15..1.0)),
        };
        let talks = rng.random_bool(if easy { 0.35 } else { 0.55 });
        let degrees = |[yaw, pitch, roll]: [f32; 3], rng: &mut _| {
            let mut normal = |s: f32| {
                let z: f32 = StandardNormal.sample(rng);
                (z * s).clamp(-2.2 * s, 2.2 * s).to_radians()
            };
            [normal(yaw), normal(pitch), normal(roll)]
        };
        let pose = degrees(
            if easy {
                [7.0, 4.0, 2.5]
            } else {
                [20.0, 8.0, 6.0]
            },
            rng,
        );
        let liveliness = rng.random_range(0.4..1.0) * if easy { 1.0 } else { 2.0f32 };
        let sway = [5.0f32, 3.0, 2.5]
            .map(|most| Wander::draw(frames, 12.0, (most * liveliness).to_radians(), rng));
        let lean = match expression {
            Expression::Sad => [0.0, 5.0, 2.0],
            Expression::Angry => [0.0, 4.0, 0.0],
            Expression::Surprise => [0.0, -4.0, 0.0],
            Expression::Fear => [0.0, -2.0, 2.0],
            Expression::Disgust => [6.0, -2.0, 3.0],
            Expression::Happy => [0.0, -1.0, 3.0],
            Expression::Neutral => [0.0; 3],
        };
        let gesture = lean.map(|most: f32| most.to_radians() * rng.random_range(-0.4..1.0f32));
        Self {
            frames,
            envelope: (!neutral).then(|| Envelope::draw(frames, difficulty, rng)),
            intensity,
            manner,
            habit: habit.clone(),
            speech: talks.then(|| Speech::draw(frames, rng)),
            talk_through: if easy {
                rng.random_range(0.0..0.3)
            } else {
                rng.random_range(0.1..0.7)
            },
            blinks: Blinks::draw(frames, rng),
            gaze: Gaze::draw(frames, if easy { 0.25 } else { 0.45 }, rng),
            pose,
            sway,
            gesture,
        }
    }

    /// The activation of the expression at a frame, without the intensity: 0 to 1.
    pub fn course(&self, frame: usize) -> f32 {
        self.envelope.map_or(0.0, |e| e.at(frame))
    }

    /// The face at a frame.
    pub fn at(&self, frame: usize) -> Moment {
        let course = self.course(frame);
        let mut units = self.habit.clone();
        for (muscle, weight, lean) in self.manner.at(course) {
            units.add(muscle, weight * self.intensity, lean);
        }
        if let Some(speech) = &self.speech {
            let strength = 1.0 - (1.0 - self.talk_through) * course * self.intensity.min(1.0);
            speech.add_to(&mut units, frame, strength);
        }
        let (right, up) = self.gaze.at(frame);
        // The head's left eye looks out where its right eye looks in.
        let (out_unit, in_unit, side) = if right > 0.0 {
            (Unit::EyeLookOutLeft, Unit::EyeLookInRight, right)
        } else {
            (Unit::EyeLookOutRight, Unit::EyeLookInLeft, -right)
        };
        units[out_unit] += side;
        units[in_unit] += side;
        units.add(
            if up > 0.0 {
                Muscle::EYE_LOOK_UP
            } else {
                Muscle::EYE_LOOK_DOWN
            },
            up.abs(),
            0.0,
        );

        let shut = self.blinks.at(frame);
        if shut > 0.0 {
            for (blink, wide, squint) in [
                (Unit::EyeBlinkLeft, Unit::EyeWideLeft, Unit::EyeSquintLeft),
                (
                    Unit::EyeBlinkRight,
                    Unit::EyeWideRight,
                    Unit::EyeSquintRight,
                ),
            ] {
                units[blink] = units[blink].max(shut);
                units[wide] *= 1.0 - shut;
                units[squint] *= 1.0 - shut;
            }
        }
        units.clamp(1.2);
        let turn =
            |k: usize| self.pose[k] + self.sway[k].at(frame as f32) + self.gesture[k] * course;
        Moment {
            units,
            activation: course * self.intensity,
            yaw: turn(0),
            pitch: turn(1),
            roll: turn(2),
        }
    }
}
