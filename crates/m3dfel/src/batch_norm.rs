use burn::module::{Module, Param, RunningState};
use burn::tensor::{Device, Tensor};

/// Batch normalisation whose running variance is PyTorch's: unbiased.
///
/// Burn's own keeps the biased one, which evaluates differently after the same training.
#[derive(Module, Debug)]
pub struct BatchNorm {
    pub weight: Param<Tensor<1>>,
    pub bias: Param<Tensor<1>>,
    pub running_mean: RunningState<Tensor<1>>,
    pub running_var: RunningState<Tensor<1>>,
}

pub(crate) const EPSILON: f64 = 1e-5;
const MOMENTUM: f64 = 0.1;

impl BatchNorm {
    pub(crate) fn new(channels: usize, device: &Device) -> Self {
        Self {
            weight: Param::from_tensor(Tensor::ones([channels], device)),
            bias: Param::from_tensor(Tensor::zeros([channels], device)),
            running_mean: RunningState::new(Tensor::zeros([channels], device)),
            running_var: RunningState::new(Tensor::ones([channels], device)),
        }
    }

    /// Normalises each channel: by the batch's statistics on an autodiff device (and moves the
    /// running ones a tenth of the way), by the running statistics elsewhere.
    ///
    /// # Shapes
    /// `[batch, channels, t, h, w]` to the same
    pub fn forward(&self, x: Tensor<5>) -> Tensor<5> {
        if !x.device().is_autodiff() {
            let (mean, variance) = (self.running_mean.value(), self.running_var.value());
            return burn::tensor::module::batch_norm(
                x,
                self.weight.val(),
                self.bias.val(),
                mean,
                variance,
                EPSILON,
            );
        }
        let [batch, _, t, h, w] = x.dims();
        let count = (batch * t * h * w) as f64;
        let result =
            burn::tensor::module::batch_norm_train(x, self.weight.val(), self.bias.val(), EPSILON);
        // One value has no unbiased variance; PyTorch refuses it, here the running one stays.
        if count > 1.0 {
            blend(&self.running_mean, result.mean.detach());
            blend(
                &self.running_var,
                result.variance.detach() * (count / (count - 1.0)),
            );
        }
        result.output
    }
}

fn blend(running: &RunningState<Tensor<1>>, batch: Tensor<1>) {
    let old = running.value_sync();
    running.update((old * (1.0 - MOMENTUM) + batch * MOMENTUM).detach());
}
