//! Weights to points, and gradients at the points back to weights.

#![expect(
    clippy::needless_range_loop,
    reason = "register tiles are indexed by row and column alike"
)]

use std::ops::Range;

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::points::{weight_adjoint2, weight2};
use super::{PATCH, POINTS};
use crate::buffer::Floats;
use crate::dot::Panels;
use crate::shape::ConvShape;
use crate::share::{Shared, Source};
use crate::simd::{Isa, load, store};

/// How a convolution reads `weight [c_out, c_in, kt, 3, 3]`.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Facing {
    /// As it stands
    Forward,
    /// Turned round in time and space, from output channels to input channels
    Transposed,
}

/// Floats from one point's panels to the next: a cache line more than the data, lest the 36 points of
/// a kernel meet in one set of the cache.
pub(super) fn point_step(panels: &Panels) -> usize {
    panels.len() + 16
}

/// `[point]` of panels whose taps are (temporal tap, block of channels).
///
/// `shape` is the convolution that will run (for [`Facing::Transposed`] the transposed one); `taps`
/// are those of its temporal taps that are kept.
pub(super) fn to_points(
    shape: &ConvShape,
    facing: Facing,
    taps: Range<usize>,
    panels: &Panels,
    weight: &[f32],
) -> Floats {
    let point_step = point_step(panels);
    let mut out = Floats::any(POINTS * point_step);
    let kt = shape.kernel[0];
    // Floats from one column's kernel to the next, and from one inner channel's.
    let (column_step, inner_step) = match facing {
        Facing::Forward => (shape.c_in * kt * 9, kt * 9),
        Facing::Transposed => (kt * 9, shape.c_out * kt * 9),
    };
    let per_tap = shape.c_in;
    let (to, from) = (Shared::new(&mut out), Source::new(weight));
    (0..panels.count() * taps.len())
        .into_par_iter()
        .for_each(|task| {
            let (panel, k) = (task / taps.len(), task % taps.len());
            let (first, width) = panels.columns_of(panel);
            let tap = match facing {
                Facing::Forward => taps.start + k,
                Facing::Transposed => kt - 1 - (taps.start + k),
            };
            // SAFETY: kernels lie in `weight`; the panel's rows of this tap are this task's.
            unsafe {
                let to = to.at(first * panels.taps * panels.inner + k * per_tap * width);
                panels.isa.run(Panel {
                    weight: from.at(first * column_step + tap * 9),
                    column_step,
                    inner_step,
                    inner: per_tap,
                    width,
                    turned: facing == Facing::Transposed,
                    to,
                    point_step,
                });
            }
        });
    out
}

struct Panel {
    weight: *const f32,
    column_step: usize,
    inner_step: usize,
    inner: usize,
    width: usize,
    turned: bool,
    to: *mut f32,
    point_step: usize,
}

impl WithSimd for Panel {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let mut kernels = [[0.0f32; 16]; 9];
        for inner in 0..self.inner {
            for column in (0..self.width).step_by(S::F32_LANES) {
                // SAFETY: `to_points` made the pointers for these extents.
                unsafe {
                    for lane in 0..S::F32_LANES {
                        let kernel = self
                            .weight
                            .add((column + lane) * self.column_step + inner * self.inner_step);
                        for i in 0..9 {
                            kernels[i][lane] = *kernel.add(if self.turned { 8 - i } else { i });
                        }
                    }
                    let mut kernel = [[simd.splat_f32s(0.0); 3]; 3];
                    for i in 0..9 {
                        kernel[i / 3][i % 3] = load::<S>(kernels[i].as_ptr());
                    }
                    let points = weight2(simd, kernel);
                    let to = self.to.add(inner * self.width + column);
                    for i in 0..PATCH {
                        for j in 0..PATCH {
                            store::<S>(to.add((i * PATCH + j) * self.point_step), points[i][j]);
                        }
                    }
                }
            }
        }
    }
}

/// Gradients `[point][tap][c_in][c_out]`, points `point_step` apart, to the gradient of the weight; taps that are not in `taps`
/// keep their zero.
pub(super) fn from_points(
    shape: &ConvShape,
    taps: Range<usize>,
    points: &[f32],
    point_step: usize,
    dw: &mut [f32],
) {
    let (c_in, c_out, kt) = (shape.c_in, shape.c_out, shape.kernel[0]);
    let isa = Isa::for_columns(c_out);
    let lanes = isa.lanes();
    let from = Source::new(points);
    dw.par_chunks_mut(lanes * c_in * kt * 9)
        .enumerate()
        .for_each(|(group, dw)| {
            let to = Shared::new(dw);
            for k in 0..taps.len() {
                for c in 0..c_in {
                    // SAFETY: a group is the kernels of one vector of output channels.
                    unsafe {
                        isa.run(Kernels {
                            points: from.at((k * c_in + c) * c_out + group * lanes),
                            point_step,
                            to: to.at((c * kt + taps.start + k) * 9),
                            kernel_step: c_in * kt * 9,
                        });
                    }
                }
            }
        });
}

struct Kernels {
    points: *const f32,
    point_step: usize,
    to: *mut f32,
    kernel_step: usize,
}

impl WithSimd for Kernels {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let mut lanes = [0.0f32; 16];
        // SAFETY: `from_points` made the pointers for these extents.
        unsafe {
            let mut points = [[simd.splat_f32s(0.0); PATCH]; PATCH];
            for i in 0..PATCH {
                for j in 0..PATCH {
                    points[i][j] = load::<S>(self.points.add((i * PATCH + j) * self.point_step));
                }
            }
            let weights = weight_adjoint2(simd, points);
            for i in 0..9 {
                store::<S>(lanes.as_mut_ptr(), weights[i / 3][i % 3]);
                for lane in 0..S::F32_LANES {
                    *self.to.add(lane * self.kernel_step + i) = lanes[lane];
                }
            }
        }
    }
}
