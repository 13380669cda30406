//! R3D-18 as a whole, activations channels-last throughout. For inference, [`R3d18Plan`]: normalisation
//! folded into the weights, weights laid out once. For training, the passes behind
//! [`r3d18_train`](crate::r3d18_train).

mod layer;
pub(crate) mod network;
mod plan;
pub(crate) mod training;

pub use plan::R3d18Plan;

/// What a plan's base width must be a multiple of.
pub const WIDTH_UNIT: usize = 8;

/// A convolution's weight `[out, in, kt, kh, kw]` and its normalisation, `[out]` each.
#[derive(Clone, Copy, Debug)]
pub struct ConvNormWeights<'a> {
    pub weight: &'a [f32],
    pub gamma: &'a [f32],
    pub beta: &'a [f32],
    pub running_mean: &'a [f32],
    pub running_var: &'a [f32],
}

/// Two 3x3x3 convolutions and, where the shape changes, the 1x1x1 of the shortcut.
#[derive(Clone, Copy, Debug)]
pub struct BlockWeights<'a> {
    pub conv1: ConvNormWeights<'a>,
    pub conv2: ConvNormWeights<'a>,
    pub downsample: Option<ConvNormWeights<'a>>,
}

/// The whole backbone as it was trained.
#[derive(Clone, Copy, Debug)]
pub struct R3d18Weights<'a> {
    /// Channels of the stem and the first layer: 64 in the published model, any multiple of 8.
    pub base_width: usize,
    pub stem: ConvNormWeights<'a>,
    pub layers: [[BlockWeights<'a>; 2]; 4],
}

/// Why a plan cannot be made or run.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PlanError {
    #[error("base width {0} is no multiple of {WIDTH_UNIT}")]
    Width(usize),
    #[error("an instance of {0} frames: there must be at least one")]
    Frames(usize),
    #[error("{name}: {found} values where the model has {expected}")]
    Weight {
        name: String,
        found: usize,
        expected: usize,
    },
    #[error("{name}: the shortcut has a convolution only where the block changes the shape")]
    Shortcut { name: String },
    #[error(
        "input of {found} values for {instances} instances of [3, {frames}, {height}, {width}], \
         which are {expected}"
    )]
    Input {
        instances: usize,
        frames: usize,
        height: usize,
        width: usize,
        found: usize,
        expected: usize,
    },
}
