//! A corpus looked over.

mod common;

use common::{clip, corpus, own_corpus, run_in};
use serde_json::Value;

#[test]
fn a_rendered_corpus_is_sound() {
    let dir = tempfile::tempdir().unwrap();
    let data = corpus().to_str().unwrap();
    let ran = run_in(dir.path(), &["check", data]).ok();
    for word in [
        "layout dfew, rendered",
        "42 clips",
        "32 x 32",
        "5 test",
        "sound",
    ] {
        assert!(ran.out.contains(word), "no {word:?} in {}", ran.out);
    }
    let all = run_in(dir.path(), &["check", data, "--json", "--deep"]).ok();
    let all: Value = serde_json::from_str(all.out.trim()).unwrap();
    assert_eq!((&all["sound"], &all["clips"]), (&true.into(), &42.into()));
    assert_eq!(all["folds"].as_array().unwrap().len(), 5);
}

#[test]
fn what_is_wrong_is_said_and_the_exit_code_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let root = own_corpus(dir.path());
    // One clip gone, one with a frame cut off, and one that has another's frames.
    std::fs::remove_dir_all(clip(&root, 2)).unwrap();
    let frame = std::fs::read_dir(clip(&root, 3))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let bytes = std::fs::read(&frame).unwrap();
    std::fs::write(&frame, &bytes[..bytes.len() / 2]).unwrap();
    std::fs::remove_dir_all(clip(&root, 42)).unwrap();
    common::copy(&clip(&root, 1), &clip(&root, 42));
    let ran = run_in(dir.path(), &["check", "own"]).fails(1, &[]);
    for word in ["00002", "00003", "00042", "not sound"] {
        assert!(ran.out.contains(word), "no {word:?} in {}", ran.out);
    }
    let all = run_in(dir.path(), &["check", "own", "--json"]).fails(1, &[]);
    let all: Value = serde_json::from_str(all.out.trim()).unwrap();
    assert_eq!(all["sound"], false);
    let codes: Vec<&str> = all["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["code"].as_str().unwrap())
        .collect();
    for code in ["missing-clip", "unreadable-frame"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
    run_in(dir.path(), &["check", "nowhere"]).fails(1, &["nowhere"]);
    run_in(dir.path(), &["check", "own", "--fold", "9"]).fails(2, &["9"]);
}
