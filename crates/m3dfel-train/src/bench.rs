//! How fast a model predicts and trains, on inputs and weights of any value.

use std::time::{Duration, Instant};

use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use m3dfel::{Loss, LossConfig, M3dfel, ModelConfig};

use crate::{AdamW, Predictor, Result};

/// What is measured.
#[derive(Clone, Debug)]
pub struct Job {
    pub model: ModelConfig,
    /// Side of a frame.
    pub crop: usize,
    /// Clips at a time.
    pub batch: usize,
    /// How long to measure, after one round of warm-up; three rounds at least.
    pub time: Duration,
}

/// Seconds of one round: a prediction, or a step, of the whole batch.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    pub rounds: usize,
    pub fastest: f64,
    pub median: f64,
}

const CLASSES: usize = 7;

/// Times the prediction of a batch.
pub fn infer(job: &Job) -> Result<Timing> {
    let mut predictor = {
        let model = M3dfel::init(&job.model, CLASSES, 0, &Device::flex())?;
        Predictor::new(&model)?
    };
    let clips = clips(job);
    measure(job.time, || {
        let predictions = predictor.predict(clips.clone(), job.batch, job.crop)?;
        std::hint::black_box(predictions);
        Ok(())
    })
}

/// Times a step of training: forward, backward, AdamW.
pub fn train(job: &Job) -> Result<Timing> {
    let device = Device::flex().autodiff();
    let mut model = Some(M3dfel::init(&job.model, CLASSES, 0, &device)?);
    let mut optimiser = AdamW::new(0.05);
    let loss = Loss::new(&LossConfig::default(), &[]);
    let labels: Vec<usize> = (0..job.batch).map(|k| k % CLASSES).collect();
    let shape = [job.batch, job.model.frames, 3, job.crop, job.crop];
    let clips = clips(job);
    measure(job.time, || {
        let Some(now) = model.take() else {
            return Ok(()); // only after an error
        };
        let inputs = Tensor::<5>::from_data(TensorData::new(clips.clone(), shape), &device);
        let value = loss.forward(now.forward(inputs), &labels)?;
        let gradients = GradientsParams::from_grads(value.backward(), &now);
        model = Some(optimiser.step(now, gradients, 1.0, 5e-4));
        Ok(())
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

fn measure(time: Duration, mut round: impl FnMut() -> Result<()>) -> Result<Timing> {
    round()?;
    let (start, mut times) = (Instant::now(), Vec::new());
    while times.len() < 3 || start.elapsed() < time {
        let begun = Instant::now();
        round()?;
        times.push(begun.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    Ok(Timing {
        rounds: times.len(),
        fastest: times[0],
        median: times[times.len() / 2],
    })
}
