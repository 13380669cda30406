//! `--device`: what is refused, and what `M3DFEL_TEST_DEVICE` computes. Without it that is the CPU.

mod common;

use common::*;

fn device() -> String {
    std::env::var("M3DFEL_TEST_DEVICE").unwrap_or("cpu".into())
}

#[test]
fn what_is_no_device_here_is_a_wrong_call() {
    let dir = tempfile::tempdir().unwrap();
    let clip = clip(corpus(), 1);
    let predict = |device: &str| {
        let clip = clip.to_str().unwrap();
        let args = ["predict", "--weights", weights(), clip, "--device", device];
        run_in(dir.path(), &args)
    };
    for name in ["gpu", "cpu:1", "cuda:x"] {
        predict(name).fails(2, &[name, "cpu, cuda, cuda:N, vulkan, vulkan:N or metal"]);
    }
    for (kind, built) in [
        ("cuda", cfg!(feature = "cuda")),
        ("vulkan", cfg!(feature = "vulkan")),
    ] {
        let name = format!("{kind}:65000");
        let word = match built {
            true => "this machine has".to_string(),
            false => format!("--features {kind}"),
        };
        predict(&name).fails(2, &[&word]);
    }
    let load = ["bench", "load", "--device", "cpu"];
    run_in(dir.path(), &load).fails(2, &["--device"]);
}

#[test]
fn the_cpu_computes_in_float32_alone() {
    let dir = tempfile::tempdir().unwrap();
    let (root, experiment) = (corpus().to_str().unwrap(), dir.path().join("e.toml"));
    std::fs::write(&experiment, "[train]\nprecision = \"bf16\"\n").unwrap();
    let experiment = experiment.to_str().unwrap();
    let words = ["precision = \"bf16\"", "float32"];
    run_in(
        dir.path(),
        &["train", experiment, "--data", root, "--out", "run"],
    )
    .fails(2, &words);
    assert!(!dir.path().join("run").exists(), "nothing is left of it");
    let eval = [
        "eval",
        "--weights",
        weights(),
        "--data",
        root,
        "--precision",
        "bf16",
    ];
    run_in(dir.path(), &eval).fails(2, &words);
}

#[test]
fn a_device_predicts_what_the_cpu_does() {
    let dir = tempfile::tempdir().unwrap();
    let clip = clip(corpus(), 1);
    let logits = |device: &str| -> Vec<f64> {
        let clip = clip.to_str().unwrap();
        let args = [
            "predict",
            "--weights",
            weights(),
            clip,
            "--json",
            "--device",
            device,
        ];
        let line: serde_json::Value =
            serde_json::from_str(&run_in(dir.path(), &args).ok().out).unwrap();
        let logits = line["logits"].as_array().unwrap();
        logits.iter().map(|x| x.as_f64().unwrap()).collect()
    };
    let (ours, cpu) = (logits(&device()), logits("cpu"));
    assert_eq!(ours.len(), 7);
    for (a, b) in ours.iter().zip(&cpu) {
        // Also where factors are rounded to TF32.
        assert!(
            (a - b).abs() < 0.02,
            "{ours:?} on {}, {cpu:?} on the CPU",
            device()
        );
    }
}

#[test]
fn a_device_trains_is_resumed_and_evaluated() {
    let dir = tempfile::tempdir().unwrap();
    let (root, device) = (corpus().to_str().unwrap(), device());
    let experiment = dir.path().join("e.toml");
    let text = "[data]\ncrop = 32\n[model]\nframes = 8\nbase_width = 8\n\
                [train]\nepochs = 2\nwarmup_epochs = 0\nbatch_size = 16\nmicro_batch = 8\nevaluate_every = 2\n";
    std::fs::write(&experiment, text).unwrap();
    let experiment = experiment.to_str().unwrap();
    let train = [
        "train", experiment, "--data", root, "--out", "run", "--device", &device,
    ];
    run_in(dir.path(), &train).ok();
    let metrics = std::fs::read_to_string(dir.path().join("run/metrics.jsonl")).unwrap();
    for line in metrics.lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let of = |key: &str| {
            record[key]
                .as_f64()
                .unwrap_or_else(|| panic!("no {key}: {line}"))
        };
        assert!(of("loss").is_finite() && of("loss") > 0.0);
        assert!(of("step_seconds") > 0.0 && of("step_seconds") <= of("seconds"));
        assert!((0.0..=of("seconds")).contains(&of("waited_seconds")));
    }
    run_in(dir.path(), &[&train[..], &["--resume"]].concat()).ok();
    let weights = "run/last.safetensors";
    let eval = [
        "eval",
        "--weights",
        weights,
        "--data",
        root,
        "--json",
        "--device",
        &device,
    ];
    let result: serde_json::Value =
        serde_json::from_str(&run_in(dir.path(), &eval).ok().out).unwrap();
    assert!(result["clips"].as_u64().unwrap() > 0 && result["unread"] == 0);
}
