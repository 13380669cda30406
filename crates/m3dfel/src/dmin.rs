use burn::module::{Module, Param};
use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor};

use crate::config::Variance;

/// Dynamic multi-instance normalisation (the paper's equations 2 to 6).
///
/// Mean and variance are each a learnt mixture (softmax over two weights) of two normalisers: over
/// the instances of a bag, for each channel; and over the whole bag, for all channels.
#[derive(Module, Debug)]
pub struct Dmin {
    /// Scale, `[1, channels, 1]`
    pub weight: Param<Tensor<3>>,
    /// Shift, `[1, channels, 1]`
    pub bias: Param<Tensor<3>>,
    /// Mixture of the means: instance, bag.
    pub mean_weight: Param<Tensor<1>>,
    /// Mixture of the variances: instance, bag.
    pub var_weight: Param<Tensor<1>>,
    #[module(skip)]
    pub variance: Variance,
}

const EPSILON: f64 = 1e-5;

impl Dmin {
    /// Scale 1, shift 0, both normalisers in equal parts.
    pub fn new(channels: usize, variance: Variance, device: &Device) -> Self {
        Self {
            weight: Param::from_tensor(Tensor::ones([1, channels, 1], device)),
            bias: Param::from_tensor(Tensor::zeros([1, channels, 1], device)),
            mean_weight: Param::from_tensor(Tensor::ones([2], device)),
            var_weight: Param::from_tensor(Tensor::ones([2], device)),
            variance,
        }
    }

    /// # Shapes
    /// `[batch, instances, channels]` to the same
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let x = x.swap_dims(1, 2); // [batch, channels, instances]
        let instances = x.dims()[2];
        let mean_i = x.clone().mean_dim(2); // [batch, channels, 1]
        let var_i = (x.clone() - mean_i.clone()).square().mean_dim(2);
        let var_i = match self.variance {
            Variance::Biased => var_i,
            // Not defined for one instance, which `ModelConfig::validate` refuses.
            Variance::Unbiased => var_i * (instances as f64 / (instances as f64 - 1.0)),
        };
        let mean_b = mean_i.clone().mean_dim(1); // [batch, 1, 1]
        let var_b = (var_i.clone() + mean_i.clone().square()).mean_dim(1) - mean_b.clone().square();

        let mean = mix(&self.mean_weight, mean_i, mean_b);
        let var = mix(&self.var_weight, var_i, var_b);
        let y = (x - mean) / (var + EPSILON).sqrt() * self.weight.val() + self.bias.val();
        y.swap_dims(1, 2)
    }
}

fn mix(weights: &Param<Tensor<1>>, instance: Tensor<3>, bag: Tensor<3>) -> Tensor<3> {
    let w = softmax(weights.val(), 0);
    let part = |k: usize| w.clone().narrow(0, k, 1).reshape([1, 1, 1]);
    instance * part(0) + bag * part(1)
}
