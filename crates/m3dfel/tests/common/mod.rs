//! Weights and inputs from a formula (`fixtures/fill.py`), so that PyTorch and we agree on them
//! without a file, and what PyTorch makes of them (`fixtures/golden.json`, by `golden.py`). And what they run on.
#![allow(dead_code)]

use burn::tensor::{Device, Tensor, TensorData};
use m3dfel::device::DeviceName;
use m3dfel::weights::{Array, StateDict};
use m3dfel::{M3dfel, ModelConfig, Variance};
use serde_json::Value;

fn device_name() -> DeviceName {
    let name = std::env::var("M3DFEL_TEST_DEVICE").unwrap_or("cpu".into());
    name.parse().expect("M3DFEL_TEST_DEVICE")
}

/// What `M3DFEL_TEST_DEVICE` names, or the CPU.
pub fn test_device() -> Device {
    device_name().open().expect("M3DFEL_TEST_DEVICE")
}

/// The largest relative error of one product there.
pub fn rounding() -> f64 {
    device_name().rounding()
}

/// How much more than float32 the device may stray: 1, and 8192 where factors are rounded to TF32.
pub fn slack() -> f64 {
    rounding() * 2f64.powi(24)
}

/// Whether to go through a run of training, where BatchNorm over few values amplifies rounding some thousand
/// times: TF32 leaves nothing to compare. `trained_elsewhere.rs` is for such devices.
pub fn trains_exactly() -> bool {
    let exact = slack() < 2.0;
    if !exact {
        println!("left out: {} multiplies in TF32", device_name());
    }
    exact
}

/// Element `i` of the tensor `name`: splitmix64(fnv1a64(name) + seed + i) >> 40, over 2^24.
pub fn uniform(name: &str, count: usize, seed: u64) -> Vec<f64> {
    let hash = name.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x100_0000_01B3)
    });
    (0..count as u64)
        .map(|i| {
            let mut z = hash
                .wrapping_add(seed)
                .wrapping_add(i)
                .wrapping_add(0x9E37_79B9_7F4A_7C15);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((z ^ (z >> 31)) >> 40) as f64 / f64::from(1 << 24)
        })
        .collect()
}

/// `fill.parameter`.
fn parameter(name: &str, shape: &[usize]) -> Vec<f32> {
    let u = uniform(name, shape.iter().product(), 0);
    let is_norm = shape.len() == 1 || name == "norm.weight" || name == "norm.bias";
    let fan_in: usize = shape[1..].iter().product();
    let bound = (3.0 / fan_in as f64).sqrt();
    u.into_iter()
        .map(|u| {
            (if name.ends_with("running_var") {
                0.5 + u
            } else if is_norm && name.ends_with("weight") {
                0.75 + 0.5 * u
            } else if is_norm {
                0.2 * u - 0.1
            } else {
                (2.0 * u - 1.0) * bound
            }) as f32
        })
        .collect()
}

/// `fill.fill`: every tensor of the model by the formula.
pub fn filled_state(model: &M3dfel) -> StateDict {
    model
        .shapes()
        .into_iter()
        .map(|(name, shape)| {
            let data = parameter(&name, &shape);
            (name, Array { shape, data })
        })
        .collect()
}

pub fn filled_model(bag_size: usize, variance: Variance, device: &Device) -> M3dfel {
    let config = ModelConfig {
        bag_size,
        variance,
        ..ModelConfig::default()
    };
    let model = M3dfel::zeros(&config, 7, device).unwrap();
    let state = filled_state(&model);
    model.load_state(state).unwrap()
}

/// `fill.clip`: `[batch, 16, 3, size, size]`.
pub fn clip(batch: usize, size: usize, seed: u64, device: &Device) -> Tensor<5> {
    let noise = uniform("input", batch * 16 * 3 * size * size, seed);
    let colour = uniform("colour", batch * 16 * 3, seed);
    let data: Vec<f32> = noise
        .iter()
        .enumerate()
        .map(|(i, n)| (0.3 * n + 0.7 * colour[i / (size * size)]) as f32)
        .collect();
    Tensor::from_data(TensorData::new(data, [batch, 16, 3, size, size]), device)
}

pub fn golden() -> Value {
    serde_json::from_str(include_str!("../fixtures/golden.json")).unwrap()
}

pub fn variance(value: &Value) -> Variance {
    value.as_str().unwrap().parse().unwrap()
}

/// All numbers in a nest of lists, in order.
pub fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        number => vec![number.as_f64().unwrap()],
    }
}

pub fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor
        .into_data()
        .convert::<f32>()
        .try_into_vec::<f32>()
        .unwrap()
        .into_iter()
        .map(f64::from)
        .collect()
}

/// The largest difference; fails, saying where, when it is over `tolerance` or not a number.
#[track_caller]
pub fn assert_near(what: &str, ours: &[f64], theirs: &[f64], tolerance: f64) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (i, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!(
            (a - b).abs() <= tolerance,
            "{what}[{i}]: {a} where PyTorch has {b}: off by {:e}, allowed {tolerance:e}",
            (a - b).abs()
        );
    }
}
