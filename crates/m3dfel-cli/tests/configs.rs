//! Every experiment file that a reader may copy.

mod common;

use common::{corpus, run_in};

#[test]
fn every_config_is_loaded_and_trains_one_step() {
    let configs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../configs");
    let mut files: Vec<_> = std::fs::read_dir(configs)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    assert!(files.len() >= 4, "{files:?}");
    let data = corpus().to_str().unwrap();
    for file in files {
        let dir = tempfile::tempdir().unwrap();
        // One step over a small corpus that stands in for the config's own; nothing else is changed.
        let args = [
            "train",
            file.to_str().unwrap(),
            "--data",
            data,
            "--out",
            "run",
            "--set",
            "data.layout=dfew",
            "--set",
            "train.epochs=1",
            "--set",
            "train.warmup_epochs=0",
            "--set",
            "train.batch_size=64",
            "--set",
            "train.evaluate_every=1",
            "--set",
            "data.crop=32",
        ];
        let ran = run_in(dir.path(), &args).ok();
        assert!(
            ran.err.contains("epoch 1/1"),
            "{}: {}",
            file.display(),
            ran.err
        );
    }
}
