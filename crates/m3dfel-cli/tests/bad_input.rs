//! What a user may hand over by mistake: a clear error, the right exit code, nothing half-written.

mod common;

use std::path::Path;

use common::*;

fn predict(dir: &Path, input: &Path) -> Ran {
    run_in(
        dir,
        &[
            "predict",
            "--weights",
            weights(),
            input.to_str().unwrap(),
            "--json",
        ],
    )
}

/// Frames of a clip of the corpus, copied, in natural order.
fn frames(dir: &Path) -> Vec<std::path::PathBuf> {
    copy(&clip(corpus(), 1), dir);
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    files
}

fn jpeg(path: &Path, width: u16, height: u16) {
    let pixels = vec![120; usize::from(width) * usize::from(height) * 3];
    jpeg_encoder::Encoder::new_file(path, 90)
        .unwrap()
        .encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb)
        .unwrap();
}

#[test]
fn an_empty_directory_and_no_directory() {
    let dir = tempfile::tempdir().unwrap();
    let empty = dir.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let ran = predict(dir.path(), &empty).fails(1, &["no frame", "empty"]);
    assert_eq!(ran.out, "", "JSON alone on standard output");
    predict(dir.path(), &dir.path().join("nowhere")).fails(1, &["nowhere"]);
    let file = dir.path().join("talk.mp4");
    std::fs::write(&file, "video").unwrap();
    predict(dir.path(), &file).fails(1, &["talk.mp4"]);
}

#[test]
fn a_bad_input_loses_no_other_inputs_result() {
    let dir = tempfile::tempdir().unwrap();
    let good = clip(corpus(), 1);
    let good = good.to_str().unwrap();
    let ran = run_in(
        dir.path(),
        &[
            "predict",
            "--weights",
            weights(),
            good,
            "nowhere",
            good,
            "--json",
        ],
    )
    .fails(1, &["nowhere", "1 of 3"]);
    assert_eq!(ran.out.lines().count(), 2);
}

#[test]
fn a_text_file_named_jpg_and_a_truncated_jpeg() {
    let dir = tempfile::tempdir().unwrap();
    let spoilt = dir.path().join("clip");
    let files = frames(&spoilt);
    std::fs::write(&files[0], "not a picture").unwrap();
    let whole = std::fs::read(&files[8]).unwrap();
    std::fs::write(&files[8], &whole[..whole.len() / 2]).unwrap();
    let ran = predict(dir.path(), &spoilt).ok();
    assert!(
        ran.err.contains("00001.jpg"),
        "reported with its path: {}",
        ran.err
    );
    assert_eq!(ran.out.lines().count(), 1);
    for file in &files {
        std::fs::write(file, "not a picture").unwrap();
    }
    predict(dir.path(), &spoilt).fails(1, &["none of its", "00001.jpg"]);
}

#[test]
fn one_frame_only_and_frames_of_differing_sizes() {
    let dir = tempfile::tempdir().unwrap();
    let one = dir.path().join("one");
    std::fs::create_dir(&one).unwrap();
    jpeg(&one.join("1.jpg"), 50, 40);
    let ran = predict(dir.path(), &one).ok();
    let line: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert!(
        line["frames"]
            .as_array()
            .unwrap()
            .iter()
            .all(|f| f == "1.jpg")
    );
    jpeg(&one.join("2.jpg"), 64, 64);
    jpeg(&one.join("10.jpg"), 1, 90);
    predict(dir.path(), &one).ok();
}

/// Trains on a corpus with this train list, for one epoch.
fn with_list(list: impl AsRef<[u8]>) -> (tempfile::TempDir, Ran) {
    let dir = tempfile::tempdir().unwrap();
    let root = own_corpus(dir.path());
    let path = root.join("EmoLabel_DataSplit/train(single-labeled)/set_1.csv");
    std::fs::write(path, list).unwrap();
    let mut args = tiny(dir.path(), &root, "run");
    args.extend(["--set", "train.epochs=1", "--set", "train.warmup_epochs=0"]);
    let ran = run_in(dir.path(), &args);
    (dir, ran)
}

fn train_list() -> String {
    let path = corpus().join("EmoLabel_DataSplit/train(single-labeled)/set_1.csv");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn lists_that_are_wrong() {
    let bad_label = train_list().replacen(",1\n", ",9\n", 1);
    let not_a_label = train_list().replacen(",1\n", ",hapy\n", 1);
    for (list, words) in [
        (bad_label.as_str(), ["set_1.csv, row", "9"]),
        (&not_a_label, ["set_1.csv, row", "hapy"]),
        ("video_name,label\n", ["set_1.csv", "no clip"]),
        ("", ["set_1.csv", "no clip"]),
    ] {
        let (dir, ran) = with_list(list);
        ran.fails(1, &words);
        assert!(!dir.path().join("run").exists(), "nothing half-written");
    }
}

#[test]
fn lists_that_are_unusual() {
    let (_dir, ran) = with_list(train_list().replace('\n', "\r\n"));
    ran.ok();
    let (_dir, ran) = with_list(format!("\u{feff}{}", train_list()));
    ran.ok();
    let (_dir, ran) = with_list(train_list() + "4711,3\n");
    let ran = ran.ok();
    assert!(
        ran.err.contains("04711") && ran.err.contains("missing"),
        "{}",
        ran.err
    );
}

#[test]
fn labels_from_zero_are_known_by_their_range() {
    let dir = tempfile::tempdir().unwrap();
    let root = own_corpus(dir.path());
    for part in ["train", "test"] {
        let path = root.join(format!(
            "EmoLabel_DataSplit/{part}(single-labeled)/set_1.csv"
        ));
        let list = std::fs::read_to_string(&path).unwrap();
        let lowered: Vec<String> = list
            .lines()
            .map(|line| match line.rsplit_once(',') {
                Some((name, label)) if label.parse::<i64>().is_ok() => {
                    format!("{name},{}", label.parse::<i64>().unwrap() - 1)
                }
                _ => line.to_string(),
            })
            .collect();
        std::fs::write(&path, lowered.join("\n")).unwrap();
    }
    let evaluate = |data: &Path| {
        let data = data.to_str().unwrap();
        run_in(
            dir.path(),
            &["eval", "--weights", weights(), "--data", data, "--json"],
        )
        .ok()
        .out
    };
    let confusion = |text: String| {
        serde_json::from_str::<serde_json::Value>(&text).unwrap()["confusion"].clone()
    };
    assert_eq!(confusion(evaluate(&root)), confusion(evaluate(corpus())));
}

#[test]
fn a_clip_without_a_readable_frame_is_skipped_in_training_and_an_error_in_evaluation() {
    let dir = tempfile::tempdir().unwrap();
    let root = own_corpus(dir.path());
    let first = |part: &str| {
        let path = root.join(format!(
            "EmoLabel_DataSplit/{part}(single-labeled)/set_1.csv"
        ));
        let list = std::fs::read_to_string(path).unwrap();
        let row = list.lines().nth(1).unwrap().to_string();
        row.split(',').next().unwrap().parse::<usize>().unwrap()
    };
    for part in ["train", "test"] {
        for entry in std::fs::read_dir(clip(&root, first(part))).unwrap() {
            std::fs::write(entry.unwrap().path(), "").unwrap();
        }
    }
    let ran = run_in(dir.path(), &tiny(dir.path(), &root, "run")).ok();
    assert!(
        ran.err.contains("is skipped") && ran.err.contains("counts as an error"),
        "{}",
        ran.err
    );
    let metrics = std::fs::read_to_string(dir.path().join("run/metrics.jsonl")).unwrap();
    assert!(metrics.contains("\"skipped_clips\":1"), "{metrics}");
    assert!(ran.out.contains("unread"), "{}", ran.out);
}

#[test]
fn checkpoints_that_are_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let input = clip(corpus(), 1);
    let input = input.to_str().unwrap();
    let bytes = std::fs::read(weights()).unwrap();
    let with = |name: &str, bytes: &[u8]| {
        std::fs::write(dir.path().join(name), bytes).unwrap();
        run_in(dir.path(), &["predict", "--weights", name, input])
    };
    with("half.safetensors", &bytes[..bytes.len() / 2]).fails(1, &["half.safetensors", "cut off"]);
    with("text.pth", b"not weights").fails(1, &["text.pth"]);
    let mut nan = bytes.clone();
    let end = nan.len() - 4; // a float: counts of batches stand first
    nan[end..].copy_from_slice(&f32::NAN.to_le_bytes());
    with("nan.safetensors", &nan).fails(1, &["not finite"]);
    run_in(
        dir.path(),
        &["predict", "--weights", "none.safetensors", input],
    )
    .fails(1, &["none.safetensors"]);
    run_in(
        dir.path(),
        &["convert", "half.safetensors", "out.safetensors"],
    )
    .fails(1, &["cut off"]);
    assert!(!dir.path().join("out.safetensors").exists());

    // Of another shape: of the tiny model, to start a wider one from.
    let mut args = tiny(dir.path(), corpus(), "wider");
    args.extend(["--init", weights(), "--set", "model.base_width=16"]);
    run_in(dir.path(), &args).fails(2, &["8 channels wide", "is 16", "base_width = 8"]);
}

#[test]
fn wrong_calls() {
    let dir = tempfile::tempdir().unwrap();
    let with = |more: &[&str]| {
        let mut args = tiny(dir.path(), corpus(), "run");
        args.extend(more);
        run_in(dir.path(), &args)
    };
    with(&["--fold", "9"]).fails(2, &["fold 9", "1 to 5"]);
    with(&["--set", "model.frames=15"]).fails(2, &["15", "bag_size"]);
    with(&["--set", "train.epoch=3"]).fails(2, &["epoch"]);
    with(&["--set", "train.epochs"]).fails(2, &["="]);
    with(&["--init", "none.pth"]).fails(1, &["none.pth"]);
    run_in(dir.path(), &["train", "none.toml", "--data", "x"]).fails(1, &["none.toml"]);
    run_in(dir.path(), &["train", "tiny.toml", "--data", "nowhere"]).fails(1, &["nowhere"]);
    run_in(dir.path(), &["synth", "--out", "x", "--clips", "0"]).fails(2, &["at least one"]);
    if cfg!(feature = "people") {
        run_in(dir.path(), &["predict", "x"]).fails(1, &["rendered people", "x"]);
    } else {
        run_in(dir.path(), &["predict", "x"]).fails(2, &["--weights"]);
    }
    assert!(
        !dir.path().join("run").exists() && !dir.path().join("x").exists(),
        "nothing half-written"
    );
}

#[test]
fn a_directory_that_cannot_be_written() {
    let dir = tempfile::tempdir().unwrap();
    // A file where a directory belongs: refused to root too, whom no permission stops.
    std::fs::write(dir.path().join("file"), "").unwrap();
    let args = tiny(dir.path(), corpus(), "file/run");
    run_in(dir.path(), &args).fails(1, &["file/run"]);
    run_in(
        dir.path(),
        &[
            "synth",
            "--out",
            "file/corpus",
            "--clips",
            "5",
            "--size",
            "32",
        ],
    )
    .fails(2, &["file"]);
    run_in(dir.path(), &["demo", "--out", "file"]).fails(2, &["file"]);
    let taken = dir.path().join("taken");
    std::fs::create_dir(&taken).unwrap();
    std::fs::write(taken.join("thesis.tex"), "").unwrap();
    let args = tiny(dir.path(), corpus(), "taken");
    run_in(dir.path(), &args).fails(1, &["taken", "not empty"]);
    run_in(dir.path(), &["synth", "--out", "taken"]).fails(2, &["taken", "not empty"]);
    run_in(dir.path(), &["demo", "--out", "taken"]).fails(2, &["taken", "not empty"]);
    assert_eq!(std::fs::read_dir(&taken).unwrap().count(), 1);
}

/// A full disk: a file system of 64 kB, where this machine lets one be mounted.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk() {
    let dir = tempfile::tempdir().unwrap();
    let small = dir.path().join("small");
    std::fs::create_dir(&small).unwrap();
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
        .arg(&small)
        .output()
        .is_ok_and(|output| output.status.success());
    if !mounted {
        eprintln!("not run: mounting needs more rights than this test has");
        return;
    }
    let ran = run_in(dir.path(), &tiny(dir.path(), corpus(), "small/run"));
    let left: Vec<_> = std::fs::read_dir(small.join("run"))
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    let unmounted = std::process::Command::new("umount")
        .arg(&small)
        .status()
        .unwrap();
    assert!(unmounted.success());
    ran.fails(1, &["small/run", "No space left"]);
    assert!(
        left.iter()
            .all(|name| !name.to_string_lossy().contains(".part")),
        "{left:?}"
    );
}
