//! The baseline: instances joined by their mean.

mod common;

use burn::tensor::Tensor;
use common::{assert_near, clip, slack, test_device, values};
use m3dfel::{Inference, Join, M3dfel, ModelConfig, Variance};

fn config(bag_size: usize) -> ModelConfig {
    ModelConfig {
        bag_size,
        base_width: 8,
        join: Join::Mean,
        variance: Variance::Unbiased, // there is no DMIN to mind
        ..ModelConfig::default()
    }
}

#[test]
fn a_bag_of_one_is_r3d18_with_a_classifier() {
    let device = test_device();
    let model = M3dfel::init(&config(1), 7, 3, &device).expect("a model");
    let names: Vec<String> = model.shapes().into_keys().collect();
    let rest: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|n| !n.starts_with("features."))
        .collect();
    assert_eq!(rest, ["fc.bias", "fc.weight"]);
    let x = clip(2, 32, 0, &device);
    let feature: Tensor<2> = model.instance_features(x.clone()).squeeze_dim(1);
    let fc = &model.aggregation.fc;
    let expected = feature.matmul(fc.weight.val().transpose())
        + fc.bias.as_ref().expect("a bias").val().unsqueeze();
    assert_near(
        "logits",
        &values(model.forward(x)),
        &values(expected),
        1e-6 * slack(),
    );
}

#[test]
fn parts_add_up_and_inference_agrees() {
    let device = test_device();
    let model = M3dfel::init(&config(4), 5, 1, &device).expect("a model");
    let x = clip(2, 32, 0, &device);
    let logits = model.forward(x.clone());
    let decision = model.aggregation.decide(model.instance_features(x.clone()));
    assert_eq!(decision.feature.dims(), [2, 64]);
    let bias = model.aggregation.fc.bias.as_ref().expect("a bias").val();
    let sum: Tensor<2> = decision.parts.sum_dim(1).squeeze_dim(1) + bias.unsqueeze();
    assert_near(
        "parts",
        &values(sum),
        &values(logits.clone()),
        1e-6 * slack(),
    );
    let flat: Vec<f32> = values(x).into_iter().map(|v| v as f32).collect();
    let predicted = Inference::new(&model)
        .expect("a model")
        .decide(flat, 2, 32)
        .expect("clips");
    assert_near(
        "inference",
        &values(predicted.logits),
        &values(logits),
        1e-5 * slack(),
    );
}
