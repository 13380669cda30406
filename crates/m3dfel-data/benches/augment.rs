//! Clips a second that one thread augments, of 16 frames, by each kind alone: `cargo bench -p m3dfel-data`.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use m3dfel_data::augment::{
    Augment, Blur, CropBox, Cutout, Field, Jitter, Jpeg, Light, LowResolution, Noise, Scratch, Warp,
};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

fn main() {
    divan::main();
}

const FRAMES: usize = 16;

/// What is done at the middle of what may be drawn.
fn kind(name: &str, size: usize) -> Augment {
    let part = CropBox {
        left: size / 4,
        top: size / 4,
        width: size / 3,
        height: size / 3,
    };
    let mut augment = Augment::crop_only((size, size), CropBox::whole(size, size));
    match name {
        "flip" => augment.flip = true,
        "warp" => {
            augment.warp = Some(Warp {
                turn: 0.1,
                shifts: Field::draw(0.02, &mut ChaCha8Rng::seed_from_u64(1)),
            });
        }
        "light" => {
            augment.light = Some(Light {
                logarithm: Field::draw(0.25, &mut ChaCha8Rng::seed_from_u64(1)),
            });
        }
        "low_resolution" => augment.low_resolution = Some(LowResolution { scale: 0.625 }),
        "blur" => augment.blur = Some(Blur::new(1.05)),
        "blur_most" => augment.blur = Some(Blur::new(2.0)),
        "jitter" => {
            augment.jitter = vec![
                Jitter::Brightness(1.2),
                Jitter::Contrast(0.8),
                Jitter::Saturation(1.3),
            ];
        }
        "greyscale" => augment.grey = true,
        "noise" => {
            augment.noise = Some(Noise {
                deviation: 5.0,
                seed: 1,
            });
        }
        "jpeg" => augment.jpeg = Some(Jpeg { quality: 50 }),
        "cutout" => {
            augment.cutout = Some(Cutout {
                part,
                colour: [90; 3],
            });
        }
        other => unreachable!("{other}"),
    }
    augment
}

#[divan::bench(
    args = ["flip", "warp", "low_resolution", "blur", "blur_most", "jitter", "light", "greyscale", "noise", "jpeg", "cutout"],
    consts = [64, 112],
)]
fn clips<const SIZE: usize>(bencher: Bencher, name: &str) {
    let augment = kind(name, SIZE);
    // Slopes and a wave: a JPEG of noise alone would be slower than one of a face.
    let clip: Vec<u8> = (0..FRAMES * SIZE * SIZE * 3)
        .map(|at| (((at % 977) as f32 / 40.0).sin() * 60.0 + (at / 3 % SIZE + 60) as f32) as u8)
        .collect();
    let mut scratch = Scratch::default();
    bencher
        .counter(ItemsCount::new(1usize))
        .with_inputs(|| clip.clone())
        .bench_local_refs(|pixels| {
            for (number, frame) in pixels.chunks_exact_mut(SIZE * SIZE * 3).enumerate() {
                black_box(augment.finish(frame, SIZE, number, &mut scratch)).expect("a frame");
            }
        });
}
