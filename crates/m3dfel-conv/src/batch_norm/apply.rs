//! The passes that write.

use pulp::{Simd, WithSimd};

use super::sums::masked;
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

/// `scale * dz + slope * (x - mean) + shift`, where `dz` is `dy` where `y` is positive.
pub(super) struct Backward<'a> {
    pub dy: &'a [f32],
    pub x: &'a [f32],
    pub y: Option<&'a [f32]>,
    pub mean: &'a [f32],
    pub scale: &'a [f32],
    pub slope: &'a [f32],
    pub shift: &'a [f32],
    /// As long as `dy`
    pub dx: *mut f32,
    /// Takes `dz`; as long as `dy`
    pub residual: Option<*mut f32>,
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let channels = self.mean.len();
        assert!(self.x.len() == self.dy.len());
        assert!(self.scale.len() == channels && self.slope.len() == channels);
        assert!(self.shift.len() == channels && self.y.is_none_or(|y| y.len() == self.x.len()));
        for row in 0..self.dy.len() / channels {
            for channel in (0..channels).step_by(S::F32_LANES) {
                let at = row * channels + channel;
                // SAFETY: channels are a multiple of the vector; slices are as long as was checked.
                unsafe {
                    let mut dz = load::<S>(self.dy.as_ptr().add(at));
                    if let Some(y) = self.y {
                        dz = masked(simd, dz, load::<S>(y.as_ptr().add(at)));
                    }
                    let mean = load::<S>(self.mean.as_ptr().add(channel));
                    let scale = load::<S>(self.scale.as_ptr().add(channel));
                    let slope = load::<S>(self.slope.as_ptr().add(channel));
                    let shift = load::<S>(self.shift.as_ptr().add(channel));
                    let apart = simd.sub_f32s(load::<S>(self.x.as_ptr().add(at)), mean);
                    let dx =
                        simd.mul_add_e_f32s(scale, dz, simd.mul_add_e_f32s(slope, apart, shift));
                    store::<S>(self.dx.add(at), dx);
                    if let Some(residual) = self.residual {
                        store::<S>(residual.add(at), dz);
                    }
                }
            }
        }
    }
}
