//! The model in the program.
#![cfg(feature = "people")]

mod common;

use common::{clip, corpus, run_in};

#[test]
fn a_clip_is_read_without_weights_and_the_program_says_by_what() {
    let dir = tempfile::tempdir().unwrap();
    let clip = clip(corpus(), 1);
    let clip = clip.to_str().unwrap();
    let unsaid = run_in(dir.path(), &["predict", clip, "--json"]).ok();
    assert!(unsaid.err.contains("rendered people"), "{}", unsaid.err);
    assert_eq!(unsaid.err.lines().count(), 1, "{}", unsaid.err);
    let line: serde_json::Value = serde_json::from_str(&unsaid.out).unwrap();
    let odds = line["probabilities"].as_object().unwrap();
    let sum: f64 = odds.values().map(|p| p.as_f64().unwrap()).sum();
    assert!(odds.len() == 7 && (sum - 1.0).abs() < 1e-5, "{line}");
    let said = run_in(
        dir.path(),
        &["predict", "--weights", "people", clip, "--json"],
    );
    assert_eq!(said.ok().out, unsaid.out);
    let file = run_in(dir.path(), &["predict", "--weights", "./people", clip]);
    file.fails(1, &["./people"]);
}

/// That these are the weights they are said to be: they read people they were not trained on.
#[test]
fn people_it_has_not_seen_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let synth = "synth --out corpus --clips 350 --size 64 --seed 77 --difficulty wild --frames 8";
    let call: Vec<&str> = synth.split(' ').collect();
    run_in(dir.path(), &call).ok();
    let evaluated = run_in(dir.path(), &["eval", "--data", "corpus", "--json"]).ok();
    let result: serde_json::Value = serde_json::from_str(&evaluated.out).unwrap();
    assert_eq!(result["clips"], 70);
    let war = result["war"].as_f64().unwrap();
    // Measured on thousands: see MODEL_CARD.md. Of 70 clips, five standard deviations are some 0.25.
    assert!(war > 0.5, "{war}");
}
