//! R3D-18 as one operation against the same layers one by one.

mod common;

use burn::tensor::{Device, Tensor, TensorData};
use common::noise;
use m3dfel_conv::{UnitTensors, batch_norm_relu, conv3d, r3d18_train};

const EPSILON: f64 = 1e-5;

fn random<const D: usize>(shape: [usize; D], seed: u64, device: &Device) -> Tensor<D> {
    let data = noise(shape.iter().product(), seed);
    Tensor::from_data(TensorData::new(data, shape), device)
}

/// The channels and kernels of the twenty convolutions.
fn units(width: usize, device: &Device) -> Vec<UnitTensors> {
    let mut shapes = vec![([3, width], [3, 7, 7])];
    for block in 0..8 {
        let output = width << (block / 2);
        let first = block > 0 && block % 2 == 0;
        let input = if first { output / 2 } else { output };
        shapes.push(([input, output], [3; 3]));
        shapes.push(([output, output], [3; 3]));
        shapes.extend(first.then_some(([input, output], [1; 3])));
    }
    let unit = |(seed, &([c_in, c_out], [kt, kh, kw])): (usize, &([usize; 2], [usize; 3]))| {
        let seed = 10 * seed as u64;
        let spread = (6.0 / (c_in * kt * kh * kw) as f64).sqrt();
        UnitTensors {
            weight: (random([c_out, c_in, kt, kh, kw], seed, device) * spread).require_grad(),
            gamma: (random([c_out], seed + 1, device) * 0.5 + 1.0).require_grad(),
            beta: (random([c_out], seed + 2, device) * 0.3).require_grad(),
        }
    };
    shapes.iter().enumerate().map(unit).collect()
}

/// The output, and mean and variance of each normalisation.
type Out = (Tensor<5>, Vec<[Tensor<1>; 2]>);

fn layer_by_layer(x: Tensor<5>, units: &[UnitTensors]) -> Out {
    let mut statistics = Vec::new();
    let mut units = units.iter();
    let mut next = |x: Tensor<5>, stride, residual, relu| {
        let unit = units.next().expect("twenty").clone();
        let [_, _, kt, kh, kw] = unit.weight.dims();
        let y = conv3d(x, unit.weight, stride, [kt / 2, kh / 2, kw / 2]);
        let (y, mean, variance) =
            batch_norm_relu(y, unit.gamma, unit.beta, EPSILON, residual, relu);
        (y, [mean, variance])
    };
    let (mut x, s) = next(x, [1, 2, 2], None, true);
    statistics.push(s);
    for block in 0..8 {
        let stride = if block > 0 && block % 2 == 0 { 2 } else { 1 };
        let (y, s) = next(x.clone(), [stride; 3], None, true);
        statistics.push(s);
        // The second convolution's parameters come before the shortcut's, whose output it needs.
        if stride == 1 {
            let (y, s) = next(y, [1; 3], Some(x), true);
            statistics.push(s);
            x = y;
        } else {
            let (y, s) = next(y, [1; 3], None, false);
            statistics.push(s);
            let (shortcut, s) = next(x, [stride; 3], None, false);
            statistics.push(s);
            x = burn::tensor::activation::relu(y + shortcut);
        }
    }
    (x, statistics)
}

fn in_one(x: Tensor<5>, units: &[UnitTensors]) -> Out {
    let (y, statistics) = r3d18_train(&x, units, EPSILON).expect("kernels");
    let pairs = statistics.into_iter().map(|s| [s.mean, s.variance]);
    (y, pairs.collect())
}

#[track_caller]
fn assert_close<const D: usize>(a: Tensor<D>, b: Tensor<D>, what: &str) {
    assert_eq!(a.dims(), b.dims(), "{what}");
    let largest = b.clone().abs().max().into_scalar::<f32>();
    let apart = (a - b).abs().max().into_scalar::<f32>();
    assert!(apart <= 2e-4 * largest, "{what}: {apart} of {largest}");
}

#[test]
fn equals_the_layers_one_by_one_forward_and_in_every_gradient() {
    let device = Device::flex().autodiff();
    for (width, shape) in [
        (8, [3, 3, 4, 40, 37]),
        (16, [2, 3, 1, 32, 32]),
        (8, [5, 3, 2, 33, 48]),
    ] {
        let x = random(shape, 7, &device).require_grad();
        let units = units(width, &device);
        let (ours, our_statistics) = in_one(x.clone(), &units);
        let (theirs, their_statistics) = layer_by_layer(x.clone(), &units);
        for (i, ([m, v], [n, w])) in our_statistics.into_iter().zip(their_statistics).enumerate() {
            assert_close(m, n, &format!("mean {i}"));
            assert_close(v, w, &format!("variance {i}"));
        }
        let towards = random(ours.dims(), 8, &device);
        let [a, b] = [&ours, &theirs].map(|y| (y.clone() * towards.clone()).sum().backward());
        assert_close(ours.inner(), theirs.inner(), "output");
        let both =
            |of: &dyn Fn(&_) -> Option<Tensor<5>>| (of(&a).expect("ours"), of(&b).expect("theirs"));
        let (da, db) = both(&|g| x.grad(g));
        assert_close(da, db, "input");
        for (i, unit) in units.iter().enumerate() {
            let (da, db) = both(&|g| unit.weight.grad(g));
            assert_close(da, db, &format!("weight {i}"));
            for (name, vector) in [("gamma", &unit.gamma), ("beta", &unit.beta)] {
                let of = |g| vector.grad(g).expect("tracked");
                assert_close(of(&a), of(&b), &format!("{name} {i}"));
            }
        }
    }
}

#[test]
fn where_there_are_no_kernels_it_says_so() {
    let (plain, autodiff) = (Device::flex(), Device::flex().autodiff());
    let shape = [1, 3, 2, 32, 32];
    let of = |x: &Device, units_on: &Device, width| {
        r3d18_train(&random(shape, 0, x), &units(width, units_on), EPSILON).is_some()
    };
    assert!(of(&autodiff, &autodiff, 8));
    assert!(!of(&plain, &autodiff, 8), "without autodiff");
    assert!(!of(&autodiff, &autodiff, 4), "narrower than a vector");
}

#[test]
fn parameters_that_are_frozen_get_no_gradient_and_the_rest_do() {
    let device = Device::flex().autodiff();
    let mut units = units(8, &device);
    units[0].weight = random(units[0].weight.dims(), 9, &device);
    let (y, _) = in_one(random([2, 3, 2, 32, 32], 1, &device), &units);
    let grads = y.sum().backward();
    assert!(units[0].weight.grad(&grads).is_none());
    assert!(units[19].weight.grad(&grads).is_some());
}
