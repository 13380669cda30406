//! Batch normalisation by the batch's own statistics, with the addition and the ReLU that follow it,
//! forward and backward. All over channels-last rows, each value read as seldom as can be.

mod apply;
mod sums;

use rayon::prelude::*;

use crate::buffer::Floats;
use crate::share::{Shared, Source};
use crate::simd::Isa;
use apply::{Backward, Forward};
use sums::{GradientSums, Moments, RowGate};

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

/// What both passes need of a normalisation's parameters.
#[derive(Clone, Copy, Debug)]
pub struct Norm<'a> {
    pub gamma: &'a [f32],
    pub epsilon: f64,
}

impl Norm<'_> {
    fn channels(&self) -> usize {
        self.gamma.len()
    }

    /// One over the standard deviation, in float64.
    fn inverse_deviation(&self, variance: f32) -> f64 {
        1.0 / (variance as f64 + self.epsilon).sqrt()
    }

    /// The normalisation as `scale * x + shift`.
    fn affine(&self, beta: &[f32], statistics: &Statistics) -> (Vec<f32>, Vec<f32>) {
        let channels = self.channels();
        assert!(beta.len() == channels && statistics.mean.len() == channels);
        (0..channels)
            .map(|c| {
                let scale = self.gamma[c] as f64 * self.inverse_deviation(statistics.variance[c]);
                let shift = beta[c] as f64 - statistics.mean[c] as f64 * scale;
                (scale as f32, shift as f32)
            })
            .unzip()
    }
}

/// `relu(gamma * (x - mean) / sqrt(variance + epsilon) + beta + residual)`.
pub fn forward(
    x: &[f32],
    beta: &[f32],
    norm: Norm,
    statistics: &Statistics,
    residual: Option<&[f32]>,
    relu: bool,
) -> Floats {
    assert!(residual.is_none_or(|r| r.len() == x.len()));
    let mut y = Floats::any(x.len());
    let to = Shared::new(&mut y);
    // SAFETY: all are as long as `x`.
    unsafe {
        write(
            x,
            beta,
            norm,
            statistics,
            residual.map(Source::new),
            relu,
            to,
        )
    };
    y
}

/// The same with `y` as what is added and as the place of the result.
pub(crate) fn forward_onto(
    mut y: Floats,
    x: &[f32],
    beta: &[f32],
    norm: Norm,
    statistics: &Statistics,
    relu: bool,
) -> Floats {
    assert!(y.len() == x.len());
    let to = Shared::new(&mut y);
    // SAFETY: as long as `x`; each value is read before it is written, by the same task.
    unsafe { write(x, beta, norm, statistics, Some(to.source()), relu, to) };
    y
}

/// # Safety
/// `residual` and `y` must be as long as `x`; they may be the same.
unsafe fn write(
    x: &[f32],
    beta: &[f32],
    norm: Norm,
    statistics: &Statistics,
    residual: Option<Source>,
    relu: bool,
    y: Shared,
) {
    let (scale, shift) = norm.affine(beta, statistics);
    let isa = Isa::for_columns(norm.channels());
    let size = chunk_rows(norm.channels()) * norm.channels();
    x.par_chunks(size).enumerate().for_each(|(i, x)| {
        isa.run(Forward {
            x,
            // SAFETY: the caller's; each task writes its own chunk.
            residual: residual.map(|r| unsafe { r.at(i * size) }),
            y: unsafe { y.at(i * size) },
            scale: &scale,
            shift: &shift,
            relu,
        });
    });
}

/// Where the ReLU after a normalisation lets the gradient through.
#[derive(Clone, Copy, Debug)]
pub enum Gate<'a> {
    /// There is none.
    Open,
    /// Where this output is positive.
    Output(&'a [f32]),
    /// Where the normalised input, by this beta, is positive: nothing was added to it, so it tells by
    /// itself.
    Input(&'a [f32]),
}

/// Gradients from that of the output.
pub fn backward(
    dy: &[f32],
    x: &[f32],
    gate: Gate,
    norm: Norm,
    statistics: &Statistics,
    with_residual: bool,
) -> Gradients {
    let mut dx = Floats::any(x.len());
    let mut residual = with_residual.then(|| Floats::any(x.len()));
    let to = Written {
        dx: Shared::new(&mut dx),
        dz: residual.as_mut().map(|r| Shared::new(r)),
    };
    let from = (Source::new(dy), Source::new(x));
    let passes = Passes::new(dy, x, gate, norm, statistics);
    // SAFETY: all are as long as `x`, which `passes` has checked.
    unsafe { passes.write(from, to) };
    Gradients {
        x: dx,
        gamma: passes.gamma,
        beta: passes.beta,
        residual,
    }
}

/// The same in place: `x` becomes its gradient. Behind [`Gate::Output`], `dy` becomes the gradient of
/// what was added, else it stays. Returns the gradients of gamma and beta.
pub(crate) fn backward_in_place(
    dy: &mut [f32],
    x: &mut [f32],
    gate: Gate,
    norm: Norm,
    statistics: &Statistics,
) -> (Vec<f32>, Vec<f32>) {
    let passes = Passes::new(dy, x, gate, norm, statistics);
    let (dz, dx) = (Shared::new(dy), Shared::new(x));
    let to = Written {
        dx,
        dz: matches!(gate, Gate::Output(_)).then_some(dz),
    };
    // SAFETY: of one length, as `passes` has checked; values are read before they are written.
    unsafe { passes.write((dz.source(), dx.source()), to) };
    (passes.gamma, passes.beta)
}

/// What the second pass needs of the first.
struct Passes<'a> {
    len: usize,
    gate: Gate<'a>,
    mean: &'a [f32],
    /// Of the forward pass, for [`Gate::Input`]
    affine: (Vec<f32>, Vec<f32>),
    /// dx = scale * dz + slope * (x - mean) + shift
    scale: Vec<f32>,
    slope: Vec<f32>,
    shift: Vec<f32>,
    gamma: Vec<f32>,
    beta: Vec<f32>,
}

/// Where the second pass writes.
#[derive(Clone, Copy)]
struct Written {
    dx: Shared,
    dz: Option<Shared>,
}

impl<'a> Passes<'a> {
    /// The first pass: sums over all rows.
    fn new(dy: &[f32], x: &[f32], gate: Gate<'a>, norm: Norm, statistics: &'a Statistics) -> Self {
        let channels = norm.channels();
        assert!(dy.len() == x.len());
        if let Gate::Output(y) = gate {
            assert!(y.len() == x.len());
        }
        let isa = Isa::for_columns(channels);
        let size = chunk_rows(channels) * channels;
        let affine = match gate {
            Gate::Input(beta) => norm.affine(beta, statistics),
            Gate::Open | Gate::Output(_) => Default::default(),
        };
        // For every fold
        let means = statistics.mean.repeat(4);
        let (scales, shifts) = (affine.0.repeat(4), affine.1.repeat(4));
        let chunks: Vec<Vec<f32>> = dy
            .par_chunks(size)
            .enumerate()
            .map(|(i, dy)| {
                let wide = channels * fold(dy.len() / channels, channels);
                let range = i * size..i * size + dy.len();
                let mut sums = vec![0.0; 2 * wide];
                isa.run(GradientSums {
                    dy,
                    x: &x[range.clone()],
                    gate: match gate {
                        Gate::Open => RowGate::Open,
                        Gate::Output(y) => RowGate::Output(y[range].as_ptr()),
                        Gate::Input(_) => RowGate::Input(&scales[..wide], &shifts[..wide]),
                    },
                    mean: &means[..wide],
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
        Self {
            len: x.len(),
            gate,
            mean: &statistics.mean,
            affine,
            scale,
            slope,
            shift,
            gamma,
            beta: sums[..channels].iter().map(|&v| v as f32).collect(),
        }
    }

    /// # Safety
    /// All must be as long as `x` was; what is written may be what is read.
    unsafe fn write(&self, (dy, x): (Source, Source), to: Written) {
        let channels = self.scale.len();
        let isa = Isa::for_columns(channels);
        let size = chunk_rows(channels) * channels;
        (0..self.len.div_ceil(size)).into_par_iter().for_each(|i| {
            let from = i * size;
            // SAFETY: the caller's; each task writes its own chunk.
            unsafe {
                isa.run(Backward {
                    rows: (self.len - from).min(size) / channels,
                    dy: dy.at(from),
                    x: x.at(from),
                    gate: match self.gate {
                        Gate::Open => RowGate::Open,
                        Gate::Output(y) => RowGate::Output(y[from..].as_ptr()),
                        Gate::Input(_) => RowGate::Input(&self.affine.0, &self.affine.1),
                    },
                    mean: self.mean,
                    scale: &self.scale,
                    slope: &self.slope,
                    shift: &self.shift,
                    dx: to.dx.at(from),
                    dz: to.dz.map(|r| r.at(from)),
                });
            }
        });
    }
}
