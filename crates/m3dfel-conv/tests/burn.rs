//! The operation on Burn's tensors, against Burn's own.

mod common;

use burn::tensor::{Device, Tensor, TensorData, Tolerance, ops::ConvOptions};
use common::{noise, test_device};
use m3dfel_conv::{batch_norm_relu, batch_norm_relu_fixed, conv3d};

fn random<const D: usize>(shape: [usize; D], seed: u64, device: &Device) -> Tensor<D> {
    let data = noise(shape.iter().product(), seed);
    Tensor::from_data(TensorData::new(data, shape), device)
}

fn assert_same<const D: usize>(ours: Tensor<D>, burn: Tensor<D>) {
    assert_eq!(ours.dims(), burn.dims());
    let largest = burn.clone().abs().max().into_scalar::<f32>();
    // Burn's own sums of float32, and ours, stray from each other by up to 1e-4 of the largest.
    let slack = test_device().1.rounding() * 2f64.powi(24);
    let tolerance = Tolerance::absolute((1e-4 * slack).min(0.05) as f32 * largest);
    ours.into_data()
        .assert_approx_eq::<f32>(&burn.into_data(), tolerance);
}

#[test]
fn two_in_a_row_with_gradients_equal_burns() {
    let device = test_device().0.autodiff();
    let shapes = [[2, 3, 4, 17, 14], [16, 3, 3, 7, 7], [24, 16, 3, 3, 3]];
    let [x, a, b] = [0, 1, 2].map(|i| random(shapes[i], i as u64, &device).require_grad());

    let stem = |own: bool, x: Tensor<5>, w: Tensor<5>, stride, padding| {
        if own {
            conv3d(x, w, stride, padding)
        } else {
            burn::tensor::module::conv3d(x, w, None, ConvOptions::new(stride, padding, [1; 3], 1))
        }
    };
    let run = |own| {
        let y = stem(own, x.clone(), a.clone(), [1, 2, 2], [1, 3, 3]);
        let y = y.clone().tanh() + y; // two uses: gradients add up in whatever layout they have
        let z = stem(own, y, b.clone(), [1; 3], [1; 3]);
        let grads = (z.clone() * z.clone()).mean().backward();
        (
            z.inner(),
            [&x, &a, &b].map(|t| t.grad(&grads).expect("tracked")),
        )
    };
    let (z, [dx, da, db]) = run(true);
    let (burn_z, [burn_dx, burn_da, burn_db]) = run(false);
    assert_same(z, burn_z);
    assert_same(dx, burn_dx);
    assert_same(da, burn_da);
    assert_same(db, burn_db);
}

#[test]
fn normalisation_equals_burns() {
    let device = test_device().0.autodiff();
    // Odd channels take Burn's own way; means far from zero try the variance.
    for (channels, relu, add) in [
        (16, true, true),
        (24, true, false),
        (64, false, true),
        (8, false, false),
        (5, true, true),
    ] {
        let shape = [3, channels, 2, 11, 9];
        let x = (random(shape, 1, &device) * 0.3 + 5.0).require_grad();
        let residual = random(shape, 2, &device).require_grad();
        let gamma = random([channels], 3, &device).require_grad();
        let beta = random([channels], 4, &device).require_grad();
        let run = |own: bool| {
            let (x, residual) = (x.clone(), add.then(|| residual.clone()));
            let (gamma, beta) = (gamma.clone(), beta.clone());
            if own {
                return batch_norm_relu(x, gamma, beta, 1e-5, residual, relu);
            }
            let normed = burn::tensor::module::batch_norm_train(x, gamma, beta, 1e-5);
            let mut y = normed.output;
            if let Some(residual) = residual {
                y = y + residual;
            }
            if relu {
                y = burn::tensor::activation::relu(y);
            }
            (y, normed.mean, normed.variance)
        };
        let ((y, mean, variance), (burn_y, burn_mean, burn_variance)) = (run(true), run(false));
        let weights = random(shape, 5, &device);
        let grads = (y.clone() * weights.clone()).sum().backward();
        let burn_grads = (burn_y.clone() * weights).sum().backward();
        assert_same(y.inner(), burn_y.inner());
        assert_same(mean.inner(), burn_mean.inner());
        assert_same(variance.inner(), burn_variance.inner());
        let all = |g: &burn::tensor::Gradients| {
            (
                x.grad(g).expect("x"),
                [&gamma, &beta].map(|t| t.grad(g).expect("parameter")),
            )
        };
        let ((dx, d), (burn_dx, burn_d)) = (all(&grads), all(&burn_grads));
        assert_same(dx, burn_dx);
        d.into_iter()
            .zip(burn_d)
            .for_each(|(d, burn_d)| assert_same(d, burn_d));
        if add {
            let of = |g| residual.grad(g).expect("residual");
            assert_same(of(&grads), of(&burn_grads));
        }
    }
}

#[test]
fn normalisation_by_given_statistics_equals_burns() {
    let device = test_device().0;
    for device in [device.clone(), device.autodiff()] {
        for (channels, relu, add) in [(16, true, true), (8, false, false), (5, true, false)] {
            let shape = [2, channels, 2, 5, 9];
            let (x, residual) = (random(shape, 1, &device), random(shape, 2, &device));
            let [gamma, beta, mean] = [3, 4, 5].map(|i| random([channels], i, &device));
            let variance = random([channels], 6, &device).abs() + 0.1;
            let (g, b, m, v) = (gamma.clone(), beta.clone(), mean.clone(), variance.clone());
            let added = add.then(|| residual.clone());
            let ours = batch_norm_relu_fixed(x.clone(), g, b, m, v, 1e-5, added, relu);
            let mut y = burn::tensor::module::batch_norm(x, gamma, beta, mean, variance, 1e-5);
            if add {
                y = y + residual;
            }
            if relu {
                y = burn::tensor::activation::relu(y);
            }
            assert_same(ours, y);
        }
    }
}

#[test]
fn without_autodiff_and_from_strided_views() {
    let device = test_device().0;
    let x = random([9, 2, 16, 3, 8], 0, &device).permute([1, 2, 3, 4, 0]);
    let w = random([8, 16, 1, 3, 3], 1, &device);
    let ours = conv3d(x.clone(), w.clone(), [1; 3], [0, 1, 1]);
    let options = ConvOptions::new([1; 3], [0, 1, 1], [1; 3], 1);
    assert_same(ours, burn::tensor::module::conv3d(x, w, None, options));
}

#[test]
#[should_panic(expected = "has 3 channels, weight")]
fn channels_that_differ_are_refused() {
    let device = Device::flex();
    let (x, w) = (
        random([1, 3, 1, 4, 4], 0, &device),
        random([2, 4, 1, 3, 3], 1, &device),
    );
    conv3d(x, w, [1; 3], [0; 3]);
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("a pool").install(|| {
            let device = Device::flex().autodiff();
            let x = random([3, 16, 4, 23, 23], 0, &device).require_grad();
            let w = random([32, 16, 3, 3, 3], 1, &device).require_grad();
            let y = conv3d(x.clone(), w.clone(), [1; 3], [1; 3]);
            let grads = (y.clone() * y.clone()).sum().backward();
            [
                y.inner(),
                x.grad(&grads).expect("tracked"),
                w.grad(&grads).expect("tracked"),
            ]
            .map(|t| t.into_data())
        })
    };
    assert_eq!(run(1), run(3));
}
