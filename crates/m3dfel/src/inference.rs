//! A trained model that only predicts, at full speed.

use burn::tensor::{Device, Tensor, TensorData};
use m3dfel_conv::r3d18::{BlockWeights, ConvNormWeights, R3d18Plan, R3d18Weights};
use m3dfel_conv::{on_cpu, r3d18::WIDTH_UNIT};

use crate::weights::{Array, StateDict, floats, names};
use crate::{Aggregation, Decision, Error, M3dfel, ModelConfig, Precision, R3d18, Result};

/// A model that only predicts: on a CPU its backbone has BatchNorm folded into weights that are laid
/// out once for the kernels; elsewhere, or at a width they do not take, Burn runs it.
pub struct Inference {
    backbone: Backbone,
    aggregation: Aggregation,
    config: ModelConfig,
    device: Device,
}

enum Backbone {
    Plan(R3d18Plan),
    Burn(R3d18),
}

impl Inference {
    /// Of a model as it stands; on the model's device, without autodiff.
    pub fn new(model: &M3dfel) -> Result<Self> {
        let device = model.aggregation.fc.weight.device().inner();
        Self::from_state(model.state(), model.config(), model.classes(), &device)?
            .with_precision(model.precision())
    }

    /// The same, whose convolutions compute in `precision`.
    ///
    /// # Errors
    /// A precision that the device lacks.
    pub fn with_precision(mut self, precision: Precision) -> Result<Self> {
        precision.check(&self.device)?;
        if let Backbone::Burn(backbone) = &mut self.backbone {
            backbone.precision = precision;
        }
        Ok(self)
    }

    /// Of weights that were read.
    ///
    /// # Errors
    /// As [`M3dfel::load_state`].
    pub fn from_state(
        state: StateDict,
        config: &ModelConfig,
        classes: usize,
        device: &Device,
    ) -> Result<Self> {
        let model = M3dfel::zeros(config, classes, device)?;
        model.check_state(&state)?;
        let plan = on_cpu(device) && config.base_width.is_multiple_of(WIDTH_UNIT);
        let (backbone, aggregation) = if plan {
            // The backbone's weights are dropped as soon as the plan has its own copy of them, and
            // the model's zeros were never in memory: nothing else is held twice.
            let (backbone, rest): (StateDict, StateDict) = state
                .into_iter()
                .partition(|(name, _)| names::is_backbone(name));
            let weights = backbone_weights(&backbone, config)?;
            let plan = R3d18Plan::new(&weights, config.instance_length())
                .map_err(|e| Error::Config(e.to_string()))?;
            drop(backbone);
            (Backbone::Plan(plan), model.fill(rest).aggregation)
        } else {
            let model = model.fill(state);
            (Backbone::Burn(model.features), model.aggregation)
        };
        Ok(Self {
            backbone,
            aggregation,
            config: config.clone(),
            device: device.clone(),
        })
    }

    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.aggregation.classes()
    }

    /// # Shapes
    /// `clips`: `[batch, frames, 3, size, size]`, flat
    ///
    /// # Errors
    /// Clips of another number of values.
    pub fn decide(&mut self, clips: Vec<f32>, batch: usize, size: usize) -> Result<Decision> {
        let (bag, frames) = (self.config.bag_size, self.config.frames);
        let values = batch * frames * 3 * size * size;
        if clips.len() != values || values == 0 {
            return Err(Error::Input(format!(
                "{} values for {batch} clips of {frames} frames of 3 x {size} x {size}, which are {values}",
                clips.len(),
            )));
        }
        let features = self.backbone(clips, batch * bag, size)?;
        Ok(self.join(features, batch))
    }

    /// The feature of each instance, to be joined by [`decide_features`](Self::decide_features): where
    /// windows over a video overlap, each instance is read once.
    ///
    /// # Shapes
    /// `instances`: `[count, instance length, 3, size, size]`, flat; to `[count, 8 * base_width]`, flat
    ///
    /// # Errors
    /// Instances of another number of values.
    pub fn features(&mut self, instances: Vec<f32>, count: usize, size: usize) -> Result<Vec<f32>> {
        let length = self.config.instance_length();
        let values = count * length * 3 * size * size;
        if instances.len() != values || values == 0 {
            return Err(Error::Input(format!(
                "{} values for {count} instances of {length} frames of 3 x {size} x {size}, which are {values}",
                instances.len(),
            )));
        }
        let features = self.backbone(instances, count, size)?;
        Ok(floats(features.into_data()))
    }

    /// # Shapes
    /// `features`: `[batch, bag size, 8 * base_width]`, flat
    ///
    /// # Errors
    /// Features of another number of values.
    pub fn decide_features(&self, features: Vec<f32>, batch: usize) -> Result<Decision> {
        let (bag, width) = (self.config.bag_size, self.config.feature_width());
        if features.len() != batch * bag * width || features.is_empty() {
            return Err(Error::Input(format!(
                "{} values for the features of {batch} bags of {bag} instances of {width}",
                features.len(),
            )));
        }
        let data = TensorData::new(features, [batch * bag, width]);
        Ok(self.join(Tensor::from_data(data, &self.device), batch))
    }

    fn join(&self, features: Tensor<2>, batch: usize) -> Decision {
        let (bag, width) = (self.config.bag_size, self.config.feature_width());
        self.aggregation
            .decide(features.reshape([batch, bag, width]))
    }

    /// `[count, instance length, 3, size, size]` to `[count, width]`
    fn backbone(&mut self, instances: Vec<f32>, count: usize, size: usize) -> Result<Tensor<2>> {
        let length = self.config.instance_length();
        Ok(match &mut self.backbone {
            Backbone::Plan(plan) => {
                let turned = channels_first(&instances, length, size * size);
                drop(instances);
                let features = plan
                    .forward(&turned, count, [size, size])
                    .map_err(|e| Error::Input(e.to_string()))?;
                let shape = [count, self.config.feature_width()];
                Tensor::from_data(TensorData::new(features, shape), &self.device)
            }
            Backbone::Burn(backbone) => {
                let shape = [count, length, 3, size, size];
                let data = TensorData::new(instances, shape);
                let instances = Tensor::<5>::from_data(data, &self.device);
                backbone.forward(instances.swap_dims(1, 2))
            }
        })
    }
}

/// `[instances, frames, 3, plane]` to `[instances, 3, frames, plane]`.
fn channels_first(x: &[f32], frames: usize, plane: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(x.len());
    for instance in x.chunks_exact(frames * 3 * plane) {
        for channel in 0..3 {
            for frame in instance.chunks_exact(3 * plane) {
                out.extend_from_slice(&frame[channel * plane..][..plane]);
            }
        }
    }
    out
}

/// The published names of the backbone's tensors.
fn backbone_weights<'a>(state: &'a StateDict, config: &ModelConfig) -> Result<R3d18Weights<'a>> {
    let get = |name: String| -> Result<&'a [f32]> {
        state
            .get(&name)
            .map(|array: &Array| array.data.as_slice())
            .ok_or_else(|| Error::Missing {
                name,
                expected: vec![],
                hint: String::new(),
            })
    };
    let conv_norm = |path: &str| -> Result<ConvNormWeights<'a>> {
        Ok(ConvNormWeights {
            weight: get(format!("{path}.0.weight"))?,
            gamma: get(format!("{path}.1.weight"))?,
            beta: get(format!("{path}.1.bias"))?,
            running_mean: get(format!("{path}.1.running_mean"))?,
            running_var: get(format!("{path}.1.running_var"))?,
        })
    };
    let block = |layer: usize, block: usize| -> Result<BlockWeights<'a>> {
        let path = format!("features.{layer}.{block}");
        let shrinks = layer > 1 && block == 0;
        Ok(BlockWeights {
            conv1: conv_norm(&format!("{path}.conv1"))?,
            conv2: conv_norm(&format!("{path}.conv2"))?,
            downsample: shrinks
                .then(|| conv_norm(&format!("{path}.downsample")))
                .transpose()?,
        })
    };
    let layer = |k: usize| -> Result<[BlockWeights<'a>; 2]> { Ok([block(k, 0)?, block(k, 1)?]) };
    Ok(R3d18Weights {
        base_width: config.base_width,
        stem: conv_norm("features.0")?,
        layers: [layer(1)?, layer(2)?, layer(3)?, layer(4)?],
    })
}
