//! YuNet on rendered faces, by the model file that M3DFEL_YUNET names; without it this says so and passes.
#![cfg(feature = "onnx")]

use m3dfel_data::image::RgbImage;
use m3dfel_synth::{ClipSpec, Difficulty, Expression, render_clip};
use m3dfel_video::{Detector, Seeta, YuNet};

/// A rendered face in a grey picture of 400 x 300, its upper left corner at (x, y).
fn picture(x: usize, y: usize) -> RgbImage {
    let spec = ClipSpec {
        seed: 0,
        number: 5,
        identity: 3,
        expression: Expression::Neutral,
        difficulty: Difficulty::Easy,
        size: 160,
    };
    let clip = render_clip(&spec).unwrap();
    let mut pixels = vec![128; 400 * 300 * 3];
    for (row, line) in clip.frames[0].as_ref().chunks_exact(160 * 3).enumerate() {
        let at = ((y + row) * 400 + x) * 3;
        pixels[at..at + line.len()].copy_from_slice(line);
    }
    RgbImage::new(400, 300, pixels).unwrap()
}

#[test]
fn it_finds_what_the_other_finds_and_its_landmarks_lie_in_order() {
    let Some(model) = std::env::var_os("M3DFEL_YUNET") else {
        eprintln!("skipped: M3DFEL_YUNET names no model");
        return;
    };
    let mut yunet = YuNet::load(model.as_ref()).unwrap();
    let mut seeta = Seeta::new().unwrap();
    for (x, y) in [(10, 20), (200, 100)] {
        let image = picture(x, y);
        let (ours, theirs) = (yunet.detect(&image).unwrap(), seeta.detect(&image).unwrap());
        let sure = ours
            .iter()
            .filter(|face| face.score >= m3dfel_video::detect::SURE);
        let [face] = sure.collect::<Vec<_>>()[..] else {
            panic!("{ours:?}");
        };
        assert!(face.bbox.iou(&theirs[0].bbox) > 0.5, "{face:?} {theirs:?}");
        let [right_eye, left_eye, nose, right_mouth, left_mouth] = face.landmarks.unwrap();
        assert!(right_eye.x < nose.x && nose.x < left_eye.x);
        assert!(right_mouth.x < left_mouth.x);
        assert!(right_eye.y < nose.y && nose.y < right_mouth.y && left_eye.y < left_mouth.y);
    }
    let grey = RgbImage::new(50, 70, vec![128; 50 * 70 * 3]).unwrap();
    assert!(yunet.detect(&grey).unwrap().is_empty());
}

#[test]
fn what_is_no_model_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("not.onnx");
    for bytes in [&b""[..], b"not a model"] {
        std::fs::write(&path, bytes).unwrap();
        let error = YuNet::load(&path).err().unwrap().to_string();
        assert!(error.contains("not.onnx"), "{error}");
    }
}
