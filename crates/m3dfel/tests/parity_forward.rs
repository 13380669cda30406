//! The forward pass against PyTorch's float64 values.
//!
//! Each tolerance is what PyTorch's own float32 strays from them (`fixtures/strays.py` prints it) times
//! eight, for sums in another order: logits stray up to 1.0e-7, features 1.1e-7, losses 2.4e-7,
//! DMIN * slack() 4.2e-7.

mod common;

use burn::tensor::{Tensor, TensorData};
use common::*;
use m3dfel::{Dmin, Inference};

const LOGITS: f64 = 8.0 * 1.0e-7;
const FEATURES: f64 = 8.0 * 1.1e-7;
const LOSSES: f64 = 8.0 * 2.4e-7;
const DMIN: f64 = 8.0 * 4.2e-7;

#[test]
fn formula_is_pythons() {
    let golden = golden();
    assert_eq!(
        uniform("input", 8, 0),
        numbers(&golden["uniform(input)[0..8]"])
    );
    assert_eq!(
        uniform("fc.weight", 8, 0),
        numbers(&golden["uniform(fc.weight)[0..8]"])
    );
}

#[test]
fn dmin_for_both_estimators_and_a_bag_of_one() {
    let device = test_device();
    for case in golden()["dmin"].as_array().unwrap() {
        let (bag, channels) = (
            case["bag_size"].as_u64().unwrap() as usize,
            case["channels"].as_u64().unwrap() as usize,
        );
        let mut dmin = Dmin::new(channels, variance(&case["variance"]), &device);
        let fill = |name: &str, count, scale: f64, shift: f64| -> Vec<f32> {
            uniform(name, count, 0)
                .into_iter()
                .map(|u| (scale * u + shift) as f32)
                .collect()
        };
        let cube = |data| Tensor::from_data(TensorData::new(data, [1, channels, 1]), &device);
        let line = |data| Tensor::from_data(TensorData::new(data, [2]), &device);
        dmin.weight =
            burn::module::Param::from_tensor(cube(fill("norm.weight", channels, 0.5, 0.75)));
        dmin.bias = burn::module::Param::from_tensor(cube(fill("norm.bias", channels, 0.2, -0.1)));
        dmin.mean_weight =
            burn::module::Param::from_tensor(line(fill("norm.mean_weight", 2, 1.0, 0.0)));
        dmin.var_weight =
            burn::module::Param::from_tensor(line(fill("norm.var_weight", 2, 1.0, 0.0)));
        let x = fill("instances", 2 * bag * channels, 4.0, -2.0);
        let y = dmin.forward(Tensor::from_data(
            TensorData::new(x, [2, bag, channels]),
            &device,
        ));
        assert_near(
            &format!("dmin {bag} {}", case["variance"]),
            &values(y),
            &numbers(&case["output"]),
            DMIN * slack(),
        );
    }
}

#[test]
fn aggregation_of_every_bag_size() {
    let device = test_device();
    for case in golden()["aggregation"].as_array().unwrap() {
        let bag = case["bag_size"].as_u64().unwrap() as usize;
        let model = filled_model(bag, variance(&case["variance"]), &device);
        let mut state = model.state();
        state
            .get_mut("to_qkv.weight")
            .unwrap()
            .data
            .iter_mut()
            .for_each(|w| *w *= 8.0);
        let model = model.load_state(state).unwrap();
        let features: Vec<f32> = uniform("features", 2 * bag * 512, 0)
            .into_iter()
            .map(|u| (4.0 * u - 2.0) as f32)
            .collect();
        let features = Tensor::<3>::from_data(TensorData::new(features, [2, bag, 512]), &device);
        let what = format!("aggregation {bag} {}", case["variance"]);
        assert_near(
            &what,
            &values(model.aggregation.forward(features.clone())),
            &numbers(&case["logits"]),
            LOGITS * slack(),
        );

        // The parts of a decision add up to it, but for what depends on no instance.
        let decision = model.aggregation.decide(features);
        let rest = model
            .aggregation
            .fc
            .weight
            .val()
            .sum_dim(1)
            .squeeze_dim::<1>(1)
            * model.aggregation.dliam.as_ref().unwrap().pwconv.bias.val()
            + model.aggregation.fc.bias.as_ref().unwrap().val();
        let sum: Tensor<2> = decision.parts.sum_dim(1).squeeze_dim(1) + rest.unsqueeze();
        assert_near(
            &what,
            &values(sum),
            &values(decision.logits),
            LOGITS * slack(),
        );
    }
}

#[test]
fn whole_model_and_losses() {
    let device = test_device();
    for case in golden()["forward"].as_array().unwrap() {
        let get = |key: &str| case[key].as_u64().unwrap() as usize;
        let (bag, crop, batch) = (get("bag_size"), get("crop"), get("batch"));
        let model = filled_model(bag, variance(&case["variance"]), &device);
        let what = format!("crop {crop}, bag {bag}, {}", case["variance"]);
        let features = model.instance_features(clip(batch, crop, 0, &device));
        let first = features
            .clone()
            .narrow(0, 0, 1)
            .narrow(1, 0, 1)
            .narrow(2, 0, 8);
        assert_near(
            &format!("{what}: features"),
            &values(first),
            &numbers(&case["features_first8"]),
            FEATURES * slack(),
        );
        let logits = model.aggregation.forward(features);
        assert_near(
            &format!("{what}: logits"),
            &values(logits.clone()),
            &numbers(&case["logits"]),
            LOGITS * slack(),
        );

        // The same weights laid out for inference, BatchNorm folded in.
        let input = values(clip(batch, crop, 0, &device));
        let input: Vec<f32> = input.into_iter().map(|v| v as f32).collect();
        let mut inference = Inference::new(&model).unwrap();
        let decision = inference.decide(input, batch, crop).unwrap();
        assert_near(
            &format!("{what}: logits of inference"),
            &values(decision.logits),
            &numbers(&case["logits"]),
            LOGITS * slack(),
        );

        let labels: Vec<usize> = numbers(&case["labels"])
            .iter()
            .map(|l| *l as usize)
            .collect();
        let ce = m3dfel::cross_entropy(logits.clone(), &labels, 0.1).unwrap();
        assert_near(
            &format!("{what}: ce"),
            &values(ce),
            &numbers(&case["cross_entropy_smoothing_0.1"]),
            LOSSES * slack(),
        );
        let ia = m3dfel::intensity_aware(logits, &labels).unwrap();
        assert_near(
            &format!("{what}: ia"),
            &values(ia),
            &numbers(&case["intensity_aware"]),
            LOSSES * slack(),
        );
    }
}
