//! Eight steps of AdamW under the schedule, against PyTorch's float64 run of the same.
//!
//! BatchNorm over few values amplifies rounding, so PyTorch's own float32 strays too, more with each
//! step. `golden.json` has its float32 run beside the float64 one; our tolerance for a run's every value
//! is twice the most that PyTorch strays in any value of that kind up to that step.

#[path = "../../m3dfel/tests/common/mod.rs"]
mod common;

use burn::module::Module;
use burn::optim::GradientsParams;
use common::*;
use m3dfel::{Loss, LossConfig, Variance};
use m3dfel_train::{AdamW, Schedule};

#[test]
fn eight_steps_of_training() {
    if !trains_exactly() {
        return;
    }
    let golden = golden();
    let (exact, float32) = (&golden["train"]["float64"], &golden["train"]["float32"]);
    let list = |key: &str| (numbers(&exact[key]), numbers(&float32[key]));
    let stray = |key: &str| {
        let (a, b) = list(key);
        a.iter()
            .zip(&b)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f64::max)
    };

    let schedule = Schedule {
        base: 5e-4,
        floor: 5e-6,
        warmup: 2,
        total: 8,
    };
    let rates: Vec<f64> = (0..8).map(|step| schedule.at(step)).collect();
    assert_near(
        "learning rates",
        &rates,
        &numbers(&exact["learning_rates"]),
        1e-18,
    );

    let device = test_device().autodiff();
    let labels: Vec<usize> = numbers(&exact["labels"])
        .iter()
        .map(|l| *l as usize)
        .collect();
    let config = LossConfig {
        intensity_weight: exact["lambda"].as_f64().unwrap(),
        ..LossConfig::default()
    };
    let loss_of = Loss::new(&config, &[]);
    let mut model = filled_model(4, Variance::Unbiased, &device);
    let mut optimiser = AdamW::new(0.05);
    let (losses, losses32) = list("losses");
    let mut allowed = 1e-6_f64;
    for step in 0..8 {
        let loss = loss_of
            .forward(
                model.forward(clip(4, 48, 1000 * step as u64, &device)),
                &labels,
            )
            .unwrap();
        allowed = allowed.max(2.0 * (losses[step] - losses32[step]).abs());
        assert_near(
            &format!("loss of step {step}"),
            &values(loss.clone()),
            &losses[step..=step],
            allowed,
        );
        let gradients = GradientsParams::from_grads(loss.backward(), &model);
        model = optimiser.step(model, gradients, 1.0, rates[step]);
    }

    let state = model.state();
    for what in ["mean", "var"] {
        let key = format!("stem_running_{what}_first4");
        let ours: Vec<f64> = state[&format!("features.0.1.running_{what}")].data[..4]
            .iter()
            .map(|v| f64::from(*v))
            .collect();
        assert_near(&key, &ours, &numbers(&exact[&key]), 2.0 * stray(&key));
    }
    let logits = model.valid().forward(clip(4, 48, 0, &test_device()));
    let key = "final_eval_logits";
    assert_near(
        key,
        &values(logits),
        &numbers(&exact[key]),
        2.0 * stray(key),
    );
}
