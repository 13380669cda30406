//! Smooth random fields that repeat, made once.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::OnceLock;

const SIDE: usize = 256;

/// A square of smooth noise that repeats every unit, in -1..1.
pub struct Noise {
    values: Vec<f32>,
}

impl Noise {
    /// Fine to coarse noise: cells of 1/64, 1/32, 1/16 and 1/8.
    pub fn cloudy() -> &'static Self {
        static NOISE: OnceLock<Noise> = OnceLock::new();
        NOISE.get_or_init(|| Self::sum(&[(8, 1.0), (16, 0.6), (32, 0.4), (64, 0.3)]))
    }

    /// Noise of cells of 1/128 only: pores, single hairs.
    pub fn fine() -> &'static Self {
        static NOISE: OnceLock<Noise> = OnceLock::new();
        NOISE.get_or_init(|| Self::sum(&[(128, 1.0), (64, 0.4)]))
    }

    fn sum(octaves: &[(usize, f32)]) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(0x6e6f_6973);
        let mut values = vec![0.0f32; SIDE * SIDE];
        for &(cells, strength) in octaves {
            let grid: Vec<f32> = (0..cells * cells)
                .map(|_| rng.random_range(-1.0..1.0))
                .collect();
            for (k, v) in values.iter_mut().enumerate() {
                let scale = cells as f32 / SIDE as f32;
                let (x, y) = ((k % SIDE) as f32 * scale, (k / SIDE) as f32 * scale);
                *v += strength * bilinear(&grid, cells, x, y);
            }
        }
        let most = values.iter().fold(1e-6f32, |m, v| m.max(v.abs()));
        values.iter_mut().for_each(|v| *v /= most);
        Self { values }
    }

    /// The value nearest to a place; whole numbers repeat.
    #[inline]
    pub fn at(&self, x: f32, y: f32) -> f32 {
        // places lie well within 1024 of 0; `floor` would be a call where SSE4.1 is not assumed
        let wrap = |t: f32| ((t + 1024.0) * SIDE as f32) as i32 as usize & (SIDE - 1);
        self.values[wrap(y) * SIDE + wrap(x)]
    }
}

fn bilinear(grid: &[f32], cells: usize, x: f32, y: f32) -> f32 {
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (i, j) = (x as usize % cells, y as usize % cells);
    let (s, t) = (ease(x.fract()), ease(y.fract()));
    let at = |i: usize, j: usize| grid[(j % cells) * cells + i % cells];
    let top = at(i, j) + (at(i + 1, j) - at(i, j)) * s;
    let bottom = at(i, j + 1) + (at(i + 1, j + 1) - at(i, j + 1)) * s;
    top + (bottom - top) * t
}
