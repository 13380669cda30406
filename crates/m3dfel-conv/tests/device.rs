//! What a device computes with, on `M3DFEL_TEST_DEVICE`: products of matrices, and R3D-18's convolutions in each way
//! (`Way`), against the kernels for the CPU, which are held against float64 (`shapes.rs`).

mod common;

use burn::tensor::{Device, Tensor, TensorData};
use common::{noise, test_device};
use m3dfel_conv::{Way, conv3d};

/// Of each tensor's largest value: sums of some hundred products of factors that were rounded, in another order.
const ROUNDINGS: f64 = 64.0;

struct Layer {
    name: &'static str,
    channels: [usize; 2],
    kernel: [usize; 3],
    stride: [usize; 3],
    sides: [usize; 2],
}

/// One of each kind, an eighth as wide.
const LAYERS: [Layer; 4] = [
    Layer {
        name: "stem",
        channels: [3, 8],
        kernel: [3, 7, 7],
        stride: [1, 2, 2],
        sides: [17, 14],
    },
    Layer {
        name: "3x3x3",
        channels: [8, 8],
        kernel: [3; 3],
        stride: [1; 3],
        sides: [7, 8],
    },
    Layer {
        name: "3x3x3, stride 2",
        channels: [8, 16],
        kernel: [3; 3],
        stride: [2; 3],
        sides: [7, 8],
    },
    Layer {
        name: "shortcut",
        channels: [8, 16],
        kernel: [1; 3],
        stride: [2; 3],
        sides: [7, 8],
    },
];

type Found = [Vec<f32>; 3];

fn floats<const D: usize>(x: Tensor<D>) -> Vec<f32> {
    x.into_data().try_into_vec().expect("floats")
}

/// The result and the gradients to input and weight, by the kernels or in a way.
fn compute(layer: &Layer, frames: usize, way: Option<Way>, device: &Device) -> Found {
    let [c_in, c_out] = layer.channels;
    let [kt, kh, kw] = layer.kernel;
    let padding = layer.kernel.map(|side| side / 2);
    let random = |shape: [usize; 5], seed| {
        let data = TensorData::new(noise(shape.iter().product(), seed), shape);
        Tensor::<5>::from_data(data, device).require_grad()
    };
    let x = random([2, c_in, frames, layer.sides[0], layer.sides[1]], 1);
    let w = random([c_out, c_in, kt, kh, kw], 2);
    let y = match way {
        Some(way) => way.conv3d(x.clone(), w.clone(), layer.stride, padding),
        None => conv3d(x.clone(), w.clone(), layer.stride, padding),
    };
    let grads = (y.clone() * y.clone()).sum().backward();
    let of = |x: &Tensor<5>| floats(x.grad(&grads).expect("tracked"));
    [floats(y.inner()), of(&x), of(&w)]
}

#[test]
fn every_way_is_the_kernels() {
    let (device, name) = test_device();
    let device = device.autodiff();
    let cpu = Device::flex().autodiff();
    for layer in &LAYERS {
        // An instance of one frame to four, halved by the layers with a stride.
        for frames in [1, 2, 3, 4] {
            let kernels = compute(layer, frames, None, &cpu);
            for way in [Way::Folded, Way::Whole] {
                let ours = compute(layer, frames, Some(way), &device);
                for (what, (ours, theirs)) in
                    ["result", "dx", "dw"].iter().zip(ours.iter().zip(&kernels))
                {
                    assert_eq!(ours.len(), theirs.len());
                    let largest = theirs.iter().fold(0f32, |most, x| most.max(x.abs()));
                    let allowed = ROUNDINGS * name.rounding() * f64::from(largest);
                    let off = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs());
                    let off = off.fold(
                        0f32,
                        |most, x| if x <= most || most.is_nan() { most } else { x },
                    );
                    assert!(
                        f64::from(off) <= allowed,
                        "{}, {frames} frames, {way:?}: {what} is off by {off:e}, allowed {allowed:e}",
                        layer.name
                    );
                }
            }
        }
    }
}

/// A driver that gets these wrong gets linear layers wrong, and gradients: nothing else here is worth a look then.
#[test]
fn products_of_matrices() {
    let (device, name) = test_device();
    let mut wrong = vec![];
    for [m, k, n] in [
        [32, 32, 16],
        [33, 17, 9],
        [16, 128, 16],
        [13, 8, 432],
        [128, 64, 72],
    ] {
        let (a, b) = (noise(m * k, 1), noise(k * n, 2));
        let sum = |i: usize, j: usize| -> f64 {
            let product = |l: usize| f64::from(a[i * k + l]) * f64::from(b[l * n + j]);
            (0..k).map(product).sum()
        };
        let theirs: Vec<f64> = (0..m * n).map(|at| sum(at / n, at % n)).collect();
        for turned in [[false, false], [true, false], [false, true], [true, true]] {
            let matrix = |values: &[f32], [rows, columns]: [usize; 2], turned: bool| {
                let data = TensorData::new(values.to_vec(), [rows, columns]);
                let x = Tensor::<2>::from_data(data, &device);
                if !turned {
                    return x;
                }
                // The same matrix, column by column in memory.
                let columns_first = x.transpose().into_data();
                Tensor::from_data(columns_first, &device).transpose()
            };
            let ours = matrix(&a, [m, k], turned[0]).matmul(matrix(&b, [k, n], turned[1]));
            let off = floats(ours).into_iter().zip(&theirs);
            let off = off.map(|(a, b)| (f64::from(a) - b).abs());
            let off = off.fold(
                0f64,
                |most, x| if x <= most || most.is_nan() { most } else { x },
            );
            // Of factors in -1..1.
            if off.is_nan() || off > ROUNDINGS * name.rounding() * k as f64 {
                wrong.push(format!("{m}x{k}x{n}, turned {turned:?}: off by {off:e}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
}

#[test]
fn few_frames_are_folded() {
    let device = Device::flex();
    let way = |frames, kernel: [usize; 3]| {
        let [kt, kh, kw] = kernel;
        let x = Tensor::<5>::zeros([1, 8, frames, 9, 9], &device);
        let w = Tensor::<5>::zeros([8, 8, kt, kh, kw], &device);
        Way::best(&x, &w, kernel.map(|side| side / 2))
    };
    for (frames, kernel, expected) in [
        (1, [3; 3], Way::Folded),
        (2, [3; 3], Way::Folded),
        (3, [3; 3], Way::Whole), // nine blocks of frames, nine taps
        (4, [3, 7, 7], Way::Whole),
        (1, [1; 3], Way::Folded),
        (2, [1; 3], Way::Whole),
    ] {
        assert_eq!(way(frames, kernel), expected, "{frames} frames, {kernel:?}");
    }
}
