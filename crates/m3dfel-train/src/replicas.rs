//! A model on several devices: each computes some parts of a batch, and the first one steps.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::optim::{GradientsAccumulator, GradientsParams};
use burn::tensor::{Device, Tensor, TensorData};
use m3dfel::{Loss, M3dfel};
use m3dfel_data::Batch;

use crate::{Error, Result};

/// The devices of a run, and a copy of its model on each but the first, whose model is the run's own.
///
/// As in PyTorch's data-parallel training, BatchNorm's running statistics are those of the first device.
pub(crate) struct Replicas {
    first: Device,
    others: Vec<(Device, M3dfel)>,
    /// Of a clip: frames, 3, height, width
    clip: [usize; 4],
}

/// What a part of a batch came to, on the device that computed it: not waited for.
pub(crate) struct Part {
    replica: usize,
    gradients: GradientsParams,
    loss: Tensor<1>,
    pub clips: usize,
}

impl Replicas {
    /// `devices` with autodiff, `model` on the first of them.
    ///
    /// # Errors
    /// No device; a device that lacks the model's precision.
    pub fn new(devices: &[Device], model: &M3dfel, size: usize) -> Result<Self> {
        let Some((first, others)) = devices.split_first() else {
            return Err(Error::Experiment("there is no device to train on".into()));
        };
        let copy = |device: &Device| -> Result<_> {
            let copy = M3dfel::zeros(model.config(), model.classes(), device)?;
            let copy = copy.with_precision(model.precision())?;
            Ok((device.clone(), copy))
        };
        let mut replicas = Self {
            first: first.clone(),
            others: others.iter().map(copy).collect::<Result<_>>()?,
            clip: [model.config().frames, 3, size, size],
        };
        replicas.update(model);
        Ok(replicas)
    }

    /// As many parts are computed at a time.
    pub fn count(&self) -> usize {
        1 + self.others.len()
    }

    /// Begins with a part of a batch: forward and backward.
    ///
    /// # Errors
    /// Labels that are no classes.
    pub fn begin(&self, replica: usize, model: &M3dfel, batch: Batch, loss: &Loss) -> Result<Part> {
        let (device, model) = match replica.checked_sub(1).and_then(|k| self.others.get(k)) {
            Some((device, copy)) => (device, copy),
            None => (&self.first, model),
        };
        let clips = batch.labels.len();
        let [frames, colours, h, w] = self.clip;
        let shape = [clips, frames, colours, h, w];
        let inputs = Tensor::<5>::from_data(TensorData::new(batch.inputs, shape), device);
        let loss = loss.forward(model.forward(inputs), &batch.labels)?;
        // The sum over clips, so that parts of differing sizes add up to the batch's mean.
        let gradients = (loss.clone() * clips as f64).backward();
        Ok(Part {
            replica,
            gradients: GradientsParams::from_grads(gradients, model),
            loss,
            clips,
        })
    }

    /// Adds a part's gradients, and waits for its mean loss. In the order of the parts, whatever device they
    /// were on, sums are the same to the bit.
    pub fn add(&self, part: Part, model: &M3dfel, sum: &mut GradientsAccumulator<M3dfel>) -> f64 {
        let gradients = match part.replica {
            0 => part.gradients,
            _ => part.gradients.to_device(&self.first.clone().inner(), model),
        };
        sum.accumulate(model, gradients);
        part.loss.into_scalar::<f32>().into()
    }

    /// Gives every copy the model's weights.
    pub fn update(&mut self, model: &M3dfel) {
        if self.others.is_empty() {
            return;
        }
        let mut weights = Weights::default();
        model.visit(&mut weights);
        let others = std::mem::take(&mut self.others);
        let updated = |(device, copy): (Device, M3dfel)| {
            let copy = copy.map(&mut Take {
                of: &weights,
                next: 0,
                device: &device,
            });
            (device, copy)
        };
        self.others = others.into_iter().map(updated).collect();
    }
}

/// What is trained of a model, in the order of its fields.
#[derive(Default)]
struct Weights(Vec<(ParamId, Tensor<1>)>);

impl ModuleVisitor for Weights {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if param.is_require_grad() {
            let flat = param.val().inner().flatten(0, D - 1);
            self.0.push((param.id, flat));
        }
    }
}

/// Puts them into another model of the same shape, under the same identities: gradients are kept by them.
struct Take<'a> {
    of: &'a Weights,
    next: usize,
    device: &'a Device,
}

impl ModuleMapper for Take<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if !param.is_require_grad() {
            return param;
        }
        let Some((id, weight)) = self.of.0.get(self.next) else {
            return param;
        };
        self.next += 1;
        let shape = param.lazy_shape();
        let (_, _, mapper) = param.consume();
        let weight: Tensor<D> = weight
            .clone()
            .to_device(&self.device.clone().inner())
            .reshape(shape);
        Param::from_mapped_value(*id, weight.autodiff().require_grad(), mapper)
    }
}
