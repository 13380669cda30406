use rayon::prelude::*;

use super::Bordered;
use crate::dot::Row;
use crate::outer::Outer;
use crate::shape::ConvShape;
use crate::share::{Shared, Source};
use crate::simd::Isa;

/// Floats that the partial sums of one weight may take together.
const PARTIAL_SUMS: usize = 8 << 20;
/// Pixels between two additions to a partial sum: their factors stay in the second-level cache, and
/// no sum of float32 gets long.
const BLOCK: usize = 128;
/// Left factors that are gathered side by side.
const LEFT: usize = 16;

/// `x [batch, t, h, w, c_in]` and `dy [batch, ot, oh, ow, columns]` to the gradient of the weight,
/// `[c_out, c_in, kt, kh, kw]`. `columns` is `c_out` rounded up to what the vectors need.
pub(crate) fn weight_grad(shape: &ConvShape, x: &[f32], dy: &[f32], columns: usize) -> Vec<f32> {
    let [ot, oh, ow] = shape.output();
    let [kt, kh, kw] = shape.kernel;
    let mut dw = vec![0.0; shape.weight_len()];
    if dw.is_empty() || x.is_empty() || dy.is_empty() {
        return dw;
    }
    let x = Bordered::new(shape, x);
    let isa = Isa::for_columns(columns);
    let inner = kw * shape.c_in;
    let tap_len = inner * columns;
    let len = kt * kh * tap_len;
    let block = if columns.is_multiple_of(16) { 16 } else { 8 };
    let rows = x.rows(shape, columns);

    // How the pixels are split depends on the shape alone, so that the sums' order does too.
    let splits = (PARTIAL_SUMS / len)
        .clamp(1, 16)
        .min(rows.len().div_ceil(BLOCK));
    let mut partial = vec![0.0f32; splits * len];
    let (input, right) = (Source::new(&x.x), Source::new(dy));
    partial
        .par_chunks_mut(tap_len)
        .enumerate()
        .for_each(|(task, sum)| {
            let (split, tap) = (task / (kt * kh), task % (kt * kh));
            let (k, y) = (tap / kh, tap % kh);
            let rows = &rows[split * rows.len() / splits..(split + 1) * rows.len() / splits];
            let sum = Shared::new(sum);
            let mut a = vec![0.0; BLOCK * inner];
            let mut b = vec![0.0; BLOCK * columns];
            for t in (0..ot).filter(|&t| shape.valid_taps(t).contains(&k)) {
                let left = shape.input_frame(t, k) * x.frame(shape) + y * x.row(shape);
                let frame = t * oh * ow * columns;
                for rows in rows.chunks(BLOCK) {
                    // SAFETY: as in `forward`; every task has its own part of the partial sums.
                    unsafe {
                        gather(rows, |r| input.at(left + r.input), inner, LEFT, &mut a);
                        gather(rows, |r| right.at(frame + r.output), columns, block, &mut b);
                        for first in (0..inner).step_by(LEFT) {
                            let width = LEFT.min(inner - first);
                            Outer {
                                isa,
                                count: rows.len(),
                                left: a.as_ptr().add(first * rows.len()),
                                left_step: width,
                                inner: width,
                                right: b.as_ptr(),
                                block,
                                block_step: rows.len() * block,
                                columns,
                                sum: sum.at(first * columns),
                            }
                            .run();
                        }
                    }
                }
            }
        });

    let c_in = shape.c_in;
    dw.par_chunks_mut(c_in * kt * kh * kw)
        .enumerate()
        .for_each(|(k, dw)| {
            for (i, dw) in dw.iter_mut().enumerate() {
                let (c, tap, x) = (i / (kt * kh * kw), i / kw % (kt * kh), i % kw);
                let at = tap * tap_len + (x * c_in + c) * columns + k;
                *dw = (0..splits).map(|s| partial[s * len + at]).sum();
            }
        });
    dw
}

/// Runs of `len` floats, one a row, to `[block][row][floats of the block]`, the last block as narrow
/// as what is left: products walk along memory, where rows of many channels would meet in few sets of
/// the cache.
unsafe fn gather(
    rows: &[Row],
    start: impl Fn(&Row) -> *const f32,
    len: usize,
    block: usize,
    to: &mut [f32],
) {
    for (i, row) in rows.iter().enumerate() {
        // SAFETY: the caller's runs are readable.
        let run = unsafe { std::slice::from_raw_parts(start(row), len) };
        for (b, run) in run.chunks(block).enumerate() {
            let at = b * block * rows.len() + i * run.len();
            to[at..at + run.len()].copy_from_slice(run);
        }
    }
}
