//! Videos and folders of uncropped frames: from the file to what is said, written and drawn. The people are rendered and coded
//! here.

mod common;
#[path = "../../m3dfel-video/tests/common/mod.rs"]
mod movie;

use std::path::Path;

use common::{clip, corpus, run_in, weights};
use m3dfel_synth::{ClipSpec, Difficulty, Expression, render_clip};
use movie::{Movie, has_ffmpeg};

/// 16 frames of H.264 with B-frames, and nobody in them.
const NOBODY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../m3dfel-video/tests/fixtures/bframes.mp4"
);

const WIDTH: usize = 400;
const HEIGHT: usize = 176;

/// Pictures of two people side by side, 24 to 60 of them; the one on the left is smaller, and in none but the first 20.
fn pictures() -> Vec<Vec<u8>> {
    let clips = [(3, 5, 112), (8, 1, 144)].map(|(identity, number, size)| {
        render_clip(&ClipSpec {
            seed: 0,
            number,
            identity,
            expression: Expression::Happy,
            difficulty: Difficulty::Easy,
            size,
        })
        .unwrap()
    });
    let count = clips.iter().map(|c| c.frames.len()).min().unwrap();
    (0..count)
        .map(|k| {
            let mut picture = vec![128; WIDTH * HEIGHT * 3];
            for (who, (clip, left)) in clips.iter().zip([24, 232]).enumerate() {
                if who == 0 && k >= 20 {
                    continue;
                }
                let side = [112, 144][who];
                for (y, row) in clip.frames[k].as_ref().chunks_exact(side * 3).enumerate() {
                    let at = ((y + 16) * WIDTH + left) * 3;
                    picture[at..at + row.len()].copy_from_slice(row);
                }
            }
            picture
        })
        .collect()
}

fn movie(dir: &Path, name: &str) {
    let movie = Movie::encode(WIDTH, HEIGHT, pictures().into_iter());
    movie::write(dir, name, &movie.file());
}

#[test]
fn each_face_of_a_video_is_told_window_by_window() {
    let dir = tempfile::tempdir().unwrap();
    movie(dir.path(), "two.mp4");
    let mut call = vec!["predict", "--weights", weights(), "two.mp4", "--json"];
    call.extend([
        "--window", "0.4", "--csv", "two.csv", "--report", "two.html",
    ]);
    let annotate = has_ffmpeg();
    if annotate {
        call.extend(["--annotate", "drawn.mp4"]);
    }
    let ran = run_in(dir.path(), &call).ok();
    assert!(ran.err.contains("2 faces"), "{}", ran.err);
    let lines: Vec<serde_json::Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |track: u64| lines.iter().filter(move |line| line["track"] == track);
    assert!(of(1).count() >= 1 && of(2).count() >= 2, "{}", ran.out);
    for line in &lines {
        assert_eq!(line["input"], "two.mp4");
        let odds = line["probabilities"].as_object().unwrap();
        let sum: f64 = odds.values().map(|p| p.as_f64().unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-4, "{line}");
        assert_eq!(line["instances"].as_array().unwrap().len(), 4);
        assert!(line["end"].as_f64() > line["start"].as_f64(), "{line}");
        // Each stands in its half of the picture.
        let middle = line["box"][0].as_f64().unwrap() + line["box"][2].as_f64().unwrap() / 2.0;
        let first = of(1).next().unwrap()["box"][0].as_f64().unwrap();
        let same_half = (middle < 200.0) == (first < 200.0);
        assert_eq!(same_half, line["track"] == 1, "{line}");
    }
    let csv = std::fs::read_to_string(dir.path().join("two.csv")).unwrap();
    assert_eq!(csv.lines().count(), 1 + lines.len());
    assert!(csv.starts_with("input,track,start,end,x,y,width,height,label,happy,"));
    let page = std::fs::read_to_string(dir.path().join("two.html")).unwrap();
    assert!(page.contains("Face 1") && page.contains("Face 2"));
    assert!(page.contains("data:image/jpeg") && !page.contains("<script"));
    if annotate {
        let video = m3dfel_video::Video::open(&dir.path().join("drawn.mp4")).unwrap();
        assert_eq!(video.info().width, WIDTH);
        assert!(video.info().height > HEIGHT, "the curves lie below");
        assert_eq!(video.count(), pictures().len());
    }
}

#[test]
fn a_folder_of_uncropped_frames_is_a_clip_of_its_largest_face() {
    let dir = tempfile::tempdir().unwrap();
    let frames = dir.path().join("frames");
    std::fs::create_dir(&frames).unwrap();
    for (k, picture) in pictures().iter().enumerate() {
        jpeg_encoder::Encoder::new_file(frames.join(format!("{k}.jpg")), 95)
            .unwrap()
            .encode(
                picture,
                WIDTH as u16,
                HEIGHT as u16,
                jpeg_encoder::ColorType::Rgb,
            )
            .unwrap();
    }
    std::fs::write(frames.join("3.jpg"), "no picture").unwrap();
    let call = [
        "predict",
        "--weights",
        weights(),
        "frames",
        "--find-face",
        "--json",
    ];
    let ran = run_in(dir.path(), &call).ok();
    assert!(ran.err.contains("warning: frames: 1 frames"), "{}", ran.err);
    let line: serde_json::Value = serde_json::from_str(ran.out.trim()).unwrap();
    let names = line["frames"].as_array().unwrap();
    assert_eq!(names.len(), 16);
    // The face that stays to the end.
    assert_eq!(names[15], "22.jpg", "{line}");
    assert!(names.iter().all(|n| n != "3.jpg"), "{line}");

    // A photograph is a clip that stands still, in a directory or by itself.
    let photo = dir.path().join("photo");
    std::fs::create_dir(&photo).unwrap();
    std::fs::copy(frames.join("0.jpg"), photo.join("0.jpg")).unwrap();
    let call = ["predict", "--weights", weights(), "photo", "--find-face"];
    let in_directory = run_in(dir.path(), &call).ok().out;
    let call = ["predict", "--weights", weights(), "photo/0.jpg", "frames"];
    let ran = run_in(dir.path(), &call).ok();
    let by_itself = ran.out.lines().find(|line| line.starts_with("photo/0.jpg"));
    let after = |line: &str| {
        line.split_once("  ")
            .map(|(_, rest)| rest.trim().to_owned())
    };
    assert_eq!(
        by_itself.and_then(after),
        after(&in_directory),
        "{}",
        ran.out
    );
    assert_eq!(ran.out.lines().count(), 2, "{}", ran.out);
    // Whether its face is read, and not a blank: it is the same face when the picture is there twice.
    std::fs::copy(photo.join("0.jpg"), photo.join("1.jpg")).unwrap();
    let call = ["predict", "--weights", weights(), "photo", "--find-face"];
    assert_eq!(run_in(dir.path(), &call).ok().out, in_directory);

    std::fs::write(dir.path().join("torn.jpg"), "no picture").unwrap();
    let call = ["predict", "--weights", weights(), "torn.jpg", "photo/0.jpg"];
    run_in(dir.path(), &call).fails(1, &["torn.jpg", "1 of 2 inputs"]);

    std::fs::create_dir(dir.path().join("empty")).unwrap();
    let call = [
        "predict",
        "--weights",
        weights(),
        "empty",
        "frames",
        "--find-face",
    ];
    run_in(dir.path(), &call).fails(1, &["empty", "1 of 2 inputs"]);
}

#[test]
fn a_directory_of_videos_stands_for_them_and_a_video_without_a_face_is_said_to_have_none() {
    let dir = tempfile::tempdir().unwrap();
    let videos = dir.path().join("videos");
    std::fs::create_dir(&videos).unwrap();
    std::fs::copy(NOBODY, videos.join("nobody.mp4")).unwrap();
    std::fs::write(videos.join("notes.txt"), "").unwrap();
    let call = [
        "predict",
        "--weights",
        weights(),
        "videos",
        "--csv",
        "faces.csv",
    ];
    let ran = run_in(dir.path(), &call).ok();
    assert!(
        ran.err.contains("nobody.mp4: no face was found"),
        "{}",
        ran.err
    );
    assert!(ran.out.is_empty());
    let csv = std::fs::read_to_string(dir.path().join("faces.csv")).unwrap();
    assert_eq!(csv.lines().count(), 1);
}

#[test]
fn what_is_no_video_is_reported_and_the_rest_is_done() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("text.mp4"), "this is no video").unwrap();
    std::fs::write(dir.path().join("empty.mp4"), "").unwrap();
    let whole = std::fs::read(NOBODY).unwrap();
    std::fs::write(dir.path().join("cut.mp4"), &whole[..whole.len() / 3]).unwrap();
    let frames = clip(corpus(), 1);
    let frames = frames.to_str().unwrap();
    let mut call = vec!["predict", "--weights", weights(), "text.mp4", "empty.mp4"];
    call.extend(["cut.mp4", NOBODY, frames, "--report", "page.html"]);
    let ran = run_in(dir.path(), &call)
        .fails(1, &["text.mp4", "empty.mp4 is empty", "no face was found"]);
    assert!(
        ran.out.contains("instances"),
        "the clip is done: {}",
        ran.out
    );
    let page = std::fs::read_to_string(dir.path().join("page.html")).unwrap();
    assert!(page.contains("empty.mp4 is empty"), "the page says so too");
}

#[test]
fn wrong_calls_are_refused_before_any_work() {
    let dir = tempfile::tempdir().unwrap();
    let frames = clip(corpus(), 1);
    let frames = frames.to_str().unwrap();
    for (rest, word) in [
        (vec![NOBODY, "--window", "0"], "0.1 to 600"),
        (vec![NOBODY, NOBODY, "--annotate", "a.mp4"], "one video"),
        (vec![NOBODY, "--annotate", NOBODY], "its own input"),
        (vec![NOBODY, "--annotate", "a.gif"], ".mp4"),
        (vec![frames, "--report", "a.html"], "none among the inputs"),
        (vec![NOBODY, "--find-face"], "directories of frames"),
        (vec![NOBODY, "--detector", "haar"], "yunet:FILE.onnx"),
    ] {
        let mut call = vec!["predict", "--weights", weights()];
        call.extend(rest);
        run_in(dir.path(), &call).fails(2, &[word]);
    }
}

#[test]
fn the_pipeline_is_timed_stage_by_stage() {
    let dir = tempfile::tempdir().unwrap();
    movie(dir.path(), "two.mp4");
    let call = [
        "bench",
        "pipeline",
        "two.mp4",
        "--weights",
        weights(),
        "--json",
    ];
    let ran = run_in(dir.path(), &call).ok();
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["faces"], 2);
    assert_eq!(json["frames"], pictures().len());
    for stage in ["decode", "detect", "follow", "crop", "network"] {
        assert!(
            json["stage_seconds"][stage].as_f64().unwrap() > 0.0,
            "{json}"
        );
    }
    run_in(dir.path(), &["bench", "pipeline", "none.mp4"]).fails(1, &["none.mp4"]);
}

#[test]
fn a_corpus_prepared_of_videos_is_trained_on() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("videos")).unwrap();
    movie(&dir.path().join("videos"), "two.mp4");
    let rows: String = (0..6)
        .map(|k| {
            let (label, split) = (["happy", "sad"][k % 2], ["train", "test"][k / 4]);
            format!(
                "two,{label},{},{},{split}\n",
                k as f64 * 0.05,
                k as f64 * 0.05 + 0.45
            )
        })
        .collect();
    let labels = format!("video,label,start,end,split\n{rows}gone.mp4,happy,,,train\n");
    std::fs::write(dir.path().join("labels.csv"), labels).unwrap();
    let mut call = vec!["prepare", "--videos", "videos", "--labels", "labels.csv"];
    call.extend(["--out", "corpus", "--size", "48", "--json"]);
    let ran = run_in(dir.path(), &call).fails(1, &["line 8", "there is no such video"]);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&json["kept"], &json["dropped"]), (&6.into(), &1.into()));
    // Again, nothing is made anew; of another size, it is another corpus.
    let ran = run_in(dir.path(), &call).fails(1, &["line 8"]);
    assert!(ran.out.contains("\"kept_earlier\":6"), "{}", ran.out);
    call.extend(["--size", "64"]);
    call.retain(|&word| word != "48");
    call.remove(call.iter().position(|&word| word == "--size").unwrap());
    run_in(dir.path(), &call).fails(2, &["size"]);

    run_in(
        dir.path(),
        &["check", "corpus", "--layout", "folder", "--json"],
    );
    std::fs::write(dir.path().join("tiny.toml"), common::TINY).unwrap();
    let mut call = vec!["train", "tiny.toml", "--data", "corpus", "--out", "run"];
    call.extend([
        "--set",
        "data.layout=folder",
        "--set",
        "train.epochs=1",
        "--set",
        "train.warmup_epochs=0",
    ]);
    let ran = run_in(dir.path(), &call).ok();
    assert!(ran.out.contains("WAR") || ran.err.contains("WAR"));
}
