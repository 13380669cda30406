//! Nothing is lost: a run that is killed or interrupted goes on to the same weights, bit for bit.
#![cfg(unix)]

mod common;

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use common::*;

const EPOCHS: [&str; 4] = ["--set", "train.epochs=8", "--set", "train.save_minutes=0"];

fn weights_of(run: &Path) -> [Vec<u8>; 2] {
    ["last.safetensors", "best.safetensors"].map(|name| std::fs::read(run.join(name)).unwrap())
}

/// What of the metrics is the same in every run: not times.
fn metrics_of(run: &Path) -> Vec<[String; 5]> {
    let text = std::fs::read_to_string(run.join("metrics.jsonl")).unwrap();
    let line = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        ["epoch", "loss", "learning_rate", "war", "uar"].map(|key| value[key].to_string())
    };
    text.lines().map(line).collect()
}

#[test]
fn killed_at_any_moment_and_resumed_equals_a_run_that_was_not() {
    let dir = tempfile::tempdir().unwrap();
    let mut whole = tiny(dir.path(), corpus(), "whole");
    whole.extend(EPOCHS);
    let start = Instant::now();
    run_in(dir.path(), &whole).ok();
    let time = start.elapsed();

    let mut args = tiny(dir.path(), corpus(), "killed");
    args.extend(EPOCHS);
    // Ever later, so that every phase of a run is met: start, steps, evaluation, the end.
    let mut kills = 0;
    for attempt in 1..200 {
        let mut child = m3dfel(&args)
            .current_dir(dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(time.mul_f64(0.05 * f64::from(attempt)).min(time * 2));
        match child.try_wait().unwrap() {
            Some(status) => {
                assert!(status.success(), "attempt {attempt}: {status}");
                break;
            }
            None => {
                child.kill().unwrap(); // SIGKILL
                child.wait().unwrap();
                kills += 1;
                // Before the run's directory is there is nothing to resume.
                if dir.path().join("killed/experiment.toml").exists() && !args.contains(&"--resume")
                {
                    args.push("--resume");
                }
            }
        }
    }
    assert!(kills >= 3, "killed only {kills} times");
    let (whole, killed) = (dir.path().join("whole"), dir.path().join("killed"));
    assert!(
        weights_of(&whole) == weights_of(&killed),
        "weights differ after {kills} kills"
    );
    assert_eq!(metrics_of(&whole), metrics_of(&killed));
    assert!(killed.join("report.html").exists());
}

#[test]
fn interrupted_it_saves_and_says_how_to_go_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut args = tiny(dir.path(), corpus(), "run");
    args.extend(["--set", "train.epochs=500"]);
    let child = m3dfel(&args)
        .current_dir(dir.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let metrics = dir.path().join("run/metrics.jsonl");
    let start = Instant::now();
    while !metrics.exists() {
        assert!(
            start.elapsed() < Duration::from_secs(120),
            "no epoch in two minutes"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let pid = child.id().to_string();
    let told = std::process::Command::new("kill")
        .args(["-INT", &pid])
        .status()
        .unwrap();
    assert!(told.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("--resume"), "{said}");
    assert!(dir.path().join("run/resume.safetensors").exists());

    // Another experiment is not what was begun.
    args.extend(["--resume", "--set", "train.learning_rate=0.5"]);
    run_in(dir.path(), &args).fails(1, &["train.learning_rate", "0.5"]);
}

#[test]
fn a_demo_killed_while_it_renders_can_be_called_again() {
    let dir = tempfile::tempdir().unwrap();
    let begin = || {
        m3dfel(&["demo", "--out", "demo"])
            .current_dir(dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let aside = || {
        let entries = std::fs::read_dir(dir.path().join("demo"));
        entries.map_or(0, |entries| entries.count())
    };
    for call in 1..=2 {
        let mut child = begin();
        let start = Instant::now();
        while aside() < call {
            assert!(
                child.try_wait().unwrap().is_none(),
                "call {call} was refused"
            );
            assert!(start.elapsed() < Duration::from_secs(120));
            std::thread::sleep(Duration::from_millis(10));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
