//! Convolution as it is defined, in float64, and the tolerance of the comparison with it.
#![allow(dead_code)]

use burn::tensor::Device;
use m3dfel_conv::ConvShape;
use m3dfel_conv::device::DeviceName;

/// What `M3DFEL_TEST_DEVICE` names, or the CPU.
pub fn test_device() -> (Device, DeviceName) {
    let name = std::env::var("M3DFEL_TEST_DEVICE").unwrap_or("cpu".into());
    let name: DeviceName = name.parse().expect("M3DFEL_TEST_DEVICE");
    (name.open().expect("M3DFEL_TEST_DEVICE"), name)
}

/// Even noise in -1..1 from a linear congruence.
pub fn noise(len: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    (0..len)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
        })
        .collect()
}

/// Calls `f(y index, x index, w index)` for every product of the convolution that meets data.
/// Tensors are channels-last; `y` and `w` stand for their first channels: `f` gets the pixel's start.
fn each_product(s: &ConvShape, mut f: impl FnMut(usize, usize, usize)) {
    let ([ot, oh, ow], [it, ih, iw], [kt, kh, kw]) = (s.output(), s.input, s.kernel);
    for n in 0..s.batch {
        for (t, h, w) in grid([ot, oh, ow]) {
            for (a, b, c) in grid([kt, kh, kw]) {
                let meets = |d: usize, o: usize, k: usize| {
                    (o * s.stride[d] + k)
                        .checked_sub(s.padding[d])
                        .filter(|&i| i < s.input[d])
                };
                let (Some(x), Some(y), Some(z)) = (meets(0, t, a), meets(1, h, b), meets(2, w, c))
                else {
                    continue;
                };
                f(
                    (((n * ot + t) * oh + h) * ow + w) * s.c_out,
                    (((n * it + x) * ih + y) * iw + z) * s.c_in,
                    (a * kh + b) * kw + c,
                );
            }
        }
    }
}

fn grid([a, b, c]: [usize; 3]) -> impl Iterator<Item = (usize, usize, usize)> {
    (0..a).flat_map(move |x| (0..b).flat_map(move |y| (0..c).map(move |z| (x, y, z))))
}

pub struct Naive {
    pub y: Vec<f64>,
    pub dx: Vec<f64>,
    pub dw: Vec<f64>,
}

/// Forward and both gradients.
pub fn naive(s: &ConvShape, x: &[f32], w: &[f32], dy: &[f32]) -> Naive {
    let taps: usize = s.kernel.iter().product();
    // Weights as [tap][c_in][c_out], so that the inner loops run along memory.
    let mut turned = vec![0.0f64; w.len()];
    for k in 0..s.c_out {
        for c in 0..s.c_in {
            for t in 0..taps {
                turned[(t * s.c_in + c) * s.c_out + k] = w[(k * s.c_in + c) * taps + t] as f64;
            }
        }
    }
    let mut y = vec![0.0; s.output_len()];
    let mut dx = vec![0.0; s.input_len()];
    let mut dw_turned = vec![0.0; w.len()];
    each_product(s, |yi, xi, t| {
        for c in 0..s.c_in {
            let at = (t * s.c_in + c) * s.c_out;
            let weights = &turned[at..at + s.c_out];
            let dw = &mut dw_turned[at..at + s.c_out];
            let value = x[xi + c] as f64;
            let mut sum = 0.0;
            for k in 0..s.c_out {
                let grad = dy[yi + k] as f64;
                y[yi + k] += value * weights[k];
                sum += grad * weights[k];
                dw[k] += value * grad;
            }
            dx[xi + c] += sum;
        }
    });
    let mut dw = vec![0.0; w.len()];
    for k in 0..s.c_out {
        for c in 0..s.c_in {
            for t in 0..taps {
                dw[(k * s.c_in + c) * taps + t] = dw_turned[(t * s.c_in + c) * s.c_out + k];
            }
        }
    }
    Naive { y, dx, dw }
}

/// Within 1e-4 of the largest value.
pub fn assert_close(what: &str, s: &ConvShape, ours: &[f32], reference: &[f64]) {
    assert_eq!(ours.len(), reference.len(), "{what} of {s:?}");
    let largest = reference.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    for (i, (&a, &b)) in ours.iter().zip(reference).enumerate() {
        assert!(
            (a as f64 - b).abs() <= 1e-4 * largest,
            "{what} of {s:?}: {a} for {b} at {i}, largest {largest}"
        );
    }
}

/// All three products of `s` against the definition.
pub fn check(s: &ConvShape, seed: u64) {
    let x = noise(s.input_len(), seed);
    let w = noise(s.weight_len(), seed + 1);
    let dy = noise(s.output_len(), seed + 2);
    let expected = naive(s, &x, &w, &dy);
    assert_close("y", s, &m3dfel_conv::conv::forward(s, &x, &w), &expected.y);
    assert_close(
        "dx",
        s,
        &m3dfel_conv::conv::input_grad(s, &dy, &w),
        &expected.dx,
    );
    assert_close(
        "dw",
        s,
        &m3dfel_conv::conv::weight_grad(s, &x, &dy),
        &expected.dw,
    );
}

/// Every convolution of R3D-18 on instances `[3, frames, crop, crop]`, by name.
pub fn r3d18(
    batch: usize,
    frames: usize,
    crop: usize,
    width: usize,
) -> Vec<(&'static str, ConvShape)> {
    let half = |v: usize| v.div_ceil(2);
    let conv = |c_in, c_out, input, k: usize, stride| ConvShape {
        batch,
        c_in,
        c_out,
        input,
        kernel: [k; 3],
        stride: [stride; 3],
        padding: [k / 2; 3],
    };
    let mut at = [frames, half(crop), half(crop)];
    let mut all = vec![
        (
            "stem",
            ConvShape {
                batch,
                c_in: 3,
                c_out: width,
                input: [frames, crop, crop],
                kernel: [3, 7, 7],
                stride: [1, 2, 2],
                padding: [1, 3, 3],
            },
        ),
        ("layer1", conv(width, width, at, 3, 1)),
    ];
    let names = [
        ["layer2 in", "layer2 shortcut", "layer2"],
        ["layer3 in", "layer3 shortcut", "layer3"],
        ["layer4 in", "layer4 shortcut", "layer4"],
    ];
    for (i, [first, shortcut, rest]) in names.into_iter().enumerate() {
        let (c_in, c_out) = (width << i, width << (i + 1));
        all.push((first, conv(c_in, c_out, at, 3, 2)));
        all.push((shortcut, conv(c_in, c_out, at, 1, 2)));
        at = at.map(half);
        all.push((rest, conv(c_out, c_out, at, 3, 1)));
    }
    all
}
