//! The convolution anywhere but on the CPU: Burn's operations, which differentiate themselves, put so that
//! no tap is computed that meets only temporal padding.
//!
//! Burn's kernels on a GPU multiply matrices of pixels by channels (implicit GEMM), and lay tensors out
//! channels-last. So everything here is a view, and not a copy, if the channels of a pixel lie together; of
//! few frames also the frames of a pixel, which are channels then.

use burn::tensor::Tensor;
use burn::tensor::module::{conv2d, conv3d as burn_conv3d};
use burn::tensor::ops::ConvOptions;

use super::options;

/// How a convolution is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A 2-D convolution whose channels are those of all frames: each frame of the result reads each
    /// frame through the tap that joins them. One frame: the middle tap alone. Two: `[[w1, w2], [w0, w1]]`.
    Folded,
    /// Burn's 3-D convolution.
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
            Self::Whole => burn_conv3d(x, weight, None, options(stride, padding)),
        }
    }
}

fn folded(x: Tensor<5>, weight: Tensor<5>, stride: [usize; 3], padding: [usize; 3]) -> Tensor<5> {
    let [n, c_in, t, h, w] = x.dims();
    let [c_out, _, kt, _, _] = weight.dims();
    let frames = (t + 2 * padding[0] - kt) / stride[0] + 1;
    let weight = weight_of_frames(weight, t, frames, stride[0], padding[0]);
    let x: Tensor<4> = x.permute([0, 3, 4, 2, 1]).reshape([n, h, w, t * c_in]);
    let options = ConvOptions::new([stride[1], stride[2]], [padding[1], padding[2]], [1; 2], 1);
    let y = conv2d(x.permute([0, 3, 1, 2]), weight, None, options); // [n, t' * c_out, h', w']
    let [_, _, h, w] = y.dims();
    y.permute([0, 2, 3, 1])
        .reshape([n, h, w, frames, c_out])
        .permute([0, 4, 3, 1, 2])
}

/// `[c_out, c_in, kt, kh, kw]` to `[t' * c_out, t * c_in, kh, kw]`, channels-last in memory: the block of the
/// frames `o` and `i` is the tap `i + padding - o * stride`, or zero.
fn weight_of_frames(
    weight: Tensor<5>,
    t: usize,
    frames: usize,
    stride: usize,
    padding: usize,
) -> Tensor<4> {
    let [c_out, c_in, kt, kh, kw] = weight.dims();
    let device = weight.device();
    let options = (&device, weight.dtype());
    let taps = weight.permute([0, 2, 3, 4, 1]); // [c_out, kt, kh, kw, c_in]
    let block = |o: usize, i: usize| -> Tensor<4> {
        match (i + padding).checked_sub(o * stride).filter(|k| *k < kt) {
            Some(k) => taps.clone().narrow(1, k, 1).squeeze_dim(1),
            None => Tensor::zeros([c_out, kh, kw, c_in], options),
        }
    };
    let row = |o| Tensor::cat((0..t).map(|i| block(o, i)).collect(), 3);
    let all = Tensor::cat((0..frames).map(row).collect(), 0);
    all.permute([0, 3, 1, 2])
}

/// The values of each pixel in each frame as a row: `[n, c, t, h, w]` to `[n * t * h * w, c]`. A view where the
/// tensor lies as the convolutions here leave it.
pub(super) fn pixels(x: Tensor<5>) -> Tensor<2> {
    let [n, c, t, h, w] = x.dims();
    let x = match t {
        0..=2 => x.permute([0, 3, 4, 2, 1]), // folded: the frames of a pixel lie together
        _ => x.permute([0, 2, 3, 4, 1]),
    };
    x.reshape([n * t * h * w, c])
}

/// The way back.
pub(super) fn from_pixels(rows: Tensor<2>, [n, c, t, h, w]: [usize; 5]) -> Tensor<5> {
    match t {
        0..=2 => rows.reshape([n, h, w, t, c]).permute([0, 4, 3, 1, 2]),
        _ => rows.reshape([n, t, h, w, c]).permute([0, 4, 1, 2, 3]),
    }
}
