//! From samples to pixels: each surface is shaded once a pixel, edges by the share of samples they cover.

use super::{
    light::Lit,
    raster::{Barycentric, NOTHING, Samples},
};
use glam::Vec3;

/// Samples a pixel's side.
pub const SAMPLES_A_SIDE: usize = 2;

/// Surfaces that can be shaded.
pub trait Surface {
    /// Corners of a triangle on the picture, in samples.
    fn corners(&self, id: u16) -> [Vec3; 3];
    /// The light its corners receive.
    fn lit(&self, id: u16) -> [Lit; 3];
    /// The colour at barycentric weights, linear.
    fn shade(&self, id: u16, weights: Vec3, lit: Lit) -> Vec3;
    /// Samples of one kind share a colour within a pixel; None is shaded for each.
    fn kind(&self, id: u16) -> Option<u8>;
}

/// Shades the samples; `background` gives what is behind, `put` takes each pixel's linear colour.
pub fn resolve(
    samples: &Samples,
    surface: &impl Surface,
    background: impl Fn(usize, usize) -> Vec3,
    mut put: impl FnMut(usize, usize, Vec3),
) {
    let size = samples.side() / SAMPLES_A_SIDE;
    const SHARE: f32 = 1.0 / (SAMPLES_A_SIDE * SAMPLES_A_SIDE) as f32;
    for y in 0..size {
        let rows = [samples.ids(2 * y), samples.ids(2 * y + 1)];
        let depths = [samples.depths(2 * y), samples.depths(2 * y + 1)];
        for x in 0..size {
            let mut sum = Vec3::ZERO;
            // shaded within this pixel: kind, depth, colour
            let mut known: [(u8, f32, Vec3); 4] = [(u8::MAX, 0.0, Vec3::ZERO); 4];
            let mut count = 0;
            for k in 0..4 {
                let (i, j) = (k & 1, k >> 1);
                let id = rows[j][2 * x + i];
                if id == NOTHING {
                    sum += background(x, y);
                    continue;
                }
                let depth = depths[j][2 * x + i];
                let kind = surface.kind(id);
                let close = |d: f32| (d - depth).abs() < 0.008 * depth;
                let found =
                    kind.and_then(|kind| known[..count].iter().find(|s| s.0 == kind && close(s.1)));
                sum += match found {
                    Some(s) => s.2,
                    None => {
                        let (sx, sy) = ((2 * x + i) as f32 + 0.5, (2 * y + j) as f32 + 0.5);
                        let weights =
                            Barycentric::new(surface.corners(id)).map_or(Vec3::X, |b| b.at(sx, sy));
                        let [a, b, c] = surface.lit(id);
                        let lit = Lit {
                            diffuse: a.diffuse * weights.x
                                + b.diffuse * weights.y
                                + c.diffuse * weights.z,
                            mirrored: a.mirrored * weights.x
                                + b.mirrored * weights.y
                                + c.mirrored * weights.z,
                        };
                        let colour = surface.shade(id, weights, lit);
                        known[count] = (kind.unwrap_or(u8::MAX), depth, colour);
                        count += 1;
                        colour
                    }
                };
            }
            put(x, y, sum * SHARE);
        }
    }
}
