//! The baseline: instances joined by their mean.

mod common;

use burn::tensor::Tensor;
use common::{assert_near, clip, slack, test_device, values};
use m3dfel::weights::keep_middle_taps;
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

#[test]
fn what_was_learnt_of_stills_holds_for_a_clip_that_stands_still() {
    let device = test_device();
    let stills = ModelConfig {
        frames: 1,
        ..config(1)
    };
    let of_stills = M3dfel::init(&stills, 7, 3, &device).expect("a model");
    let still = clip(2, 32, 0, &device).narrow(1, 0, 1);
    let mut state = of_stills.state();
    keep_middle_taps(&mut state);
    let of_clips = M3dfel::init(&config(1), 7, 4, &device)
        .and_then(|model| model.load_state(state))
        .expect("a model of the same shapes");
    assert_near(
        "logits",
        &values(of_clips.forward(still.clone().repeat_dim(1, 16))),
        &values(of_stills.forward(still)),
        1e-5 * slack(),
    );
}
