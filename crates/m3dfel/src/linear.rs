use burn::module::{Module, Param};
use burn::tensor::Tensor;

use crate::param::zeros;

/// `y = x Wᵀ + b`, the weight kept as the checkpoint has it: `[out, in]`.
#[derive(Module, Debug)]
pub struct Linear {
    pub weight: Param<Tensor<2>>,
    pub bias: Option<Param<Tensor<1>>>,
}

impl Linear {
    pub(crate) fn zeros(
        input: usize,
        output: usize,
        bias: bool,
        device: &burn::tensor::Device,
    ) -> Self {
        Self {
            weight: zeros([output, input], device),
            bias: bias.then(|| zeros([output], device)),
        }
    }

    /// # Shapes
    /// `[rows, in]` to `[rows, out]`
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let y = times_transposed(x, self.weight.val());
        match &self.bias {
            Some(bias) => y + bias.val().unsqueeze::<2>(),
            None => y,
        }
    }
}

/// `x Wᵀ`, as `(W xᵀ)ᵀ`: the gradient to `W` then comes as the weight lies in memory, where it would
/// else be turned, value by value, before each step.
///
/// # Shapes
/// `x [rows, in]`, `weight [out, in]` to `[rows, out]`
pub(crate) fn times_transposed(x: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    weight.matmul(x.transpose()).transpose()
}
