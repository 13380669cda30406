use std::ops::Range;

use rayon::prelude::*;

use super::Bordered;
use crate::buffer::Floats;
use crate::dot::Row;
use crate::outer::Outer;
use crate::shape::ConvShape;
use crate::share::{Shared, Source};
use crate::simd::Isa;

/// Floats that the partial sums of one weight may take together.
const PARTIAL_SUMS: usize = 1 << 20;
/// Floats of a weight whose sums stay in the second-level cache.
const SMALL: usize = 128 << 10;
/// Pixels between two additions to a partial sum: their factors stay in the second-level cache, and
/// no sum of float32 gets long.
const BLOCK: usize = 128;
/// Left factors that are gathered side by side: two of the widest register tiles.
const LEFT: usize = 24;
/// Floats from one pixel's window to the next's up to which they are read where they are: an image's
/// row then lies on few cache lines.
const NARROW: usize = 16;
/// Left factors of one task.
const PART: usize = 6 * LEFT;

/// `x [batch, t, h, w, c_in]` and `dy [batch, ot, oh, ow, columns]` to the gradient of the weight,
/// `[c_out, c_in, kt, kh, kw]`. `columns` is `c_out` rounded up to what the vectors need.
pub(crate) fn weight_grad(shape: &ConvShape, x: &[f32], dy: &[f32], columns: usize) -> Floats {
    let [ot, _, ow] = shape.output();
    let [kt, kh, kw] = shape.kernel;
    if shape.weight_len() == 0 || x.is_empty() || dy.is_empty() {
        return Floats::zeros(shape.weight_len());
    }
    let job = Job {
        shape,
        columns,
        isa: Isa::for_columns(columns),
        block: if columns.is_multiple_of(16) { 16 } else { 8 },
        inner: kw * shape.c_in,
        right: Source::new(dy),
        x: &Bordered::new(shape, x),
    };
    let rows = job.x.rows(shape, columns);
    let len = kt * kh * job.inner * columns;

    // How the pixels are split depends on the shape alone, so that the sums' order does too. A small
    // weight's taps stay together: the output's gradient is then read once, not once a tap.
    let (splits, taps, part) = if len <= SMALL {
        let splits = (PARTIAL_SUMS / len).clamp(1, 64);
        (splits.min(rows.len() / ow), kt * kh, job.inner)
    } else {
        ((PARTIAL_SUMS / len).clamp(1, 4), 1, PART)
    };
    let parts = job.inner.div_ceil(part);
    let tasks = kt * kh / taps * parts;
    let mut partial = Floats::zeros(splits * len);
    let sums = Shared::new(&mut partial);
    (0..splits * tasks)
        .into_par_iter()
        .for_each_init(Floats::default, |scratch, task| {
            let (split, task) = (task / tasks, task % tasks);
            let (first, left) = (task / parts * taps, task % parts * part);
            let left = left..(left + part).min(job.inner);
            let lines = rows.len() / ow;
            let rows = &rows[split * lines / splits * ow..(split + 1) * lines / splits * ow];
            for t in 0..ot {
                // SAFETY: every task has its own part of the partial sums.
                unsafe {
                    let sum = sums.at(split * len);
                    job.add(t, first..first + taps, rows, left.clone(), sum, scratch);
                }
            }
        });
    job.unpacked(&partial, splits)
}

struct Job<'a> {
    shape: &'a ConvShape,
    columns: usize,
    isa: Isa,
    /// Right factors that are gathered side by side
    block: usize,
    /// Left factors of a tap: a row of the kernel
    inner: usize,
    x: &'a Bordered<'a>,
    right: Source,
}

impl Job<'_> {
    /// Adds what output frame `t` gives to left factors `left` of taps `taps`.
    ///
    /// # Safety
    /// `sum` must hold the whole weight, and these taps' left factors must be no other task's.
    unsafe fn add(
        &self,
        t: usize,
        taps: Range<usize>,
        rows: &[Row],
        left: Range<usize>,
        sum: *mut f32,
        scratch: &mut Floats,
    ) {
        let (shape, columns, block) = (self.shape, self.columns, self.block);
        let [_, oh, ow] = shape.output();
        let [_, kh, _] = shape.kernel;
        let input = Source::new(&self.x.x);
        let frame = t * oh * ow * columns;
        let valid = shape.valid_taps(t);
        let taps = taps.start.max(valid.start * kh)..taps.end.min(valid.end * kh);
        if taps.is_empty() {
            return;
        }
        if shape.stride[2] * shape.c_in <= NARROW {
            for rows in rows.chunks(ow) {
                for tap in taps.clone() {
                    let window = self.window(t, tap) + left.start;
                    // SAFETY: the border makes every window lie inside its frame; `sum` is the caller's.
                    unsafe {
                        Outer {
                            isa: self.isa,
                            count: rows.len(),
                            left: input.at(window + rows[0].input),
                            left_step: shape.stride[2] * shape.c_in,
                            inner: left.len(),
                            right: self.right.at(frame + rows[0].output),
                            block: columns,
                            block_step: 0,
                            columns,
                            sum: sum.add((tap * self.inner + left.start) * columns),
                            fresh: false,
                        }
                        .run();
                    }
                }
            }
            return;
        }
        scratch.resize(BLOCK * (left.len() + columns));
        for rows in rows.chunks(BLOCK) {
            let (a, b) = scratch.split_at_mut(BLOCK * left.len());
            // SAFETY: the border makes every window lie inside its frame.
            unsafe { gather(rows, |r| self.right.at(frame + r.output), columns, block, b) };
            for tap in taps.clone() {
                let window = self.window(t, tap) + left.start;
                // SAFETY: the same; `sum` is the caller's.
                unsafe {
                    gather(rows, |r| input.at(window + r.input), left.len(), LEFT, a);
                    for first in (0..left.len()).step_by(LEFT) {
                        let width = LEFT.min(left.len() - first);
                        Outer {
                            isa: self.isa,
                            count: rows.len(),
                            left: a.as_ptr().add(first * rows.len()),
                            left_step: width,
                            inner: width,
                            right: b.as_ptr(),
                            block,
                            block_step: rows.len() * block,
                            columns,
                            sum: sum.add((tap * self.inner + left.start + first) * columns),
                            fresh: false,
                        }
                        .run();
                    }
                }
            }
        }
    }

    /// Where tap `tap`'s row of the kernel starts for output frame `t`.
    fn window(&self, t: usize, tap: usize) -> usize {
        let kh = self.shape.kernel[1];
        self.shape.input_frame(t, tap / kh) * self.x.frame(self.shape)
            + tap % kh * self.x.row(self.shape)
    }

    /// Partial sums `[split][kt, kh][kw, c_in][columns]` to the gradient `[c_out, c_in, kt, kh, kw]`.
    fn unpacked(&self, partial: &[f32], splits: usize) -> Floats {
        let [kt, kh, kw] = self.shape.kernel;
        let (c_in, columns, inner) = (self.shape.c_in, self.columns, self.inner);
        let kernel = kt * kh * kw;
        let mut dw = Floats::any(self.shape.weight_len());
        // As many output channels together as lie on a cache line of the sums
        dw.par_chunks_mut(16 * c_in * kernel)
            .enumerate()
            .for_each(|(group, dw)| {
                let count = dw.len() / (c_in * kernel);
                for i in 0..c_in * kernel {
                    let (c, tap, x) = (i / kernel, i / kw % (kt * kh), i % kw);
                    let at = (tap * inner + x * c_in + c) * columns + group * 16;
                    let mut sum = [0.0; 16];
                    for split in 0..splits {
                        let at = split * kt * kh * inner * columns + at;
                        for (sum, value) in sum.iter_mut().zip(&partial[at..at + count]) {
                            *sum += value;
                        }
                    }
                    for (k, sum) in sum[..count].iter().enumerate() {
                        dw[k * c_in * kernel + i] = *sum;
                    }
                }
            });
        dw
    }
}

/// Runs of `len` floats, one a row, to `[block][row][floats of the block]`, the last block as narrow
/// as what is left: products walk along memory, where rows of many channels would meet in few sets of
/// the cache.
///
/// # Safety
/// Every row's run must be readable.
unsafe fn gather(
    rows: &[Row],
    start: impl Fn(&Row) -> *const f32,
    len: usize,
    block: usize,
    to: &mut [f32],
) {
    for (i, row) in rows.iter().enumerate() {
        // SAFETY: the caller's.
        let run = unsafe { std::slice::from_raw_parts(start(row), len) };
        for (b, run) in run.chunks(block).enumerate() {
            let at = b * block * rows.len() + i * run.len();
            let to = &mut to[at..at + run.len()];
            // Copies of known length: one of any length would be a call.
            let (eights, rest) = run.as_chunks::<8>();
            let (to_eights, to_rest) = to.as_chunks_mut::<8>();
            for (to, run) in to_eights.iter_mut().zip(eights) {
                *to = *run;
            }
            for (to, value) in to_rest.iter_mut().zip(rest) {
                *to = *value;
            }
        }
    }
}
