//! The convolution anywhere but on the CPU: Burn's operations, put so that no tap is computed that meets only
//! temporal padding. The gradient to the input is ours (`input_grad.rs`), the one to the weight Burn's.
//!
//! Burn's kernels on a GPU multiply matrices of pixels by channels (implicit GEMM), and lay tensors out
//! channels-last. So everything here is a view, and not a copy, if the channels of a pixel lie together; of
//! few frames also the frames of a pixel, which are channels then.

use burn::backend::{Backend, TensorMetadata, tensor::FloatTensor};
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Shape, Tensor};

use super::operation;

/// How a convolution is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A 2-D convolution whose channels are those of all frames: each frame of the result reads each
    /// frame through the tap that joins them. One frame: the middle tap alone. Two: `[[w1, w2], [w0, w1]]`.
    Folded,
    /// A 3-D convolution.
    Whole,
}

impl Way {
    /// The way of fewest products: folded, `t * t'` taps are computed where `t' * kt` are else. A single frame
    /// is a picture in any case.
    pub fn best(x: &Tensor<5>, weight: &Tensor<5>, padding: [usize; 3]) -> Self {
        let (t, kt) = (x.dims()[2], weight.dims()[2]);
        let fits = t > 0 && t + 2 * padding[0] >= kt;
        if fits && (t < kt || t == 1) {
            Self::Folded
        } else {
            Self::Whole
        }
    }

    /// # Shapes
    /// As [`conv3d`](super::conv3d)
    pub fn conv3d(
        self,
        x: Tensor<5>,
        weight: Tensor<5>,
        stride: [usize; 3],
        padding: [usize; 3],
    ) -> Tensor<5> {
        match self {
            Self::Folded => folded(x, weight, stride, padding),
            Self::Whole => operation(x, weight, stride, padding),
        }
    }
}

fn folded(x: Tensor<5>, weight: Tensor<5>, stride: [usize; 3], padding: [usize; 3]) -> Tensor<5> {
    let [n, c_in, t, h, w] = x.dims();
    let [c_out, _, kt, _, _] = weight.dims();
    let frames = (t + 2 * padding[0] - kt) / stride[0] + 1;
    let weight = weight_of_frames(weight, t, frames, stride[0], padding[0]);
    let x: Tensor<5> = x
        .permute([0, 3, 4, 2, 1])
        .reshape([n, 1, h, w, t * c_in])
        .permute([0, 4, 1, 2, 3]);
    let (stride, padding) = ([1, stride[1], stride[2]], [0, padding[1], padding[2]]);
    let y = operation(x, weight, stride, padding); // [n, t' * c_out, 1, h', w']
    let [_, _, _, h, w] = y.dims();
    y.permute([0, 2, 3, 4, 1])
        .reshape([n, h, w, frames, c_out])
        .permute([0, 4, 3, 1, 2])
}

/// `[c_out, c_in, kt, kh, kw]` to `[t' * c_out, t * c_in, 1, kh, kw]`, channels-last in memory: the block of the
/// frames `o` and `i` is the tap `i + padding - o * stride`, or zero.
fn weight_of_frames(
    weight: Tensor<5>,
    t: usize,
    frames: usize,
    stride: usize,
    padding: usize,
) -> Tensor<5> {
    let [c_out, c_in, kt, kh, kw] = weight.dims();
    let device = weight.device();
    let options = (&device, weight.dtype());
    let taps = weight.permute([0, 2, 3, 4, 1]); // [c_out, kt, kh, kw, c_in]
    let block = |o: usize, i: usize| -> Tensor<5> {
        match (i + padding).checked_sub(o * stride).filter(|k| *k < kt) {
            Some(k) => taps.clone().narrow(1, k, 1),
            None => Tensor::zeros([c_out, 1, kh, kw, c_in], options),
        }
    };
    let row = |o| Tensor::cat((0..t).map(|i| block(o, i)).collect(), 4);
    let all = Tensor::cat((0..frames).map(row).collect(), 0);
    all.permute([0, 4, 1, 2, 3])
}

/// The dimensions of `[n, c, t, h, w]` in the order in which the convolutions here leave them in memory.
pub(super) fn pixel_order(frames: usize) -> [usize; 5] {
    match frames {
        0..=2 => [0, 3, 4, 2, 1], // folded: the frames of a pixel lie together
        _ => [0, 2, 3, 4, 1],
    }
}

/// The values of each pixel in each frame as a row: `[n, c, t, h, w]` to `[n * t * h * w, c]`. A view where the
/// tensor lies as the convolutions here leave it.
pub(super) fn pixels(x: Tensor<5>) -> Tensor<2> {
    let [n, c, t, h, w] = x.dims();
    x.permute(pixel_order(t).map(|d| d as isize))
        .reshape([n * t * h * w, c])
}

/// The way back.
pub(super) fn from_pixels(rows: Tensor<2>, [n, c, t, h, w]: [usize; 5]) -> Tensor<5> {
    match t {
        0..=2 => rows.reshape([n, h, w, t, c]).permute([0, 4, 3, 1, 2]),
        _ => rows.reshape([n, t, h, w, c]).permute([0, 4, 1, 2, 3]),
    }
}

pub(super) fn extents(x: &impl TensorMetadata) -> [usize; 5] {
    x.shape().dims()
}

/// Burn's forward pass, of what has one frame its 2-D one.
pub(super) fn convolution<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    stride: [usize; 3],
    padding: [(usize, usize); 3],
) -> FloatTensor<B> {
    if is_flat::<B>(&x, &weight, padding[0]) {
        let options = options([stride[1], stride[2]], [padding[1], padding[2]]);
        let y = B::conv2d(flat::<B>(x), flat::<B>(weight), None, options);
        deep::<B>(y)
    } else {
        B::conv3d(x, weight, None, options(stride, padding))
    }
}

/// Burn's gradient to the weight.
pub(super) fn weight_grad<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    grad: FloatTensor<B>,
    stride: [usize; 3],
    padding: [(usize, usize); 3],
) -> FloatTensor<B> {
    if is_flat::<B>(&x, &weight, padding[0]) {
        let options = options([stride[1], stride[2]], [padding[1], padding[2]]);
        let [x, weight, grad] = [x, weight, grad].map(flat::<B>);
        deep::<B>(B::conv2d_weight_backward(x, weight, grad, options))
    } else {
        B::conv3d_weight_backward(x, weight, grad, options(stride, padding))
    }
}

fn options<const D: usize>(stride: [usize; D], padding: [(usize, usize); D]) -> ConvOptions<D> {
    ConvOptions::new_with_padding(stride, padding, [1; D], 1)
}

fn is_flat<B: Backend>(
    x: &FloatTensor<B>,
    weight: &FloatTensor<B>,
    padding: (usize, usize),
) -> bool {
    extents(x)[2] == 1 && extents(weight)[2] == 1 && padding == (0, 0)
}

/// `[n, c, 1, h, w]` to `[n, c, h, w]`: a view where channels lie together.
fn flat<B: Backend>(x: FloatTensor<B>) -> FloatTensor<B> {
    let [n, c, _, h, w] = extents(&x);
    let x = B::float_permute(x, &[0, 2, 3, 4, 1]);
    let x = B::float_reshape(x, Shape::from([n, h, w, c]));
    B::float_permute(x, &[0, 3, 1, 2])
}

/// The way back.
fn deep<B: Backend>(x: FloatTensor<B>) -> FloatTensor<B> {
    let [n, c, h, w] = x.shape().dims();
    let x = B::float_permute(x, &[0, 2, 3, 1]);
    let x = B::float_reshape(x, Shape::from([n, 1, h, w, c]));
    B::float_permute(x, &[0, 4, 1, 2, 3])
}
