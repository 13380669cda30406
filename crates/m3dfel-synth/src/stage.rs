//! Light and framing of a clip, and things that come before the face.

use crate::{
    Difficulty, RgbImage,
    acting::Wander,
    head::EYE_X,
    render::{Camera, Light, Lighting, SAMPLES_A_SIDE},
};
use glam::{Vec3, vec3};
use rand::Rng;

/// A face crop's side over the distance between the eyes, as the corpora are cropped.
const CROP: f32 = 3.7;
/// The eyes' height in a crop.
const EYE_LINE: f32 = 0.40;

/// Where the camera and the lights are.
pub struct Stage {
    size: u32,
    distance: f32,
    zoom: f32,
    offset: (f32, f32),
    shake: [Wander; 3],
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
    /// Sets one up for a clip.
    pub fn draw(difficulty: Difficulty, size: u32, frames: usize, rng: &mut impl Rng) -> Self {
        let easy = difficulty == Difficulty::Easy;
        let tint = |most: f32, rng: &mut dyn rand::RngCore| {
            let warm = rng.random_range(-most..most);
            vec3(1.0 + warm, 1.0, 1.0 - warm)
        };
        let side = if rng.random_bool(0.5) { 1.0 } else { -1.0 };
        let azimuth: f32 = side
            * rng
                .random_range(if easy { 5.0..45.0f32 } else { 0.0..85.0 })
                .to_radians();
        let height: f32 = rng
            .random_range(if easy { 10.0..45.0f32 } else { -10.0..65.0 })
            .to_radians();
        let ambient: f32 = rng.random_range(if easy { 0.40..0.62 } else { 0.15..0.65 });
        let strength = (1.15 - ambient) * rng.random_range(0.9..1.1);
        let fill_strength = rng.random_range(if easy { 0.05..0.25 } else { 0.0..0.3 });
        let (jitter, zoom) = if easy { (0.012, 0.05) } else { (0.045, 0.13) };
        let drift = if easy {
            0.0
        } else {
            rng.random_range(0.0..0.5f32)
        };
        let sky = tint(if easy { 0.06 } else { 0.15 }, rng) * ambient;
        Self {
            size,
            distance: rng.random_range(8.0..20.0),
            zoom: 1.0 + rng.random_range(-zoom..zoom),
            offset: (
                rng.random_range(-jitter..jitter),
                rng.random_range(-jitter..jitter),
            ),
            shake: [(); 3].map(|()| Wander::draw(frames, 9.0, jitter * 0.35, rng)),
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
            occluder: (!easy && rng.random_bool(0.3)).then(|| Occluder::draw(frames, rng)),
        }
    }

    /// The light of the surroundings, for what lies behind.
    pub fn ambience(&self) -> Vec3 {
        self.sky + self.key_colour * 0.45
    }

    /// The camera at a frame.
    pub fn camera(&self, frame: usize) -> Camera {
        let t = frame as f32;
        let samples = (self.size as usize * SAMPLES_A_SIDE) as f32;
        let zoom = self.zoom * (1.0 + self.shake[2].at(t));
        Camera {
            distance: self.distance,
            scale: samples / (CROP * 2.0 * EYE_X) * zoom,
            centre: (
                samples * (0.5 + self.offset.0 + self.shake[0].at(t)),
                samples * (EYE_LINE + self.offset.1 + self.shake[1].at(t)),
            ),
        }
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
    pub fn occlude(&self, image: &mut RgbImage, frame: usize, expose: impl Fn(Vec3) -> [u8; 3]) {
        if let Some(occluder) = &self.occluder {
            occluder.draw_on(image, frame, self.ambience(), expose);
        }
    }
}

/// A hand, a glass, a microphone: a thick rounded bar that comes from the picture's edge and moves.
struct Occluder {
    from: (f32, f32),
    to: (f32, f32),
    thickness: f32,
    colour: Vec3,
    moves: [Wander; 2],
    frames: std::ops::Range<usize>,
}

impl Occluder {
    fn draw(frames: usize, rng: &mut impl Rng) -> Self {
        let from_left = rng.random_bool(0.5);
        let edge = if from_left { -0.2 } else { 1.2 };
        let skin_tone = rng.random_bool(0.5);
        let begin = if rng.random_bool(0.5) {
            0
        } else {
            rng.random_range(0..frames / 2)
        };
        let end = if rng.random_bool(0.5) {
            frames
        } else {
            rng.random_range(frames / 2..frames)
        };
        let shade: f32 = rng.random_range(0.02..0.5);
        Self {
            from: (edge, rng.random_range(0.5..1.3)),
            to: (rng.random_range(0.2..0.8), rng.random_range(0.45..0.95)),
            thickness: rng.random_range(0.05..0.14),
            colour: if skin_tone {
                vec3(0.50, 0.28, 0.19) * (0.4 + shade * 1.4)
            } else {
                Vec3::splat(shade)
            },
            moves: [(); 2].map(|()| Wander::draw(frames, 10.0, 0.06, rng)),
            frames: begin..end,
        }
    }

    fn draw_on(
        &self,
        image: &mut RgbImage,
        frame: usize,
        light: Vec3,
        expose: impl Fn(Vec3) -> [u8; 3],
    ) {
        if !self.frames.contains(&frame) {
            return;
        }
        let side = image.width() as usize;
        let t = frame as f32;
        let (dx, dy) = (self.moves[0].at(t), self.moves[1].at(t));
        let a = (self.from.0 + dx * 0.5, self.from.1 + dy * 0.5);
        let ab = (self.to.0 + dx - a.0, self.to.1 + dy - a.1);
        let length = ab.0 * ab.0 + ab.1 * ab.1;
        for y in 0..side {
            for x in 0..side {
                let p = (
                    (x as f32 + 0.5) / side as f32 - a.0,
                    (y as f32 + 0.5) / side as f32 - a.1,
                );
                let along = ((p.0 * ab.0 + p.1 * ab.1) / length).clamp(0.0, 1.0);
                let off = (p.0 - ab.0 * along, p.1 - ab.1 * along);
                let distance = off.0.hypot(off.1) / self.thickness;
                let cover = ((1.0 - distance) * self.thickness * side as f32 + 0.5).clamp(0.0, 1.0);
                if cover > 0.0 {
                    let round = (1.0 - (distance * distance).min(1.0)).sqrt();
                    let lit = 0.35 + 0.75 * round - 0.25 * off.1 / self.thickness;
                    let new = expose(self.colour * light * lit);
                    let at = (y * side + x) * 3;
                    for (old, new) in image.as_mut()[at..at + 3].iter_mut().zip(new) {
                        *old = (f32::from(*old) * (1.0 - cover) + f32::from(new) * cover) as u8;
                    }
                }
            }
        }
    }
}
