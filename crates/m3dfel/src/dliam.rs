//! The Dynamic Long-term Instance Aggregation Module; BiLSTM and DMIN have files of their own.

use burn::module::{Module, Param};
use burn::tensor::activation::{sigmoid, softmax};
use burn::tensor::{Device, Tensor};

use crate::bilstm::BiLstm;
use crate::config::{HEADS, ModelConfig};
use crate::dmin::Dmin;
use crate::linear::Linear;
use crate::param::zeros;

/// A bag's instances, joined: BiLSTM, self-attention, DMIN, a gate, a convolution over the bag.
#[derive(Module, Debug)]
pub struct Dliam {
    pub lstm: BiLstm,
    pub attention: Attention,
    pub norm: Dmin,
    pub pwconv: PwConv,
}

impl Dliam {
    pub(crate) fn zeros(config: &ModelConfig, device: &Device) -> Self {
        let (feature, bag) = (config.feature_width(), config.bag_width());
        Self {
            lstm: BiLstm::zeros(feature, feature, device),
            attention: Attention::zeros(bag, device),
            norm: Dmin::new(bag, config.variance, device),
            pwconv: PwConv::zeros(config.bag_size, device),
        }
    }

    /// BiLSTM output times sigmoid(DMIN(attention)).
    ///
    /// # Shapes
    /// `[batch, instances, 8 * base_width]` to `[batch, instances, 16 * base_width]`
    pub fn gated(&self, features: Tensor<3>) -> Tensor<3> {
        let x = self.lstm.forward(features);
        let gate = sigmoid(self.norm.forward(self.attention.forward(x.clone())));
        x * gate
    }
}

/// Self-attention of eight heads over the instances, without bias and without output projection.
#[derive(Module, Debug)]
pub struct Attention {
    /// `[3 * width, width]`: rows of the queries, the keys, the values.
    pub to_qkv: Linear,
}

impl Attention {
    pub(crate) fn zeros(width: usize, device: &Device) -> Self {
        Self {
            to_qkv: Linear::zeros(width, 3 * width, false, device),
        }
    }

    /// # Shapes
    /// `[batch, instances, width]` to the same
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let [batch, instances, width] = x.dims();
        let head = width / HEADS;
        let qkv = self.to_qkv.forward(x.reshape([batch * instances, width])); // [batch * instances, 3 * width]
        let part = |k: usize| {
            qkv.clone()
                .narrow(1, k * width, width)
                .reshape([batch, instances, HEADS, head])
                .swap_dims(1, 2)
        };
        let (q, k, v) = (part(0), part(1), part(2)); // [batch, heads, instances, head]
        let scores = q.matmul(k.transpose()) * (head as f64).powf(-0.5);
        let mixed = softmax(scores, 3).matmul(v);
        mixed.swap_dims(1, 2).reshape([batch, instances, width])
    }
}

/// `Conv1d(instances, 1, 3, padding = 1)` along the features: joins a bag into one vector.
#[derive(Module, Debug)]
pub struct PwConv {
    /// `[1, instances, 3]`
    pub weight: Param<Tensor<3>>,
    pub bias: Param<Tensor<1>>,
}

impl PwConv {
    pub(crate) fn zeros(instances: usize, device: &Device) -> Self {
        Self {
            weight: zeros([1, instances, 3], device),
            bias: zeros([1], device),
        }
    }

    /// What each instance adds to the bag's feature; their sum, plus the bias, is that feature.
    ///
    /// # Shapes
    /// `[batch, instances, width]` to the same
    pub fn parts(&self, x: Tensor<3>) -> Tensor<3> {
        let [batch, instances, width] = x.dims();
        let edge = Tensor::zeros([batch, instances, 1], &x.device());
        let padded = Tensor::cat(vec![edge.clone(), x, edge], 2); // [batch, instances, width + 2]
        let tap = |k: usize| {
            let weight = self.weight.val().narrow(2, k, 1); // [1, instances, 1]
            padded.clone().narrow(2, k, width) * weight
        };
        tap(0) + tap(1) + tap(2)
    }

    /// # Shapes
    /// `[batch, instances, width]` to `[batch, width]`
    pub fn forward(&self, x: Tensor<3>) -> Tensor<2> {
        let sum: Tensor<2> = self.parts(x).sum_dim(1).squeeze_dim(1);
        sum + self.bias.val().unsqueeze::<2>()
    }
}
