mod pipeline;

use std::ops::ControlFlow;
use std::time::Duration;

use m3dfel::ModelConfig;
use m3dfel_data::{AugmentOptions, ClipOptions, Layout, LoaderOptions, Mode, throughput};
use m3dfel_synth::{CorpusOptions, write_corpus};
use m3dfel_train::{Corpus, Silent, bench};
use serde_json::json;

use crate::args::{Bench, BenchLoad, BenchModel, LoadMode};
use crate::exit::WrongCall;

pub fn run(args: Bench) -> anyhow::Result<()> {
    match args {
        Bench::Infer(args) => model("infer", 1, args),
        Bench::Train(args) => model("train", 4, args),
        Bench::Load(args) => load(args),
        Bench::Pipeline(args) => pipeline::run(args),
    }
}

fn time(seconds: f64) -> anyhow::Result<Duration> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| WrongCall(format!("--seconds {seconds}: no time to measure in")).into())
}

fn model(job: &str, batch: usize, args: BenchModel) -> anyhow::Result<()> {
    let what = bench::Job {
        model: ModelConfig {
            base_width: args.base_width,
            bag_size: args.bag_size,
            ..ModelConfig::default()
        },
        crop: args.crop,
        batch: args.batch.map_or(batch, usize::from),
        device: args.compute.device.open()?,
        precision: args.compute.precision,
        time: time(args.seconds)?,
    };
    let timing = match job {
        "infer" => bench::infer(&what)?,
        _ => bench::train(&what)?,
    };
    let seconds = timing.median / what.batch as f64;
    let device = args.compute.device.to_string();
    if args.json {
        println!(
            "{}",
            json!({
                "job": job, "device": device, "precision": what.precision, "batch": what.batch, "threads": rayon::current_num_threads(),
                "base_width": args.base_width, "crop": args.crop, "bag_size": args.bag_size,
                "rounds": timing.rounds, "fastest_seconds": timing.fastest,
                "median_seconds": timing.median, "seconds_per_clip": seconds,
                "device_memory": timing.memory,
            })
        );
        return Ok(());
    }
    println!(
        "{job}: {device}, batch {}, {} threads, 16 frames of {} x {}, bag of {}, width {}: {} rounds, median {:.4} s, fastest {:.4} s",
        what.batch,
        rayon::current_num_threads(),
        args.crop,
        args.crop,
        args.bag_size,
        args.base_width,
        timing.rounds,
        timing.median,
        timing.fastest,
    );
    println!("seconds per clip: {seconds:.5}");
    Ok(())
}

fn load(args: BenchLoad) -> anyhow::Result<()> {
    let time = time(args.seconds)?;
    let made;
    let root = match &args.data {
        Some(root) => root.as_path(),
        None => {
            made = tempfile::tempdir()?;
            let options = CorpusOptions {
                clips: 80, // 64 of them to train on
                ..CorpusOptions::default()
            };
            write_corpus(&made.path().join("corpus"), &options, &|_| {
                ControlFlow::Continue(())
            })?;
            &made.path().join("corpus")
        }
    };
    let layout = Layout::detect(root)?;
    let corpus = Corpus::open(
        root,
        Some(layout),
        args.fold,
        &Default::default(),
        &mut Silent,
    )?;
    let mode = match args.mode {
        LoadMode::Train => Mode::Train(AugmentOptions::default()),
        LoadMode::Eval => Mode::Eval,
    };
    let mut options = LoaderOptions::new(mode, ClipOptions::default());
    options.workers = rayon::current_num_threads();
    let did = throughput::measure_for(&corpus.train, &options, time)?;
    let rate = did.clips_per_second();
    if args.json {
        println!(
            "{}",
            json!({
                "job": "load", "workers": options.workers, "clips": did.clips, "failed": did.failed,
                "seconds": did.time.as_secs_f64(), "clips_per_second": rate,
                "seconds_per_clip": 1.0 / rate,
            })
        );
        return Ok(());
    }
    println!(
        "load: {} workers, 16 frames of 112 x 112 a clip: {} clips in {:.2} s, {rate:.1} clips/s",
        options.workers,
        did.clips,
        did.time.as_secs_f64()
    );
    println!("seconds per clip: {:.6}", 1.0 / rate);
    Ok(())
}
