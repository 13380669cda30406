//! The three products of a convolution over plain slices, each by the kernel that suits its shape.
//! Tensors are channels-last, weights as PyTorch lays them.

use crate::buffer::Floats;
use crate::direct;
use crate::dot::Epilogue;
use crate::layout::recut;
use crate::shape::ConvShape;
use crate::share::Shared;
use crate::simd::CHANNEL_UNIT;
use crate::winograd::{self, Facing, Transformed};

/// `x [batch, t, h, w, c_in]` and `weight [c_out, c_in, kt, kh, kw]` to `[batch, ot, oh, ow, c_out]`.
pub fn forward(shape: &ConvShape, x: &[f32], weight: &[f32]) -> Floats {
    assert_eq!(x.len(), shape.input_len());
    assert_eq!(weight.len(), shape.weight_len());
    if winograd::fits(shape) {
        let out = Floats::any(shape.output_len());
        return by_tiles(shape, Facing::Forward, x, weight, out, false);
    }
    let columns = shape.c_out.next_multiple_of(CHANNEL_UNIT);
    trimmed(
        direct::forward(shape, x, weight, columns),
        columns,
        shape.c_out,
    )
}

/// The gradient of the output, `[batch, ot, oh, ow, c_out]`, to that of the input.
pub fn input_grad(shape: &ConvShape, dy: &[f32], weight: &[f32]) -> Floats {
    assert_eq!(dy.len(), shape.output_len());
    assert_eq!(weight.len(), shape.weight_len());
    if winograd::fits(shape) {
        let (transposed, dx) = (winograd::transposed(shape), Floats::any(shape.input_len()));
        return by_tiles(&transposed, Facing::Transposed, dy, weight, dx, false);
    }
    let columns = shape.c_in.next_multiple_of(CHANNEL_UNIT);
    let dx = Floats::any(shape.input_len() / shape.c_in.max(1) * columns);
    trimmed(
        direct::input_grad(shape, dy, weight, columns, dx, false),
        columns,
        shape.c_in,
    )
}

/// The same, added to what `dx` holds.
///
/// # Panics
/// If `dx` has not the input's length, or its channels are no multiple of 8.
pub(crate) fn input_grad_onto(shape: &ConvShape, dy: &[f32], weight: &[f32], dx: Floats) -> Floats {
    assert_eq!(dy.len(), shape.output_len());
    assert_eq!(weight.len(), shape.weight_len());
    assert_eq!(dx.len(), shape.input_len());
    assert!(shape.c_in.is_multiple_of(CHANNEL_UNIT));
    if winograd::fits(shape) {
        let transposed = winograd::transposed(shape);
        return by_tiles(&transposed, Facing::Transposed, dy, weight, dx, true);
    }
    direct::input_grad(shape, dy, weight, shape.c_in, dx, true)
}

/// Input and gradient of the output to the gradient of the weight.
pub fn weight_grad(shape: &ConvShape, x: &[f32], dy: &[f32]) -> Floats {
    assert_eq!(x.len(), shape.input_len());
    assert_eq!(dy.len(), shape.output_len());
    if winograd::fits(shape) {
        return winograd::weight_grad(shape, x, dy);
    }
    let columns = shape.c_out.next_multiple_of(CHANNEL_UNIT);
    if columns == shape.c_out || dy.is_empty() {
        direct::weight_grad(shape, x, dy, columns)
    } else {
        direct::weight_grad(shape, x, &recut(dy, shape.c_out, columns), columns)
    }
}

/// Writes to `out`, or adds to it.
fn by_tiles(
    shape: &ConvShape,
    facing: Facing,
    x: &[f32],
    weight: &[f32],
    mut out: Floats,
    add: bool,
) -> Floats {
    assert_eq!(out.len(), shape.output_len());
    let weight = Transformed::new(shape, facing, weight);
    let to = Shared::new(&mut out);
    let epilogue = if add {
        Epilogue::onto(to)
    } else {
        Epilogue::NONE
    };
    // SAFETY: of the output's length, and so is what is added.
    unsafe { winograd::forward(shape, x, &weight, to, epilogue) };
    out
}

fn trimmed(x: Floats, from: usize, to: usize) -> Floats {
    if from == to || x.is_empty() {
        x
    } else {
        recut(&x, from, to)
    }
}
