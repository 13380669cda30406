//! The training losses and their gradients against PyTorch's in float64 (`fixtures/losses.py`).

mod common;

use burn::tensor::{Tensor, TensorData};
use common::{assert_near, numbers, test_device, values};
use m3dfel::{Loss, LossConfig};
use serde_json::Value;

fn fixture() -> Value {
    serde_json::from_str(include_str!("fixtures/losses.json")).expect("a fixture")
}

#[test]
fn every_loss_and_its_gradient() {
    let fixture = fixture();
    let device = test_device().autodiff();
    let whole = |of: &Value| -> Vec<usize> { numbers(of).iter().map(|n| *n as usize).collect() };
    let (clips, labels) = (whole(&fixture["clips"]), whole(&fixture["labels"]));
    let logits: Vec<f32> = numbers(&fixture["logits"])
        .iter()
        .map(|x| *x as f32)
        .collect();
    for case in fixture["cases"].as_array().expect("cases") {
        let of = |name: &str| case[name].as_f64().expect("a number");
        let config = LossConfig {
            smoothing: of("smoothing"),
            intensity_weight: of("intensity_weight"),
            focal_gamma: of("focal_gamma"),
            logit_adjustment: of("logit_adjustment"),
        };
        let x =
            Tensor::<2>::from_data(TensorData::new(logits.clone(), [6, 7]), &device).require_grad();
        let loss = Loss::new(&config, &clips)
            .forward(x.clone(), &labels)
            .expect("a loss");
        let gradient = x.grad(&loss.backward()).expect("tracked");
        let what = format!("{config:?}");
        assert_near(&what, &values(loss), &[of("loss")], 1e-6);
        assert_near(&what, &values(gradient), &numbers(&case["gradient"]), 1e-6);
    }
}

#[test]
fn a_clip_that_is_certain_has_a_finite_focal_gradient() {
    let device = test_device().autodiff();
    let x = Tensor::<2>::from_floats([[80.0, 0.0], [0.0, 80.0]], &device).require_grad();
    let config = LossConfig {
        smoothing: 0.0,
        focal_gamma: 0.5,
        ..LossConfig::default()
    };
    let loss = Loss::new(&config, &[1, 1])
        .forward(x.clone(), &[0, 0])
        .expect("a loss");
    let gradient = x.grad(&loss.backward()).expect("tracked");
    assert!(values(gradient).iter().all(|g| g.is_finite()));
}

#[test]
fn classes_that_were_not_counted_are_refused_and_empty_ones_are_not() {
    let device = test_device();
    let x = || Tensor::<2>::zeros([1, 3], &device);
    let config = LossConfig {
        logit_adjustment: 1.0,
        ..LossConfig::default()
    };
    assert!(Loss::new(&config, &[4, 4]).forward(x(), &[0]).is_err());
    let loss = Loss::new(&config, &[4, 4, 0])
        .forward(x(), &[2])
        .expect("a loss");
    assert!(values(loss)[0].is_finite());
}
