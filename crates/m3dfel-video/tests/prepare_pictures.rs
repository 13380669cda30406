//! Corpora made of uncropped frames and of photographs, as some are handed out.

use jpeg_encoder::{ColorType, Encoder};
use m3dfel_synth::{ClipSpec, Difficulty, Expression, render_clip};
use m3dfel_video::prepare::{Options, Outcome, Reason, Watch, prepare};
use m3dfel_video::{Detector, Seeta};

#[test]
fn folders_of_frames_and_photographs_are_cut_as_videos_are() {
    let dir = tempfile::tempdir().unwrap();
    let videos = dir.path().join("faces");
    std::fs::create_dir_all(videos.join("S01/001")).unwrap();
    let spec = ClipSpec {
        seed: 0,
        number: 5,
        identity: 3,
        expression: Expression::Happy,
        difficulty: Difficulty::Easy,
        size: 144,
    };
    // Few frames: each counts, and a face need not be in many to be believed.
    let count = 5;
    for (number, frame) in render_clip(&spec).unwrap().frames[..count]
        .iter()
        .enumerate()
    {
        let encode = |path| {
            let encoder = Encoder::new_file(path, 95).unwrap();
            let pixels = frame.as_ref();
            encoder.encode(pixels, 144, 144, ColorType::Rgb).unwrap();
        };
        encode(videos.join(format!("S01/001/{number}.jpg")));
        if number == 0 {
            encode(videos.join("photo.JPG"));
        }
    }
    std::fs::create_dir(videos.join("empty")).unwrap();
    let labels = dir.path().join("labels.csv");
    let list = "video,label\nS01/001,happy\nphoto.JPG,neutral\nempty,sad\n";
    std::fs::write(&labels, list).unwrap();

    let detector = || Ok(Box::new(Seeta::new()?) as Box<dyn Detector>);
    let out = dir.path().join("corpus");
    let options = Options {
        least_frames: 1,
        ..Options::default()
    };
    let made = prepare(
        &videos,
        &labels,
        &out,
        &options,
        &detector,
        Watch::default(),
    )
    .unwrap();
    let of = |clip: &str| {
        &made
            .rows
            .iter()
            .find(|(row, _)| row.clip == clip)
            .unwrap()
            .1
    };
    for (clip, folder, frames) in [
        ("S01_001", "happy/S01_001", count),
        ("photo", "neutral/photo", 1),
    ] {
        let Outcome::Kept { clip: kept, .. } = of(clip) else {
            panic!("{clip}: {:?}", of(clip));
        };
        assert_eq!((kept.frames, kept.span_frames), (frames, frames), "{clip}");
        let written = m3dfel_data::list_frames(&out.join(folder)).unwrap();
        assert_eq!(written.len(), frames, "{clip}");
    }
    let missing = of("empty");
    assert!(
        matches!(missing, Outcome::Dropped(Reason::NoVideo)),
        "{missing:?}"
    );
}
