//! The main job from end to end: train, evaluate, predict, convert, report.

mod common;

use common::*;
use serde_json::Value;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

#[test]
fn trains_evaluates_predicts_and_reports() {
    let dir = tempfile::tempdir().unwrap();
    let mut args = tiny(dir.path(), corpus(), "run");
    args.extend(["--fold", "2", "--set", "data.holdout=0.2", "--json"]);
    let ran = run_in(dir.path(), &args).ok();

    let run = dir.path().join("run");
    let read = |name: &str| std::fs::read_to_string(run.join(name)).unwrap();
    let metrics: Vec<Value> = read("metrics.jsonl").lines().map(json).collect();
    assert_eq!(metrics.len(), 2);
    for (line, printed) in metrics.iter().zip(ran.out.lines()) {
        assert_eq!(line, &json(printed));
        for key in [
            "loss",
            "learning_rate",
            "war",
            "uar",
            "seconds",
            "clips_per_second",
        ] {
            assert!(line[key].is_f64(), "{key} in {line}");
        }
    }
    let result = json(&read("result.json"));
    assert_eq!(result, json(ran.out.lines().last().unwrap()));
    assert_eq!(result["chosen_on"], "holdout");
    assert_eq!(result["last"]["epoch"], 2);
    assert!(read("report.html").starts_with("<!doctype html>"));
    assert!(read("experiment.toml").contains("base_width = 8"));
    json(&read("environment.json"));
    let predictions = read("predictions.csv");
    assert!(
        predictions.starts_with("clip,label,predicted,logit_happy,"),
        "{predictions}"
    );

    // Evaluated from the file, the weights are worth what the run said.
    let data = corpus().to_str().unwrap();
    let evaluate = [
        "eval",
        "--weights",
        "run/last.safetensors",
        "--data",
        data,
        "--fold",
        "2",
        "--layout",
        "dfew",
        "--json",
        "--csv",
        "logits.csv",
        "--report",
        "eval.html",
    ];
    let evaluated = json(&run_in(dir.path(), &evaluate).ok().out);
    assert_eq!(evaluated["war"], result["last"]["war"]);
    assert_eq!(evaluated["uar"], result["last"]["uar"]);
    assert_eq!(evaluated["confusion"].as_array().unwrap().len(), 7);
    assert_eq!(
        std::fs::read_to_string(dir.path().join("logits.csv")).unwrap(),
        predictions
    );
    assert!(dir.path().join("eval.html").exists());
    let told = run_in(dir.path(), &evaluate[..evaluate.len() - 5]).ok().out;
    assert!(
        told.contains("WAR") && told.contains("precision") && told.contains("last-fold2.csv"),
        "{told}"
    );

    // One clip, as the CSV has it.
    let row = predictions.lines().nth(1).unwrap();
    let fields: Vec<&str> = row.split(',').collect();
    let input = clip(corpus(), fields[0].parse().unwrap());
    let input = input.to_str().unwrap();
    let predicted = run_in(
        dir.path(),
        &[
            "predict",
            "--weights",
            "run/last.safetensors",
            input,
            input,
            "--json",
        ],
    )
    .ok();
    assert_eq!(predicted.out.lines().count(), 2);
    let line = json(predicted.out.lines().next().unwrap());
    assert_eq!(line["input"], input);
    assert_eq!(line["label"], fields[2]);
    let logits: Vec<f64> = numbers(&line["logits"]);
    for (a, b) in logits.iter().zip(&fields[3..]) {
        // Alone or in a batch, products are summed in another order.
        assert!((a - b.parse::<f64>().unwrap()).abs() < 1e-4, "{a} {b}");
    }
    let classes: Vec<&str> = line["classes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c.as_str().unwrap())
        .collect();
    assert_eq!(
        classes,
        [
            "happy", "sad", "neutral", "angry", "surprise", "disgust", "fear"
        ]
    );
    let odds: f64 = classes
        .iter()
        .map(|c| line["probabilities"][c].as_f64().unwrap())
        .sum();
    assert!((odds - 1.0).abs() < 1e-5);
    assert_eq!(line["frames"].as_array().unwrap().len(), 16);
    let instances = line["instances"].as_array().unwrap();
    assert_eq!(instances.len(), 4);
    assert!(
        instances
            .iter()
            .all(|i| i["frames"].as_array().unwrap().len() == 4)
    );
    let shares: f64 = instances.iter().map(|i| i["share"].as_f64().unwrap()).sum();
    assert!((shares - 1.0).abs() < 1e-5);
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_f64().unwrap())
        .collect()
}

#[test]
fn converts_to_what_it_reads_again() {
    let dir = tempfile::tempdir().unwrap();
    let told = run_in(dir.path(), &["convert", weights(), "copy.safetensors"]).ok();
    assert!(
        told.out.contains("a bag of 4 instances of 4 frames"),
        "{}",
        told.out
    );
    let (a, b) = (
        std::fs::read(weights()).unwrap(),
        std::fs::read(dir.path().join("copy.safetensors")).unwrap(),
    );
    let (a, b) = (
        safetensors::SafeTensors::deserialize(&a).unwrap(),
        safetensors::SafeTensors::deserialize(&b).unwrap(),
    );
    assert_eq!(a.names().len(), b.names().len());
    for (name, tensor) in a.tensors() {
        assert_eq!(tensor.data(), b.tensor(&name).unwrap().data(), "{name}");
    }
    run_in(
        dir.path(),
        &[
            "convert",
            weights(),
            "x.safetensors",
            "--variance",
            "biased",
        ],
    )
    .fails(2, &["--variance"]);
}

#[test]
fn help_of_every_command_shows_an_example() {
    let dir = tempfile::tempdir().unwrap();
    let calls: [&[&str]; 9] = [
        &["demo"],
        &["synth"],
        &["train"],
        &["eval"],
        &["predict"],
        &["convert"],
        &["bench", "infer"],
        &["bench", "train"],
        &["bench", "load"],
    ];
    for call in calls {
        let mut args = call.to_vec();
        args.push("--help");
        let help = run_in(dir.path(), &args).ok().out;
        assert!(
            help.contains("Example") && help.contains(&format!("m3dfel {}", call.join(" "))),
            "{help}"
        );
    }
    assert_eq!(run_in(dir.path(), &[]).code, 2);
    assert_eq!(run_in(dir.path(), &["trian"]).code, 2);
}

#[test]
fn benches_end_with_seconds_per_clip() {
    let dir = tempfile::tempdir().unwrap();
    let data = corpus().to_str().unwrap();
    let small = ["--seconds", "0.1", "--base-width", "8", "--crop", "32"];
    for call in [
        &["bench", "infer"][..],
        &["bench", "train", "--batch", "2"],
        &["bench", "load", "--data", data],
    ] {
        let mut args = call.to_vec();
        args.extend(if call[1] == "load" {
            &small[..2]
        } else {
            &small[..]
        });
        let out = run_in(dir.path(), &args).ok().out;
        let seconds: f64 = out.split_whitespace().last().unwrap().parse().unwrap();
        assert!(seconds > 0.0, "{out}");
    }
}

#[test]
fn every_config_is_an_experiment() {
    let configs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../configs");
    let mut seen = 0;
    for entry in std::fs::read_dir(configs).unwrap() {
        let path = entry.unwrap().path();
        m3dfel_train::Experiment::load(&path, &[]).unwrap();
        seen += 1;
    }
    assert!(seen >= 3);
}
#[test]
fn half_precision_is_half_the_file_and_the_same_decision() {
    let dir = tempfile::tempdir().unwrap();
    run_in(
        dir.path(),
        &["convert", weights(), "half.safetensors", "--half"],
    )
    .ok();
    let size = |path: &std::path::Path| std::fs::metadata(path).unwrap().len() as f64;
    let ratio = size(&dir.path().join("half.safetensors")) / size(weights().as_ref());
    assert!(ratio < 0.6, "{ratio}");
    let frames = clip(corpus(), 2);
    let logits = |weights: &str| -> Vec<f64> {
        let call = [
            "predict",
            "--weights",
            weights,
            frames.to_str().unwrap(),
            "--json",
        ];
        let line: Value = serde_json::from_str(&run_in(dir.path(), &call).ok().out).unwrap();
        let logits = line["logits"].as_array().unwrap();
        logits.iter().map(|l| l.as_f64().unwrap()).collect()
    };
    let (whole, half) = (logits(weights()), logits("half.safetensors"));
    assert_ne!(whole, half);
    for (a, b) in whole.iter().zip(&half) {
        assert!((a - b).abs() < 0.01, "{whole:?} {half:?}");
    }
}
