use burn::backend::flex::FlexTensor;
use burn::backend::{Dispatch, Flex};
use burn::tensor::{DType, Tensor, activation::relu as burn_relu};

use super::elsewhere::{from_pixels, pixels};
use super::{NormOps, on_flex};
use crate::simd::CHANNEL_UNIT;

/// Batch normalisation by the statistics of this batch, then, in the same pass, the addition of
/// `residual` and a ReLU where asked for. Differentiable in `x`, `gamma`, `beta` and `residual`.
///
/// Statistics and parameters are in float32 whatever `x` is in; the result is in what `x` is in.
///
/// Returns the result, the channels' means and their biased variances; no gradient flows through
/// these two.
///
/// # Shapes
/// `x` and `residual` `[batch, channels, t, h, w]`; `gamma`, `beta`, means and variances `[channels]`
///
/// # Panics
/// If channels or the shapes of `x` and `residual` differ.
pub fn batch_norm_relu(
    x: Tensor<5>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    epsilon: f64,
    residual: Option<Tensor<5>>,
    relu: bool,
) -> (Tensor<5>, Tensor<1>, Tensor<1>) {
    check(&x, [&gamma, &beta], residual.as_ref());
    if !has_kernels(&x, &gamma) {
        let (dims, dtype) = (x.dims(), x.dtype());
        let rows = pixels(x).cast(DType::F32);
        let normed = burn::tensor::module::batch_norm_train(rows, gamma, beta, epsilon);
        return (
            finished(normed.output.cast(dtype), dims, residual, relu),
            normed.mean.detach(),
            normed.variance.detach(),
        );
    }
    let (x, gamma, beta) = (
        x.into_dispatch(),
        gamma.into_dispatch(),
        beta.into_dispatch(),
    );
    let (y, mean, variance) = match residual {
        None => <Dispatch as NormOps>::clip_batch_norm(x, gamma, beta, epsilon, relu),
        Some(residual) => <Dispatch as NormOps>::clip_batch_norm_add(
            x,
            gamma,
            beta,
            residual.into_dispatch(),
            epsilon,
            relu,
        ),
    };
    (
        Tensor::from_dispatch(y),
        Tensor::from_dispatch(mean),
        Tensor::from_dispatch(variance),
    )
}

/// The same by given statistics, as a trained model normalises: `mean` and `variance` `[channels]`.
///
/// One pass on Flex without autodiff; anywhere else Burn's operations, differentiable as they are, in float32
/// whatever `x` is in.
///
/// # Panics
/// As [`batch_norm_relu`].
#[allow(clippy::too_many_arguments)]
pub fn batch_norm_relu_fixed(
    x: Tensor<5>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    mean: Tensor<1>,
    variance: Tensor<1>,
    epsilon: f64,
    residual: Option<Tensor<5>>,
    relu: bool,
) -> Tensor<5> {
    check(&x, [&gamma, &beta, &mean, &variance], residual.as_ref());
    if x.device().is_autodiff() || !has_kernels(&x, &gamma) {
        let (dims, dtype) = (x.dims(), x.dtype());
        let rows = pixels(x).cast(DType::F32);
        let y = burn::tensor::module::batch_norm(rows, gamma, beta, mean, variance, epsilon);
        return finished(y.cast(dtype), dims, residual, relu);
    }
    let [gamma, beta, mean, variance] = [gamma, beta, mean, variance].map(primitive);
    let statistics = super::flex::statistics(&mean, &variance);
    let (y, _) = super::flex::normalised(
        primitive(x),
        [gamma, beta],
        residual.map(primitive),
        epsilon,
        relu,
        Some(statistics),
    );
    Tensor::from_primitive::<Flex>(y)
}

pub(super) fn primitive<const D: usize>(x: Tensor<D>) -> FlexTensor {
    x.try_into_primitive::<Flex>()
        .expect("tensors of one operation are on one device")
}

fn check<const N: usize>(x: &Tensor<5>, vectors: [&Tensor<1>; N], residual: Option<&Tensor<5>>) {
    let [_, channels, ..] = x.dims();
    for vector in vectors {
        assert_eq!(
            vector.dims(),
            [channels],
            "batch_norm_relu: a value a channel"
        );
    }
    if let Some(residual) = residual {
        assert_eq!(residual.dims(), x.dims(), "batch_norm_relu: residual");
    }
}

fn has_kernels(x: &Tensor<5>, gamma: &Tensor<1>) -> bool {
    let floats = x.dtype() == DType::F32 && gamma.dtype() == DType::F32;
    on_flex(x) && floats && x.dims()[1].is_multiple_of(CHANNEL_UNIT)
}

/// Of rows of pixels, which is how all of it lies in memory: an operation on a permuted tensor would copy it.
fn finished(
    rows: Tensor<2>,
    dims: [usize; 5],
    residual: Option<Tensor<5>>,
    relu: bool,
) -> Tensor<5> {
    let rows = match residual {
        Some(residual) => rows + pixels(residual),
        None => rows,
    };
    from_pixels(if relu { burn_relu(rows) } else { rows }, dims)
}
