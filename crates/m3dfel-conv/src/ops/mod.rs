//! The operations as Burn sees them.

mod adamw;
mod autodiff;
mod backbone;
mod bytes;
mod elsewhere;
mod flex;
mod input_grad;
mod norm;

pub use adamw::{AdamWStep, Updated};
pub use backbone::{BatchStatistics, UnitTensors, r3d18_train};
pub use elsewhere::Way;
pub use norm::{batch_norm_relu, batch_norm_relu_fixed};

use burn::backend::{Backend, Dispatch, DispatchDevice, backend_extension, tensor::FloatTensor};
use burn::tensor::{Device, Tensor};

/// A convolution and its gradients: on Flex this crate's kernels, on a device Burn's operations.
#[backend_extension(
    Flex,
    Cube: cfg(any(feature = "cuda", feature = "vulkan", feature = "metal")),
    Autodiff
)]
pub trait ConvOps: Backend {
    /// The same tensor, laid out in memory as the convolution wants it.
    fn clip_layout(x: FloatTensor<Self>) -> FloatTensor<Self> {
        x
    }

    /// `x [batch, c_in, t, h, w]`, `weight [c_out, c_in, kt, kh, kw]` to `[batch, c_out, t, h, w]`.
    fn clip_conv3d(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        stride: [usize; 3],
        padding: [usize; 3],
    ) -> FloatTensor<Self> {
        elsewhere::convolution::<Self>(x, weight, stride, both_ends(padding))
    }

    /// The gradient to `x`.
    fn clip_conv3d_x_grad(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        stride: [usize; 3],
        padding: [usize; 3],
    ) -> FloatTensor<Self> {
        let input = elsewhere::extents(&x);
        input_grad::input_grad::<Self>(input, weight, grad, stride, padding)
    }

    /// The gradient to `weight`.
    fn clip_conv3d_weight_grad(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        stride: [usize; 3],
        padding: [usize; 3],
    ) -> FloatTensor<Self> {
        elsewhere::weight_grad::<Self>(x, weight, grad, stride, both_ends(padding))
    }
}

#[cfg(any(feature = "cuda", feature = "vulkan", feature = "metal"))]
impl ConvOps for burn::backend::Cube {}

/// A normalisation in one pass. Only Flex has it.
#[backend_extension(Flex, Autodiff)]
pub trait NormOps: Backend {
    /// Batch normalisation by the batch's statistics, then ReLU if asked for: the result, the means
    /// and the biased variances.
    fn clip_batch_norm(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f64,
        relu: bool,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    /// The same with `residual` added before the ReLU.
    fn clip_batch_norm_add(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        epsilon: f64,
        relu: bool,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    /// The gradients to `x`, `gamma`, `beta` and, if asked for, to the residual (else that place
    /// holds the one to `beta` again).
    #[allow(clippy::too_many_arguments)]
    fn clip_batch_norm_grad(
        grad: FloatTensor<Self>,
        x: FloatTensor<Self>,
        y: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        variance: FloatTensor<Self>,
        epsilon: f64,
        relu: bool,
        residual: bool,
    ) -> (
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
    );
}

fn both_ends(padding: [usize; 3]) -> [(usize, usize); 3] {
    padding.map(|count| (count, count))
}

/// 3-D convolution without bias, dilation or groups.
///
/// On the CPU (Flex) the kernels of this crate, elsewhere Burn's, the [best way](Way::best). Differentiable in both inputs,
/// once. On Flex the result lies channels-last in memory, whatever its shape says, and so does the gradient
/// to `x`: handed on to the next convolution, neither is copied.
///
/// # Shapes
/// `x [batch, c_in, t, h, w]`, `weight [c_out, c_in, kt, kh, kw]` to `[batch, c_out, t', h', w']`
///
/// # Panics
/// If the channels of `x` and `weight` differ or a stride is 0.
pub fn conv3d(
    x: Tensor<5>,
    weight: Tensor<5>,
    stride: [usize; 3],
    padding: [usize; 3],
) -> Tensor<5> {
    let (x_dims, w_dims) = (x.dims(), weight.dims());
    assert_eq!(
        x_dims[1], w_dims[1],
        "conv3d: input {x_dims:?} has {} channels, weight {w_dims:?} takes {}",
        x_dims[1], w_dims[1],
    );
    assert!(!stride.contains(&0), "conv3d: stride {stride:?} has a zero");
    if on_flex(&x) {
        operation(x, weight, stride, padding)
    } else {
        Way::best(&x, &weight, padding).conv3d(x, weight, stride, padding)
    }
}

fn operation(
    x: Tensor<5>,
    weight: Tensor<5>,
    stride: [usize; 3],
    padding: [usize; 3],
) -> Tensor<5> {
    let (x, weight) = (x.into_dispatch(), weight.into_dispatch());
    let y = <Dispatch as ConvOps>::clip_conv3d(x, weight, stride, padding);
    Tensor::from_dispatch(y)
}

fn on_flex<const D: usize>(x: &Tensor<D>) -> bool {
    on_cpu(&x.device())
}

/// Whether a device is the CPU that the kernels of this crate run on, with autodiff or without.
pub fn on_cpu(device: &Device) -> bool {
    matches!(
        device.clone().inner().as_dispatch(),
        DispatchDevice::Flex(_)
    )
}
