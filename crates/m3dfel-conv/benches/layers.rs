//! Every convolution of the model, forward and both gradients; throughput counts the multiply-adds
//! of the plain sum that meet data in time.
//!
//! `cargo bench --workspace --bench layers` for the full model, a batch of 4 clips of 4 instances of 4
//! frames at 112; `WIDTH=16 CROP=64 INSTANCES=64` before it for another. `peak` is what the machine's
//! vectors can do: multiply-adds over it are the floor of every plain sum, which Winograd's goes under.

#[path = "../tests/common/mod.rs"]
mod common;

use common::noise;
use divan::{Bencher, black_box, counter::ItemsCount};
use m3dfel_conv::{ConvShape, Floats, conv};
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

fn main() {
    divan::main();
}

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |v| v.parse().expect("a number"))
}

const NAMES: [&str; 11] = [
    "stem",
    "layer1",
    "layer2 in",
    "layer2 shortcut",
    "layer2",
    "layer3 in",
    "layer3 shortcut",
    "layer3",
    "layer4 in",
    "layer4 shortcut",
    "layer4",
];

fn shape(name: &str) -> ConvShape {
    let (instances, frames) = (setting("INSTANCES", 16), setting("FRAMES", 4));
    let (crop, width) = (setting("CROP", 112), setting("WIDTH", 64));
    let all = common::r3d18(instances, frames, crop, width);
    all.into_iter()
        .find(|(n, _)| *n == name)
        .expect("a layer")
        .1
}

fn products(bencher: Bencher, shape: &ConvShape, f: impl Fn() -> Floats + Sync) {
    bencher
        .counter(ItemsCount::new(shape.multiply_adds()))
        .bench(f);
}

#[divan::bench(args = NAMES, max_time = 1)]
fn forward(bencher: Bencher, name: &str) {
    let s = shape(name);
    let (x, w) = (noise(s.input_len(), 0), noise(s.weight_len(), 1));
    products(bencher, &s, || conv::forward(&s, &x, &w));
}

#[divan::bench(args = &NAMES[1..], max_time = 1)]
fn input_grad(bencher: Bencher, name: &str) {
    let s = shape(name);
    let (dy, w) = (noise(s.output_len(), 0), noise(s.weight_len(), 1));
    products(bencher, &s, || conv::input_grad(&s, &dy, &w));
}

#[divan::bench(args = NAMES, max_time = 1)]
fn weight_grad(bencher: Bencher, name: &str) {
    let s = shape(name);
    let (x, dy) = (noise(s.input_len(), 0), noise(s.output_len(), 1));
    products(bencher, &s, || conv::weight_grad(&s, &x, &dy));
}

/// Multiply-adds of 24 vectors that stay in registers, again and again.
struct Peak {
    rounds: usize,
}

impl WithSimd for Peak {
    /// Something that depends on all of them, and how many there were.
    type Output = (f32, usize);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let factor = black_box(simd.splat_f32s(0.999));
        let mut sums = [simd.splat_f32s(1.0); 24];
        for _ in 0..self.rounds {
            for sum in &mut sums {
                *sum = simd.mul_add_e_f32s(*sum, factor, factor);
            }
        }
        let total = sums.iter().map(|&sum| simd.reduce_sum_f32s(sum)).sum();
        (total, self.rounds * 24 * S::F32_LANES)
    }
}

#[divan::bench(max_time = 1)]
fn peak(bencher: Bencher) {
    let run = || Arch::new().dispatch(Peak { rounds: 1 << 20 });
    let threads = rayon::current_num_threads();
    bencher
        .counter(ItemsCount::new(run().1 * threads))
        .bench(|| (0..threads).into_par_iter().map(|_| run().0).sum::<f32>());
}
