//! The time of each of R3D-18's convolutions on a device, forward and backward, in each way (`Way`): whether the
//! way that is chosen is the fastest there; and in the last column by Burn's 3-D convolution with Burn's own gradient
//! to the input: against "whole", whether that is worth having where it is right.
//!
//!     cargo run --release --features cuda --example ways -- cuda [clips] [float32|bf16] [base width] [side]

use std::time::Instant;

use burn::tensor::module::conv3d as burns;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{DType, Device, Distribution, Tensor};
use m3dfel_conv::Way;
use m3dfel_conv::device::DeviceName;

/// Frames of an instance, and instances of a clip: the paper's.
const FRAMES: usize = 4;
const BAG: usize = 4;
const ROUNDS: usize = 10;

struct Layer {
    name: String,
    channels: [usize; 2],
    kernel: [usize; 3],
    stride: [usize; 3],
    input: [usize; 3],
    /// How many of it there are.
    count: usize,
}

fn layers(width: usize, side: usize) -> Vec<Layer> {
    let mut all = vec![Layer {
        name: "stem".into(),
        channels: [3, width],
        kernel: [3, 7, 7],
        stride: [1, 2, 2],
        input: [FRAMES, side, side],
        count: 1,
    }];
    let half = |input: [usize; 3]| input.map(|n| n.div_ceil(2));
    let mut input = [FRAMES, side.div_ceil(2), side.div_ceil(2)];
    for k in 0..4 {
        let out = width << k;
        let mut add = |name: &str, c_in, kernel, stride, input, count| {
            all.push(Layer {
                name: format!("layer{} {name}", k + 1),
                channels: [c_in, out],
                kernel,
                stride: [stride; 3],
                input,
                count,
            });
        };
        if k > 0 {
            add("first", out / 2, [3; 3], 2, input, 1);
            add("shortcut", out / 2, [1; 3], 2, input, 1);
            input = half(input);
        }
        add("others", out, [3; 3], 1, input, if k == 0 { 4 } else { 3 });
    }
    all
}

/// Seconds of a forward and a backward pass, the median; in no way, Burn's.
fn time(layer: &Layer, way: Option<Way>, clips: usize, dtype: DType, device: &Device) -> f64 {
    let [t, h, w] = layer.input;
    let [kt, kh, kw] = layer.kernel;
    let [c_in, c_out] = layer.channels;
    let random =
        |shape: [usize; 5]| Tensor::<5>::random(shape, Distribution::Default, device).cast(dtype);
    // As a layer before it would leave it: channels last.
    let x = random([clips * BAG, h, w, t, c_in]).permute([0, 4, 3, 1, 2]);
    let weight = random([c_out, c_in, kt, kh, kw]);
    let round = || {
        let (x, weight) = (
            x.clone().detach().require_grad(),
            weight.clone().detach().require_grad(),
        );
        let padding = layer.kernel.map(|side| side / 2);
        let y = match way {
            Some(way) => way.conv3d(x.clone(), weight.clone(), layer.stride, padding),
            None => {
                let options = ConvOptions::new(layer.stride, padding, [1; 3], 1);
                burns(x.clone(), weight.clone(), None, options)
            }
        };
        let gradients = y.sum().backward();
        let found = (x.grad(&gradients), weight.grad(&gradients));
        device.sync().expect("a device that works");
        drop(found);
    };
    round(); // kernels are compiled and chosen
    round();
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let since = Instant::now();
            round();
            since.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[ROUNDS / 2]
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let arg = |k: usize, default: &str| args.get(k).cloned().unwrap_or(default.into());
    let number = |k, default| arg(k, default).parse::<usize>().expect("a number");
    let name: DeviceName = arg(0, "cpu").parse().expect("a device");
    let device = name.open().expect("a device").autodiff();
    let (clips, width, side) = (number(1, "16"), number(3, "64"), number(4, "112"));
    let dtype = match arg(2, "float32").as_str() {
        "float32" => DType::F32,
        "bf16" => DType::BF16,
        other => panic!("{other} is neither float32 nor bf16"),
    };
    println!(
        "{name}, {clips} clips, {dtype:?}, width {width}, {side} x {side}: milliseconds, forward and backward"
    );
    println!(
        "{:16} {:>5} {:>9} {:>9} {:>9}  chosen",
        "layer", "count", "folded", "whole", "Burn's"
    );
    for layer in layers(width, side) {
        let padding = layer.kernel.map(|side| side / 2);
        let probe = Tensor::<5>::zeros([1, 1, layer.input[0], 1, 1], &Device::flex());
        let [a, b, c] = layer.kernel;
        let kernel = Tensor::<5>::zeros([1, 1, a, b, c], &Device::flex());
        let chosen = Way::best(&probe, &kernel, padding);
        let ways = [Some(Way::Folded), Some(Way::Whole), None]
            .map(|way| format!("{:.3}", 1e3 * time(&layer, way, clips, dtype, &device)));
        println!(
            "{:16} {:>5} {:>9} {:>9} {:>9}  {chosen:?}",
            layer.name, layer.count, ways[0], ways[1], ways[2]
        );
    }
}
