use burn::backend::Dispatch;
use burn::tensor::{DType, Tensor, activation::relu as burn_relu};

use super::{ClipOps, on_flex};
use crate::simd::CHANNEL_UNIT;

/// Batch normalisation by the statistics of this batch, then, in the same pass, the addition of
/// `residual` and a ReLU where asked for. Differentiable in `x`, `gamma`, `beta` and `residual`.
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
    let [_, channels, ..] = x.dims();
    assert_eq!(gamma.dims(), [channels], "batch_norm_relu: gamma");
    assert_eq!(beta.dims(), [channels], "batch_norm_relu: beta");
    if let Some(residual) = &residual {
        assert_eq!(residual.dims(), x.dims(), "batch_norm_relu: residual");
    }
    let floats = x.dtype() == DType::F32 && gamma.dtype() == DType::F32;
    if !on_flex(&x) || !floats || !channels.is_multiple_of(CHANNEL_UNIT) {
        let normed = burn::tensor::module::batch_norm_train(x, gamma, beta, epsilon);
        let mut y = normed.output;
        if let Some(residual) = residual {
            y = y + residual;
        }
        return (
            if relu { burn_relu(y) } else { y },
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
        None => <Dispatch as ClipOps>::clip_batch_norm(x, gamma, beta, epsilon, relu),
        Some(residual) => <Dispatch as ClipOps>::clip_batch_norm_add(
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
