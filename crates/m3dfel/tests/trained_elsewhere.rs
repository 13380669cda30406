//! A step's gradients on `M3DFEL_TEST_DEVICE` against the CPU's, with so many values to a channel that
//! BatchNorm does not amplify rounding as it does in `parity_gradient.rs`.

mod common;

use std::collections::BTreeMap;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor};
use common::{clip, filled_state, rounding, test_device, values};
use m3dfel::weights::names;
use m3dfel::{Loss, LossConfig, M3dfel, ModelConfig, Precision};
use m3dfel_conv::on_cpu;

/// How far a parameter's gradient may be off, as a part of its norm, for each rounding of a factor: twice what
/// PyTorch's strays where convolutions' factors are rounded to TF32 (`fixtures/strays_elsewhere.py`: 15 % of the
/// norm), and to bf16 (42 %).
const ROUNDINGS: f64 = 2.0 * 309.0;
const ROUNDINGS_BF16: f64 = 2.0 * 107.0;
/// Half the last bit.
const BF16: f64 = 1.0 / 256.0;

#[derive(Default)]
struct Collect<'a> {
    path: Vec<String>,
    gradients: Option<&'a Gradients>,
    found: BTreeMap<String, Vec<f64>>,
}

impl ModuleVisitor for Collect<'_> {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.into());
    }
    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let gradient = self.gradients.and_then(|all| param.val().grad(all));
        if let Some(gradient) = gradient {
            let name = names::key(&self.path.join("."));
            self.found.insert(name, values(gradient));
        }
    }
}

/// The loss, and every gradient by its parameter's name.
fn step(device: &Device, precision: Precision) -> (f64, BTreeMap<String, Vec<f64>>) {
    let config = ModelConfig {
        base_width: 16,
        ..ModelConfig::default()
    };
    let device = device.clone().autodiff();
    let model = M3dfel::zeros(&config, 7, &device).unwrap();
    let state = filled_state(&model);
    let model = model.load_state(state).unwrap();
    let model = model.with_precision(precision).unwrap();
    let labels = [0, 1, 2, 3];
    let loss = Loss::new(&LossConfig::default(), &[])
        .forward(model.forward(clip(4, 64, 0, &device)), &labels)
        .unwrap();
    let gradients = loss.backward();
    let mut collect = Collect {
        gradients: Some(&gradients),
        ..Collect::default()
    };
    model.visit(&mut collect);
    (values(loss)[0], collect.found)
}

#[test]
fn gradients_are_the_cpus() {
    let device = test_device();
    if on_cpu(&device) {
        println!("left out: M3DFEL_TEST_DEVICE names no other device than the CPU");
        return;
    }
    let (cpu_loss, cpu) = step(&Device::flex(), Precision::Float32);
    assert!(cpu.len() > 60);
    let mut runs = vec![(Precision::Float32, ROUNDINGS * rounding())];
    if Precision::Bf16.check(&device).is_ok() {
        runs.push((Precision::Bf16, ROUNDINGS_BF16 * BF16));
    } else {
        println!("bf16 is left out: the device does not compute in it");
    }
    for (precision, allowed) in runs {
        let (loss, found) = step(&device, precision);
        assert!(
            (loss - cpu_loss).abs() <= allowed,
            "{precision:?}: loss {loss}, {cpu_loss} on the CPU"
        );
        let mut worst = (0.0, String::new());
        for (name, theirs) in &cpu {
            let ours = found
                .get(name)
                .unwrap_or_else(|| panic!("{name} has no gradient"));
            let norm = |x: &mut dyn Iterator<Item = f64>| x.map(|v| v * v).sum::<f64>().sqrt();
            let off = norm(&mut ours.iter().zip(theirs).map(|(a, b)| a - b));
            let off = off / norm(&mut theirs.iter().copied()).max(1e-12);
            if off.is_nan() || off > worst.0 {
                worst = (off, name.clone());
            }
        }
        println!(
            "{precision:?}: {} strays most, by {:e} of its norm",
            worst.1, worst.0
        );
        assert!(
            worst.0 <= allowed,
            "{precision:?}: {} is off by {:e}, allowed {allowed:e}",
            worst.1,
            worst.0
        );
    }
}
