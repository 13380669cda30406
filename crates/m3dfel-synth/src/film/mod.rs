//! What the camera and its compression do to the picture.

mod blur;
mod source;

use crate::{
    Difficulty, RgbImage,
    acting::Wander,
    looks::{Noise, bytes, to_srgb_table},
};
use blur::{sharpen, soften, streak};
use glam::{Vec2, Vec4, vec2, vec4};
use rand::{Rng, seq::IndexedRandom};
use source::Source;

/// Exposure, sharpness, noise and JPEG quality of a clip.
pub struct Film {
    table: Vec<u8>,
    gain: Vec4,
    /// 0 is grey, 1 as it is.
    saturation: f32,
    /// Passes of a small blur.
    blur: u32,
    /// How much the camera sharpens, 0 not at all.
    sharper: f32,
    /// How far everything moves while the shutter is open, right and down, in shares of the frame.
    moves: Option<[Wander; 2]>,
    /// The picture as it was recorded, if it was smaller or compressed.
    source: Option<Source>,
    /// Noise, [`GRAIN`] pixels a side; empty for none.
    grain: Vec<i8>,
    /// JPEG quality, 1 to 100.
    pub quality: u8,
}

/// The brightness that cameras give a face.
const GOOD: f32 = 0.26;

impl Film {
    /// Draws a camera for `frames` frames of `size` pixels, of a face about so `bright`, which poses for it or does not.
    pub fn draw(
        difficulty: Difficulty,
        size: u32,
        frames: usize,
        bright: f32,
        posed: bool,
        rng: &mut impl Rng,
    ) -> Self {
        match difficulty {
            Difficulty::Easy => Self::easy(size, rng),
            Difficulty::Wild => Self::wild(size, frames, bright, posed, rng),
        }
    }

    fn easy(size: u32, rng: &mut impl Rng) -> Self {
        let warmth = rng.random_range(-1.0..1.0f32) * 0.05;
        let exposure = rng.random_range(0.9..1.15f32);
        let contrast = rng.random_range(0.95..1.08);
        let blurs: &[u32] = if size >= 160 { &[0, 0, 1] } else { &[0] };
        Self {
            table: to_srgb_table(contrast, 1.0),
            gain: vec4(1.0 + warmth, 1.0, 1.0 - warmth, 0.0) * exposure,
            saturation: 1.0,
            blur: blurs.choose(rng).copied().unwrap_or(0),
            sharper: 0.0,
            moves: None,
            source: None,
            grain: grain(rng.random_range(0.0..2.5)),
            quality: rng.random_range(85..=94),
        }
    }

    fn wild(size: u32, frames: usize, bright: f32, posed: bool, rng: &mut impl Rng) -> Self {
        let warmth = rng.random_range(-0.14..0.14f32);
        // too dark and noisy, too bright, or about right: cameras see to that, though not wholly
        let (exposure, noise) = match rng.random_range(0..10) {
            0 if !posed => (rng.random_range(0.35..0.65f32), rng.random_range(3.0..12.0)),
            // as photographers and television have it: the skin near white, or beyond
            0..=3 => (rng.random_range(1.3..2.4), 2.0),
            _ => (
                rng.random_range(0.75..1.35),
                8.0 * rng.random::<f32>().powi(2),
            ),
        };
        // a studio's light is set for whoever stands in it
        let (set, most) = if posed { (0.85, 4.0) } else { (0.5, 2.2) };
        let exposure = exposure * (GOOD / bright.max(0.01)).powf(set).clamp(0.7, most);
        let most_blur = rng.random_range(1..=(size / 80).clamp(1, 3));
        let moving = !posed && rng.random_bool(0.15);
        let sharp = posed && rng.random_bool(0.7);
        let most = rng.random_range(0.01..0.05);
        Self {
            table: to_srgb_table(rng.random_range(0.85..1.6), rng.random()),
            gain: vec4(1.0 + warmth, 1.0, 1.0 - warmth, 0.0) * exposure,
            saturation: if rng.random_bool(0.08) {
                0.0
            } else {
                rng.random_range(0.6..1.4)
            },
            blur: if !sharp && rng.random_bool(0.3) {
                most_blur
            } else {
                0
            },
            sharper: (rng.random_range(-0.8..0.8f32)).max(0.0),
            moves: moving.then(|| [(); 2].map(|()| Wander::draw(frames, 6.0, most, rng))),
            source: Source::draw(size, rng).filter(|_| !sharp),
            grain: grain(noise),
            quality: rng.random_range(60..=92),
        }
    }

    /// The bytes of a linear colour.
    #[inline]
    pub fn expose(&self, colour: Vec4) -> [u8; 3] {
        let mut c = colour * self.gain;
        if self.saturation != 1.0 {
            let grey = Vec4::splat(c.dot(vec4(0.2126, 0.7152, 0.0722, 0.0)));
            c = grey.lerp(c, self.saturation).max(Vec4::ZERO);
        }
        bytes(&self.table, c)
    }

    /// Blurs, coarsens and adds noise, for the frame of that number.
    pub fn develop(&self, image: &mut RgbImage, frame: usize, rng: &mut impl Rng) {
        let (side, channels) = (image.width() as usize, 3);
        if let Some([right, down]) = &self.moves {
            let t = frame as f32;
            let way: Vec2 = vec2(right.at(t), down.at(t)) * side as f32;
            streak(image.as_mut(), side, way);
        }
        for _ in 0..self.blur {
            soften(image.as_mut(), side, channels);
        }
        if self.sharper > 0.0 {
            sharpen(image.as_mut(), side, channels, self.sharper);
        }
        // an enlarged picture shows the noise of its small one
        match &self.source {
            Some(source) => {
                self.add_grain(image, rng);
                source.record(image.as_mut(), side);
            }
            None => self.add_grain(image, rng),
        }
    }

    fn add_grain(&self, image: &mut RgbImage, rng: &mut impl Rng) {
        let side = image.width() as usize;
        let (across, down) = (rng.random_range(0..GRAIN), rng.random_range(0..GRAIN));
        if self.grain.is_empty() {
            return;
        }
        for (row, pixels) in image.as_mut().chunks_exact_mut(side * 3).enumerate() {
            let grain = &self.grain[(row + down) % GRAIN * GRAIN * 3..][..GRAIN * 3];
            let (after, before) = (&grain[across * 3..], &grain[..across * 3]);
            // a row of the picture, then the grain's row from its middle, over and over
            let (first, rest) = pixels.split_at_mut((after.len()).min(side * 3));
            add(first, after);
            let (second, third) = rest.split_at_mut(before.len().min(rest.len()));
            add(second, before);
            add(third, after);
        }
    }
}

/// The grain repeats after so many pixels.
const GRAIN: usize = 256;

/// Film grain of a strength in levels, mostly in brightness, a little in colour.
fn grain(strength: f32) -> Vec<i8> {
    if strength < 0.3 {
        return Vec::new();
    }
    let noise = Noise::fine();
    let level = |x: f32| (x * strength).clamp(-127.0, 127.0).round() as i8;
    let pixel = |k: usize| {
        let (x, y) = (
            (k % GRAIN) as f32 / GRAIN as f32,
            (k / GRAIN) as f32 / GRAIN as f32,
        );
        let (shared, own) = (noise.at(x, y), 0.5 * noise.at(y + 0.37, x + 0.11));
        [level(shared + own), level(shared), level(shared - own)]
    };
    (0..GRAIN * GRAIN).flat_map(pixel).collect()
}

fn add(bytes: &mut [u8], changes: &[i8]) {
    for (byte, &change) in bytes.iter_mut().zip(changes) {
        *byte = byte.saturating_add_signed(change);
    }
}
