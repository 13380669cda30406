//! The product at the bottom of every gradient to a weight: a sum over pixels of outer products.

#![expect(
    clippy::needless_range_loop,
    reason = "register tiles are indexed by row and vector alike"
)]

use pulp::{Simd, WithSimd};

use crate::simd::{Isa, load, store};

/// Adds to `sum[c][k]` the products of `left[c]` and `right[k]` over `count` rows.
pub(crate) struct Outer {
    pub isa: Isa,
    pub count: usize,
    /// Left factors of `inner` floats, one every `left_step`
    pub left: *const f32,
    pub left_step: usize,
    pub inner: usize,
    /// Right factors of `columns` floats in blocks of `block`: a block's rows lie `block` apart, and
    /// blocks `block_step` apart. `block` is a multiple of the vector's width.
    pub right: *const f32,
    pub block: usize,
    pub block_step: usize,
    pub columns: usize,
    /// `[inner][columns]`
    pub sum: *mut f32,
    /// Whether `sum` is to be begun, not added to
    pub fresh: bool,
}

impl Outer {
    /// # Safety
    /// `count` rows of both factors must be readable; `inner * columns` floats at `sum` must be
    /// writable and no other task's.
    pub unsafe fn run(self) {
        self.isa.run(self);
    }

    fn right_of(&self, column: usize) -> usize {
        column / self.block * self.block_step + column % self.block
    }
}

impl WithSimd for Outer {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        assert!(self.columns.is_multiple_of(S::F32_LANES));
        let mut column = 0;
        while column < self.columns {
            // SAFETY: `run`'s contract.
            unsafe {
                if self.columns - column >= 2 * S::F32_LANES {
                    self.panel::<S, 2>(simd, column);
                } else {
                    self.panel::<S, 1>(simd, column);
                }
            }
            column += 2 * S::F32_LANES;
        }
    }
}

impl Outer {
    #[inline(always)]
    unsafe fn panel<S: Simd, const V: usize>(&self, simd: S, column: usize) {
        let most = if S::REGISTER_COUNT >= 32 { 12 } else { 6 };
        let groups = self.inner.div_ceil(most);
        for g in 0..groups {
            let from = g * self.inner / groups;
            let to = (g + 1) * self.inner / groups;
            macro_rules! by_count {
                ($($n:literal)*) => {
                    match to - from {
                        // SAFETY: `run`'s contract.
                        $($n => unsafe { self.tile::<S, V, $n>(simd, from, column) },)*
                        _ => {}
                    }
                };
            }
            if S::REGISTER_COUNT >= 32 {
                by_count!(1 2 3 4 5 6 7 8 9 10 11 12);
            } else {
                by_count!(1 2 3 4 5 6);
            }
        }
    }

    #[inline(always)]
    unsafe fn tile<S: Simd, const V: usize, const M: usize>(
        &self,
        simd: S,
        from: usize,
        column: usize,
    ) {
        let lanes = S::F32_LANES;
        let mut sums = [[simd.splat_f32s(0.0); V]; M];
        // SAFETY: `run`'s contract.
        unsafe {
            let mut a = self.left.add(from);
            let mut b = [self.right; V];
            for v in 0..V {
                b[v] = self.right.add(self.right_of(column + v * lanes));
            }
            for _ in 0..self.count {
                let mut columns = [simd.splat_f32s(0.0); V];
                for v in 0..V {
                    columns[v] = load::<S>(b[v]);
                }
                for r in 0..M {
                    let x = simd.splat_f32s(*a.add(r));
                    for v in 0..V {
                        sums[r][v] = simd.mul_add_e_f32s(x, columns[v], sums[r][v]);
                    }
                }
                // The last row's successors are never read.
                a = a.wrapping_add(self.left_step);
                for v in 0..V {
                    b[v] = b[v].wrapping_add(self.block);
                }
            }
            for r in 0..M {
                for v in 0..V {
                    let at = self.sum.add((from + r) * self.columns + column + v * lanes);
                    let sum = if self.fresh {
                        sums[r][v]
                    } else {
                        simd.add_f32s(load::<S>(at), sums[r][v])
                    };
                    store::<S>(at, sum);
                }
            }
        }
    }
}
