use rayon::prelude::*;

use super::blocked::Blocked;
use super::forward::{blocked, used_taps};
use super::input::{Cut, IntoPoints};
use super::weight::from_points;
use super::{POINTS, Tiles};
use crate::buffer::Floats;
use crate::outer::Outer;
use crate::shape::ConvShape;
use crate::share::{Shared, Source};
use crate::simd::Isa;

/// Floats of transformed tiles between two additions to the sums at the points.
const CHUNK: usize = 1 << 20;
/// Tiles that one task transforms.
const PART: usize = 8;

/// `x [batch, t, h, w, c_in]` and `dy [batch, ot, oh, ow, c_out]` to the gradient of the weight,
/// `[c_out, c_in, kt, 3, 3]`.
///
/// Tiles go in chunks, one after the other, and threads share the points of each: every sum has one
/// order, whatever the number of threads.
pub(crate) fn weight_grad(shape: &ConvShape, x: &[f32], dy: &[f32]) -> Floats {
    assert_eq!(x.len(), shape.input_len());
    assert_eq!(dy.len(), shape.output_len());
    let taps = used_taps(shape);
    let [frames, h, w] = shape.output();
    let grid = Tiles::new(shape);
    let per_tile = POINTS * (shape.input[0] * shape.c_in + frames * shape.c_out);
    let parts = grid.count.div_ceil((CHUNK / per_tile).max(PART));
    let size = grid.count.div_ceil(parts);

    let tap_len = shape.c_in * shape.c_out;
    let isa = Isa::for_columns(shape.c_out);
    // A cache line more than the data, as everywhere between points
    let point_step = taps.len() * tap_len + 16;
    let mut sums = Floats::any(POINTS * point_step);
    let (left, right) = layouts(shape, size);
    let mut scratch = Floats::any(left.len() + right.len());
    for first in (0..grid.count).step_by(size) {
        let tiles = first..(first + size).min(grid.count);
        let (left, right) = layouts(shape, tiles.len());
        let (a, b) = scratch.split_at_mut(left.len());
        let (a, b) = (Shared::new(a), Shared::new(b));
        let (x, dy) = (Source::new(x), Source::new(dy));
        (0..2 * tiles.len().div_ceil(PART))
            .into_par_iter()
            .for_each(|task| {
                let from = tiles.start + task / 2 * PART;
                let part = IntoPoints {
                    cut: Cut::OutputGradient,
                    // SAFETY: buffers have the layouts' lengths; tasks write different tiles.
                    image: unsafe { dy.at(0) },
                    extent: [h, w],
                    layout: right,
                    grid,
                    tiles: from..(from + PART).min(tiles.end),
                    to: from - tiles.start,
                    points: unsafe { b.at(0) },
                };
                let [_, h, w] = shape.input;
                unsafe {
                    if task % 2 == 0 {
                        part.run();
                    } else {
                        IntoPoints {
                            cut: Cut::Input([shape.padding[1], shape.padding[2]]),
                            image: x.at(0),
                            extent: [h, w],
                            layout: left,
                            points: a.at(0),
                            ..part
                        }
                        .run();
                    }
                }
            });
        let block = left.block();
        let sums = Shared::new(&mut sums);
        // One task: a point, a temporal tap, a block of input channels.
        (0..POINTS * taps.len() * left.blocks())
            .into_par_iter()
            .for_each(|task| {
                let (tap, b_in) = (task / left.blocks(), task % left.blocks());
                let (point, nth) = (tap / taps.len(), tap % taps.len());
                let k = taps.start + nth;
                let mut valid = (0..frames).filter(|&t| shape.valid_taps(t).contains(&k));
                let Some(t) = valid.next() else { return };
                let count = (1 + valid.count()) * left.tiles;
                // SAFETY: frames with the same tap follow one another on both sides.
                unsafe {
                    Outer {
                        isa,
                        count,
                        left: a
                            .at(point * left.point_step()
                                + left.at(b_in, shape.input_frame(t, k), 0)),
                        left_step: block,
                        inner: block,
                        right: b.at(point * right.point_step() + right.at(0, t, 0)),
                        block: right.block(),
                        block_step: right.block_step(),
                        columns: shape.c_out,
                        sum: sums
                            .at(point * point_step + nth * tap_len + b_in * block * shape.c_out),
                        fresh: first == 0,
                    }
                    .run();
                }
            });
    }
    let mut dw = Floats::zeros(shape.weight_len());
    from_points(shape, taps, &sums, point_step, &mut dw);
    dw
}

fn layouts(shape: &ConvShape, tiles: usize) -> (Blocked, Blocked) {
    let right = Blocked {
        channels: shape.c_out,
        frames: shape.output()[0],
        tiles,
    };
    (blocked(shape, tiles), right)
}
