//! The picture as it was recorded: with fewer pixels than the frame, and compressed in blocks.

use rand::Rng;
use std::{f32::consts::PI, sync::OnceLock};

/// A block's side, as in JPEG and H.264.
const BLOCK: usize = 8;

/// What is between the lens and the frame that is cut out.
pub struct Source {
    /// Pixels across that the frame was, at most the frame's.
    side: usize,
    /// The coarsest step of the compression, in levels; None for none worth mentioning.
    step: Option<f32>,
}

impl Source {
    /// Draws one for frames of `size` pixels; None if it would show nothing less.
    pub fn draw(size: u32, rng: &mut impl Rng) -> Option<Self> {
        // a face far from the camera is some 45 pixels wide, near it is 400; a fifth is under 96
        let across = 45.0 * 9.0f32.powf(rng.random::<f32>().powf(0.7));
        let compressed = rng.random_bool(0.3);
        let step = rng.random_range(5.0..22.0);
        let side = (size as usize).min(across as usize);
        (side < size as usize || compressed).then_some(Self {
            side,
            step: compressed.then_some(step),
        })
    }

    /// Records a picture of `side` x `side` pixels, and plays it back at that size.
    pub fn record(&self, pixels: &mut [u8], side: usize) {
        let mut small = reduced(pixels, side, self.side);
        if let Some(step) = self.step {
            compress(&mut small, self.side, step);
        }
        enlarge(&small, self.side, pixels, side);
    }
}

/// Each pixel of the smaller picture is the mean of what it covers.
fn reduced(pixels: &[u8], side: usize, less: usize) -> Vec<[f32; 3]> {
    // which pixels begin and end each cell
    let edges: Vec<(usize, usize)> = (0..less)
        .map(|k| (k * side / less, ((k + 1) * side).div_ceil(less)))
        .collect();
    let mut small = Vec::with_capacity(less * less);
    for &(top, bottom) in &edges {
        for &(left, right) in &edges {
            let mut sum = [0u32; 3];
            for y in top..bottom {
                for pixel in pixels[(y * side + left) * 3..(y * side + right) * 3].chunks_exact(3) {
                    (0..3).for_each(|c| sum[c] += u32::from(pixel[c]));
                }
            }
            let share = 1.0 / ((bottom - top) * (right - left)) as f32;
            small.push(sum.map(|s| s as f32 * share));
        }
    }
    small
}

fn enlarge(small: &[[f32; 3]], less: usize, pixels: &mut [u8], side: usize) {
    let scale = less as f32 / side as f32;
    let places: Vec<(usize, usize, f32)> = (0..side)
        .map(|k| {
            let at = ((k as f32 + 0.5) * scale - 0.5).clamp(0.0, less as f32 - 1.0);
            (at as usize, (at as usize + 1).min(less - 1), at.fract())
        })
        .collect();
    for (row, &(top, low, t)) in pixels.chunks_exact_mut(side * 3).zip(&places) {
        for (pixel, &(left, right, s)) in row.chunks_exact_mut(3).zip(&places) {
            let four = [(top, left), (top, right), (low, left), (low, right)];
            let [a, b, c, d] = four.map(|(y, x)| small[y * less + x]);
            for k in 0..3 {
                let above = a[k] + (b[k] - a[k]) * s;
                let below = c[k] + (d[k] - c[k]) * s;
                pixel[k] = (above + (below - above) * t + 0.5) as u8;
            }
        }
    }
}

/// Rounds the discrete cosine transform of each block's brightness and colours; the higher, the coarser.
fn compress(picture: &mut [[f32; 3]], side: usize, step: f32) {
    for top in (0..side).step_by(BLOCK) {
        for left in (0..side).step_by(BLOCK) {
            // a block over the edge repeats the last pixels, and they are not written back
            let at = |k: usize| {
                let y = (top + k / BLOCK).min(side - 1);
                y * side + (left + k % BLOCK).min(side - 1)
            };
            let mut planes = [[0.0; BLOCK * BLOCK]; 3];
            for k in 0..BLOCK * BLOCK {
                let [r, g, b] = picture[at(k)];
                let bright = 0.3 * r + 0.59 * g + 0.11 * b;
                planes[0][k] = bright;
                planes[1][k] = r - bright;
                planes[2][k] = b - bright;
            }
            for (plane, coarser) in planes.iter_mut().zip([1.0, 2.5, 2.5]) {
                round(plane, step * coarser);
            }
            for k in 0..BLOCK * BLOCK {
                if top + k / BLOCK < side && left + k % BLOCK < side {
                    let [bright, red, blue] = [planes[0][k], planes[1][k], planes[2][k]];
                    let green = bright - (0.3 * red + 0.11 * blue) / 0.59;
                    picture[at(k)] = [bright + red, green, bright + blue];
                }
            }
        }
    }
}

type Block = [f32; BLOCK * BLOCK];

/// Wave by wave, the transform's rows.
fn waves() -> &'static Block {
    static WAVES: OnceLock<Block> = OnceLock::new();
    WAVES.get_or_init(|| {
        std::array::from_fn(|k| {
            let (wave, place) = ((k / BLOCK) as f32, (k % BLOCK) as f32);
            let norm: f32 = if k < BLOCK { 0.125 } else { 0.25 };
            norm.sqrt() * ((place + 0.5) * wave * PI / BLOCK as f32).cos()
        })
    })
}

fn round(block: &mut Block, step: f32) {
    let waves = waves();
    let turned: Block = std::array::from_fn(|k| waves[k % BLOCK * BLOCK + k / BLOCK]);
    let mut values = product(&product(waves, block), &turned);
    for (k, value) in values.iter_mut().enumerate() {
        let step = step * (0.5 + 0.15 * (k / BLOCK + k % BLOCK) as f32);
        *value = (*value / step).round() * step;
    }
    *block = product(&product(&turned, &values), waves);
}

fn product(a: &Block, b: &Block) -> Block {
    let mut out = [0.0; BLOCK * BLOCK];
    for (row, out) in a.chunks_exact(BLOCK).zip(out.chunks_exact_mut(BLOCK)) {
        for (&factor, b) in row.iter().zip(b.chunks_exact(BLOCK)) {
            for (out, b) in out.iter_mut().zip(b) {
                *out += factor * b;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Soft hills with a fine pattern on them.
    fn picture(side: usize) -> Vec<u8> {
        let pixel = |k: usize| {
            let (x, y) = ((k % side) as f32, (k / side) as f32);
            let hill = 120.0 + 60.0 * (x * 0.06).sin() * (y * 0.05).cos();
            let fine = 14.0 * (x * 0.9 + y * 0.7).sin();
            [hill + fine, hill, hill - 0.5 * fine].map(|v| v as u8)
        };
        (0..side * side).flat_map(pixel).collect()
    }

    fn difference(a: &[u8], b: &[u8]) -> f32 {
        let sum: u32 = a
            .iter()
            .zip(b)
            .map(|(a, b)| u32::from(a.abs_diff(*b)))
            .sum();
        sum as f32 / a.len() as f32
    }

    #[test]
    fn what_is_recorded_whole_comes_back_whole() {
        for side in [32, 45] {
            let before = picture(side);
            let mut after = before.clone();
            let (less, step) = (side, Some(1e-3));
            Source { side: less, step }.record(&mut after, side);
            assert!(before.iter().zip(&after).all(|(a, b)| a.abs_diff(*b) <= 1));
        }
    }

    #[test]
    fn fewer_pixels_and_coarser_steps_lose_detail_but_not_the_brightness() {
        let side = 96;
        let before = picture(side);
        let play = |less: usize, step: Option<f32>| {
            let mut after = before.clone();
            Source { side: less, step }.record(&mut after, side);
            let mean = |p: &[u8]| p.iter().map(|&v| f32::from(v)).sum::<f32>() / p.len() as f32;
            assert!((mean(&before) - mean(&after)).abs() < 2.0);
            difference(&before, &after)
        };
        let (fine, small) = (play(80, None), play(24, None));
        assert!(small > 1.5 * fine, "{small} {fine}");
        let (soft, hard) = (play(96, Some(6.0)), play(96, Some(30.0)));
        assert!(hard > 1.5 * soft && soft > 0.1, "{hard} {soft}");
    }
}
