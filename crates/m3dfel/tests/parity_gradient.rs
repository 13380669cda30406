//! Every parameter's gradient at the first step of training against PyTorch's float64 values.
//!
//! PyTorch's own float32 strays from them by up to 0.2 % of the norm and, in the probe (the inner
//! product with `2 uniform(name + ".probe") - 1`, which sees direction), 1 % of the norm: at crop 48
//! BatchNorm of few values amplifies rounding. The tolerances are twice that.

mod common;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Gradients, Tensor};
use common::*;
use m3dfel::weights::names;
use m3dfel::{Loss, LossConfig, Variance};

const NORM: f64 = 2.0 * 0.002;
const PROBE: f64 = 2.0 * 0.01;

struct Compare<'a> {
    gradients: &'a Gradients,
    path: Vec<String>,
    golden: &'a serde_json::Value,
    seen: usize,
}

impl ModuleVisitor for Compare<'_> {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.into());
    }
    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let name = names::key(&self.path.join("."));
        let Some(norm) = self.golden["first_step_gradient_norms"][&name].as_f64() else {
            assert!(name.contains("running_"), "{name} is unknown to PyTorch");
            return;
        };
        let gradient = param
            .val()
            .grad(self.gradients)
            .unwrap_or_else(|| panic!("{name} has no gradient"));
        let gradient = values(gradient);
        let ours = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
        assert_near(&format!("norm of {name}"), &[ours], &[norm], NORM * norm);
        let signs = uniform(&format!("{name}.probe"), gradient.len(), 0);
        let probe: f64 = gradient
            .iter()
            .zip(signs)
            .map(|(g, u)| g * (2.0 * u - 1.0))
            .sum();
        let theirs = self.golden["first_step_gradient_probes"][&name]
            .as_f64()
            .unwrap();
        assert_near(
            &format!("probe of {name}"),
            &[probe],
            &[theirs],
            PROBE * norm,
        );
        self.seen += 1;
    }
}

#[test]
fn every_gradient_of_the_first_step() {
    if !trains_exactly() {
        return;
    }
    let golden = &golden()["train"]["float64"];
    let device = test_device().autodiff();
    let model = filled_model(4, Variance::Unbiased, &device);
    let labels: Vec<usize> = numbers(&golden["labels"])
        .iter()
        .map(|l| *l as usize)
        .collect();
    let loss = Loss::new(&LossConfig::default(), &[])
        .forward(model.forward(clip(4, 48, 0, &device)), &labels)
        .unwrap();
    let gradients = loss.backward();
    let mut compare = Compare {
        gradients: &gradients,
        path: vec![],
        golden,
        seen: 0,
    };
    model.visit(&mut compare);
    assert_eq!(
        compare.seen,
        golden["first_step_gradient_norms"]
            .as_object()
            .unwrap()
            .len()
    );
}
