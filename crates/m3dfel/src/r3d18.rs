//! R3D-18 (Tran et al., *A Closer Look at Spatiotemporal Convolutions*, CVPR 2018), as torchvision
//! builds it, without its classifier.

use burn::module::{Module, Param};
use burn::tensor::{DType, Device, Tensor};
use m3dfel_conv::{UnitTensors, conv3d, r3d18_train};

use crate::batch_norm::{BatchNorm, EPSILON};
use crate::param::zeros;
use crate::precision::Precision;

/// A convolution without bias, and its normalisation.
#[derive(Module, Debug)]
pub struct ConvNorm {
    /// `[out, in, kt, kh, kw]`
    pub conv: Param<Tensor<5>>,
    pub norm: BatchNorm,
    #[module(skip)]
    stride: [usize; 3],
}

impl ConvNorm {
    fn zeros(
        channels: [usize; 2],
        kernel: [usize; 3],
        stride: [usize; 3],
        device: &Device,
    ) -> Self {
        let [input, output] = channels;
        let [kt, kh, kw] = kernel;
        Self {
            conv: zeros([output, input, kt, kh, kw], device),
            norm: BatchNorm::new(output, device),
            stride,
        }
    }

    /// Convolves (every kernel here has odd sides and is padded by half of each), normalises, adds
    /// `residual` and rectifies.
    fn forward(&self, x: Tensor<5>, residual: Option<Tensor<5>>, relu: bool) -> Tensor<5> {
        let weight = self.conv.val().cast(x.dtype()); // of a master in float32, where `x` is in less
        let [_, _, kt, kh, kw] = weight.dims();
        let y = conv3d(x, weight, self.stride, [kt / 2, kh / 2, kw / 2]);
        self.norm.forward(y, residual, relu)
    }

    fn tensors(&self) -> UnitTensors {
        UnitTensors {
            weight: self.conv.val(),
            gamma: self.norm.weight.val(),
            beta: self.norm.bias.val(),
        }
    }
}

/// ```text
/// x ─conv1 3³─norm─relu─conv2 3³─norm─(+)─relu─▶
/// └────────── (downsample 1³, norm) ───┘
/// ```
#[derive(Module, Debug)]
pub struct BasicBlock {
    pub conv1: ConvNorm,
    pub conv2: ConvNorm,
    pub downsample: Option<ConvNorm>,
}

impl BasicBlock {
    fn zeros(input: usize, output: usize, stride: usize, device: &Device) -> Self {
        Self {
            conv1: ConvNorm::zeros([input, output], [3; 3], [stride; 3], device),
            conv2: ConvNorm::zeros([output, output], [3; 3], [1; 3], device),
            downsample: (stride != 1 || input != output)
                .then(|| ConvNorm::zeros([input, output], [1; 3], [stride; 3], device)),
        }
    }

    fn forward(&self, x: Tensor<5>) -> Tensor<5> {
        let y = self.conv1.forward(x.clone(), None, true);
        let shortcut = match &self.downsample {
            Some(downsample) => downsample.forward(x, None, false),
            None => x,
        };
        self.conv2.forward(y, Some(shortcut), true)
    }
}

/// The backbone that reads one instance: 17 convolutions of 3³ after a 3×7×7 stem, in 4 layers.
#[derive(Module, Debug)]
pub struct R3d18 {
    pub stem: ConvNorm,
    pub layer1: Vec<BasicBlock>,
    pub layer2: Vec<BasicBlock>,
    pub layer3: Vec<BasicBlock>,
    pub layer4: Vec<BasicBlock>,
    #[module(skip)]
    pub(crate) precision: Precision,
}

impl R3d18 {
    pub(crate) fn zeros(base_width: usize, device: &Device) -> Self {
        let w = base_width;
        let layer = |input, output, stride| {
            vec![
                BasicBlock::zeros(input, output, stride, device),
                BasicBlock::zeros(output, output, 1, device),
            ]
        };
        Self {
            stem: ConvNorm::zeros([3, w], [3, 7, 7], [1, 2, 2], device),
            layer1: layer(w, w, 1),
            layer2: layer(w, 2 * w, 2),
            layer3: layer(2 * w, 4 * w, 2),
            layer4: layer(4 * w, 8 * w, 2),
            precision: Precision::Float32,
        }
    }

    /// # Shapes
    /// Instances `[n, 3, frames, h, w]` to features `[n, 8 * base_width]`
    pub fn forward(&self, x: Tensor<5>) -> Tensor<2> {
        let x = self.precision.of(x);
        let y = self.in_one(&x).unwrap_or_else(|| self.by_layers(x)); // [n, 8w, t/8, h/16, w/16]
        y.cast(DType::F32)
            .flatten::<3>(2, 4)
            .mean_dim(2)
            .squeeze_dim(2) // global average pool
    }

    /// In training in float32, where there are kernels for the whole.
    fn in_one(&self, x: &Tensor<5>) -> Option<Tensor<5>> {
        let units: Vec<UnitTensors> = self.conv_norms().map(ConvNorm::tensors).collect();
        let (y, statistics) = r3d18_train(x, &units, EPSILON)?;
        for (unit, batch) in self.conv_norms().zip(statistics) {
            unit.norm.observe(batch);
        }
        Some(y)
    }

    /// On any device.
    fn by_layers(&self, x: Tensor<5>) -> Tensor<5> {
        let mut x = self.stem.forward(x, None, true); // [n, w, t, h/2, w/2]
        for block in self.blocks() {
            x = block.forward(x);
        }
        x
    }

    fn blocks(&self) -> impl Iterator<Item = &BasicBlock> {
        [&self.layer1, &self.layer2, &self.layer3, &self.layer4]
            .into_iter()
            .flatten()
    }

    /// All convolutions, in the order of the forward pass.
    fn conv_norms(&self) -> impl Iterator<Item = &ConvNorm> {
        fn of_block(b: &BasicBlock) -> [Option<&ConvNorm>; 3] {
            [Some(&b.conv1), Some(&b.conv2), b.downsample.as_ref()]
        }
        [&self.stem]
            .into_iter()
            .chain(self.blocks().flat_map(of_block).flatten())
    }
}
