//! The convolution of other devices (`ops/elsewhere.rs`), differentiated, against the definition in float64. On the
//! CPU too, where float64 has no kernels and goes that way; and in float32 on `M3DFEL_TEST_DEVICE`.

mod common;

use burn::tensor::{DType, Device, Tensor, TensorData};
use common::{naive, noise, r3d18, test_device};
use m3dfel_conv::{ConvShape, conv3d, on_cpu};
use proptest::prelude::*;

/// What of the result and the gradients to input and weight is not `naive`'s, but for `allowed` of each one's
/// largest value.
fn check(s: &ConvShape, device: &Device, dtype: DType, allowed: f64) -> Vec<String> {
    let (x, weight) = (noise(s.input_len(), 1), noise(s.weight_len(), 2));
    let dy = noise(s.output_len(), 3);
    let expected = naive(s, &x, &weight, &dy);

    let ([t, h, w], [ot, oh, ow], [kt, kh, kw]) = (s.input, s.output(), s.kernel);
    let device = device.clone().autodiff();
    let tensor = |values: Vec<f32>, shape: [usize; 5]| {
        Tensor::<5>::from_data(TensorData::new(values, shape), &device).cast(dtype)
    };
    let last = |x: Tensor<5>| x.permute([0, 4, 1, 2, 3]);
    let x = tensor(x, [s.batch, t, h, w, s.c_in]).require_grad();
    let weight = tensor(weight, [s.c_out, s.c_in, kt, kh, kw]).require_grad();
    let dy = tensor(dy, [s.batch, ot, oh, ow, s.c_out]);
    let y = conv3d(last(x.clone()), weight.clone(), s.stride, s.padding);
    let gradients = (y.clone() * last(dy)).sum().backward();
    let of = |x: &Tensor<5>| x.grad(&gradients).expect("tracked");
    let mut wrong = vec![];
    for (what, ours, theirs) in [
        ("result", y.inner().permute([0, 2, 3, 4, 1]), &expected.y),
        ("input's gradient", of(&x), &expected.dx),
        ("weight's gradient", of(&weight), &expected.dw),
    ] {
        let ours = ours.into_data().convert::<f64>();
        let ours: Vec<f64> = ours.try_into_vec().expect("converted");
        assert_eq!(ours.len(), theirs.len(), "{what} of {s:?}");
        let largest = theirs.iter().fold(0f64, |most, x| most.max(x.abs()));
        let off = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs());
        let off = off.fold(
            0f64,
            |most, x| if x <= most || most.is_nan() { most } else { x },
        );
        let allowed = allowed * largest;
        if off.is_nan() || off > allowed {
            wrong.push(format!(
                "{what} is off by {off:e}, allowed {allowed:e}, of {s:?}"
            ));
        }
    }
    wrong
}

#[test]
fn r3d18s_convolutions() {
    // Sides of 29, 15, 8, 4 and 2: odd and even ones meet the strides.
    let (device, name) = test_device();
    let dtype = if on_cpu(&device) {
        DType::F64
    } else {
        DType::F32
    };
    let rounding = if on_cpu(&device) {
        1e-14
    } else {
        64.0 * name.rounding()
    };
    let mut wrong = vec![];
    for (layer, shape) in r3d18(2, 4, 29, 8) {
        let found = check(&shape, &device, dtype, rounding);
        println!("{layer} on {name}: {} of 3 wrong", found.len());
        wrong.extend(found.into_iter().map(|what| format!("{layer}: {what}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn any_shape_on_the_cpu(
        [batch, c_in, c_out] in [1usize..3, 1..5, 1..5],
        input in [1usize..6, 1..9, 1..9],
        kernel in prop::array::uniform3(1usize..5),
        stride in prop::array::uniform3(1usize..4),
        padding in prop::array::uniform3(0usize..4),
    ) {
        prop_assume!((0..3).all(|d| input[d] + 2 * padding[d] >= kernel[d]));
        let shape = ConvShape { batch, c_in, c_out, input, kernel, stride, padding };
        let wrong = check(&shape, &Device::flex(), DType::F64, 1e-14);
        prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
