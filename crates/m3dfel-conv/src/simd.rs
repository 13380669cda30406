//! Which instructions a kernel runs on, chosen when it is called.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use pulp::{Simd, WithSimd};

/// Floats of the widest vector allowed.
static WIDEST: AtomicUsize = AtomicUsize::new(16);

/// An instruction set that this machine has.
#[derive(Clone, Copy, Debug)]
pub enum Isa {
    /// 16 floats wide
    #[cfg(target_arch = "x86_64")]
    Avx512(pulp::x86::V4),
    /// 8 floats wide, with fused multiply-add
    #[cfg(target_arch = "x86_64")]
    Avx2(pulp::x86::V3),
    /// 4 floats wide
    #[cfg(target_arch = "aarch64")]
    Neon(pulp::aarch64::Neon),
    /// One float at a time
    Scalar,
}

impl Isa {
    /// Every one that this machine has, the best first.
    pub fn available() -> Vec<Self> {
        let mut all = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            all.extend(pulp::x86::V4::try_new().map(Self::Avx512));
            all.extend(pulp::x86::V3::try_new().map(Self::Avx2));
        }
        #[cfg(target_arch = "aarch64")]
        all.extend(pulp::aarch64::Neon::try_new().map(Self::Neon));
        all.push(Self::Scalar);
        all
    }

    /// The best one whose vectors fill `columns` floats without a rest.
    pub fn for_columns(columns: usize) -> Self {
        let fits = |lanes| lanes <= WIDEST.load(Relaxed) && columns.is_multiple_of(lanes);
        #[cfg(target_arch = "x86_64")]
        {
            if fits(16)
                && let Some(simd) = pulp::x86::V4::try_new()
            {
                return Self::Avx512(simd);
            }
            if fits(8)
                && let Some(simd) = pulp::x86::V3::try_new()
            {
                return Self::Avx2(simd);
            }
        }
        #[cfg(target_arch = "aarch64")]
        if fits(4)
            && let Some(simd) = pulp::aarch64::Neon::try_new()
        {
            return Self::Neon(simd);
        }
        let _ = fits;
        Self::Scalar
    }

    /// From now on, the whole process uses no wider instructions than these. For tests and
    /// measurements of what a lesser machine would do; not while anything is being computed.
    pub fn limit(self) {
        WIDEST.store(self.lanes(), Relaxed);
    }

    /// Floats in a vector.
    pub fn lanes(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => 16,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => 8,
            #[cfg(target_arch = "aarch64")]
            Self::Neon(_) => 4,
            Self::Scalar => 1,
        }
    }

    /// Runs `op` compiled for these instructions.
    #[inline]
    pub(crate) fn run<Op: WithSimd>(self, op: Op) -> Op::Output {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(simd) => Simd::vectorize(simd, op),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(simd) => Simd::vectorize(simd, op),
            #[cfg(target_arch = "aarch64")]
            Self::Neon(simd) => Simd::vectorize(simd, op),
            Self::Scalar => Simd::vectorize(pulp::Scalar, op),
        }
    }
}

/// Channels in memory: a multiple of this, so that one of the wide instruction sets fits.
pub(crate) const CHANNEL_UNIT: usize = 8;

/// Reads a vector from `at`, of any alignment.
///
/// # Safety
/// `S::F32_LANES` floats from `at` on must be readable.
#[inline(always)]
pub(crate) unsafe fn load<S: Simd>(at: *const f32) -> S::f32s {
    // SAFETY: the caller's; `f32s` is plain data of `F32_LANES` floats.
    unsafe { at.cast::<S::f32s>().read_unaligned() }
}

/// Writes a vector to `at`, of any alignment.
///
/// # Safety
/// `S::F32_LANES` floats from `at` on must be writable, and no one else's.
#[inline(always)]
pub(crate) unsafe fn store<S: Simd>(at: *mut f32, value: S::f32s) {
    // SAFETY: the caller's.
    unsafe { at.cast::<S::f32s>().write_unaligned(value) }
}
