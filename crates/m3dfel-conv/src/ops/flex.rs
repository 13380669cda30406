//! Flex's tensors in and out of the kernels.

use burn::backend::flex::{FlexTensor, Layout};
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::{Bytes, DType, Shape};

use super::bytes::bytes;
use super::{ConvOps, NormOps, both_ends, elsewhere, input_grad};
use crate::batch_norm;
use crate::buffer::{Floats, Pixels};
use crate::conv;
use crate::layout;
use crate::shape::ConvShape;

impl ConvOps for Flex {
    fn clip_layout(x: FlexTensor) -> FlexTensor {
        if x.dtype() != DType::F32 {
            return x;
        }
        let [batch, channels, t, h, w] = extents(&x);
        match channels_last(&x) {
            Pixels::AsGiven(_) => x,
            Pixels::Own(turned) => tensor(turned, batch, channels, [t, h, w]),
        }
    }

    fn clip_conv3d(
        x: FlexTensor,
        weight: FlexTensor,
        stride: [usize; 3],
        padding: [usize; 3],
    ) -> FlexTensor {
        if !all_f32([&x, &weight]) {
            return elsewhere::convolution::<Self>(x, weight, stride, both_ends(padding));
        }
        let shape = shape_of(&x, &weight, stride, padding);
        let weight = weight.to_contiguous();
        let y = conv::forward(&shape, &channels_last(&x), floats(&weight));
        tensor(y, shape.batch, shape.c_out, shape.output())
    }

    fn clip_conv3d_x_grad(
        x: FlexTensor,
        weight: FlexTensor,
        grad: FlexTensor,
        stride: [usize; 3],
        padding: [usize; 3],
    ) -> FlexTensor {
        if !all_f32([&x, &weight, &grad]) {
            let input = extents(&x);
            return input_grad::input_grad::<Self>(input, weight, grad, stride, padding);
        }
        let shape = shape_of(&x, &weight, stride, padding);
        let weight = weight.to_contiguous();
        let dx = conv::input_grad(&shape, &channels_last(&grad), floats(&weight));
        tensor(dx, shape.batch, shape.c_in, shape.input)
    }

    fn clip_conv3d_weight_grad(
        x: FlexTensor,
        weight: FlexTensor,
        grad: FlexTensor,
        stride: [usize; 3],
        padding: [usize; 3],
    ) -> FlexTensor {
        if !all_f32([&x, &weight, &grad]) {
            return elsewhere::weight_grad::<Self>(x, weight, grad, stride, both_ends(padding));
        }
        let shape = shape_of(&x, &weight, stride, padding);
        let dw = conv::weight_grad(&shape, &channels_last(&x), &channels_last(&grad));
        FlexTensor::new(bytes(dw), Layout::contiguous(weight.shape()), DType::F32)
    }
}

impl NormOps for Flex {
    fn clip_batch_norm(
        x: FlexTensor,
        gamma: FlexTensor,
        beta: FlexTensor,
        epsilon: f64,
        relu: bool,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        batch_norm(x, [gamma, beta], None, epsilon, relu)
    }

    fn clip_batch_norm_add(
        x: FlexTensor,
        gamma: FlexTensor,
        beta: FlexTensor,
        residual: FlexTensor,
        epsilon: f64,
        relu: bool,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        batch_norm(x, [gamma, beta], Some(residual), epsilon, relu)
    }

    fn clip_batch_norm_grad(
        grad: FlexTensor,
        x: FlexTensor,
        y: FlexTensor,
        gamma: FlexTensor,
        mean: FlexTensor,
        variance: FlexTensor,
        epsilon: f64,
        relu: bool,
        residual: bool,
    ) -> (FlexTensor, FlexTensor, FlexTensor, FlexTensor) {
        let [batch, channels, t, h, w] = extents(&x);
        let gamma = gamma.to_contiguous();
        let statistics = statistics(&mean, &variance);
        let norm = batch_norm::Norm {
            gamma: floats(&gamma),
            epsilon,
        };
        let y = channels_last(&y);
        let gate = if relu {
            batch_norm::Gate::Output(&y)
        } else {
            batch_norm::Gate::Open
        };
        let grads = batch_norm::backward(
            &channels_last(&grad),
            &channels_last(&x),
            gate,
            norm,
            &statistics,
            residual && relu,
        );
        let beta = vector(grads.beta);
        let residual = match grads.residual {
            Some(dz) => tensor(dz, batch, channels, [t, h, w]),
            None if residual => grad,
            None => beta.clone(),
        };
        (
            tensor(grads.x, batch, channels, [t, h, w]),
            vector(grads.gamma),
            beta,
            residual,
        )
    }
}

/// Normalises by `statistics`, or by the batch's own; adds the residual and rectifies.
pub(super) fn normalised(
    x: FlexTensor,
    parameters: [FlexTensor; 2],
    residual: Option<FlexTensor>,
    epsilon: f64,
    relu: bool,
    statistics: Option<batch_norm::Statistics>,
) -> (FlexTensor, batch_norm::Statistics) {
    let [batch, channels, t, h, w] = extents(&x);
    let [gamma, beta] = parameters.map(|v| v.to_contiguous());
    let x = channels_last(&x);
    let residual = residual.as_ref().map(channels_last);
    let statistics = statistics.unwrap_or_else(|| batch_norm::statistics(&x, channels));
    let norm = batch_norm::Norm {
        gamma: floats(&gamma),
        epsilon,
    };
    let y = batch_norm::forward(
        &x,
        floats(&beta),
        norm,
        &statistics,
        residual.as_deref(),
        relu,
    );
    (tensor(y, batch, channels, [t, h, w]), statistics)
}

fn batch_norm(
    x: FlexTensor,
    parameters: [FlexTensor; 2],
    residual: Option<FlexTensor>,
    epsilon: f64,
    relu: bool,
) -> (FlexTensor, FlexTensor, FlexTensor) {
    let (y, statistics) = normalised(x, parameters, residual, epsilon, relu, None);
    (y, vector(statistics.mean), vector(statistics.variance))
}

pub(super) fn statistics(mean: &FlexTensor, variance: &FlexTensor) -> batch_norm::Statistics {
    batch_norm::Statistics {
        mean: floats(&mean.to_contiguous()).to_vec(),
        variance: floats(&variance.to_contiguous()).to_vec(),
    }
}

pub(super) fn vector(x: Vec<f32>) -> FlexTensor {
    let layout = Layout::contiguous(Shape::from([x.len()]));
    FlexTensor::new(Bytes::from_elems(x), layout, DType::F32)
}

fn all_f32<const N: usize>(tensors: [&FlexTensor; N]) -> bool {
    tensors.iter().all(|t| t.dtype() == DType::F32)
}

fn extents(x: &FlexTensor) -> [usize; 5] {
    let shape = x.layout().shape();
    std::array::from_fn(|d| shape[d])
}

fn shape_of(
    x: &FlexTensor,
    weight: &FlexTensor,
    stride: [usize; 3],
    padding: [usize; 3],
) -> ConvShape {
    let [batch, c_in, t, h, w] = extents(x);
    let [c_out, _, kt, kh, kw] = extents(weight);
    ConvShape {
        batch,
        c_in,
        c_out,
        input: [t, h, w],
        kernel: [kt, kh, kw],
        stride,
        padding,
    }
}

/// The floats of a contiguous tensor.
pub(super) fn floats(x: &FlexTensor) -> &[f32] {
    x.as_slice().expect("made contiguous by the caller")
}

/// The floats of `x [batch, channels, t, h, w]` as `[batch, t, h, w, channels]`; borrowed if they
/// lie so already.
pub(super) fn channels_last(x: &FlexTensor) -> Pixels<'_> {
    let [batch, channels, t, h, w] = extents(x);
    let len = batch * channels * t * h * w;
    if x.layout().strides().len() == 5 && lies_channels_last(x.layout()) {
        let from = x.layout().start_offset();
        return Pixels::AsGiven(&x.storage::<f32>()[from..from + len]);
    }
    let x = x.to_contiguous();
    Pixels::Own(layout::channels_last(floats(&x), channels, t * h * w))
}

fn lies_channels_last(layout: &Layout) -> bool {
    let shape = layout.shape();
    let mut expected = 1;
    for d in [1, 4, 3, 2, 0] {
        if shape[d] != 1 && layout.strides()[d] != expected {
            return false;
        }
        expected *= shape[d] as isize;
    }
    true
}

/// A tensor of shape `[batch, channels, t, h, w]` over floats that lie `[batch, t, h, w, channels]`.
pub(super) fn tensor(
    x: Floats,
    batch: usize,
    channels: usize,
    [t, h, w]: [usize; 3],
) -> FlexTensor {
    let strides = [
        t * h * w * channels,
        1,
        h * w * channels,
        w * channels,
        channels,
    ];
    FlexTensor::new(
        bytes(x),
        Layout::new(
            Shape::from([batch, channels, t, h, w]),
            strides.map(|s| s as isize).to_vec(),
            0,
        ),
        DType::F32,
    )
}
