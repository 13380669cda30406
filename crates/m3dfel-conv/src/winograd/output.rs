//! Products at the points to images.

#![expect(
    clippy::needless_range_loop,
    reason = "register tiles are indexed by row and column alike"
)]

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::points::output2;
use super::{PATCH, TILE, Tiles};
use crate::dot::Epilogue;
use crate::simd::{Isa, load, store};

/// Where products lie: `[point][frame][tile][channels]`.
#[derive(Clone, Copy)]
pub(super) struct Products {
    pub channels: usize,
    pub frames: usize,
    pub tiles: usize,
}

impl Products {
    /// A cache line more than the data: see [`super::blocked::Blocked::point_step`].
    pub fn point_step(&self) -> usize {
        self.frames * self.tiles * self.channels + 16
    }

    pub fn at(&self, frame: usize, tile: usize) -> usize {
        (frame * self.tiles + tile) * self.channels
    }

    pub fn len(&self) -> usize {
        super::POINTS * self.point_step()
    }
}

/// Transforms places `from..` of the products into tiles `tiles` of `image [batch, frames, h, w,
/// channels]`.
pub(super) struct FromPoints {
    pub products: *const f32,
    pub layout: Products,
    pub from: usize,
    pub grid: Tiles,
    pub tiles: Range<usize>,
    pub image: *mut f32,
    pub extent: [usize; 2],
    pub epilogue: Epilogue,
}

impl FromPoints {
    /// # Safety
    /// `products` must hold `layout.len()` floats, `image` all frames of the tiles' instances, and no
    /// other task may write these tiles.
    pub unsafe fn run(self) {
        Isa::for_columns(self.layout.channels).run(self);
    }
}

impl WithSimd for FromPoints {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let [h, w] = self.extent;
        let Products {
            channels, frames, ..
        } = self.layout;
        let step = self.layout.point_step();
        for (i, tile) in self.tiles.clone().enumerate() {
            let (instance, y0, x0) = self.grid.locate(tile);
            let (rows, columns) = (TILE.min(h - y0), TILE.min(w - x0));
            for frame in 0..frames {
                let image = ((instance * frames + frame) * h * w + y0 * w + x0) * channels;
                for channel in (0..channels).step_by(S::F32_LANES) {
                    // SAFETY: `run`'s contract; rows and columns beyond the image are not written.
                    unsafe {
                        let from = self
                            .products
                            .add(self.layout.at(frame, self.from + i) + channel);
                        let mut points = [[simd.splat_f32s(0.0); PATCH]; PATCH];
                        for i in 0..PATCH {
                            for j in 0..PATCH {
                                points[i][j] = load::<S>(from.add((i * PATCH + j) * step));
                            }
                        }
                        let outputs = output2(simd, points);
                        for y in 0..rows {
                            for x in 0..columns {
                                let at = image + (y * w + x) * channels + channel;
                                let value = self.epilogue.apply(simd, outputs[y][x], channel, at);
                                store::<S>(self.image.add(at), value);
                            }
                        }
                    }
                }
            }
        }
    }
}
