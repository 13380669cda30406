//! All kinds of augmentation together.

use super::*;
use crate::seed::{Purpose, stream};
use proptest::prelude::*;

fn draw(options: &AugmentOptions, seed: u64, side: usize) -> Augment {
    options.draw((side, side), side, &mut stream(Purpose::Clip, seed, 0, 0))
}

fn finish(augment: &Augment, pixels: &[u8], width: usize) -> Vec<u8> {
    let mut pixels = pixels.to_vec();
    augment
        .finish(&mut pixels, width, 0, &mut Scratch::default())
        .unwrap();
    pixels
}

fn picture(width: usize, height: usize) -> Vec<u8> {
    (0..width * height * 3)
        .map(|i| (i * i * 89 % 256) as u8)
        .collect()
}

fn nothing() -> AugmentOptions {
    AugmentOptions {
        crop_scale: [1.0, 1.0],
        crop_ratio: [1.0, 1.0],
        flip: 0.0,
        colour_jitter: 0.0,
        ..Default::default()
    }
}

/// Each of the options that are off by default, turned on.
fn each() -> [AugmentOptions; 9] {
    let on: [fn(&mut AugmentOptions); 9] = [
        |o| o.greyscale = 1.0,
        |o| (o.blur, o.blur_sigma) = (1.0, [0.6, 2.0]),
        |o| o.noise = 20.0,
        |o| o.low_resolution = 1.0,
        |o| o.jpeg = 1.0,
        |o| o.cutout = 1.0,
        |o| o.rotate = 20.0,
        |o| o.warp = 0.05,
        |o| o.light = 0.3,
    ];
    on.map(|on| {
        let mut options = nothing();
        on(&mut options);
        options.validate().unwrap();
        options
    })
}

#[test]
fn mirrors_rows() {
    let mut pixels: Vec<u8> = (0..18).collect();
    mirror(&mut pixels, 3);
    assert_eq!(
        pixels,
        [6, 7, 8, 3, 4, 5, 0, 1, 2, 15, 16, 17, 12, 13, 14, 9, 10, 11]
    );
}

#[test]
fn without_augmentation_nothing_is_drawn() {
    nothing().validate().unwrap();
    let draw = draw(&nothing(), 0, 50);
    assert_eq!(draw, Augment::crop_only((50, 50), CropBox::whole(50, 50)));
    assert_eq!(finish(&draw, &picture(50, 50), 50), picture(50, 50));
    assert_eq!(draw.crop_in(50, 50), CropBox::whole(50, 50));
}

#[test]
fn each_changes_a_frame_and_the_same_seed_changes_it_alike() {
    for options in each() {
        let frame = |seed| finish(&draw(&options, seed, 32), &picture(32, 32), 32);
        let seeds = 0..40;
        let changed = seeds.clone().filter(|&seed| frame(seed) != picture(32, 32));
        // A draw may be of nearly the whole size, or of nearly no noise.
        assert!(changed.count() >= 38, "{options:?}");
        for seed in seeds {
            assert!(frame(seed) == frame(seed), "{options:?}");
        }
        let one_way = options.greyscale == 1.0;
        assert!(one_way == (frame(1) == frame(2)), "{options:?}");
    }
}

/// All but noise, whose frames have each their own.
#[test]
fn frames_of_a_clip_are_changed_alike() {
    for options in each() {
        let draw = draw(&options, 5, 24);
        let mut scratch = Scratch::default();
        let mut frame = |number| {
            let mut pixels = picture(24, 24);
            draw.finish(&mut pixels, 24, number, &mut scratch).unwrap();
            pixels
        };
        assert!(
            (frame(0) == frame(1)) == (options.noise == 0.0),
            "{options:?}"
        );
    }
}

/// With a warp and an uneven light.
fn strong() -> Augment {
    let options = AugmentOptions {
        rotate: 10.0,
        warp: 0.03,
        light: 0.3,
        ..nothing()
    };
    draw(&options, 9, 24)
}

/// What is done last is seen as it was done: grey is grey, though the jitter came before it; noise
/// has colours, though grey came before it; JPEG blurs noise; a cutout is of one colour.
#[test]
fn all_are_done_in_their_order() {
    let part = CropBox {
        left: 3,
        top: 4,
        width: 5,
        height: 6,
    };
    let all = Augment {
        flip: true,
        warp: strong().warp,
        low_resolution: Some(LowResolution { scale: 0.5 }),
        blur: Some(Blur::new(1.0)),
        jitter: vec![Jitter::Brightness(1.3), Jitter::Saturation(2.0)],
        light: strong().light,
        grey: true,
        noise: Some(Noise {
            deviation: 9.0,
            seed: 3,
        }),
        jpeg: Some(Jpeg { quality: 30 }),
        cutout: Some(Cutout {
            part,
            colour: [200, 100, 50],
        }),
        ..Augment::crop_only((24, 24), CropBox::whole(24, 24))
    };
    let none = Augment::crop_only(all.frame, all.crop);
    let (mut one_by_one, all_at_once) = (picture(24, 24), finish(&all, &picture(24, 24), 24));
    let a = all.clone();
    for step in [
        Augment {
            flip: a.flip,
            ..none.clone()
        },
        Augment {
            warp: a.warp,
            ..none.clone()
        },
        Augment {
            low_resolution: a.low_resolution,
            ..none.clone()
        },
        Augment {
            blur: a.blur,
            ..none.clone()
        },
        Augment {
            jitter: a.jitter,
            ..none.clone()
        },
        Augment {
            light: a.light,
            ..none.clone()
        },
        Augment {
            grey: a.grey,
            ..none.clone()
        },
        Augment {
            noise: a.noise,
            ..none.clone()
        },
        Augment {
            jpeg: a.jpeg,
            ..none.clone()
        },
        Augment {
            cutout: a.cutout,
            ..none.clone()
        },
    ] {
        let before = one_by_one.clone();
        one_by_one = finish(&step, &one_by_one, 24);
        assert!(before != one_by_one, "{step:?}");
    }
    assert!(all_at_once == one_by_one);
}

#[test]
fn bytes_that_are_no_frame_are_an_error() {
    let augment = Augment::crop_only((4, 4), CropBox::whole(4, 4));
    for (bytes, width) in [(0, 4), (48, 0), (47, 4), (48, 5), (0, 0)] {
        let mut pixels = vec![0; bytes];
        let error = augment.finish(&mut pixels, width, 0, &mut Scratch::default());
        assert!(error.unwrap_err().contains("no frame"), "{bytes}, {width}");
    }
}

proptest! {
    #[test]
    fn frames_of_any_size_can_be_augmented(w in 1usize..40, h in 1usize..40, sigma in 0.01..30.0, seed: u64) {
        let options = AugmentOptions { noise: 50.0, blur: 1.0, blur_sigma: [sigma, sigma], greyscale: 0.5,
            low_resolution: 1.0, jpeg: 1.0, cutout: 1.0, rotate: 90.0, warp: 0.2, light: 1.0, ..Default::default() };
        let augment = options.draw((w, h), w, &mut stream(Purpose::Clip, seed, 0, 0));
        let once = finish(&augment, &picture(w, h), w);
        // Memory that other frames have used changes nothing.
        let mut scratch = Scratch::default();
        augment.finish(&mut picture(h + 3, w), h + 3, 7, &mut scratch).unwrap();
        let mut again = picture(w, h);
        augment.finish(&mut again, w, 0, &mut scratch).unwrap();
        prop_assert!(once == again);
    }
}
