//! Images to transformed tiles.

#![expect(
    clippy::needless_range_loop,
    reason = "register tiles are indexed by row and column alike"
)]

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::blocked::Blocked;
use super::points::{input2, output_adjoint2};
use super::{PATCH, TILE, Tiles};
use crate::simd::{Isa, load, store};

/// What is cut out of the image for a tile, and how it is transformed.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Cut {
    /// 6x6 inputs of the convolution; the kernel's padding in rows and columns
    Input([usize; 2]),
    /// 4x4 gradients of its output
    OutputGradient,
}

/// Transforms tiles `tiles` of `image [batch, frames, h, w, channels]` into places `to..` of a
/// [`Blocked`] buffer.
pub(super) struct IntoPoints {
    pub cut: Cut,
    pub image: *const f32,
    pub extent: [usize; 2],
    pub layout: Blocked,
    pub grid: Tiles,
    pub tiles: Range<usize>,
    pub to: usize,
    pub points: *mut f32,
}

impl IntoPoints {
    /// # Safety
    /// `image` must hold all frames of the tiles' instances, `points` `layout.len()` floats of which
    /// no other task writes places `to..to + tiles.len()`.
    pub unsafe fn run(self) {
        Isa::for_columns(self.layout.block()).run(self);
    }
}

impl WithSimd for IntoPoints {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for (i, tile) in self.tiles.clone().enumerate() {
            let (instance, y, x) = self.grid.locate(tile);
            for frame in 0..self.layout.frames {
                for block in 0..self.layout.blocks() {
                    for vector in 0..self.layout.block() / S::F32_LANES {
                        let lane = vector * S::F32_LANES;
                        let channel = block * self.layout.block() + lane;
                        // SAFETY: `run`'s contract.
                        unsafe {
                            let image = self.frame(instance, frame).add(channel);
                            let points = match self.cut {
                                Cut::Input([py, px]) => {
                                    let (y, x) =
                                        (y as isize - py as isize, x as isize - px as isize);
                                    input2(simd, self.patch::<S, PATCH>(simd, image, y, x))
                                }
                                Cut::OutputGradient => {
                                    let (y, x) = (y as isize, x as isize);
                                    output_adjoint2(simd, self.patch::<S, TILE>(simd, image, y, x))
                                }
                            };
                            let to = self
                                .points
                                .add(self.layout.at(block, frame, self.to + i) + lane);
                            let step = self.layout.point_step();
                            for i in 0..PATCH {
                                for j in 0..PATCH {
                                    store::<S>(to.add((i * PATCH + j) * step), points[i][j]);
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

impl IntoPoints {
    #[inline(always)]
    unsafe fn frame(&self, instance: usize, frame: usize) -> *const f32 {
        let [h, w] = self.extent;
        // SAFETY: `run`'s contract.
        unsafe {
            self.image
                .add((instance * self.layout.frames + frame) * h * w * self.layout.channels)
        }
    }

    /// A vector of channels of `N` by `N` pixels. What lies outside the image is zero.
    #[inline(always)]
    unsafe fn patch<S: Simd, const N: usize>(
        &self,
        simd: S,
        image: *const f32,
        y0: isize,
        x0: isize,
    ) -> [[S::f32s; N]; N] {
        let [h, w] = self.extent;
        let channels = self.layout.channels;
        let mut patch = [[simd.splat_f32s(0.0); N]; N];
        let inside = y0 >= 0 && x0 >= 0 && y0 as usize + N <= h && x0 as usize + N <= w;
        // SAFETY: `run`'s contract; pixels outside the image are not read.
        unsafe {
            if inside {
                let corner = image.add((y0 as usize * w + x0 as usize) * channels);
                for i in 0..N {
                    for j in 0..N {
                        patch[i][j] = load::<S>(corner.add((i * w + j) * channels));
                    }
                }
            } else {
                // A choice of pointers, not of ways: what to read is known without a branch.
                let zeros = [0.0f32; 16];
                for i in 0..N {
                    let y = y0 + i as isize;
                    for j in 0..N {
                        let x = x0 + j as isize;
                        let inside = (y as usize) < h && (x as usize) < w;
                        let pixel = (y * w as isize + x) * channels as isize;
                        let at = if inside {
                            image.wrapping_offset(pixel)
                        } else {
                            zeros.as_ptr()
                        };
                        patch[i][j] = load::<S>(at);
                    }
                }
            }
        }
        patch
    }
}
