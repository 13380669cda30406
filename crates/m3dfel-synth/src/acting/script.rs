//! The whole of a clip's acting, asked frame by frame.

use super::{
    beat::Beat,
    envelope::Envelope,
    fidget::{Fidgets, set_sternly, unsettle},
    moment::{Moment, Pose},
    motion::{Blinks, Gaze, Wander},
    reach::Reach,
    recipe::Manner,
    speech::Speech,
};
use crate::{
    Difficulty, Expression,
    head::{Muscle, Unit, UnitWeights},
};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// How many of the wild clips are posed.
const POSED: f64 = 0.45;

/// How many of the wild neutral faces rest sternly.
const STERN: f64 = 0.85;

/// How far wild expressions may be overdone, as peaks before a camera are.
const VIVID: f32 = 1.8;

/// Everything that happens in a clip.
#[derive(Clone, Debug)]
pub struct Script {
    pub frames: usize,
    pub envelope: Option<Envelope>,
    /// Of the expression at its apex; 0 for neutral.
    pub intensity: f32,
    /// Whether somebody poses before a camera that is set up for it: shows an expression, or none, and does nothing else.
    pub posed: bool,
    /// What the units move by at full intensity: 1 as most people do, more where somebody overdoes it.
    vivid: f32,
    /// In wild clips only.
    reach: Option<Reach>,
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
    /// In wild clips only.
    fidgets: Fidgets,
    beat: Option<Beat>,
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
        let posed = !easy && rng.random_bool(POSED);
        let manner = Manner::draw(expression, difficulty, person, rng);
        let intensity = match (neutral, easy) {
            (true, _) => 0.0,
            (_, true) => rng.random_range(0.88..1.0),
            (_, false) if posed => rng.random_range(0.65..1.0),
            (_, false) => rng.random_range(0.4..1.0),
        };
        let vivid = if easy {
            1.0
        } else {
            rng.random_range(1.0..VIVID)
        };
        let reach = (!easy).then(|| Reach::draw(rng));
        let part = match posed {
            true => [0.0, 0.5, 1.0][rng.random_range(0..3)],
            false => 1.0,
        };
        let reach = reach.map(|reach| reach.part(part));
        let talks = !posed
            && rng.random_bool(match (easy, neutral) {
                (true, _) => 0.35,
                (false, true) => 0.7,
                (false, false) => 0.5,
            });
        let degrees = |[yaw, pitch, roll]: [f32; 3], rng: &mut _| {
            let mut normal = |s: f32| {
                let z: f32 = StandardNormal.sample(rng);
                (z * s).clamp(-2.2 * s, 2.2 * s).to_radians()
            };
            [normal(yaw), normal(pitch), normal(roll)]
        };
        let pose = degrees(
            match easy {
                true => [7.0, 4.0, 2.5],
                false if posed => [5.0, 4.0, 3.0],
                // most people look into the camera, or nearly
                false if rng.random_bool(0.6) => [9.0, 7.0, 5.0],
                false => [22.0, 10.0, 8.0],
            },
            rng,
        );
        let liveliness = rng.random_range(0.4..1.0) * if easy || posed { 1.0 } else { 2.0f32 };
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
        let mut habit = habit.clone();
        if !easy && !posed {
            unsettle(&mut habit, rng);
        }
        if !easy && neutral && rng.random_bool(STERN) {
            set_sternly(&mut habit, rng);
        }
        Self {
            frames,
            envelope: (!neutral).then(|| Envelope::draw(frames, difficulty, rng)),
            intensity,
            posed,
            vivid,
            reach,
            manner,
            habit,
            speech: talks.then(|| Speech::draw(frames, rng)),
            talk_through: if easy {
                rng.random_range(0.0..0.3)
            } else {
                rng.random_range(0.1..0.6)
            },
            blinks: Blinks::draw(frames, rng),
            gaze: Gaze::draw(frames, if easy { 0.25 } else { 0.45 }, rng),
            pose,
            sway,
            gesture,
            fidgets: if easy || posed {
                Fidgets::default()
            } else {
                Fidgets::draw(frames, rng)
            },
            beat: (!easy && !posed)
                .then(|| Beat::draw(expression, rng))
                .flatten(),
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
            units.add(muscle, weight * self.intensity * self.vivid, lean);
        }
        if let Some(speech) = &self.speech {
            let strength = 1.0 - (1.0 - self.talk_through) * course * self.intensity.min(1.0);
            speech.add_to(&mut units, frame, strength);
        }
        self.fidgets.add_to(&mut units, frame, 1.0 - 0.8 * course);
        if let Some(beat) = &self.beat {
            units[Unit::JawOpen] *= beat.jaw(frame as f32, course);
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
        units.clamp(if self.vivid > 1.0 { VIVID } else { 1.2 });
        let slant = match &self.reach {
            Some(reach) => reach.move_in(&mut units),
            None => [0.0; 2],
        };
        Moment {
            units,
            slant,
            activation: course * self.intensity,
            pose: self.pose(frame),
        }
    }

    /// How the head is turned at a frame.
    fn pose(&self, frame: usize) -> Pose {
        let course = self.course(frame);
        let mut turn: [f32; 3] = std::array::from_fn(|k| {
            self.pose[k] + self.sway[k].at(frame as f32) + self.gesture[k] * course
        });
        if let Some(beat) = &self.beat {
            let more = beat.turn(frame as f32, course);
            (0..3).for_each(|k| turn[k] += more[k]);
        }
        let [yaw, pitch, roll] = turn;
        Pose { yaw, pitch, roll }
    }

    /// How it is turned to one who follows it with some inertia, a fifth of a second either way.
    pub fn followed(&self, frame: usize) -> Pose {
        const REACH: usize = 5;
        let frames = frame.saturating_sub(REACH)..=(frame + REACH).min(self.frames - 1);
        let share = 1.0 / frames.clone().count() as f32;
        frames.map(|f| self.pose(f)).fold(
            Pose {
                yaw: 0.0,
                pitch: 0.0,
                roll: 0.0,
            },
            |sum, p| Pose {
                yaw: sum.yaw + p.yaw * share,
                pitch: sum.pitch + p.pitch * share,
                roll: sum.roll + p.roll * share,
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        head::{Head, Identity},
        random::{Purpose, generator},
    };

    /// The muscles that neither blink nor look about.
    const FACE: [Muscle; 5] = [
        Muscle::JAW_OPEN,
        Muscle::BROW_INNER_UP,
        Muscle::BROW_OUTER_UP,
        Muscle::MOUTH_PRESS,
        Muscle::MOUTH_FUNNEL,
    ];

    fn scripts(difficulty: Difficulty) -> impl Iterator<Item = Script> {
        (0..300).map(move |k| {
            let mut person = generator(8, Purpose::Person, k);
            let who = Identity::draw(Head::get().unwrap(), &mut person);
            let mut rng = generator(8, Purpose::Clip, k);
            let neutral = Expression::Neutral;
            Script::draw(neutral, difficulty, &who.habit, &mut person, &mut rng)
        })
    }

    fn holds_still(script: &Script) -> bool {
        FACE.iter().all(|&muscle| {
            let first = script.at(0).units.of(muscle);
            (1..script.frames).all(|k| (script.at(k).units.of(muscle) - first).abs() < 1e-5)
        })
    }

    #[test]
    fn some_wild_faces_that_show_nothing_have_hanging_corners_of_the_mouth() {
        let hang = |difficulty| {
            let resting = scripts(difficulty).filter(|s| s.posed || difficulty == Difficulty::Easy);
            let frowns = resting.map(|s| s.habit.of(Muscle::MOUTH_FROWN));
            frowns.filter(|&frown| frown > 0.2).count()
        };
        let wild = hang(Difficulty::Wild);
        assert!((20..70).contains(&wild), "{wild}");
        assert_eq!(hang(Difficulty::Easy), 0);
    }

    #[test]
    fn a_posed_face_that_shows_nothing_holds_still_and_the_others_do_not() {
        let (posed, others): (Vec<_>, Vec<_>) = scripts(Difficulty::Wild).partition(|s| s.posed);
        assert!((100..170).contains(&posed.len()), "{} of 300", posed.len());
        assert!(posed.iter().all(holds_still));
        // some of these neither talk nor fidget
        let still = others.iter().filter(|s| holds_still(s)).count();
        assert!(3 * still < others.len(), "{still} of {}", others.len());
        assert!(scripts(Difficulty::Easy).all(|s| !s.posed));
    }
}
