//! PyTorch's initialisation, seeded.

use burn::tensor::Device;
use rand::SeedableRng;
use rand::distr::{Distribution, Uniform};
use rand_chacha::ChaCha8Rng;
use rand_distr::Normal;

use super::state::{Array, StateDict};
use crate::{M3dfel, ModelConfig, Result};

impl M3dfel {
    /// A model with random weights, distributed as PyTorch initialises them: convolutions Kaiming
    /// normal (fan out), the rest uniform within 1 / sqrt(fan in), LSTM within 1 / sqrt(hidden).
    ///
    /// But for one thing: the last norm of each residual block starts at zero (torchvision's
    /// `zero_init_residual`; Goyal et al., *Accurate, Large Minibatch SGD*, 2017), so that the backbone
    /// starts shallow. Without it a small model spends minutes before its loss falls at all.
    ///
    /// Each tensor's values depend on the seed and its name alone.
    pub fn init(config: &ModelConfig, classes: usize, seed: u64, device: &Device) -> Result<Self> {
        let model = Self::zeros(config, classes, device)?;
        let hidden = config.feature_width();
        let bag = config.bag_size;
        let mut state = StateDict::new();
        for (name, shape) in model.shapes() {
            let fan_in: usize = shape.iter().skip(1).product();
            let data = if shape.len() == 5 {
                let fan_out = shape[0] * shape[2..].iter().product::<usize>();
                normal(&name, seed, &shape, (2.0 / fan_out as f64).sqrt())
            } else if name.starts_with("lstm.") {
                uniform(&name, seed, &shape, (hidden as f64).powf(-0.5))
            } else if name.starts_with("pwconv.") {
                uniform(&name, seed, &shape, (3.0 * bag as f64).powf(-0.5))
            } else if name == "fc.bias" {
                uniform(&name, seed, &shape, (config.bag_width() as f64).powf(-0.5))
            } else if name.starts_with("fc.") || name.starts_with("to_qkv.") {
                uniform(&name, seed, &shape, (fan_in as f64).powf(-0.5))
            } else if name.ends_with(".conv2.1.weight") {
                vec![0.0; shape.iter().product()]
            } else {
                continue; // other norms start as ones and zeros, and are so already
            };
            state.insert(name, Array { shape, data });
        }
        Ok(model.fill(state))
    }
}

fn generator(name: &str, seed: u64) -> ChaCha8Rng {
    // FNV-1a: a name's stream does not depend on which tensors stand before it.
    let hash = name.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x100_0000_01B3)
    });
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(hash);
    rng
}

fn normal(name: &str, seed: u64, shape: &[usize], deviation: f64) -> Vec<f32> {
    let normal = Normal::new(0.0, deviation).expect("a deviation from a positive fan is finite");
    draw(name, seed, shape, normal)
}

fn uniform(name: &str, seed: u64, shape: &[usize], bound: f64) -> Vec<f32> {
    let uniform = Uniform::new(-bound, bound).expect("a bound from a positive fan is finite");
    draw(name, seed, shape, uniform)
}

fn draw(name: &str, seed: u64, shape: &[usize], from: impl Distribution<f64>) -> Vec<f32> {
    let mut rng = generator(name, seed);
    (0..shape.iter().product())
        .map(|_| from.sample(&mut rng) as f32)
        .collect()
}
