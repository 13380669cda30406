//! R3D-18 in training as one operation of Burn's autodiff.

use std::sync::{Arc, Mutex, PoisonError};

use burn::backend::autodiff::{
    Autodiff,
    checkpoint::{base::Checkpointer, strategy::NoCheckpointing},
    grads::Gradients,
    ops::{Backward, NodeGuard, Ops, OpsKind},
};
use burn::backend::flex::{FlexTensor, Layout};
use burn::backend::{Flex, TensorMetadata, tensor::FloatTensor};
use burn::tensor::{DType, Tensor};

use super::bytes::bytes;
use super::flex::{channels_last, floats, tensor, vector};
use super::on_flex;
use crate::buffer::{Floats, Pixels};
use crate::r3d18::network::{CONVOLUTIONS, Network};
use crate::r3d18::training::{Tape, Training, Unit};
use crate::simd::CHANNEL_UNIT;

/// A convolution's weight `[out, in, kt, kh, kw]`, and gamma and beta of its normalisation, `[out]`.
#[derive(Clone, Debug)]
pub struct UnitTensors {
    pub weight: Tensor<5>,
    pub gamma: Tensor<1>,
    pub beta: Tensor<1>,
}

/// What a batch was normalised by. No gradient flows through it.
#[derive(Clone, Debug)]
pub struct BatchStatistics {
    /// `[channels]`
    pub mean: Tensor<1>,
    /// `[channels]`, biased
    pub variance: Tensor<1>,
    /// Values of a channel
    pub count: usize,
}

/// R3D-18 without pooling and classifier, normalised by the batch's statistics, as one operation that is
/// differentiable in `x` and in all parameters. Units come in the order of the forward pass: the stem,
/// then of each block the first convolution, the second and, where there is one, the shortcut's.
///
/// Half the memory of the same layers one by one: of each only the convolution's output is kept.
///
/// None where there are no kernels for it: anywhere but in float32 on the CPU with autodiff (and
/// without gradient checkpointing), or at a width that the vectors do not fit.
///
/// # Shapes
/// `x [n, 3, t, h, w]` to `[n, 8 * base_width, t / 8, h / 16, w / 16]`, rounded up
///
/// # Panics
/// If the units are not R3D-18's.
pub fn r3d18_train(
    x: &Tensor<5>,
    units: &[UnitTensors],
    epsilon: f64,
) -> Option<(Tensor<5>, Vec<BatchStatistics>)> {
    let [n, _, t, h, w] = x.dims();
    let base_width = units.first()?.gamma.dims()[0];
    if base_width == 0 || !base_width.is_multiple_of(CHANNEL_UNIT) || !on_flex(x) {
        return None;
    }
    let network = Network::new(base_width, n, [t, h, w]);
    assert_eq!(units.len(), CONVOLUTIONS, "convolutions of an R3D-18");
    for (place, unit) in network.places().zip(units) {
        let (shape, [kt, kh, kw]) = (place.shape, place.shape.kernel);
        let wanted = [shape.c_out, shape.c_in, kt, kh, kw];
        assert_eq!(unit.weight.dims(), wanted, "convolution {}", place.number);
    }
    let mut parents = vec![tracked(x)?];
    for unit in units {
        let vectors = [&unit.gamma, &unit.beta];
        parents.push(tracked(&unit.weight)?);
        parents.extend(
            vectors
                .map(tracked)
                .into_iter()
                .collect::<Option<Vec<_>>>()?,
        );
    }
    let (parents, nodes): (Vec<FlexTensor>, Vec<NodeGuard>) = parents
        .into_iter()
        .map(FloatTensor::<Autodiffed>::into_parts)
        .unzip();
    let nodes: [NodeGuard; PARENTS] = nodes.try_into().ok()?;
    let (x, parameters) = parents.split_first()?;
    let parameters = Parameters::new(parameters);

    let (y, tape) =
        Training::new(&network, &parameters.units(), epsilon).forward(own(channels_last(x)));
    let statistics = network
        .places()
        .zip(tape.statistics())
        .map(|(place, s)| BatchStatistics {
            mean: constant(s.mean.clone()),
            variance: constant(s.variance.clone()),
            count: place.shape.output_len() / place.shape.c_out,
        })
        .collect();
    let last = network.last().shape;
    let y = tensor(y, n, last.c_out, last.output());
    let y = match Backbone
        .prepare::<NoCheckpointing>(nodes)
        .compute_bound()
        .stateful()
    {
        OpsKind::Tracked(prep) => {
            let kept = Kept {
                network,
                parameters,
                epsilon,
                output: y.clone(),
                tape: Arc::new(Mutex::new(Some(tape))),
            };
            prep.finish(kept, y)
        }
        OpsKind::UnTracked(prep) => prep.finish(y),
    };
    Some((Tensor::from_primitive::<Autodiffed>(y), statistics))
}

type Autodiffed = Autodiff<Flex, NoCheckpointing>;

/// The input, then weight, gamma and beta of each convolution.
const PARENTS: usize = 1 + 3 * CONVOLUTIONS;

fn tracked<const D: usize>(x: &Tensor<D>) -> Option<FloatTensor<Autodiffed>> {
    let x = x.clone().try_into_primitive::<Autodiffed>().ok()?;
    (x.dtype() == DType::F32).then_some(x)
}

fn constant(values: Vec<f32>) -> Tensor<1> {
    Tensor::from_primitive::<Autodiffed>(FloatTensor::<Autodiffed>::new(vector(values)))
}

fn own(pixels: Pixels) -> Floats {
    match pixels {
        Pixels::Own(x) => x,
        Pixels::AsGiven(x) => Floats::from(x),
    }
}

/// Weight, gamma and beta of each convolution, contiguous.
#[derive(Clone, Debug)]
struct Parameters(Vec<FlexTensor>);

impl Parameters {
    fn new(tensors: &[FlexTensor]) -> Self {
        Self(tensors.iter().map(FlexTensor::to_contiguous).collect())
    }

    fn units(&self) -> Vec<Unit<'_>> {
        self.0
            .chunks_exact(3)
            .map(|unit| Unit {
                weight: floats(&unit[0]),
                gamma: floats(&unit[1]),
                beta: floats(&unit[2]),
            })
            .collect()
    }
}

#[derive(Debug)]
struct Backbone;

#[derive(Clone, Debug)]
struct Kept {
    network: Network,
    parameters: Parameters,
    epsilon: f64,
    output: FlexTensor,
    /// Burn wants to be able to clone what it keeps, but uses it once.
    tape: Arc<Mutex<Option<Tape>>>,
}

impl Backward<Flex, PARENTS> for Backbone {
    type State = Kept;

    fn backward(self, ops: Ops<Kept, PARENTS>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = own(channels_last(&grads.consume::<Flex>(&ops.node)));
        let [x, parameters @ ..] = ops.parents;
        let Kept {
            network,
            parameters: values,
            epsilon,
            output,
            tape,
        } = ops.state;
        let tape = tape.lock().unwrap_or_else(PoisonError::into_inner).take();
        let tape = tape.expect("a graph is gone through once");
        let units = values.units();
        let training = Training::new(&network, &units, epsilon);
        let found = training.backward(tape, channels_last(&output), gradient, x.is_some());
        let mut nodes = parameters.into_iter();
        for (place, unit) in network.places().zip(found.units) {
            let [c_out, c_in] = [place.shape.c_out, place.shape.c_in];
            let [kt, kh, kw] = place.shape.kernel;
            let layout = Layout::contiguous([c_out, c_in, kt, kh, kw].into());
            let weight = FlexTensor::new(bytes(unit.weight), layout, DType::F32);
            for value in [weight, vector(unit.gamma), vector(unit.beta)] {
                if let Some(node) = nodes.next().flatten() {
                    grads.register::<Flex>(node.id, value);
                }
            }
        }
        if let (Some(node), Some(dx)) = (x, found.input) {
            let shape = network.stem.shape;
            let dx = tensor(dx, shape.batch, shape.c_in, shape.input);
            grads.register::<Flex>(node.id, dx);
        }
    }
}
