use burn::module::{Module, Param, RunningState};
use burn::tensor::{Device, Tensor};
use m3dfel_conv::{BatchStatistics, batch_norm_relu, batch_norm_relu_fixed};

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

    /// Normalises each channel, then adds `residual` and rectifies where asked for: by the batch's
    /// statistics on an autodiff device (and moves the running ones a tenth of the way), by the
    /// running statistics elsewhere.
    ///
    /// # Shapes
    /// `[batch, channels, t, h, w]` to the same, which is the residual's too
    pub fn forward(&self, x: Tensor<5>, residual: Option<Tensor<5>>, relu: bool) -> Tensor<5> {
        let (gamma, beta) = (self.weight.val(), self.bias.val());
        if !x.device().is_autodiff() {
            return batch_norm_relu_fixed(
                x,
                gamma,
                beta,
                self.running_mean.value(),
                self.running_var.value(),
                EPSILON,
                residual,
                relu,
            );
        }
        let [batch, _, t, h, w] = x.dims();
        let (y, mean, variance) = batch_norm_relu(x, gamma, beta, EPSILON, residual, relu);
        self.observe(BatchStatistics {
            mean,
            variance,
            count: batch * t * h * w,
        });
        y
    }

    /// Moves the running statistics a tenth of the way to a batch's.
    pub(crate) fn observe(&self, batch: BatchStatistics) {
        let count = batch.count as f64;
        // One value has no unbiased variance; PyTorch refuses it, here the running one stays.
        if count > 1.0 {
            blend(&self.running_mean, batch.mean);
            blend(&self.running_var, batch.variance * (count / (count - 1.0)));
        }
    }
}

fn blend(running: &RunningState<Tensor<1>>, batch: Tensor<1>) {
    let old = running.value_sync();
    running.update((old * (1.0 - MOMENTUM) + batch * MOMENTUM).detach());
}
