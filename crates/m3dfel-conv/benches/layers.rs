//! Every convolution of the model, forward and both gradients; throughput counts the multiply-adds
//! of the plain sum that meet data in time.
//!
//! `cargo bench -p m3dfel-conv` for the full model, a batch of 4 clips of 4 instances of 4 frames at
//! 112; `WIDTH=16 CROP=64 INSTANCES=64 cargo bench -p m3dfel-conv` for another.

#[path = "../tests/common/mod.rs"]
mod common;

use common::noise;
use divan::{Bencher, counter::ItemsCount};
use m3dfel_conv::{ConvShape, Floats, conv};

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
