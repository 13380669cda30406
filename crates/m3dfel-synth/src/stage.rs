//! Light of a clip, its camera, and things that come before the face.

use crate::{
    Difficulty, RgbImage,
    acting::{Pose, Wander},
    framing::Framing,
    occluder::Occluder,
    render::{Camera, Light, Lighting},
};
use glam::{Vec3, Vec4, vec3};
use rand::Rng;

/// Where the camera and the lights are.
pub struct Stage {
    framing: Framing,
    key: (f32, f32),
    key_moves: [Wander; 2],
    key_colour: Vec3,
    flicker: Wander,
    fill: Light,
    sky: Vec3,
    ground: Vec3,
    occluder: Option<Occluder>,
}

impl Stage {
    /// Sets one up for a clip of a person with a skin of that colour, who poses for it or does not.
    pub fn draw(
        difficulty: Difficulty,
        size: u32,
        frames: usize,
        skin: Vec3,
        posed: bool,
        rng: &mut impl Rng,
    ) -> Self {
        let easy = difficulty == Difficulty::Easy;
        let tint = |most: f32, rng: &mut dyn rand::RngCore| {
            let warm = rng.random_range(-most..most);
            vec3(1.0 + warm, 1.0, 1.0 - warm)
        };
        // whoever lights a face to be seen does it softly and from the front
        let soft = !easy && rng.random_bool(if posed { 0.8 } else { 0.4 });
        let (sides, heights, ambients) = match (easy, soft) {
            (true, _) => (5.0..45.0f32, 10.0..45.0f32, 0.40..0.62f32),
            (_, true) => (0.0..45.0, 0.0..45.0, 0.55..0.9),
            (_, false) => (0.0..85.0, -10.0..65.0, 0.15..0.65),
        };
        let side = if rng.random_bool(0.5) { 1.0 } else { -1.0 };
        let azimuth: f32 = side * rng.random_range(sides).to_radians();
        let height: f32 = rng.random_range(heights).to_radians();
        let ambient: f32 = rng.random_range(ambients);
        let strength = (1.15 - ambient) * rng.random_range(0.9..1.1);
        let fill_strength = rng.random_range(if easy { 0.05..0.25 } else { 0.0..0.3 });
        let drift = if easy {
            0.0
        } else {
            rng.random_range(0.0..0.5f32)
        };
        let sky = tint(if easy { 0.06 } else { 0.15 }, rng) * ambient;
        Self {
            framing: Framing::draw(difficulty, size, frames, rng),
            key: (azimuth, height),
            key_moves: [(); 2].map(|()| Wander::draw(frames, 15.0, drift, rng)),
            key_colour: tint(if easy { 0.06 } else { 0.2 }, rng) * strength,
            flicker: Wander::draw(
                frames,
                5.0,
                if easy {
                    0.0
                } else {
                    rng.random_range(0.0..0.25)
                },
                rng,
            ),
            fill: Light {
                towards: vec3(-azimuth.sin(), rng.random_range(-0.2..0.5), 0.35).normalize(),
                colour: tint(if easy { 0.08 } else { 0.25 }, rng) * fill_strength,
            },
            sky,
            ground: sky * rng.random_range(0.55..0.85) * vec3(1.04, 1.0, 0.95),
            occluder: (!easy && !posed && rng.random_bool(0.16))
                .then(|| Occluder::draw(frames, skin, rng)),
        }
    }

    /// The light of the surroundings, for what lies behind.
    pub fn ambience(&self) -> Vec3 {
        self.sky + self.key_colour * 0.45
    }

    /// The camera at a frame; `followed` is how the head is turned to whoever frames it.
    pub fn camera(&self, frame: usize, followed: Pose) -> Camera {
        self.framing.camera(frame, followed)
    }

    /// The light at a frame.
    pub fn lighting(&self, frame: usize) -> Lighting {
        let t = frame as f32;
        let (azimuth, height) = (
            self.key.0 + self.key_moves[0].at(t),
            self.key.1 + self.key_moves[1].at(t) * 0.5,
        );
        let towards = vec3(
            azimuth.sin() * height.cos(),
            height.sin(),
            azimuth.cos() * height.cos(),
        );
        Lighting {
            key: Light {
                towards,
                colour: self.key_colour * (1.0 + self.flicker.at(t)),
            },
            fill: self.fill,
            sky: self.sky,
            ground: self.ground,
        }
    }

    /// Draws what hides part of the face, if anything does at this frame.
    pub fn occlude(&self, image: &mut RgbImage, frame: usize, expose: impl Fn(Vec4) -> [u8; 3]) {
        if let Some(occluder) = &self.occluder {
            occluder.paint(image, frame, self.ambience(), expose);
        }
    }
}
