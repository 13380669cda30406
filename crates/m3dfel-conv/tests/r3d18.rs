//! The inference plan against the same network of plain float64 convolutions.

mod common;

use common::{naive, noise};
use m3dfel_conv::ConvShape;
use m3dfel_conv::r3d18::{BlockWeights, ConvNormWeights, PlanError, R3d18Plan, R3d18Weights};

struct ConvNorm {
    weight: Vec<f32>,
    norm: [Vec<f32>; 4],
    shape: ConvShape,
}

impl ConvNorm {
    fn new(shape: ConvShape, seed: u64) -> Self {
        let fan_in = shape.weight_len() / shape.c_out;
        let spread = (6.0 / fan_in as f32).sqrt();
        let of = |i| noise(shape.c_out, seed * 10 + i);
        Self {
            weight: noise(shape.weight_len(), seed * 10)
                .into_iter()
                .map(|v| v * spread)
                .collect(),
            norm: [
                of(1).into_iter().map(|v| 1.0 + 0.3 * v).collect(),
                of(2).into_iter().map(|v| 0.2 * v).collect(),
                of(3).into_iter().map(|v| 0.2 * v).collect(),
                of(4).into_iter().map(|v| 1.0 + 0.5 * v).collect(),
            ],
            shape,
        }
    }

    fn weights(&self) -> ConvNormWeights<'_> {
        let [gamma, beta, mean, var] = &self.norm;
        ConvNormWeights {
            weight: &self.weight,
            gamma,
            beta,
            running_mean: mean,
            running_var: var,
        }
    }

    fn reference(&self, x: &[f64], residual: Option<&[f64]>, relu: bool) -> Vec<f64> {
        let x: Vec<f32> = x.iter().map(|&v| v as f32).collect();
        let dy = vec![0.0; self.shape.output_len()];
        let mut y = naive(&self.shape, &x, &self.weight, &dy).y;
        let [gamma, beta, mean, var] = &self.norm;
        for (i, y) in y.iter_mut().enumerate() {
            let k = i % self.shape.c_out;
            let scale = gamma[k] as f64 / (var[k] as f64 + 1e-5).sqrt();
            *y = (*y - mean[k] as f64) * scale + beta[k] as f64;
            if let Some(residual) = residual {
                *y += residual[i];
            }
            if relu {
                *y = y.max(0.0);
            }
        }
        y
    }
}

struct Model {
    stem: ConvNorm,
    blocks: Vec<(ConvNorm, ConvNorm, Option<ConvNorm>)>,
    width: usize,
}

impl Model {
    fn new(batch: usize, frames: usize, [h, w]: [usize; 2], width: usize) -> Self {
        let conv = |c_in, c_out, input, kernel: [usize; 3], stride, seed| {
            let shape = ConvShape {
                batch,
                c_in,
                c_out,
                input,
                kernel,
                stride,
                padding: kernel.map(|k| k / 2),
            };
            ConvNorm::new(shape, seed)
        };
        let stem = conv(3, width, [frames, h, w], [3, 7, 7], [1, 2, 2], 1);
        let (mut c_in, mut at) = (width, stem.shape.output());
        let blocks = (0..8u64)
            .map(|i| {
                let c_out = width << (i / 2);
                let s = if i > 0 && i % 2 == 0 { 2 } else { 1 };
                let conv1 = conv(c_in, c_out, at, [3; 3], [s; 3], 3 * i + 2);
                let conv2 = conv(
                    c_out,
                    c_out,
                    conv1.shape.output(),
                    [3; 3],
                    [1; 3],
                    3 * i + 3,
                );
                let down = (s == 2).then(|| conv(c_in, c_out, at, [1; 3], [2; 3], 3 * i + 4));
                (c_in, at) = (c_out, conv2.shape.output());
                (conv1, conv2, down)
            })
            .collect();
        Self {
            stem,
            blocks,
            width,
        }
    }

    fn weights(&self) -> R3d18Weights<'_> {
        let block = |i: usize| {
            let (conv1, conv2, down) = &self.blocks[i];
            BlockWeights {
                conv1: conv1.weights(),
                conv2: conv2.weights(),
                downsample: down.as_ref().map(ConvNorm::weights),
            }
        };
        R3d18Weights {
            base_width: self.width,
            stem: self.stem.weights(),
            layers: std::array::from_fn(|l| [block(2 * l), block(2 * l + 1)]),
        }
    }

    fn reference(&self, x: &[f32]) -> Vec<f64> {
        let s = &self.stem.shape;
        let pixels: usize = s.input.iter().product();
        let x = m3dfel_conv::layout::channels_last(x, 3, pixels);
        let x: Vec<f64> = x.iter().map(|&v| v.into()).collect();
        let mut x = self.stem.reference(&x, None, true);
        for (conv1, conv2, down) in &self.blocks {
            let y = conv1.reference(&x, None, true);
            let shortcut = match down {
                Some(down) => down.reference(&x, None, false),
                None => x,
            };
            x = conv2.reference(&y, Some(&shortcut), true);
        }
        let last = &self.blocks[7].1.shape;
        let pixels: usize = last.output().iter().product();
        x.chunks(pixels * last.c_out)
            .flat_map(|x| {
                (0..last.c_out)
                    .map(move |c| x.iter().skip(c).step_by(last.c_out).sum::<f64>() / pixels as f64)
            })
            .collect()
    }
}

fn check(plan_of: &Model, plan: &mut R3d18Plan, batch: usize, frames: usize, size: [usize; 2]) {
    let x = noise(batch * 3 * frames * size[0] * size[1], 99);
    let ours = plan.forward(&x, batch, size).expect("a valid input");
    let expected = plan_of.reference(&x);
    assert_eq!(ours.len(), expected.len());
    let largest = expected.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    for (a, b) in ours.iter().zip(&expected) {
        assert!(
            (*a as f64 - b).abs() <= 1e-4 * largest,
            "{a} for {b}, largest {largest}"
        );
    }
}

#[test]
fn small_models_of_any_instance() {
    for (batch, frames, size, width) in [
        (2, 4, [32, 32], 8),
        (1, 16, [40, 33], 8),
        (3, 1, [48, 48], 16),
        (1, 8, [16, 20], 24),
        (2, 2, [7, 9], 8),
    ] {
        let model = Model::new(batch, frames, size, width);
        let mut plan = R3d18Plan::new(&model.weights(), frames).expect("a plan");
        check(&model, &mut plan, batch, frames, size);
    }
}

#[test]
fn full_width_and_sizes_that_change() {
    let model = Model::new(1, 4, [32, 32], 64);
    let mut plan = R3d18Plan::new(&model.weights(), 4).expect("a plan");
    assert_eq!(plan.features(), 512);
    check(&model, &mut plan, 1, 4, [32, 32]);
    // Larger than before, then smaller: buffers keep what an earlier clip left.
    let large = noise(2 * 3 * 4 * 48 * 40, 7);
    let first = plan.forward(&large, 2, [48, 40]).expect("a valid input");
    check(&model, &mut plan, 1, 4, [32, 32]);
    assert_eq!(
        plan.forward(&large, 2, [48, 40]).expect("a valid input"),
        first
    );
}

#[test]
fn wrong_lengths_are_errors() {
    let model = Model::new(1, 2, [16, 16], 8);
    let mut weights = model.weights();
    let mut plan = R3d18Plan::new(&weights, 2).expect("a plan");
    let error = plan.forward(&[0.0; 10], 1, [16, 16]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "input of 10 values for 1 instances of [3, 2, 16, 16], which are 1536"
    );
    assert_eq!(plan.forward(&[], 0, [16, 16]), Ok(Vec::new()));
    weights.layers[1][0].conv2.beta = &[];
    let error = R3d18Plan::new(&weights, 2).err().expect("an error");
    assert_eq!(
        error.to_string(),
        "layer2.0.conv2, beta: 0 values where the model has 16"
    );
    weights.base_width = 12;
    assert_eq!(
        R3d18Plan::new(&weights, 2).err(),
        Some(PlanError::Width(12))
    );
}
