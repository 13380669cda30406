//! From samples to pixels: each surface is shaded once a pixel, edges by the share of samples they cover.

use super::raster::{NOTHING, Samples};
use glam::Vec4;

/// Samples a pixel's side.
pub const SAMPLES_A_SIDE: usize = 2;

/// Surfaces that can be shaded.
pub trait Surface {
    /// What is constant over a triangle.
    type Triangle: Default;
    /// Works that out; neighbouring pixels share it.
    fn triangle(&self, id: u16) -> Self::Triangle;
    /// Samples of one kind share a colour within a pixel; None is shaded for each.
    fn kind(triangle: &Self::Triangle) -> Option<u8>;
    /// The linear colour (the fourth lane idle) at a place of the picture, in samples.
    fn shade(&self, triangle: &Self::Triangle, x: f32, y: f32) -> Vec4;
}

/// Shades the samples; `background` gives what is behind, `put` takes each pixel's linear colour; the fourth lane is idle.
pub fn resolve<S: Surface>(
    samples: &Samples,
    surface: &S,
    background: impl Fn(usize, usize) -> Vec4,
    mut put: impl FnMut(usize, usize, Vec4),
) {
    let size = samples.side() / SAMPLES_A_SIDE;
    const SHARE: f32 = 1.0 / (SAMPLES_A_SIDE * SAMPLES_A_SIDE) as f32;
    let mut last = Last {
        id: NOTHING,
        triangle: S::Triangle::default(),
    };
    for y in 0..size {
        let rows = samples
            .row(2 * y)
            .chunks_exact(2)
            .zip(samples.row(2 * y + 1).chunks_exact(2));
        for (x, (top, low)) in rows.enumerate() {
            let samples = [top[0], top[1], low[0], low[1]];
            let four = samples.map(Samples::id);
            let place = |k: usize| {
                (
                    (2 * x + (k & 1)) as f32 + 0.5,
                    (2 * y + (k >> 1)) as f32 + 0.5,
                )
            };
            if four == [four[0]; 4] {
                if four[0] == NOTHING {
                    put(x, y, background(x, y));
                    continue;
                }
                let triangle = last.get(surface, four[0]);
                if S::kind(triangle).is_some() {
                    put(
                        x,
                        y,
                        surface.shade(triangle, (2 * x + 1) as f32, (2 * y + 1) as f32),
                    );
                    continue;
                }
            }
            let mut sum = Vec4::ZERO;
            // shaded within this pixel: kind, depth, colour
            let mut known = [(0, 0.0, Vec4::ZERO); 4];
            let mut count = 0;
            for (k, id) in four.into_iter().enumerate() {
                if id == NOTHING {
                    sum += background(x, y);
                    continue;
                }
                let depth = Samples::depth(samples[k]);
                let triangle = last.get(surface, id);
                let kind = S::kind(triangle);
                let near = |d: f32| (d - depth).abs() < 0.008 * depth;
                let found = known[..count]
                    .iter()
                    .find(|s| Some(s.0) == kind && near(s.1));
                sum += match found {
                    Some(s) => s.2,
                    None => {
                        let (x, y) = place(k);
                        let colour = surface.shade(triangle, x, y);
                        if let Some(kind) = kind {
                            known[count] = (kind, depth, colour);
                            count += 1;
                        }
                        colour
                    }
                };
            }
            put(x, y, sum * SHARE);
        }
    }
}

/// The triangle shaded last, and by likelihood next.
struct Last<T> {
    id: u16,
    triangle: T,
}

impl<T> Last<T> {
    #[inline(always)]
    fn get(&mut self, surface: &impl Surface<Triangle = T>, id: u16) -> &T {
        if self.id != id {
            self.triangle = surface.triangle(id);
            self.id = id;
        }
        &self.triangle
    }
}
