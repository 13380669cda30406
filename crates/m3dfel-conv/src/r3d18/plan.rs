use rayon::prelude::*;

use super::layer::Layer;
use super::network::{Network, Place};
use super::{PlanError, R3d18Weights, WIDTH_UNIT};
use crate::buffer::Floats;
use crate::direct::Bordered;
use crate::shape::ConvShape;

/// The backbone, ready to run on instances of one number of frames.
///
/// Holds its own copy of the weights, laid out for the kernels; what it was made from can be dropped.
/// Buffers grow with the first call and stay.
pub struct R3d18Plan {
    base_width: usize,
    frames: usize,
    stem: Layer,
    blocks: Vec<Block>,
    /// Activations: input of a block, between its convolutions, its shortcut or result
    buffers: [Vec<f32>; 3],
}

struct Block {
    conv1: Layer,
    conv2: Layer,
    downsample: Option<Layer>,
}

impl R3d18Plan {
    /// Folds and lays out `weights` for instances of `frames` frames.
    ///
    /// # Errors
    /// Where a slice has not the length that the model wants.
    pub fn new(weights: &R3d18Weights, frames: usize) -> Result<Self, PlanError> {
        let width = weights.base_width;
        if width == 0 || !width.is_multiple_of(WIDTH_UNIT) {
            return Err(PlanError::Width(width));
        }
        if frames == 0 {
            return Err(PlanError::Frames(frames));
        }
        let network = Network::new(width, 1, [frames, 1, 1]);
        let stem = Layer::new("stem", network.stem.shape, weights.stem)?;
        let mut blocks = Vec::new();
        for (b, (places, block)) in network
            .blocks
            .iter()
            .zip(weights.layers.as_flattened())
            .enumerate()
        {
            let name = format!("layer{}.{}", 1 + b / 2, b % 2);
            let make = |part: &str, place: Place, weights| {
                Layer::new(&format!("{name}.{part}"), place.shape, weights)
            };
            blocks.push(Block {
                conv1: make("conv1", places.conv1, block.conv1)?,
                conv2: make("conv2", places.conv2, block.conv2)?,
                downsample: match (places.downsample, block.downsample) {
                    (Some(place), Some(weights)) => Some(make("downsample", place, weights)?),
                    (None, None) => None,
                    _ => return Err(PlanError::Shortcut { name }),
                },
            });
        }
        Floats::release_pool(); // of the weights' size, more than a clip needs
        Ok(Self {
            base_width: width,
            frames,
            stem,
            blocks,
            buffers: Default::default(),
        })
    }

    /// Values of one instance's feature.
    pub fn features(&self) -> usize {
        8 * self.base_width
    }

    /// Frames of an instance.
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// # Shapes
    /// `x [instances, 3, frames, h, w]` to `[instances, 8 * base_width]`
    ///
    /// # Errors
    /// If `x` has another length, or there is no pixel.
    pub fn forward(
        &mut self,
        x: &[f32],
        instances: usize,
        [h, w]: [usize; 2],
    ) -> Result<Vec<f32>, PlanError> {
        let expected = [3, self.frames, h, w]
            .iter()
            .try_fold(instances, |a, &b| a.checked_mul(b));
        if expected != Some(x.len()) || h == 0 || w == 0 {
            return Err(PlanError::Input {
                instances,
                frames: self.frames,
                height: h,
                width: w,
                found: x.len(),
                expected: expected.unwrap_or(usize::MAX),
            });
        }
        if instances == 0 {
            return Ok(Vec::new());
        }
        let shape = self.stem.shape(instances, [h, w]);
        let [mut input, mut middle, mut result] = std::mem::take(&mut self.buffers);
        grow(&mut input, shape.output_len());
        let bordered = Bordered::from_channels_first(&shape, x);
        self.stem
            .run_bordered(&shape, &bordered, None, true, &mut input);
        drop(bordered);
        let mut last = shape;
        for block in &self.blocks {
            let [_, h, w] = last.output();
            let first = block.conv1.shape(instances, [h, w]);
            grow(&mut middle, first.output_len());
            grow(&mut result, first.output_len());
            block.conv1.run(&first, &input, None, true, &mut middle);
            let [_, h, w] = first.output();
            last = block.conv2.shape(instances, [h, w]);
            match &block.downsample {
                None => {
                    block
                        .conv2
                        .run(&last, &middle, Some(&input), true, &mut result);
                    std::mem::swap(&mut input, &mut result);
                }
                Some(downsample) => {
                    let [_, h, w] = first.input;
                    let shape = downsample.shape(instances, [h, w]);
                    downsample.run(&shape, &input, None, false, &mut result);
                    // The block's input is no longer needed.
                    block
                        .conv2
                        .run(&last, &middle, Some(&result), true, &mut input);
                }
            }
        }
        let features = pooled(&last, &input);
        self.buffers = [input, middle, result];
        Ok(features)
    }
}

fn grow(buffer: &mut Vec<f32>, len: usize) {
    if buffer.len() < len {
        buffer.resize(len, 0.0);
    }
}

/// The mean over all pixels of each instance.
fn pooled(shape: &ConvShape, x: &[f32]) -> Vec<f32> {
    let channels = shape.c_out;
    let pixels: usize = shape.output().iter().product();
    let mut features = vec![0.0f32; shape.batch * channels];
    features
        .par_chunks_mut(channels)
        .zip(x.par_chunks(pixels * channels))
        .for_each(|(sum, x)| {
            for pixel in x.chunks(channels) {
                for (sum, value) in sum.iter_mut().zip(pixel) {
                    *sum += value;
                }
            }
            sum.iter_mut().for_each(|v| *v /= pixels as f32);
        });
    features
}
