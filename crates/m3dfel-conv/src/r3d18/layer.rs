//! One convolution, its normalisation and what follows it.

use super::{ConvNormWeights, PlanError};
use crate::buffer::Floats;
use crate::direct::{self, Bordered, Packed};
use crate::dot::Epilogue;
use crate::shape::ConvShape;
use crate::share::Shared;
use crate::winograd::{self, Facing, Transformed};

/// Of the published model.
const EPSILON: f64 = 1e-5;

enum Kernel {
    Tiles(Transformed),
    Plain(Packed),
}

pub(super) struct Layer {
    /// For one instance of one pixel
    shape: ConvShape,
    kernel: Kernel,
    bias: Vec<f32>,
}

impl Layer {
    /// For a convolution of one instance of one pixel; `name` is for errors.
    pub fn new(name: &str, shape: ConvShape, from: ConvNormWeights) -> Result<Self, PlanError> {
        for (part, values, expected) in [
            ("weight", from.weight, shape.weight_len()),
            ("gamma", from.gamma, shape.c_out),
            ("beta", from.beta, shape.c_out),
            ("running mean", from.running_mean, shape.c_out),
            ("running variance", from.running_var, shape.c_out),
        ] {
            if values.len() != expected {
                return Err(PlanError::Weight {
                    name: format!("{name}, {part}"),
                    found: values.len(),
                    expected,
                });
            }
        }
        let scale: Vec<f64> = from
            .gamma
            .iter()
            .zip(from.running_var)
            .map(|(&gamma, &variance)| gamma as f64 / (variance as f64 + EPSILON).sqrt())
            .collect();
        let bias = (0..shape.c_out)
            .map(|k| (from.beta[k] as f64 - from.running_mean[k] as f64 * scale[k]) as f32)
            .collect();
        let mut folded = Floats::any(shape.weight_len());
        let per_output = shape.weight_len() / shape.c_out;
        let folded = &mut folded[..shape.weight_len()];
        for ((to, from), &scale) in folded
            .chunks_mut(per_output)
            .zip(from.weight.chunks(per_output))
            .zip(&scale)
        {
            for (to, &from) in to.iter_mut().zip(from) {
                *to = (from as f64 * scale) as f32;
            }
        }
        let kernel = if winograd::fits(&shape) {
            Kernel::Tiles(Transformed::new(&shape, Facing::Forward, folded))
        } else {
            Kernel::Plain(Packed::new(&shape, folded, shape.c_out))
        };
        Ok(Self {
            shape,
            kernel,
            bias,
        })
    }

    /// The convolution on `batch` instances of `input`.
    pub fn shape(&self, batch: usize, [h, w]: [usize; 2]) -> ConvShape {
        ConvShape {
            batch,
            input: [self.shape.input[0], h, w],
            ..self.shape
        }
    }

    /// Convolves, adds bias and residual, rectifies.
    pub fn run(
        &self,
        shape: &ConvShape,
        x: &[f32],
        residual: Option<&[f32]>,
        relu: bool,
        out: &mut [f32],
    ) {
        match &self.kernel {
            Kernel::Tiles(weight) => {
                let epilogue = self.epilogue(shape, residual, relu, out);
                let x = &x[..shape.input_len()];
                // SAFETY: `epilogue` checked the lengths.
                unsafe { winograd::forward(shape, x, weight, Shared::new(out), epilogue) }
            }
            Kernel::Plain(_) => {
                let x = Bordered::new(shape, &x[..shape.input_len()]);
                self.run_bordered(shape, &x, residual, relu, out);
            }
        }
    }

    /// The same for an input that is bordered already, where the kernel is a plain one.
    pub fn run_bordered(
        &self,
        shape: &ConvShape,
        x: &Bordered,
        residual: Option<&[f32]>,
        relu: bool,
        out: &mut [f32],
    ) {
        let Kernel::Plain(packed) = &self.kernel else {
            unreachable!("only the stem comes bordered, and its kernel is 7x7");
        };
        let epilogue = self.epilogue(shape, residual, relu, out);
        // SAFETY: `epilogue` checked the lengths; input and weight are of this shape.
        unsafe { direct::forward_packed(shape, x, packed, Shared::new(out), epilogue) }
    }

    fn epilogue(
        &self,
        shape: &ConvShape,
        residual: Option<&[f32]>,
        relu: bool,
        out: &[f32],
    ) -> Epilogue {
        assert!(out.len() >= shape.output_len());
        assert!(residual.is_none_or(|r| r.len() >= shape.output_len()));
        Epilogue {
            bias: self.bias.as_ptr(),
            residual: residual.map_or(std::ptr::null(), <[f32]>::as_ptr),
            relu,
        }
    }
}
