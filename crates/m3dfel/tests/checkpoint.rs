//! Weight files: what users have is read, what is damaged is refused by an error that says where.

mod common;

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use common::*;
use m3dfel::weights::{Checkpoint, Header, Kind, StateDict, load};
use m3dfel::{Error, M3dfel, ModelConfig, Variance};
use m3dfel_data::Normalise;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

fn config(base_width: usize) -> ModelConfig {
    ModelConfig {
        base_width,
        variance: Variance::Unbiased,
        ..ModelConfig::default()
    }
}

fn classes() -> Vec<String> {
    [
        "happy", "sad", "neutral", "angry", "surprise", "disgust", "fear",
    ]
    .map(String::from)
    .to_vec()
}

fn small_state() -> StateDict {
    filled_state(&M3dfel::zeros(&config(1), 7, &Device::flex()).unwrap())
}

fn header() -> Header {
    Header {
        model: config(1),
        classes: classes(),
        crop: 48,
        normalise: Normalise::Unit,
        trained_on: "a test".into(),
        epoch: 3,
    }
}

#[test]
fn published_checkpoints_zip_and_legacy() {
    for file in ["published_zip.pth", "published_legacy.pth"] {
        let checkpoint = load(&fixture(file)).unwrap();
        assert_eq!(checkpoint.kind, Kind::Model, "{file}");
        assert_eq!(checkpoint.batches, 41, "{file}");
        let state = checkpoint.state;
        assert_eq!(state, small_state(), "{file}");
        let header = Header::infer(&state, 4, classes(), Variance::Unbiased).unwrap();
        assert_eq!(header.model, config(1));
        let short = Header::infer(&state, 4, vec!["happy".into()], Variance::Unbiased).unwrap_err();
        assert!(
            short.to_string().contains("7 classes but 1 names"),
            "{short}"
        );
    }
}

#[test]
fn torchvisions_backbone() {
    let checkpoint = load(&fixture("backbone.pth")).unwrap();
    assert_eq!(checkpoint.kind, Kind::Backbone);
    let device = Device::flex();
    let model = M3dfel::init(&config(1), 7, 9, &device).unwrap();
    let before = model.state();
    let after = model.load_backbone(checkpoint.state).unwrap().state();
    for (name, array) in small_state() {
        let expected = if name.starts_with("features.") {
            &array
        } else {
            &before[&name]
        };
        assert_eq!(&after[&name], expected, "{name}");
    }
}

#[test]
fn nothing_in_a_pickle_is_run() {
    let mark = Path::new("/tmp/m3dfel-was-here");
    std::fs::remove_file(mark).ok();
    if let Ok(checkpoint) = load(&fixture("evil.pth")) {
        let model = M3dfel::zeros(&config(1), 7, &Device::flex()).unwrap();
        assert!(model.load_state(checkpoint.state).is_err());
    }
    assert!(!mark.exists(), "loading ran a command");
}

#[test]
fn ours_comes_back_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("w.safetensors");
    let device = Device::flex();
    let checkpoint = Checkpoint {
        header: Some(header()),
        kind: Kind::Model,
        state: small_state(),
        batches: 12,
    };
    // Equal weights are equal files, whatever order a hash map has this time.
    let again: Vec<Vec<u8>> = (0..16)
        .map(|_| {
            checkpoint.clone().save(&path).unwrap();
            std::fs::read(&path).unwrap()
        })
        .collect();
    assert!(again.iter().all(|file| file == &again[0]));
    let back = load(&path).unwrap();
    assert_eq!((back.header.clone(), back.batches), (Some(header()), 12));
    let model = back.into_model(&header(), &device).unwrap();
    assert_eq!(model.state(), small_state());
    assert_eq!(
        std::fs::read_dir(dir.path()).unwrap().count(),
        1,
        "nothing is left aside"
    );
}

#[test]
fn a_tensor_amiss_is_named_with_its_shapes() {
    let load = |state| {
        M3dfel::zeros(&config(1), 7, &Device::flex())
            .unwrap()
            .load_state(state)
            .unwrap_err()
    };
    let mut state = small_state();
    state.remove("lstm.weight_hh_l1");
    let error = load(state);
    assert!(
        matches!(&error, Error::Missing { name, expected, .. } if name == "lstm.weight_hh_l1" && expected == &[32, 8]),
        "{error}"
    );

    let mut state = small_state();
    state.insert("extra".into(), state["fc.bias"].clone());
    let error = load(state).to_string();
    assert!(error.contains("extra") && error.contains("[7]"), "{error}");

    let mut state = small_state();
    let shape = &mut state.get_mut("to_qkv.weight").unwrap().shape;
    shape.reverse();
    let error = load(state).to_string();
    assert!(
        error.contains("to_qkv.weight") && error.contains("[16, 48]") && error.contains("[48, 16]"),
        "{error}"
    );

    let mut state = small_state();
    state.get_mut("fc.bias").unwrap().data[2] = f32::NAN;
    let error = load(state).to_string();
    assert!(
        error.contains("fc.bias") && error.contains("element 2"),
        "{error}"
    );
}

/// Every cut and a lie in every header: an error, and no panic and no allocation of what is claimed.
#[test]
fn cut_and_hostile_files_are_errors() {
    let dir = tempfile::tempdir().unwrap();
    let ours = dir.path().join("ours.safetensors");
    Checkpoint {
        header: Some(header()),
        kind: Kind::Model,
        state: small_state(),
        batches: 0,
    }
    .save(&ours)
    .unwrap();
    let path = dir.path().join("hostile");
    for original in [
        ours,
        fixture("published_zip.pth"),
        fixture("published_legacy.pth"),
        fixture("backbone.pth"),
    ] {
        let bytes = std::fs::read(&original).unwrap();
        let lengths = (0..40)
            .chain((0..40).map(|k| bytes.len() * k / 40))
            .chain([bytes.len() - 1]);
        for length in lengths {
            std::fs::write(&path, &bytes[..length]).unwrap();
            let cut = load(&path).and_then(|c| {
                let model = M3dfel::zeros(&config(1), 7, &Device::flex())?;
                if c.kind == Kind::Backbone {
                    model.load_backbone(c.state)
                } else {
                    model.load_state(c.state)
                }
            });
            // A legacy file's last byte may be padding of nothing; any other cut loses weights.
            assert!(
                cut.is_err(),
                "{} cut to {length} of {}",
                original.display(),
                bytes.len()
            );
        }
        // Flipped bytes may do no harm, but must not panic.
        for k in 0..200 {
            let mut damaged = bytes.clone();
            let at = bytes.len() * k / 200;
            damaged[at] ^= 0xFF;
            std::fs::write(&path, &damaged).unwrap();
            let _ = load(&path);
        }
    }
    for hostile in [
        &u64::MAX.to_le_bytes()[..],
        b"\xff\xff\xff\xff\xff\xff\xff\x7f{}",
        b"\x02\0\0\0\0\0\0\0{}",
        b"\x5a\0\0\0\0\0\0\0{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}            ",
        b"",
        b"PK",
        b"\x80\x02",
        b"not a checkpoint at all",
    ] {
        std::fs::write(&path, hostile).unwrap();
        let result = load(&path).and_then(|c| M3dfel::zeros(&config(1), 7, &Device::flex())?.load_state(c.state));
        assert!(result.is_err(), "{hostile:?}");
    }
}
