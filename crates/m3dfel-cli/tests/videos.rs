//! Videos beside directories of frames; what faces in them give is tested where they are followed
//! (`m3dfel-video`) and where windows slide (`m3dfel-train`).

mod common;

use common::{clip, corpus, run_in, weights};

/// 16 frames of H.264 with B-frames, and nobody in them.
const NOBODY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../m3dfel-video/tests/fixtures/bframes.mp4"
);

#[test]
fn a_video_without_a_face_is_said_to_have_none() {
    let dir = tempfile::tempdir().unwrap();
    let call = [
        "predict",
        "--weights",
        weights(),
        NOBODY,
        "--csv",
        "faces.csv",
    ];
    let ran = run_in(dir.path(), &call).ok();
    assert!(ran.err.contains("no face was found"), "{}", ran.err);
    assert!(ran.out.is_empty());
    let csv = std::fs::read_to_string(dir.path().join("faces.csv")).unwrap();
    assert!(
        csv.starts_with("input,track,start,end,x,y,width,height,label,happy,"),
        "{csv}"
    );
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
    let call = [
        "predict",
        "--weights",
        weights(),
        "text.mp4",
        "empty.mp4",
        "cut.mp4",
        NOBODY,
        frames,
    ];
    let ran = run_in(dir.path(), &call)
        .fails(1, &["text.mp4", "empty.mp4 is empty", "no face was found"]);
    assert!(
        ran.out.contains("instances"),
        "the clip is done: {}",
        ran.out
    );
    let call = ["predict", "--weights", weights(), NOBODY, "--window", "0"];
    run_in(dir.path(), &call).fails(2, &["0.1 to 600"]);
}
