//! Many runs and what they are worth beside each other.

mod common;

use std::path::Path;

use common::{corpus, run_in, tiny, weights};
use serde_json::Value;

/// The tiny experiment over two bag sizes and two seeds, and the mean's baseline.
fn ablate<'a>(dir: &Path, data: &'a Path, more: &[&'a str]) -> Vec<&'a str> {
    tiny(dir, data, "unused");
    let data = data.to_str().unwrap();
    let mut args = vec!["ablate", "tiny.toml", "--data", data, "--out", "a"];
    args.extend(["--set", "train.epochs=1", "--set", "train.warmup_epochs=0"]);
    args.extend(more);
    args
}

#[test]
fn an_ablation_makes_one_table_and_does_nothing_twice() {
    let dir = tempfile::tempdir().unwrap();
    let mean = "model.bag_size=1 model.join=mean";
    let more = [
        "model.bag_size=4,1",
        "train.seed=0,1",
        "--also",
        mean,
        "--json",
    ];
    let args = ablate(dir.path(), corpus(), &more);
    let ran = run_in(dir.path(), &args).ok();
    assert_eq!(ran.err.matches(": training").count(), 6, "{}", ran.err);
    let all: Value = serde_json::from_str(ran.out.trim()).unwrap();
    let sides = all["comparison"]["sides"].as_array().unwrap();
    let names: Vec<&str> = sides.iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["bag_size=4", "bag_size=1", "bag_size=1, join=mean"]);
    assert!(sides.iter().all(|side| side["seeds"] == 2));
    let pointing = all["variants"][1]["pointing"].as_array().unwrap();
    assert_eq!(pointing.len(), 2, "the corpus knows when expressions show");
    for file in [
        "table.md",
        "table.tex",
        "table.csv",
        "ablation.json",
        "report.html",
    ] {
        let text = std::fs::read_to_string(dir.path().join("a").join(file)).unwrap();
        assert!(
            text.contains("bag") && text.contains("mean"),
            "{file}: {text}"
        );
    }

    let again = run_in(dir.path(), &args).ok();
    assert_eq!(
        again.err.matches(": done already").count(),
        6,
        "{}",
        again.err
    );
    assert_eq!(again.out, ran.out);

    // Without its result a run is done again, to the same end.
    let run = dir.path().join("a/bag_size=1_seed=1");
    std::fs::remove_file(run.join("result.json")).unwrap();
    let mended = run_in(dir.path(), &args).ok();
    assert_eq!(mended.err.matches(": training").count(), 1);
    assert_eq!(mended.out, ran.out);

    // The directories are another experiment's now.
    let other = [args.as_slice(), &["--set", "train.weight_decay=0.5"]].concat();
    run_in(dir.path(), &other).fails(1, &["train.weight_decay was 0.05, is 0.5"]);
}

#[test]
fn a_run_that_fails_is_said_and_the_others_are_in_the_table() {
    let dir = tempfile::tempdir().unwrap();
    let args = ablate(dir.path(), corpus(), &["train.learning_rate=1e-3,1e30"]);
    let ran = run_in(dir.path(), &args).fails(1, &["learning_rate=1e30", "diverged"]);
    assert!(ran.out.contains("learning_rate=1e-3"), "{}", ran.out);
}

#[test]
fn a_wrong_value_is_refused_before_the_first_run() {
    let dir = tempfile::tempdir().unwrap();
    let args = ablate(dir.path(), corpus(), &["model.bag_size=4,3"]);
    run_in(dir.path(), &args).fails(2, &["bag_size = 3"]);
    assert!(!dir.path().join("a").exists());
    let args = ablate(dir.path(), corpus(), &["bag_size"]);
    run_in(dir.path(), &args).fails(2, &["model.bag_size=1,2,4"]);
}

#[test]
fn all_folds_are_trained_and_summed_up() {
    let dir = tempfile::tempdir().unwrap();
    let mut args = tiny(dir.path(), corpus(), "f");
    args.extend([
        "--fold",
        "all",
        "--set",
        "train.epochs=1",
        "--set",
        "train.warmup_epochs=0",
    ]);
    let ran = run_in(dir.path(), &args).ok();
    assert!(ran.out.contains("all clips together"), "{}", ran.out);
    let file = dir.path().join("f/folds.json");
    let folds: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(folds["folds"].as_array().unwrap().len(), 5);
    assert_eq!(folds["pooled"]["clips"], 42, "each clip is tested once");
    run_in(dir.path(), &args).fails(1, &["--resume"]);
    std::fs::remove_dir_all(dir.path().join("f/fold4")).unwrap();
    args.push("--resume");
    let again = run_in(dir.path(), &args).ok();
    assert_eq!(again.out, ran.out);
    assert_eq!(again.err.matches(" of 5").count(), 1, "{}", again.err);

    // All folds of a run are one side of a comparison.
    let both = run_in(dir.path(), &["compare", "f", "f/fold1"]);
    both.fails(2, &["is in \"f\" but not in \"fold1\""]);
    let alone = run_in(dir.path(), &["compare", "f", "--json"]).ok();
    let alone: Value = serde_json::from_str(alone.out.trim()).unwrap();
    let war = &alone["sides"][0]["scores"]["war"]["estimate"];
    assert!((war.as_f64().unwrap() - folds["pooled"]["war"].as_f64().unwrap()).abs() < 1e-12);
}

#[test]
fn runs_and_seeds_are_compared_on_the_same_clips() {
    let dir = tempfile::tempdir().unwrap();
    for (out, seed) in [("one", "train.seed=1"), ("two", "train.seed=2")] {
        let mut args = tiny(dir.path(), corpus(), out);
        args.extend([
            "--set",
            "train.epochs=1",
            "--set",
            "train.warmup_epochs=0",
            "--set",
            seed,
        ]);
        run_in(dir.path(), &args).ok();
    }
    let data = corpus().to_str().unwrap();
    let evaluate = [
        "eval",
        "--weights",
        weights(),
        "--data",
        data,
        "--csv",
        "eval.csv",
    ];
    run_in(dir.path(), &evaluate).ok();
    let call = [
        "compare",
        "old=eval.csv",
        "new=one,two",
        "--markdown",
        "t.md",
        "--latex",
        "t.tex",
        "--csv",
        "t.csv",
        "--report",
        "t.html",
        "--figures",
        "figures",
    ];
    let ran = run_in(dir.path(), &call).ok();
    for word in ["old", "new", "WAR", "95 %"] {
        assert!(ran.out.contains(word), "{}", ran.out);
    }
    assert!(dir.path().join("figures/confusion-old.csv").exists());
    let svg = |entry: &std::fs::DirEntry| entry.path().extension().is_some_and(|e| e == "svg");
    let figures = std::fs::read_dir(dir.path().join("figures")).unwrap();
    assert!(figures.flatten().filter(svg).count() >= 2);
    for file in ["t.md", "t.tex", "t.csv", "t.html"] {
        let text = std::fs::read_to_string(dir.path().join(file)).unwrap();
        assert!(
            text.contains("old") && text.contains("new"),
            "{file}: {text}"
        );
    }
    let names = run_in(dir.path(), &["compare", "one", "eval.csv", "--json"]).ok();
    let names: Value = serde_json::from_str(names.out.trim()).unwrap();
    assert_eq!(names["sides"][1]["name"], "eval");
    assert!(names["sides"][1]["against_first"]["mcnemar"]["p"].is_number());

    run_in(dir.path(), &["compare", "nothing"]).fails(1, &["nothing"]);
    std::fs::create_dir(dir.path().join("empty")).unwrap();
    run_in(dir.path(), &["compare", "empty"]).fails(2, &["predictions.csv"]);
    std::fs::write(dir.path().join("bad.csv"), "clip,label\n1,happy\n").unwrap();
    run_in(dir.path(), &["compare", "bad.csv"]).fails(1, &["bad.csv"]);
    run_in(dir.path(), &["compare", "one", "one"]).fails(2, &["one"]);
}
