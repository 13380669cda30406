//! What the camera and its compression do to the picture.

use crate::{
    Difficulty, RgbImage,
    looks::{Noise, bytes, to_srgb_table},
};
use glam::{Vec4, vec4};
use rand::{Rng, seq::IndexedRandom};

/// Exposure, sharpness, noise and JPEG quality of a clip.
pub struct Film {
    table: Vec<u8>,
    gain: Vec4,
    grey: bool,
    /// Passes of a small blur.
    blur: u32,
    /// Pixels that were one in the source, before it was enlarged.
    coarse: usize,
    /// Noise, [`GRAIN`] pixels a side; empty for none.
    grain: Vec<i8>,
    /// JPEG quality, 1 to 100.
    pub quality: u8,
}

impl Film {
    /// Draws a camera for frames of `size` pixels.
    pub fn draw(difficulty: Difficulty, size: u32, rng: &mut impl Rng) -> Self {
        let easy = difficulty == Difficulty::Easy;
        let large = size >= 160;
        let warmth = rng.random_range(-1.0..1.0f32) * if easy { 0.05 } else { 0.14 };
        let exposure = rng.random_range(if easy { 0.9..1.15f32 } else { 0.55..1.35 });
        let contrast = rng.random_range(if easy { 0.95..1.08 } else { 0.85..1.25 });
        let blurs: &[u32] = match (easy, large) {
            (true, true) => &[0, 0, 1],
            (true, false) => &[0],
            (false, true) => &[0, 1, 1, 2, 3, 4],
            (false, false) => &[0, 0, 0, 1],
        };
        Self {
            table: to_srgb_table(contrast),
            gain: vec4(1.0 + warmth, 1.0, 1.0 - warmth, 0.0) * exposure,
            grey: !easy && rng.random_bool(0.06),
            blur: blurs.choose(rng).copied().unwrap_or(0),
            coarse: if easy || !large {
                1
            } else {
                [1, 1, 2, 2, 3].choose(rng).copied().unwrap_or(1)
            },
            grain: grain(if easy {
                rng.random_range(0.0..2.5)
            } else {
                10.0 * rng.random::<f32>().powi(2)
            }),
            quality: if easy {
                rng.random_range(85..=94)
            } else {
                rng.random_range(40..=88)
            },
        }
    }

    /// The bytes of a linear colour.
    #[inline]
    pub fn expose(&self, colour: Vec4) -> [u8; 3] {
        let mut c = colour * self.gain;
        if self.grey {
            c = Vec4::splat(c.dot(vec4(0.2126, 0.7152, 0.0722, 0.0)));
        }
        bytes(&self.table, c)
    }

    /// Blurs, coarsens and adds noise.
    pub fn develop(&self, image: &mut RgbImage, rng: &mut impl Rng) {
        let (side, channels) = (image.width() as usize, 3);
        for _ in 0..self.blur {
            soften(image.as_mut(), side, channels);
        }
        if self.coarse > 1 {
            coarsen(image.as_mut(), side, self.coarse);
        }
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

/// One pass of (1, 2, 1) / 4 along both axes.
fn soften(pixels: &mut [u8], side: usize, channels: usize) {
    let stride = side * channels;
    let mix =
        |a: u8, b: u8, c: u8| ((u16::from(a) + 2 * u16::from(b) + u16::from(c) + 2) / 4) as u8;
    let mut before = vec![0u8; stride];
    for row in pixels.chunks_exact_mut(stride) {
        before.copy_from_slice(row);
        for i in channels..stride - channels {
            row[i] = mix(before[i - channels], before[i], before[i + channels]);
        }
    }
    before.copy_from_slice(&pixels[..stride]);
    let mut here = vec![0u8; stride];
    for y in 1..side - 1 {
        let (head, tail) = pixels.split_at_mut((y + 1) * stride);
        let row = &mut head[y * stride..];
        here.copy_from_slice(row);
        for i in 0..stride {
            row[i] = mix(before[i], here[i], tail[i]);
        }
        std::mem::swap(&mut before, &mut here);
    }
}

/// As if each `cell` x `cell` pixels had been one, enlarged smoothly.
fn coarsen(pixels: &mut [u8], side: usize, cell: usize) {
    let cells = side.div_ceil(cell);
    let mut small = vec![[0.0f32; 3]; cells * cells];
    for (k, sum) in small.iter_mut().enumerate() {
        let (cx, cy) = (k % cells * cell, k / cells * cell);
        let mut count = 0.0;
        for y in cy..(cy + cell).min(side) {
            for x in cx..(cx + cell).min(side) {
                for c in 0..3 {
                    sum[c] += f32::from(pixels[(y * side + x) * 3 + c]);
                }
                count += 1.0;
            }
        }
        sum.iter_mut().for_each(|s| *s /= count);
    }
    for y in 0..side {
        let fy = ((y as f32 + 0.5) / cell as f32 - 0.5).clamp(0.0, cells as f32 - 1.0);
        let (j, t) = (fy as usize, fy.fract());
        let below = (j + 1).min(cells - 1);
        for x in 0..side {
            let fx = ((x as f32 + 0.5) / cell as f32 - 0.5).clamp(0.0, cells as f32 - 1.0);
            let (i, s) = (fx as usize, fx.fract());
            let right = (i + 1).min(cells - 1);
            for c in 0..3 {
                let top = small[j * cells + i][c] * (1.0 - s) + small[j * cells + right][c] * s;
                let low =
                    small[below * cells + i][c] * (1.0 - s) + small[below * cells + right][c] * s;
                pixels[(y * side + x) * 3 + c] = (top * (1.0 - t) + low * t + 0.5) as u8;
            }
        }
    }
}
