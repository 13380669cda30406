//! The product at the bottom of every convolution here: rows of pixels times packed weights.
//!
//! A row's factor is gathered tap by tap (a tap is a run of `inner` floats at a fixed offset from the
//! row's start), so that a convolution needs no unrolled copy of its input, and taps that would only
//! meet padding are left out of the list.

#![expect(
    clippy::needless_range_loop,
    reason = "register tiles are indexed by row and vector alike"
)]

use pulp::{Simd, WithSimd};

use crate::share::Shared;
use crate::simd::{Isa, load, store};

/// Where a row reads and writes, in floats from the bases.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub input: usize,
    pub output: usize,
}

/// A run of `inner` floats of each row and the packed weights that it meets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tap {
    pub input: usize,
    /// Index of the tap in the packed weights
    pub weight: usize,
}

/// What is added and done to a product before it is stored.
#[derive(Clone, Copy)]
pub(crate) struct Epilogue {
    /// One value a column, or null
    pub bias: *const f32,
    /// Laid out as the output, or null
    pub residual: *const f32,
    pub relu: bool,
}

impl Epilogue {
    pub const NONE: Self = Self {
        bias: std::ptr::null(),
        residual: std::ptr::null(),
        relu: false,
    };

    /// Adds to what the output holds. Every value of the output is computed once, and read before it is
    /// written.
    pub fn onto(output: Shared) -> Self {
        Self {
            // SAFETY: the buffer's start.
            residual: unsafe { output.at(0) },
            ..Self::NONE
        }
    }

    /// For an output that starts `offset` floats later.
    ///
    /// # Safety
    /// A residual must reach that far.
    pub unsafe fn from(self, offset: usize) -> Self {
        if self.residual.is_null() {
            return self;
        }
        // SAFETY: the caller's.
        let residual = unsafe { self.residual.add(offset) };
        Self { residual, ..self }
    }
}

impl Epilogue {
    /// To the value of output `at`, in column `column`.
    ///
    /// # Safety
    /// Bias and residual must hold a vector there.
    #[inline(always)]
    pub unsafe fn apply<S: Simd>(
        &self,
        simd: S,
        mut value: S::f32s,
        column: usize,
        at: usize,
    ) -> S::f32s {
        // SAFETY: the caller's.
        unsafe {
            if !self.bias.is_null() {
                value = simd.add_f32s(value, load::<S>(self.bias.add(column)));
            }
            if !self.residual.is_null() {
                value = simd.add_f32s(value, load::<S>(self.residual.add(at)));
            }
        }
        if self.relu {
            value = simd.max_f32s(value, simd.splat_f32s(0.0));
        }
        value
    }
}

// SAFETY: the pointers are read only, while the slices they were made from are borrowed.
unsafe impl Sync for Epilogue {}
unsafe impl Send for Epilogue {}

/// Weights cut into panels of two vectors' width (the last may be one): `[panel][tap][inner][width]`.
///
/// The panels' offset for any `taps` and `inner`: columns before it times `taps * inner`.
pub(crate) struct Panels {
    pub isa: Isa,
    pub taps: usize,
    pub inner: usize,
    pub columns: usize,
}

impl Panels {
    pub fn new(taps: usize, inner: usize, columns: usize) -> Self {
        Self::on(Isa::for_columns(columns), taps, inner, columns)
    }

    pub fn on(isa: Isa, taps: usize, inner: usize, columns: usize) -> Self {
        assert!(columns.is_multiple_of(isa.lanes()));
        Self {
            isa,
            taps,
            inner,
            columns,
        }
    }

    pub fn len(&self) -> usize {
        self.taps * self.inner * self.columns
    }

    /// Columns of a full panel.
    pub fn width(&self) -> usize {
        2 * self.isa.lanes()
    }

    pub fn count(&self) -> usize {
        self.columns.div_ceil(self.width())
    }

    /// First column of `panel` and the panel's width.
    pub fn columns_of(&self, panel: usize) -> (usize, usize) {
        let first = panel * self.width();
        (first, self.width().min(self.columns - first))
    }
}

/// One task: `rows` times panels `panels`.
pub(crate) struct Dot<'a> {
    pub layout: &'a Panels,
    pub panels: std::ops::Range<usize>,
    pub rows: &'a [Row],
    /// Floats from each row's input to the next one's if they are the same throughout and 8 or 16:
    /// then one pointer does for all rows. Else 0.
    pub step: usize,
    pub taps: &'a [Tap],
    pub input: *const f32,
    pub weight: *const f32,
    pub output: *mut f32,
    pub epilogue: Epilogue,
}

impl Dot<'_> {
    /// # Safety
    /// Every row's every tap (`inner` floats) must be readable in `input`; `columns` floats at every
    /// row's output must be writable and no other task's; `weight` holds `layout.len()` floats.
    pub unsafe fn run(self) {
        self.layout.isa.run(self);
    }
}

impl WithSimd for Dot<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        assert_eq!(S::F32_LANES, self.layout.isa.lanes());
        for panel in self.panels.clone() {
            let (first, width) = self.layout.columns_of(panel);
            // SAFETY: `run`'s contract.
            unsafe {
                let weight = self
                    .weight
                    .add(first * self.layout.taps * self.layout.inner);
                if width == 2 * S::F32_LANES {
                    self.panel::<S, 2>(simd, first, weight);
                } else {
                    self.panel::<S, 1>(simd, first, weight);
                }
            }
        }
    }
}

impl Dot<'_> {
    /// Rows go in near-equal groups: a last group of one or two would waste the unit.
    #[inline(always)]
    unsafe fn panel<S: Simd, const V: usize>(&self, simd: S, first: usize, weight: *const f32) {
        let most = if S::REGISTER_COUNT >= 32 { 12 } else { 6 };
        let groups = self.rows.len().div_ceil(most);
        for g in 0..groups {
            let from = g * self.rows.len() / groups;
            let to = (g + 1) * self.rows.len() / groups;
            let rows = &self.rows[from..to];
            macro_rules! by_count {
                ($($n:literal)*) => {
                    match rows.len() {
                        // SAFETY: `run`'s contract.
                        $($n => unsafe {
                            match self.step {
                                16 => self.tile::<S, V, $n, 16>(simd, rows, first, weight),
                                8 => self.tile::<S, V, $n, 8>(simd, rows, first, weight),
                                _ => self.tile::<S, V, $n, 0>(simd, rows, first, weight),
                            }
                        },)*
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
    unsafe fn tile<S: Simd, const V: usize, const M: usize, const STEP: usize>(
        &self,
        simd: S,
        rows: &[Row],
        first: usize,
        weight: *const f32,
    ) {
        let lanes = S::F32_LANES;
        let inner = self.layout.inner;
        let mut sums = [[simd.splat_f32s(0.0); V]; M];
        // SAFETY: `run`'s contract: rows, taps and weights are in bounds.
        unsafe {
            let mut starts = [self.input; M];
            for r in 0..M {
                starts[r] = self.input.add(rows[r].input);
            }
            for tap in self.taps {
                let mut a = starts;
                for r in 0..M {
                    a[r] = if STEP == 0 {
                        starts[r].add(tap.input)
                    } else {
                        starts[0].add(tap.input + r * STEP)
                    };
                }
                let mut b = weight.add(tap.weight * inner * V * lanes);
                for i in 0..inner {
                    let mut columns = [simd.splat_f32s(0.0); V];
                    for v in 0..V {
                        columns[v] = load::<S>(b.add(v * lanes));
                    }
                    for r in 0..M {
                        let x = simd.splat_f32s(*a[r].add(i));
                        for v in 0..V {
                            sums[r][v] = simd.mul_add_e_f32s(x, columns[v], sums[r][v]);
                        }
                    }
                    b = b.add(V * lanes);
                }
            }
            for r in 0..M {
                for v in 0..V {
                    let column = first + v * lanes;
                    let at = rows[r].output + column;
                    let sum = self.epilogue.apply(simd, sums[r][v], column, at);
                    store::<S>(self.output.add(at), sum);
                }
            }
        }
    }
}
