//! Batch normalisation by the batch's own statistics, with the addition and the ReLU that follow it,
//! forward and backward. All over channels-last rows, each value read as seldom as can be.

mod apply;
mod sums;

use rayon::prelude::*;

use crate::buffer::Floats;
use crate::share::{Shared, Source};
use crate::simd::Isa;
use apply::{Backward, Forward};
use sums::{GradientSums, Moments};

/// Statistics of each channel over the batch.
#[derive(Clone, Debug)]
pub struct Statistics {
    pub mean: Vec<f32>,
    /// Biased: divided by the count
    pub variance: Vec<f32>,
}

/// Gradients of the parameters and of the input.
pub struct Gradients {
    pub x: Floats,
    pub gamma: Vec<f32>,
    pub beta: Vec<f32>,
    /// Of what was added, if asked for
    pub residual: Option<Floats>,
}

/// Floats of one task; a chunk is summed in float32, chunks are summed in float64.
const CHUNK: usize = 16 << 10;

fn chunk_rows(channels: usize) -> usize {
    (CHUNK / channels).clamp(16, 256)
}

/// How many rows to take as one: a sum over few channels would wait for each addition.
fn fold(rows: usize, channels: usize) -> usize {
    if channels < 64 && rows.is_multiple_of(4) {
        4
    } else {
        1
    }
}

/// Mean and variance of every column of `x [rows, channels]`.
pub fn statistics(x: &[f32], channels: usize) -> Statistics {
    let rows = chunk_rows(channels);
    let isa = Isa::for_columns(channels);
    // Of each chunk: its rows, the means, then the sums of squared distances from them
    let chunks: Vec<(usize, Vec<f32>)> = x
        .par_chunks(rows * channels)
        .map(|x| {
            let wide = channels * fold(x.len() / channels, channels);
            let mut moments = vec![0.0; 2 * wide];
            isa.run(Moments {
                x,
                channels: wide,
                out: &mut moments,
            });
            (x.len() / wide, moments)
        })
        .collect();
    let count = (x.len() / channels) as f64;
    let mut mean = vec![0.0f64; channels];
    for (n, moments) in &chunks {
        for (c, &m) in moments[..moments.len() / 2].iter().enumerate() {
            mean[c % channels] += *n as f64 * m as f64;
        }
    }
    mean.iter_mut().for_each(|m| *m /= count);
    let mut variance = vec![0.0f64; channels];
    for (n, moments) in &chunks {
        let (means, squares) = moments.split_at(moments.len() / 2);
        for (c, (&m, &square)) in means.iter().zip(squares).enumerate() {
            let apart = m as f64 - mean[c % channels];
            variance[c % channels] += square as f64 + *n as f64 * apart * apart;
        }
    }
    Statistics {
        mean: mean.into_iter().map(|v| v as f32).collect(),
        variance: variance.into_iter().map(|v| (v / count) as f32).collect(),
    }
}

/// What [`forward`] and [`backward`] do beside the normalisation.
#[derive(Clone, Copy, Debug)]
pub struct Norm<'a> {
    pub gamma: &'a [f32],
    pub epsilon: f64,
    pub relu: bool,
}

impl Norm<'_> {
    /// One over the standard deviation, in float64.
    fn inverse_deviation(&self, variance: f32) -> f64 {
        1.0 / (variance as f64 + self.epsilon).sqrt()
    }
}

/// `relu(gamma * (x - mean) / sqrt(variance + epsilon) + beta + residual)`.
pub fn forward(
    x: &[f32],
    beta: &[f32],
    residual: Option<&[f32]>,
    norm: Norm,
    statistics: &Statistics,
) -> Floats {
    let channels = norm.gamma.len();
    assert!(beta.len() == channels && statistics.mean.len() == channels);
    assert!(residual.is_none_or(|r| r.len() == x.len()));
    let isa = Isa::for_columns(channels);
    let (mut scale, mut shift) = (Vec::new(), Vec::new());
    for (c, &beta) in beta.iter().enumerate() {
        let a = norm.gamma[c] as f64 * norm.inverse_deviation(statistics.variance[c]);
        scale.push(a as f32);
        shift.push((beta as f64 - statistics.mean[c] as f64 * a) as f32);
    }
    let mut y = Floats::any(x.len());
    let to = Shared::new(&mut y);
    let size = chunk_rows(channels) * channels;
    let residual = residual.map(Source::new);
    x.par_chunks(size).enumerate().for_each(|(i, x)| {
        isa.run(Forward {
            x,
            // SAFETY: as long as `x`, which was just checked; each task writes its own chunk.
            residual: residual.map(|r| unsafe { r.at(i * size) }),
            y: unsafe { to.at(i * size) },
            scale: &scale,
            shift: &shift,
            relu: norm.relu,
        });
    });
    y
}

/// Gradients from that of the output. `y` is the output, which says where the ReLU let through.
pub fn backward(
    dy: &[f32],
    x: &[f32],
    y: &[f32],
    norm: Norm,
    statistics: &Statistics,
    with_residual: bool,
) -> Gradients {
    let channels = norm.gamma.len();
    assert!(dy.len() == x.len() && y.len() == x.len());
    let isa = Isa::for_columns(channels);
    let size = chunk_rows(channels) * channels;
    let means = statistics.mean.repeat(4); // for every fold
    let chunks: Vec<Vec<f32>> = dy
        .par_chunks(size)
        .enumerate()
        .map(|(i, dy)| {
            let mean = &means[..channels * fold(dy.len() / channels, channels)];
            let mut sums = vec![0.0; 2 * mean.len()];
            isa.run(GradientSums {
                dy,
                x: &x[i * size..i * size + dy.len()],
                y: norm.relu.then(|| &y[i * size..i * size + dy.len()]),
                mean,
                out: &mut sums,
            });
            sums
        })
        .collect();
    let mut sums = vec![0.0f64; 2 * channels];
    for chunk in &chunks {
        let (plain, products) = chunk.split_at(chunk.len() / 2);
        for (c, (&plain, &product)) in plain.iter().zip(products).enumerate() {
            sums[c % channels] += plain as f64;
            sums[channels + c % channels] += product as f64;
        }
    }
    let count = (x.len() / channels) as f64;
    // dx = scale * dz + slope * (x - mean) + shift
    let (mut scale, mut slope, mut shift) = (Vec::new(), Vec::new(), Vec::new());
    let mut gamma = Vec::new();
    for c in 0..channels {
        let inverse = norm.inverse_deviation(statistics.variance[c]);
        let a = norm.gamma[c] as f64 * inverse;
        scale.push(a as f32);
        slope.push((-a * inverse * inverse * sums[channels + c] / count) as f32);
        shift.push((-a * sums[c] / count) as f32);
        gamma.push((sums[channels + c] * inverse) as f32);
    }
    let mut dx = Floats::any(x.len());
    let mut residual = with_residual.then(|| Floats::any(x.len()));
    let to = (
        Shared::new(&mut dx),
        residual.as_mut().map(|r| Shared::new(r)),
    );
    dy.par_chunks(size).enumerate().for_each(|(i, dy)| {
        let range = i * size..i * size + dy.len();
        isa.run(Backward {
            dy,
            x: &x[range.clone()],
            y: norm.relu.then(|| &y[range.clone()]),
            mean: &statistics.mean,
            scale: &scale,
            slope: &slope,
            shift: &shift,
            // SAFETY: as long as `dy`, and each task writes its own chunk.
            dx: unsafe { to.0.at(range.start) },
            residual: to.1.map(|r| unsafe { r.at(range.start) }),
        });
    });
    Gradients {
        x: dx,
        gamma,
        beta: sums[..channels].iter().map(|&v| v as f32).collect(),
        residual,
    }
}
