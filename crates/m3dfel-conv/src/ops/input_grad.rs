//! The gradient of a convolution to its input, made of forward convolutions alone.
//!
//! In one dimension, the pixel `i` of the input met the tap `k` in the pixel `(i + padding - k) / stride` of the
//! result, where that is whole. So pixels whose `i + padding` leave the same rest (by `stride`) share their taps,
//! every `stride`-th of them, and are a convolution of stride 1: of the result's gradient with those taps in
//! reverse. All rests together compute about as many products as the forward pass; none is with a zero put in.
//!
//! So nothing runs here that the forward pass does not. Burn's own kernels for this gradient end in a product of
//! matrices that was wrong on the one Vulkan driver it could be run on (README.md, "GPU"), and write the columns of
//! all taps out where there is a stride.

use std::ops::Range;

use burn::backend::{Backend, TensorMetadata, tensor::FloatTensor};
use burn::tensor::{Shape, Slice};

use super::elsewhere::{convolution, extents, pixel_order};

/// The pixels of the input that share their taps, along one dimension.
#[derive(Debug, PartialEq, Eq)]
struct Phase {
    /// The first pixel; the others follow `stride` apart.
    from: usize,
    count: usize,
    /// Their taps: the first of them, counted from the last tap of the kernel, and how many, `stride` apart.
    tap: usize,
    taps: usize,
    /// The pixels of the result that they met, and the padding around these.
    read: Range<usize>,
    padding: (usize, usize),
}

/// Of an input of `input` pixels and a result of `output`. Pixels that no tap met are in none.
fn phases(input: usize, output: usize, kernel: usize, stride: usize, padding: usize) -> Vec<Phase> {
    let phase = |rest: usize| {
        // The pixel is `rest + stride * q - padding`; its taps `rest + stride * m` met the result in `q - m`.
        let taps = (kernel - rest).div_ceil(stride);
        let first = padding.saturating_sub(rest).div_ceil(stride);
        let end = (input + padding).saturating_sub(rest).div_ceil(stride);
        let end = end.min((output + taps).saturating_sub(1));
        (output > 0 && first < end).then(|| Phase {
            from: rest + stride * first - padding,
            count: end - first,
            tap: kernel - 1 - rest - stride * (taps - 1),
            taps,
            read: (first + 1).saturating_sub(taps)..end.min(output),
            padding: ((taps - 1).saturating_sub(first), end.saturating_sub(output)),
        })
    };
    (0..stride.min(kernel)).filter_map(phase).collect()
}

/// # Shapes
/// `weight [c_out, c_in, kt, kh, kw]`, `grad [n, c_out, t', h', w']` to `input [n, c_in, t, h, w]`, laid out in
/// memory as the convolutions leave it.
pub(super) fn input_grad<B: Backend>(
    input: [usize; 5],
    weight: FloatTensor<B>,
    grad: FloatTensor<B>,
    stride: [usize; 3],
    padding: [usize; 3],
) -> FloatTensor<B> {
    let (kernel, output) = (extents(&weight), extents(&grad));
    let axes: [Vec<Phase>; 3] = std::array::from_fn(|d| {
        phases(
            input[d + 2],
            output[d + 2],
            kernel[d + 2],
            stride[d],
            padding[d],
        )
    });
    let weight = reversed::<B>(weight);
    let part = |phases: [&Phase; 3]| {
        let taps = phases.map(|p| (p.tap, p.taps));
        let weight = strided::<B>(weight.clone(), taps, stride);
        let read = phases.map(|p| (p.read.start, p.read.len()));
        let grad = strided::<B>(grad.clone(), read, [1; 3]);
        convolution::<B>(grad, weight, [1; 3], phases.map(|p| p.padding))
    };
    if let [[t], [h], [w]] = [&axes[0][..], &axes[1][..], &axes[2][..]]
        && [t.count, h.count, w.count] == input[2..]
    {
        return part([t, h, w]); // stride 1
    }

    let order = pixel_order(input[2]);
    let (device, dtype) = (grad.device(), grad.dtype().into());
    let shape = Shape::from(order.map(|d| input[d]));
    let met = |d: usize| axes[d].iter().map(|p| p.count).sum::<usize>() == input[d + 2];
    let mut dx = if met(0) && met(1) && met(2) {
        B::float_empty(shape, &device, dtype)
    } else {
        B::float_zeros(shape, &device, dtype)
    };
    for t in &axes[0] {
        for h in &axes[1] {
            for w in &axes[2] {
                let phases = [t, h, w];
                let pixels = slices(input, phases.map(|p| (p.from, p.count)), stride);
                let value = B::float_permute(part(phases), &order);
                // In place: nobody else holds it.
                dx = B::float_slice_assign(dx, &order.map(|d| pixels[d]), value);
            }
        }
    }
    let back: [usize; 5] = std::array::from_fn(|d| order.iter().position(|o| *o == d).unwrap_or(d));
    B::float_permute(dx, &back)
}

/// `[c_out, c_in, kt, kh, kw]` to `[c_in, c_out, kt, kh, kw]`, taps in reverse, channels last in memory.
fn reversed<B: Backend>(weight: FloatTensor<B>) -> FloatTensor<B> {
    let taps_between = B::float_permute(weight, &[1, 2, 3, 4, 0]);
    let [_, kt, kh, kw, _] = extents(&taps_between);
    let turned = if [kt, kh, kw] == [1; 3] {
        taps_between
    } else {
        B::float_flip(taps_between, &[1, 2, 3])
    };
    B::float_permute(turned, &[0, 4, 1, 2, 3])
}

/// Of the last three dimensions, from where and how many of each, `step` apart.
fn strided<B: Backend>(
    x: FloatTensor<B>,
    which: [(usize, usize); 3],
    step: [usize; 3],
) -> FloatTensor<B> {
    let dims = extents(&x);
    if which == [2, 3, 4].map(|d| (0, dims[d])) {
        return x;
    }
    let order = [0, 2, 3, 4, 1]; // what is copied keeps its channels together
    let slices = slices(dims, which, step);
    let x = B::float_permute(x, &order);
    let x = B::float_slice(x, &order.map(|d| slices[d]));
    B::float_permute(x, &[0, 4, 1, 2, 3])
}

fn slices(dims: [usize; 5], which: [(usize, usize); 3], step: [usize; 3]) -> [Slice; 5] {
    std::array::from_fn(|d| match d.checked_sub(2) {
        None => Slice::from(0..dims[d]),
        Some(d) => {
            let ((from, count), step) = (which[d], step[d]);
            // One past the last, and not past what it leads to.
            let end = from + (count - 1) * step + 1;
            Slice::with_step(from as isize, Some(end as isize), step as isize)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_stride_of_two_each_tap_is_computed_once() {
        let phase = |from, count, tap, taps, read, padding| Phase {
            from,
            count,
            tap,
            taps,
            read,
            padding,
        };
        // Pixels 1, 3, 5 met the outer taps, 0, 2, 4, 6 the middle one.
        assert_eq!(
            phases(7, 4, 3, 2, 1),
            [
                phase(1, 3, 0, 2, 0..4, (0, 0)),
                phase(0, 4, 1, 1, 0..4, (0, 0))
            ]
        );
        // A shortcut's odd pixels met nothing.
        assert_eq!(phases(7, 4, 1, 2, 0), [phase(0, 4, 0, 1, 0..4, (0, 0))]);
        // A gradient's pixel that is not read, and one of padding.
        assert_eq!(
            phases(3, 3, 3, 2, 2),
            [
                phase(0, 2, 0, 2, 0..3, (0, 0)),
                phase(1, 1, 1, 1, 1..2, (0, 0))
            ]
        );
        assert_eq!(phases(4, 4, 3, 1, 1), [phase(0, 4, 0, 3, 0..4, (1, 1))]);
    }
}
