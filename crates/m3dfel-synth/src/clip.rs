//! One clip: a person, a stage, a script, and the frames that come of them.

use crate::{
    Difficulty, Expression, RgbImage, SynthError,
    acting::{Envelope, Script},
    figure::Figure,
    film::Film,
    head::{Head, Identity, UnitWeights},
    looks::{Background, Complexions, Looks, typology_angle},
    options::check_size,
    random::{Purpose, generator},
    render::{SAMPLES_A_SIDE, Samples, resolve},
    stage::Stage,
};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// What clip to render. Equal specifications render equal frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClipSpec {
    pub seed: u64,
    /// Tells clips of a seed apart.
    pub number: u64,
    /// Tells persons of a seed apart.
    pub identity: u64,
    pub expression: Expression,
    pub difficulty: Difficulty,
    /// A frame's side in pixels, 32 to 512.
    pub size: u32,
}

/// What is true of a clip.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    pub expression: Expression,
    pub identity: u64,
    /// When the expression shows; None for neutral.
    pub envelope: Option<Envelope>,
    /// The expression's strength at its apex, as a part, up to 1, of what this clip makes of it at most (wild ones may overdo it);
    /// 0 for neutral.
    pub intensity: f32,
    /// The expression's strength on every frame, without talking, blinks and gaze.
    pub activation: Vec<f32>,
    /// Every face unit on every frame, whatever moves it.
    pub units: Vec<UnitWeights>,
}

/// A rendered clip.
#[derive(Clone, Debug, PartialEq)]
pub struct Clip {
    pub frames: Vec<RgbImage>,
    pub truth: Truth,
    /// The JPEG quality its camera writes, 1 to 100.
    pub jpeg_quality: u8,
}

/// Renders a clip of 24 to 60 frames.
///
/// # Errors
/// If the size is out of range.
pub fn render_clip(spec: &ClipSpec) -> Result<Clip, SynthError> {
    let mut take = Take::new(spec)?;
    let mut frames = Vec::with_capacity(take.script.frames);
    while let Some(frame) = take.next_frame() {
        frames.push(frame.clone());
    }
    Ok(Clip {
        frames,
        jpeg_quality: take.jpeg_quality(),
        truth: take.truth,
    })
}

/// A clip being rendered, frame by frame into the same memory.
pub(crate) struct Take {
    script: Script,
    figure: Figure,
    stage: Stage,
    background: Background,
    film: Film,
    grain: ChaCha8Rng,
    samples: Samples,
    image: RgbImage,
    /// Frames still to render, the next one last.
    to_come: Vec<usize>,
    /// Of the frames rendered so far.
    truth: Truth,
    actor: Actor,
}

/// Of whoever acts, what a person would say at a glance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Actor {
    /// 0 woman, 1 man.
    pub male: f32,
    /// 0 young, 1 old.
    pub age: f32,
    /// The skin's individual typology angle in degrees: over 41 is called light, under 10 brown, under -30 dark.
    pub skin: f32,
}

impl Take {
    /// Draws everything that happens in the clip; renders nothing yet.
    pub fn new(spec: &ClipSpec) -> Result<Self, SynthError> {
        check_size(spec.size)?;
        let &ClipSpec {
            seed,
            number,
            identity,
            expression,
            difficulty,
            size,
        } = spec;
        let mut person = generator(seed, Purpose::Person, identity);
        let mut manner = generator(seed, Purpose::Manner, identity);
        let mut rng = generator(seed, Purpose::Clip, number);

        let mut who = Identity::draw(Head::get()?, &mut person);
        let mut looks = Looks::draw(&who, &mut person);
        if difficulty == Difficulty::Wild {
            let mut variety = generator(seed, Purpose::Variety, identity);
            looks.vary(&who, Complexions::get()?, &mut variety);
            who.enlarge_eyes(Head::get()?, variety.random_range(0.0..1.1));
            who.narrow(variety.random_range(0.0..1.4));
            who.lift_middle(variety.random_range(0.2..1.8));
            who.show_upper_teeth(Head::get()?, variety.random_range(0.4..1.8));
        }
        let script = Script::draw(expression, difficulty, &who.habit, &mut manner, &mut rng);
        let skin = looks.skin;
        let actor = Actor {
            male: who.male,
            age: who.age,
            skin: typology_angle(skin),
        };
        let figure = Figure::new(&who, looks, size, &mut rng)?;
        let stage = Stage::draw(
            difficulty,
            size,
            script.frames,
            skin,
            script.posed,
            &mut rng,
        );
        let background = Background::draw(size as usize, stage.ambience(), &mut rng);
        let bright = skin.y * stage.ambience().y;
        let film = Film::draw(
            difficulty,
            size,
            script.frames,
            bright,
            script.posed,
            &mut rng,
        );
        let mut grain = generator(seed, Purpose::Clip, number);
        grain.set_stream(1);
        let truth = Truth {
            expression,
            identity,
            envelope: script.envelope,
            intensity: script.intensity,
            activation: Vec::with_capacity(script.frames),
            units: Vec::with_capacity(script.frames),
        };
        let to_come = (0..script.frames).rev().collect();
        Ok(Self {
            script,
            figure,
            stage,
            background,
            film,
            grain,
            samples: Samples::new(size as usize * SAMPLES_A_SIDE),
            image: RgbImage::black(size),
            to_come,
            truth,
            actor,
        })
    }

    /// Renders no frames but these, in order.
    pub fn only(&mut self, frames: &[usize]) {
        self.to_come = frames.iter().rev().copied().collect();
    }

    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// Frames of the whole clip.
    pub fn frames(&self) -> usize {
        self.script.frames
    }

    /// When the expression shows; None for neutral.
    pub fn envelope(&self) -> Option<Envelope> {
        self.script.envelope
    }

    /// The next frame; None after the last.
    pub fn next_frame(&mut self) -> Option<&RgbImage> {
        let frame = self.to_come.pop()?;
        let Self {
            stage,
            film,
            image,
            background,
            ..
        } = self;
        let moment = self.script.at(frame);
        let camera = stage.camera(frame, self.script.followed(frame));
        let still = stage.camera(0, self.script.followed(0)).centre;
        let lighting = stage.lighting(frame);
        self.figure
            .draw(&moment, &camera, &lighting, &mut self.samples);
        let shift = |now: f32, then: f32| ((then - now) / SAMPLES_A_SIDE as f32) as i32;
        let behind = (
            shift(camera.centre.0, still.0),
            shift(camera.centre.1, still.1),
        );
        resolve(
            &self.samples,
            &self.figure,
            |x, y| background.at(x, y, behind),
            |x, y, colour| image.put(x, y, film.expose(colour)),
        );
        stage.occlude(image, frame, |c| film.expose(c));
        film.develop(image, frame, &mut self.grain);
        self.truth.activation.push(moment.activation);
        self.truth.units.push(moment.units);
        Some(&self.image)
    }

    /// See [`Clip::jpeg_quality`].
    pub fn jpeg_quality(&self) -> u8 {
        self.film.quality
    }

    /// See [`Truth::intensity`].
    pub fn intensity(&self) -> f32 {
        self.script.intensity
    }
}

impl ClipSpec {
    /// A clip by itself, of a person by itself: for training on pictures that are rendered on the fly.
    pub fn alone(seed: u64, number: u64, difficulty: Difficulty, size: u32) -> Self {
        let mut rng = generator(seed, Purpose::Plan, number);
        let expression = Expression::ALL[rng.random_range(0..Expression::ALL.len())];
        Self {
            seed,
            number,
            identity: number,
            expression,
            difficulty,
            size,
        }
    }
}
