//! Convolution by the sum that defines it: for strides, for kernels other than 3x3 in space, and for
//! images too small for Winograd's tiles.

mod forward;
mod input_grad;
mod weight_grad;

pub(crate) use forward::{Packed, forward, forward_packed};
pub(crate) use input_grad::input_grad;
pub(crate) use weight_grad::weight_grad;

use std::ops::Range;

use rayon::prelude::*;

use crate::buffer::{Floats, Pixels};
use crate::dot::{Dot, Epilogue, Panels, Row, Tap};
use crate::layout::{bordered, interleaved};
use crate::shape::ConvShape;
use crate::share::{Shared, Source};

/// Fills `out` panel by panel; column `n` of tap `t`'s row `i` is `weight[start(t, i) + n * stride]`,
/// or zero from column `real` on.
fn pack(
    panels: &Panels,
    weight: &[f32],
    start: impl Fn(usize, usize) -> usize + Sync,
    stride: usize,
    real: usize,
) -> Floats {
    let mut out = Floats::any(panels.len());
    out[..panels.len()]
        .par_chunks_mut(panels.taps * panels.inner * panels.width())
        .enumerate()
        .for_each(|(panel, out)| {
            let (first, width) = panels.columns_of(panel);
            for (row, out) in out.chunks_mut(width).enumerate() {
                let start = start(row / panels.inner, row % panels.inner);
                for (n, out) in out.iter_mut().enumerate() {
                    *out = if first + n < real {
                        weight[start + (first + n) * stride]
                    } else {
                        0.0
                    };
                }
            }
        });
    out
}

/// Rows that share their taps, and the bases that their offsets count from.
struct Group<'a> {
    rows: &'a [Row],
    taps: Vec<Tap>,
    input: usize,
    output: usize,
}

/// Rows of one task: enough to be worth the fetching of the weights, few enough to share out.
const TASK_ROWS: usize = 192;
/// Floats of weights of one task: half of a small second-level cache.
const TASK_WEIGHTS: usize = 64 * 1024;

/// Computes all groups in parallel.
///
/// # Safety
/// As [`Dot::run`], for all groups; no two groups may write the same place.
unsafe fn run_groups(
    layout: &Panels,
    groups: &[Group],
    input: &[f32],
    weight: &[f32],
    output: Shared,
    epilogue: Epilogue,
) {
    let panel = (layout.taps * layout.inner * layout.width()).max(1);
    let at_once = (TASK_WEIGHTS / panel).clamp(1, layout.count().max(1));
    let mut tasks: Vec<(&Group, Range<usize>, Range<usize>)> = Vec::new();
    for group in groups {
        let parts = group.rows.len().div_ceil(TASK_ROWS);
        for part in 0..parts {
            let rows = part * group.rows.len() / parts..(part + 1) * group.rows.len() / parts;
            for first in (0..layout.count()).step_by(at_once) {
                let panels = first..(first + at_once).min(layout.count());
                tasks.push((group, rows.clone(), panels));
            }
        }
    }
    let (input, weight) = (Source::new(input), Source::new(weight));
    tasks.into_par_iter().for_each(|(group, rows, panels)| {
        // SAFETY: the caller's contract; tasks differ in rows or in panels' columns.
        unsafe {
            Dot {
                layout,
                panels,
                rows: &group.rows[rows],
                step: 0,
                taps: &group.taps,
                input: input.at(group.input),
                weight: weight.at(0),
                output: output.at(group.output),
                epilogue: epilogue.from(group.output),
            }
            .run();
        }
    });
}

/// The input with the border that the kernel reaches into.
pub(crate) struct Bordered<'a> {
    /// `[batch, t, size.0, size.1, c_in]`
    x: Pixels<'a>,
    size: [usize; 2],
}

impl<'a> Bordered<'a> {
    pub fn new(shape: &ConvShape, x: &'a [f32]) -> Self {
        let [_, h, w] = shape.input;
        if shape.padding[1..] == [0, 0] {
            return Self {
                x: Pixels::AsGiven(x),
                size: [h, w],
            };
        }
        let size = Self::size(shape);
        let low = [shape.padding[1], shape.padding[2]];
        Self {
            x: Pixels::Own(bordered(x, shape.c_in, [h, w], low, size)),
            size,
        }
    }

    /// From `[batch, c_in, t, h, w]`.
    pub fn from_channels_first(shape: &ConvShape, x: &[f32]) -> Self {
        let [t, h, w] = shape.input;
        let size = Self::size(shape);
        let low = [shape.padding[1], shape.padding[2]];
        Self {
            x: Pixels::Own(interleaved(x, [shape.c_in, t], [h, w], low, size)),
            size,
        }
    }

    fn size(shape: &ConvShape) -> [usize; 2] {
        let [_, oh, ow] = shape.output();
        let reach = |o: usize, d: usize| (o - 1) * shape.stride[d] + shape.kernel[d];
        [reach(oh, 1), reach(ow, 2)]
    }

    fn row(&self, shape: &ConvShape) -> usize {
        self.size[1] * shape.c_in
    }

    fn frame(&self, shape: &ConvShape) -> usize {
        self.size[0] * self.row(shape)
    }

    /// Every output pixel of one output frame of every instance: where its window starts in the
    /// instance's frame 0, and where it is written, in rows of `columns` floats.
    fn rows(&self, shape: &ConvShape, columns: usize) -> Vec<Row> {
        let [ot, oh, ow] = shape.output();
        let mut rows = Vec::with_capacity(shape.batch * oh * ow);
        for n in 0..shape.batch {
            for y in 0..oh {
                for x in 0..ow {
                    rows.push(Row {
                        input: n * shape.input[0] * self.frame(shape)
                            + y * shape.stride[1] * self.row(shape)
                            + x * shape.stride[2] * shape.c_in,
                        output: ((n * ot * oh + y) * ow + x) * columns,
                    });
                }
            }
        }
        rows
    }
}
