//! Folders of frames as videos.

mod common;

use std::path::Path;

use common::{pattern, write};
use jpeg_encoder::{ColorType, Encoder};
use m3dfel_video::{
    Ahead, Error, Faces, FollowOptions, Frame, Pictures, Problem, Seeta, Source, open,
};

fn jpeg(dir: &Path, name: &str, (width, height): (u16, u16)) {
    let pixels = pattern(width.into(), height.into(), 0);
    let encoder = Encoder::new_file(dir.join(name), 90).unwrap();
    encoder
        .encode(&pixels, width, height, ColorType::Rgb)
        .unwrap();
}

/// Three frames, of which one is no picture and one of another size.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    jpeg(dir.path(), "10.jpg", (48, 64));
    write(dir.path(), "9.jpg", b"\xff\xd8\xff and so on");
    jpeg(dir.path(), "2.jpg", (64, 48));
    write(dir.path(), "notes.txt", b"");
    dir
}

fn seen(frames: impl Iterator<Item = Frame>) -> Vec<(f64, usize)> {
    frames.map(|f| (f.time, f.image.width())).collect()
}

#[test]
fn frames_come_in_order_at_their_times_and_what_is_none_is_told() {
    let dir = folder();
    let mut pictures = Pictures::open_at(dir.path(), 10.0).unwrap();
    let info = pictures.info().clone();
    assert_eq!((info.width, info.height), (64, 48));
    assert_eq!((info.duration, info.frames), (Some(0.3), Some(3)));
    assert_eq!(seen(pictures.by_ref()), [(0.0, 64), (0.2, 48)]);
    let [
        Problem::Damaged {
            pictures: Some(1),
            first,
        },
    ] = &pictures.problems()[..]
    else {
        panic!("{:?}", pictures.problems());
    };
    assert!(first.contains("9.jpg"), "{first}");
}

#[test]
fn a_folder_is_read_as_a_video_is() {
    let dir = folder();
    let expected = [(0.0, 64), (0.08, 48)];
    let mut source = open(dir.path()).unwrap();
    assert_eq!(seen(source.by_ref()), expected);
    assert_eq!(source.problems().len(), 1);
    let mut ahead = Ahead::new(open(dir.path()).unwrap()).unwrap();
    assert_eq!(ahead.info().frames, Some(3));
    assert_eq!(seen(ahead.by_ref()), expected);
    assert_eq!(ahead.problems().len(), 1);
    let mut faces = Faces::new(ahead, Seeta::new().unwrap(), FollowOptions::default());
    assert!(faces.next().is_none());
    let mut faces = Faces::new(
        open(dir.path()).unwrap(),
        Seeta::new().unwrap(),
        FollowOptions::default(),
    );
    assert_eq!(faces.by_ref().map(Result::unwrap).count(), 2);
    assert_eq!(faces.frames().problems().len(), 1);
}

#[test]
fn a_folder_without_frames_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let told = |error: Option<Error>| error.unwrap().to_string();
    let empty = told(Pictures::open(dir.path()).err());
    assert!(empty.contains("has no frames: no .jpg"), "{empty}");
    write(dir.path(), "1.png", b"no picture");
    let error = told(Pictures::open(dir.path()).err());
    assert!(error.contains("1.png"), "{error}");
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = told(Pictures::open_at(dir.path(), rate).err());
        assert!(error.contains("frames a second"), "{error}");
    }
    let missing = dir.path().join("missing");
    for error in [Pictures::open(&missing).err(), open(&missing).err()] {
        let error = told(error);
        assert!(error.contains("missing"), "{error}");
    }
}
