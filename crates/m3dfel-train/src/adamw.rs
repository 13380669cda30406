use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use m3dfel::M3dfel;
use m3dfel::weights::{Array, StateDict, names};
use m3dfel_conv::{AdamWStep, Updated};

use crate::{Error, Result};

/// AdamW (Loshchilov & Hutter, 2019) in PyTorch's arithmetic, its state kept by parameter name.
///
/// Burn's own keeps it by an identity that each process draws anew, so a resumed run could not find it.
#[derive(Debug, Default)]
pub struct AdamW {
    pub weight_decay: f64,
    steps: u32,
    moments: BTreeMap<String, Moments>,
}

#[derive(Debug)]
struct Moments {
    mean: Tensor<1>,
    square: Tensor<1>,
}

const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/// Prefixes of the moments' names in a file: PyTorch's.
const MEAN: &str = "exp_avg.";
const SQUARE: &str = "exp_avg_sq.";

impl AdamW {
    pub fn new(weight_decay: f64) -> Self {
        Self {
            weight_decay,
            ..Self::default()
        }
    }

    /// Moves each parameter by its gradient, which is multiplied by `scale` first; every one decays, as in
    /// the published code.
    pub fn step(
        &mut self,
        model: M3dfel,
        gradients: GradientsParams,
        scale: f64,
        learning_rate: f64,
    ) -> M3dfel {
        self.steps += 1;
        model.map(&mut Step {
            optimiser: self,
            gradients,
            scale,
            learning_rate,
            path: Vec::new(),
        })
    }

    /// The state, as tensors for a file.
    pub fn state(&self) -> StateDict {
        let array = |t: &Tensor<1>| Array {
            shape: t.dims().to_vec(),
            data: t
                .to_data()
                .convert::<f32>()
                .try_into_vec()
                .unwrap_or_default(),
        };
        let mut out = StateDict::new();
        for (name, moments) in &self.moments {
            out.insert(format!("{MEAN}{name}"), array(&moments.mean));
            out.insert(format!("{SQUARE}{name}"), array(&moments.square));
        }
        out
    }

    /// An optimiser that goes on where [`state`](Self::state) was taken, after `steps` steps.
    ///
    /// # Errors
    /// Moments that do not fit the model's parameters.
    pub fn restore(
        weight_decay: f64,
        steps: u32,
        mut state: StateDict,
        model: &M3dfel,
        device: &Device,
    ) -> Result<Self> {
        let mut moments = BTreeMap::new();
        if steps > 0 {
            for (name, shape) in parameters(model) {
                let count: usize = shape.iter().product();
                let mut take = |prefix: &str| {
                    let key = format!("{prefix}{name}");
                    match state.remove(&key) {
                        Some(array) if array.data.len() == count => Ok(Tensor::from_data(
                            TensorData::new(array.data, [count]),
                            device,
                        )),
                        Some(array) => Err(Error::Experiment(format!(
                            "the optimiser's {key} has {} values where the model has {count}",
                            array.data.len()
                        ))),
                        None => Err(Error::Experiment(format!(
                            "the optimiser's {key} is missing"
                        ))),
                    }
                };
                let (mean, square) = (take(MEAN)?, take(SQUARE)?);
                moments.insert(name, Moments { mean, square });
            }
        }
        Ok(Self {
            weight_decay,
            steps,
            moments,
        })
    }

    pub fn steps(&self) -> u32 {
        self.steps
    }
}

/// Names and shapes of what is trained, by its published name.
fn parameters(model: &M3dfel) -> Vec<(String, Vec<usize>)> {
    struct Trained(Vec<String>, Vec<(String, Vec<usize>)>);
    impl ModuleVisitor for Trained {
        fn enter_module(&mut self, name: &str, _: &str) {
            self.0.push(name.into());
        }
        fn exit_module(&mut self, _: &str, _: &str) {
            self.0.pop();
        }
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if param.is_require_grad() {
                self.1
                    .push((names::key(&self.0.join(".")), param.shape().to_vec()));
            }
        }
    }
    let mut trained = Trained(Vec::new(), Vec::new());
    model.visit(&mut trained);
    trained.1
}

struct Step<'a> {
    optimiser: &'a mut AdamW,
    gradients: GradientsParams,
    scale: f64,
    learning_rate: f64,
    path: Vec<String>,
}

impl ModuleMapper for Step<'_> {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.into());
    }
    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let gradient = match self.gradients.remove::<D>(param.id) {
            Some(gradient) => gradient,
            // As PyTorch has it where a parameter is only multiplied by zero, like the recurrent
            // weights of a bag of one: a gradient of zero.
            None if param.is_require_grad() => param.val().inner().zeros_like(),
            None => return param,
        };
        let name = names::key(&self.path.join("."));
        let (id, tensor, mapper) = param.consume();
        let shape = tensor.shape();
        let step = AdamWStep {
            scale: self.scale,
            learning_rate: self.learning_rate,
            weight_decay: self.optimiser.weight_decay,
            beta1: BETA1,
            beta2: BETA2,
            epsilon: EPSILON,
            step: self.optimiser.steps as i32,
        };
        let old = self.optimiser.moments.remove(&name);
        let Updated {
            weight,
            mean,
            square,
        } = step.update(
            tensor.without_autodiff().flatten(0, D - 1),
            gradient.flatten(0, D - 1),
            old.map(|old| (old.mean, old.square)),
        );
        self.optimiser
            .moments
            .insert(name, Moments { mean, square });

        let weight: Tensor<D> = weight.reshape(shape);
        Param::from_mapped_value(id, weight.autodiff().require_grad(), mapper)
    }
}
