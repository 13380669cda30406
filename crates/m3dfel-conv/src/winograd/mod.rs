//! 3x3 kernels in space by Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray, *Fast Algorithms
//! for Convolutional Neural Networks*, CVPR 2016), temporal taps stacked.
//!
//! Each frame is cut into tiles of 4x4 outputs and each tile's 6x6 inputs are transformed once. At each
//! of the 36 points a convolution is then a product of tiles by channels with channels by channels;
//! output frame `t` needs one for each of its valid temporal taps, and these lie side by side as one
//! product. Four times fewer multiplications than the plain sum; an error near 1e-6 of the largest value.

mod blocked;
mod forward;
mod input;
mod output;
mod points;
mod weight;
mod weight_grad;

pub(crate) use forward::{Transformed, forward};
pub(crate) use weight::Facing;
pub(crate) use weight_grad::weight_grad;

use crate::shape::ConvShape;

/// Outputs along a tile's side.
const TILE: usize = 4;
/// Inputs along a tile's side.
const PATCH: usize = 6;
/// Products a tile costs.
const POINTS: usize = PATCH * PATCH;

/// Whether the convolution can run here.
pub(crate) fn fits(shape: &ConvShape) -> bool {
    shape.kernel[1..] == [3, 3]
        && shape.stride == [1; 3]
        && shape.padding.iter().zip(shape.kernel).all(|(&p, k)| p < k)
        && shape.c_in.is_multiple_of(8)
        && shape.c_out.is_multiple_of(8)
        && shape.output().iter().all(|&o| o > 0)
        && shape.batch > 0
}

/// The convolution that takes the gradient of the output to that of the input; its weight is turned
/// round in time and space, input and output channels changed for each other.
pub(crate) fn transposed(shape: &ConvShape) -> ConvShape {
    ConvShape {
        c_in: shape.c_out,
        c_out: shape.c_in,
        input: shape.output(),
        padding: std::array::from_fn(|d| shape.kernel[d] - 1 - shape.padding[d]),
        ..*shape
    }
}

/// The tiles of all instances' images, numbered instance by instance, row by row. A tile stands for
/// all frames.
#[derive(Clone, Copy)]
struct Tiles {
    rows: usize,
    columns: usize,
    count: usize,
}

impl Tiles {
    fn new(shape: &ConvShape) -> Self {
        let [_, h, w] = shape.output();
        let (rows, columns) = (h.div_ceil(TILE), w.div_ceil(TILE));
        Self {
            rows,
            columns,
            count: shape.batch * rows * columns,
        }
    }

    /// Instance, and the tile's first output row and column.
    fn locate(&self, tile: usize) -> (usize, usize, usize) {
        let within = tile % (self.rows * self.columns);
        (
            tile / (self.rows * self.columns),
            within / self.columns * TILE,
            within % self.columns * TILE,
        )
    }
}
