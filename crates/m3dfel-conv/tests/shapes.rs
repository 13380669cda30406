//! Every product against the definition in float64.

mod common;

use common::{check, r3d18};
use m3dfel_conv::ConvShape;
use proptest::prelude::*;

#[test]
fn full_width_model() {
    for (i, (_, shape)) in r3d18(1, 2, 56, 64).iter().enumerate() {
        check(shape, i as u64);
    }
}

#[test]
fn small_models_at_many_crops() {
    for (width, crop, frames, batch) in [
        (8, 48, 4, 2),
        (16, 64, 2, 3),
        (24, 32, 8, 1),
        (32, 40, 1, 2),
        (8, 112, 1, 1),
        (16, 33, 16, 1),
    ] {
        for (i, (_, shape)) in r3d18(batch, frames, crop, width).iter().enumerate() {
            check(shape, i as u64);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_shape(
        batch in 1usize..4,
        c_in in 1usize..20,
        c_out in 1usize..20,
        input in [1usize..6, 1usize..12, 1usize..12],
        kernel in [1usize..4, 1usize..6, 1usize..6],
        stride in [1usize..4, 1usize..4, 1usize..4],
        padding in [0usize..3, 0usize..4, 0usize..4],
        seed in 0u64..1000,
    ) {
        check(&ConvShape { batch, c_in, c_out, input, kernel, stride, padding }, seed);
    }

    #[test]
    fn any_3x3_of_whole_channels(
        batch in 1usize..4,
        c_in in 1usize..5,
        c_out in 1usize..5,
        input in [1usize..6, 1usize..20, 1usize..20],
        kt in 1usize..4,
        padding in [0usize..3, 0usize..3, 0usize..3],
        seed in 0u64..1000,
    ) {
        let shape = ConvShape {
            batch, c_in: 8 * c_in, c_out: 8 * c_out, input, kernel: [kt, 3, 3], stride: [1; 3], padding,
        };
        check(&shape, seed);
    }
}
