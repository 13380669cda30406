//! One clip as prediction reads it: its frames, and what takes the place of bad ones.

mod common;

use common::{clip, jpeg, write};
use m3dfel_data::{ClipOptions, Normalise, Problem, load_clip_dir, load_clip_pixels};

const CLIP: ClipOptions = ClipOptions {
    frames: 4,
    size: 16,
    normalise: Normalise::Unit,
};
const VALUES: usize = 4 * 3 * 16 * 16;

#[test]
fn the_nearest_readable_frame_takes_the_place_of_a_bad_one() {
    let root = tempfile::tempdir().unwrap();
    let clip = clip(root.path(), "clip", 0, 9, 100);
    // Sampled are 1, 3, 5 and 7.
    let sampled = || load_clip_dir(&clip.dir, &CLIP).unwrap();
    assert_eq!(sampled().frame_names, ["1.jpg", "3.jpg", "5.jpg", "7.jpg"]);
    let good = sampled();
    for (bad, expected) in [
        (vec![3], ["1.jpg", "2.jpg", "5.jpg", "7.jpg"]),
        (vec![2, 3], ["1.jpg", "4.jpg", "5.jpg", "7.jpg"]),
        (vec![1, 2, 3, 4], ["5.jpg", "5.jpg", "5.jpg", "7.jpg"]),
        (vec![6, 7, 8], ["1.jpg", "3.jpg", "5.jpg", "5.jpg"]),
    ] {
        for frame in 1..=9 {
            let path = clip.dir.join(format!("{frame}.jpg"));
            let file = jpeg(40, 32, 99 + frame);
            write(
                path,
                if bad.contains(&frame) {
                    &file[..200]
                } else {
                    &file
                },
            );
        }
        let clip_tensor = sampled();
        assert_eq!(clip_tensor.frame_names, expected, "{bad:?}");
        // Each is said once, however often it was wanted.
        let mut named: Vec<u8> = clip_tensor.problems.iter().map(number).collect();
        named.sort_unstable();
        assert_eq!(named, bad);
        // The frames that are good are where they were.
        let last = 3 * VALUES / 4;
        assert!(bad.contains(&7) || clip_tensor.data[last..] == good.data[last..]);
    }
}

#[test]
fn a_tensor_is_frames_of_planes_of_x_over_255_or_normalised() {
    let root = tempfile::tempdir().unwrap();
    // One colour, so that no filter matters. PNG, so that it is exact.
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 20, 10);
    encoder.set_color(png::ColorType::Rgb);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&[51, 102, 204].repeat(200))
        .unwrap();
    write(root.path().join("0.png"), file);
    let planes = |normalise, expected: [f32; 3]| {
        let clip = load_clip_dir(root.path(), &ClipOptions { normalise, ..CLIP }).unwrap();
        assert_eq!(clip.data.len(), VALUES);
        for (i, plane) in clip.data.chunks_exact(256).enumerate() {
            assert!(
                plane.iter().all(|x| (x - expected[i % 3]).abs() < 1e-6),
                "plane {i}: {}",
                plane[0]
            );
        }
    };
    planes(Normalise::Unit, [0.2, 0.4, 0.8]);
    let kinetics = [
        (0.2 - 0.43216) / 0.22803,
        (0.4 - 0.394666) / 0.22145,
        (0.8 - 0.37645) / 0.216989,
    ];
    planes(Normalise::Kinetics, kinetics);
}

#[test]
fn pixels_are_those_of_the_tensor() {
    let root = tempfile::tempdir().unwrap();
    let clip = clip(root.path(), "clip", 0, 9, 100);
    write(clip.dir.join("3.jpg"), b"damaged");
    let normalised = ClipOptions {
        normalise: Normalise::Kinetics,
        ..CLIP
    };
    let tensor = load_clip_dir(&clip.dir, &CLIP).unwrap();
    let pixels = load_clip_pixels(&clip.dir, &normalised).unwrap();
    assert_eq!(pixels.pixels.len(), VALUES);
    assert_eq!(pixels.frame_names, ["1.jpg", "2.jpg", "5.jpg", "7.jpg"]);
    assert_eq!(pixels.problems, tensor.problems);
    for frame in 0..4 {
        for pixel in 0..256 {
            for channel in 0..3 {
                let byte = pixels.pixels[(frame * 256 + pixel) * 3 + channel];
                let value = tensor.data[(frame * 3 + channel) * 256 + pixel];
                assert_eq!(value, f32::from(byte) / 255.0);
            }
        }
    }
    assert!(load_clip_pixels(&root.path().join("none"), &CLIP).is_err());
    let none = ClipOptions { size: 0, ..CLIP };
    assert!(load_clip_pixels(&clip.dir, &none).is_err());
}

fn number(problem: &Problem) -> u8 {
    let Problem::UnreadableFrame { path, .. } = problem else {
        panic!("{problem}")
    };
    path.file_stem().unwrap().to_str().unwrap().parse().unwrap()
}
