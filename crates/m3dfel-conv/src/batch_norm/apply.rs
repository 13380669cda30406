//! The passes that write.

use pulp::{Simd, WithSimd};

use super::sums::RowGate;
use crate::simd::{load, store};

/// `relu(scale * x + shift + residual)`.
pub(super) struct Forward<'a> {
    pub x: &'a [f32],
    /// As long as `x`
    pub residual: Option<*const f32>,
    pub scale: &'a [f32],
    pub shift: &'a [f32],
    pub relu: bool,
    /// As long as `x`
    pub y: *mut f32,
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let channels = self.scale.len();
        assert!(self.shift.len() == channels);
        for row in 0..self.x.len() / channels {
            for channel in (0..channels).step_by(S::F32_LANES) {
                let at = row * channels + channel;
                // SAFETY: channels are a multiple of the vector; slices are as long as was checked.
                unsafe {
                    let scale = load::<S>(self.scale.as_ptr().add(channel));
                    let shift = load::<S>(self.shift.as_ptr().add(channel));
                    let x = load::<S>(self.x.as_ptr().add(at));
                    let mut y = simd.mul_add_e_f32s(x, scale, shift);
                    if let Some(residual) = self.residual {
                        y = simd.add_f32s(y, load::<S>(residual.add(at)));
                    }
                    if self.relu {
                        y = simd.max_f32s(y, simd.splat_f32s(0.0));
                    }
                    store::<S>(self.y.add(at), y);
                }
            }
        }
    }
}

/// `scale * dz + slope * (x - mean) + shift`, where `dz` is `dy` where the gate is open.
pub(super) struct Backward<'a> {
    pub rows: usize,
    pub dy: *const f32,
    pub x: *const f32,
    pub gate: RowGate<'a>,
    pub mean: &'a [f32],
    pub scale: &'a [f32],
    pub slope: &'a [f32],
    pub shift: &'a [f32],
    /// May be `x`
    pub dx: *mut f32,
    /// Takes `dz`; may be `dy`
    pub dz: Option<*mut f32>,
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let channels = self.mean.len();
        assert!(self.scale.len() == channels && self.slope.len() == channels);
        assert!(self.shift.len() == channels);
        for row in 0..self.rows {
            for channel in (0..channels).step_by(S::F32_LANES) {
                let at = row * channels + channel;
                // SAFETY: channels are a multiple of the vector; the pointers reach over all rows.
                unsafe {
                    let x = load::<S>(self.x.add(at));
                    let dy = load::<S>(self.dy.add(at));
                    let dz = self.gate.masked(simd, dy, x, at, channel);
                    let mean = load::<S>(self.mean.as_ptr().add(channel));
                    let scale = load::<S>(self.scale.as_ptr().add(channel));
                    let slope = load::<S>(self.slope.as_ptr().add(channel));
                    let shift = load::<S>(self.shift.as_ptr().add(channel));
                    let apart = simd.sub_f32s(x, mean);
                    let dx =
                        simd.mul_add_e_f32s(scale, dz, simd.mul_add_e_f32s(slope, apart, shift));
                    store::<S>(self.dx.add(at), dx);
                    if let Some(to) = self.dz {
                        store::<S>(to.add(at), dz);
                    }
                }
            }
        }
    }
}
