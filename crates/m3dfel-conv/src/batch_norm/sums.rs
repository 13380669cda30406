//! Sums over the rows of a chunk, in float32, a few vectors of channels at a time.

#![expect(
    clippy::needless_range_loop,
    reason = "iterators over vectors are not compiled for the wide instructions"
)]

use pulp::{Simd, WithSimd};

use crate::simd::{load, store};

/// Vectors of channels summed together.
const GROUP: usize = 4;

/// Means, then sums of squared distances from them.
pub(super) struct Moments<'a> {
    pub x: &'a [f32],
    pub channels: usize,
    pub out: &'a mut [f32],
}

impl WithSimd for Moments<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let rows = self.x.len() / self.channels;
        assert!(self.out.len() == 2 * self.channels);
        let one_over = simd.splat_f32s(1.0 / rows as f32);
        let mut channel = 0;
        while channel < self.channels {
            let vectors = ((self.channels - channel) / S::F32_LANES).min(GROUP);
            // SAFETY: `vectors` vectors from `channel` on lie in every row.
            unsafe {
                let x = self.x.as_ptr().add(channel);
                // Distances from the first row keep the squares small.
                let mut first = [simd.splat_f32s(0.0); GROUP];
                let mut sum = [simd.splat_f32s(0.0); GROUP];
                let mut square = [simd.splat_f32s(0.0); GROUP];
                for v in 0..vectors {
                    first[v] = load::<S>(x.add(v * S::F32_LANES));
                }
                for row in 1..rows {
                    let x = x.add(row * self.channels);
                    for v in 0..vectors {
                        let apart = simd.sub_f32s(load::<S>(x.add(v * S::F32_LANES)), first[v]);
                        sum[v] = simd.add_f32s(sum[v], apart);
                        square[v] = simd.mul_add_e_f32s(apart, apart, square[v]);
                    }
                }
                for v in 0..vectors {
                    let mean = simd.mul_f32s(sum[v], one_over);
                    let rest = simd.sub_f32s(square[v], simd.mul_f32s(mean, sum[v]));
                    let to = self.out.as_mut_ptr().add(channel + v * S::F32_LANES);
                    store::<S>(to, simd.add_f32s(first[v], mean));
                    store::<S>(
                        to.add(self.channels),
                        simd.max_f32s(rest, simd.splat_f32s(0.0)),
                    );
                }
            }
            channel += vectors * S::F32_LANES;
        }
    }
}

/// Sums of the gradient (zero where the gate is shut), then of it times `x - mean`.
pub(super) struct GradientSums<'a> {
    pub dy: &'a [f32],
    pub x: &'a [f32],
    pub gate: RowGate<'a>,
    pub mean: &'a [f32],
    pub out: &'a mut [f32],
}

impl WithSimd for GradientSums<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let channels = self.mean.len();
        let rows = self.dy.len() / channels;
        assert!(self.x.len() == self.dy.len() && self.out.len() == 2 * channels);
        let zero = simd.splat_f32s(0.0);
        let mut channel = 0;
        while channel < channels {
            let vectors = ((channels - channel) / S::F32_LANES).min(GROUP);
            // SAFETY: `vectors` vectors from `channel` on lie in every row; slices are of one length.
            unsafe {
                let mut mean = [zero; GROUP];
                let mut sum = [zero; GROUP];
                let mut product = [zero; GROUP];
                for v in 0..vectors {
                    mean[v] = load::<S>(self.mean.as_ptr().add(channel + v * S::F32_LANES));
                }
                for row in 0..rows {
                    for v in 0..vectors {
                        let at = row * channels + channel + v * S::F32_LANES;
                        let x = load::<S>(self.x.as_ptr().add(at));
                        let dy = load::<S>(self.dy.as_ptr().add(at));
                        let column = channel + v * S::F32_LANES;
                        let dz = self.gate.masked(simd, dy, x, at, column);
                        let apart = simd.sub_f32s(x, mean[v]);
                        sum[v] = simd.add_f32s(sum[v], dz);
                        product[v] = simd.mul_add_e_f32s(dz, apart, product[v]);
                    }
                }
                for v in 0..vectors {
                    let to = self.out.as_mut_ptr().add(channel + v * S::F32_LANES);
                    store::<S>(to, sum[v]);
                    store::<S>(to.add(channels), product[v]);
                }
            }
            channel += vectors * S::F32_LANES;
        }
    }
}

/// [`super::Gate`] over the rows of a chunk.
#[derive(Clone, Copy)]
pub(super) enum RowGate<'a> {
    Open,
    /// As long as the chunk
    Output(*const f32),
    /// Scale and shift of each column
    Input(&'a [f32], &'a [f32]),
}

impl RowGate<'_> {
    /// The gradient where the ReLU let through, zero elsewhere.
    ///
    /// # Safety
    /// A vector must lie at `at` in the output and at `column` in scale and shift.
    #[inline(always)]
    pub unsafe fn masked<S: Simd>(
        &self,
        simd: S,
        dy: S::f32s,
        x: S::f32s,
        at: usize,
        column: usize,
    ) -> S::f32s {
        // SAFETY: the caller's.
        let y = unsafe {
            match *self {
                Self::Open => return dy,
                Self::Output(y) => load::<S>(y.add(at)),
                // As in the forward pass, operation for operation: the same sign.
                Self::Input(scale, shift) => simd.mul_add_e_f32s(
                    x,
                    load::<S>(scale.as_ptr().add(column)),
                    load::<S>(shift.as_ptr().add(column)),
                ),
            }
        };
        let zero = simd.splat_f32s(0.0);
        simd.select_f32s(simd.greater_than_f32s(y, zero), dy, zero)
    }
}
