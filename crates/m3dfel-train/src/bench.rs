//! How fast a model predicts and trains, on inputs and weights of any value.

use std::time::{Duration, Instant};

use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use m3dfel::{Loss, LossConfig, M3dfel, ModelConfig, Precision};

use crate::{AdamW, Error, Predictor, Result};

/// What is measured.
#[derive(Clone, Debug)]
pub struct Job {
    pub model: ModelConfig,
    /// Side of a frame.
    pub crop: usize,
    /// Clips at a time.
    pub batch: usize,
    pub device: Device,
    pub precision: Precision,
    /// How long to measure, after one round of warm-up; three rounds at least.
    pub time: Duration,
}

/// Seconds of one round: a prediction, or a step, of the whole batch.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    pub rounds: usize,
    pub fastest: f64,
    pub median: f64,
    /// What the device's memory pool has taken from its driver, in bytes; none on the CPU.
    pub memory: Option<u64>,
}

const CLASSES: usize = 7;

/// Times the prediction of a batch.
pub fn infer(job: &Job) -> Result<Timing> {
    let mut predictor = {
        let model = M3dfel::init(&job.model, CLASSES, 0, &job.device)?;
        Predictor::new(&model.with_precision(job.precision)?)?
    };
    let clips = clips(job);
    measure(job, || {
        let predictions = predictor.predict(clips.clone(), job.batch, job.crop)?;
        std::hint::black_box(predictions);
        Ok(())
    })
}

/// Times a step of training: forward, backward, AdamW.
pub fn train(job: &Job) -> Result<Timing> {
    let device = job.device.clone().autodiff();
    let model = M3dfel::init(&job.model, CLASSES, 0, &device)?;
    let mut model = Some(model.with_precision(job.precision)?);
    let mut optimiser = AdamW::new(0.05);
    let loss = Loss::new(&LossConfig::default(), &[]);
    let labels: Vec<usize> = (0..job.batch).map(|k| k % CLASSES).collect();
    let shape = [job.batch, job.model.frames, 3, job.crop, job.crop];
    let clips = clips(job);
    measure(job, || {
        let Some(now) = model.take() else {
            return Ok(()); // only after an error
        };
        let inputs = Tensor::<5>::from_data(TensorData::new(clips.clone(), shape), &device);
        let value = loss.forward(now.forward(inputs), &labels)?;
        let gradients = GradientsParams::from_grads(value.backward(), &now);
        model = Some(optimiser.step(now, gradients, 1.0, 5e-4));
        // A device has only been told what to do.
        let done = job.device.sync();
        done.map_err(|error| Error::Device(format!("{error:?}")))
    })
}

/// Noise in 0..1, from a linear congruence.
fn clips(job: &Job) -> Vec<f32> {
    let mut state = 1u32;
    (0..job.batch * job.model.frames * 3 * job.crop * job.crop)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 24) as f32
        })
        .collect()
}

fn measure(job: &Job, mut round: impl FnMut() -> Result<()>) -> Result<Timing> {
    round()?;
    let (start, mut times) = (Instant::now(), Vec::new());
    while times.len() < 3 || start.elapsed() < job.time {
        let begun = Instant::now();
        round()?;
        times.push(begun.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    Ok(Timing {
        rounds: times.len(),
        fastest: times[0],
        median: times[times.len() / 2],
        memory: job
            .device
            .memory_pool_usage()
            .map(|pool| pool.bytes_reserved),
    })
}
