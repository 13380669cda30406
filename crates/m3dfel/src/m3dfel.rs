use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::config::{Join, ModelConfig};
use crate::dliam::Dliam;
use crate::linear::Linear;
use crate::r3d18::R3d18;
use crate::{Error, Precision, Result};

/// The whole network. [`M3dfel::init`] gives it random weights; [`crate::weights`] reads and writes them.
#[derive(Module, Debug)]
pub struct M3dfel {
    pub features: R3d18,
    pub aggregation: Aggregation,
    #[module(skip)]
    config: ModelConfig,
}

/// Everything after the backbone: the paper's DLIAM, or the plain mean of the instances, and the
/// classifier.
#[derive(Module, Debug)]
pub struct Aggregation {
    /// None: the mean, which for a bag of one is R3D-18 with its own classifier.
    pub dliam: Option<Dliam>,
    pub fc: Linear,
}

/// A bag's logits, and what each instance had in them.
pub struct Decision {
    /// The bag's feature, which the classifier reads: `[batch, width]`
    pub feature: Tensor<2>,
    /// `[batch, classes]`
    pub logits: Tensor<2>,
    /// `[batch, instances, classes]`: summed over the instances, and with the part that depends on
    /// no instance added, they are the logits. Exact, since everything after the gate is linear.
    pub parts: Tensor<3>,
}

impl M3dfel {
    /// A model whose weights are zero (its norms one), to be filled by [`crate::weights`].
    ///
    /// # Errors
    /// A configuration that no model can have; fewer than two classes.
    pub fn zeros(config: &ModelConfig, classes: usize, device: &Device) -> Result<Self> {
        config.validate()?;
        if classes < 2 {
            return Err(Error::Config(format!(
                "{classes} classes: a classifier needs two or more"
            )));
        }
        Ok(Self {
            features: R3d18::zeros(config.base_width, device),
            aggregation: Aggregation::zeros(config, classes, device),
            config: config.clone(),
        })
    }

    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// The same model, whose convolutions compute in `precision`.
    ///
    /// # Errors
    /// A precision that the model's device lacks.
    pub fn with_precision(mut self, precision: Precision) -> Result<Self> {
        precision.check(&self.aggregation.fc.weight.device())?;
        self.features.precision = precision;
        Ok(self)
    }

    pub fn precision(&self) -> Precision {
        self.features.precision
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.aggregation.classes()
    }

    /// Clips in `[0, 1]` to logits.
    ///
    /// # Shapes
    /// `[batch, frames, 3, h, w]` to `[batch, classes]`
    pub fn forward(&self, clips: Tensor<5>) -> Tensor<2> {
        self.aggregation.forward(self.instance_features(clips))
    }

    /// R3D-18's feature of each instance.
    ///
    /// # Shapes
    /// `[batch, frames, 3, h, w]` to `[batch, instances, 8 * base_width]`
    pub fn instance_features(&self, clips: Tensor<5>) -> Tensor<3> {
        let [batch, frames, colours, h, w] = clips.dims();
        assert_eq!(frames, self.config.frames, "frames in a clip");
        let (bag, length) = (self.config.bag_size, self.config.instance_length());
        let instances = clips
            .reshape([batch * bag, length, colours, h, w])
            .swap_dims(1, 2); // [n, 3, length, h, w]
        self.features
            .forward(instances)
            .reshape([batch, bag, self.config.feature_width()])
    }
}

impl Aggregation {
    pub(crate) fn zeros(config: &ModelConfig, classes: usize, device: &Device) -> Self {
        Self {
            dliam: (config.join == Join::Dliam).then(|| Dliam::zeros(config, device)),
            fc: Linear::zeros(config.bag_width(), classes, true, device),
        }
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.fc.weight.dims()[0]
    }

    /// Features of a bag's instances to logits.
    ///
    /// # Shapes
    /// `[batch, instances, 8 * base_width]` to `[batch, classes]`
    pub fn forward(&self, features: Tensor<3>) -> Tensor<2> {
        self.fc.forward(match &self.dliam {
            Some(dliam) => dliam.pwconv.forward(dliam.gated(features)),
            None => mean(features),
        })
    }

    /// As [`forward`](Self::forward), with what each instance had in the decision.
    pub fn decide(&self, features: Tensor<3>) -> Decision {
        let (feature, parts) = match &self.dliam {
            Some(dliam) => {
                let gated = dliam.gated(features); // [batch, instances, width]
                let feature = dliam.pwconv.forward(gated.clone());
                (feature, dliam.pwconv.parts(gated))
            }
            None => {
                let bag = features.dims()[1] as f64;
                (mean(features.clone()), features / bag)
            }
        };
        let [batch, bag, width] = parts.dims();
        let parts = parts
            .reshape([batch * bag, width])
            .matmul(self.fc.weight.val().transpose())
            .reshape([batch, bag, self.classes()]);
        Decision {
            logits: self.fc.forward(feature.clone()),
            feature,
            parts,
        }
    }
}

/// `[batch, instances, width]` to `[batch, width]`
fn mean(features: Tensor<3>) -> Tensor<2> {
    features.mean_dim(1).squeeze_dim(1)
}
