//! From a video to windows, stage by stage.

use std::time::Duration;

use m3dfel::{M3dfel, ModelConfig};
use m3dfel_data::ClipOptions;
use m3dfel_train::{Predictor, Timeline, Window, clip_options};
use m3dfel_video::{FollowOptions, Rect, Sight, Video};
use serde_json::json;

use super::super::watching::{Failure, Listener, Seen, read, start};
use super::super::weights::{predictor, whole_model};
use crate::args::BenchPipeline;
use crate::progress::Counter;

pub fn run(args: BenchPipeline) -> anyhow::Result<()> {
    let (predictor, options) = match &args.weights {
        Some(file) => {
            let (checkpoint, header) = whole_model(file, &Default::default())?;
            let options = clip_options(&header);
            let predictor = predictor(checkpoint, &header, args.compute)?;
            (predictor, options)
        }
        None => {
            let device = args.compute.device.open()?;
            let model = M3dfel::init(&ModelConfig::default(), 7, 0, &device)?;
            let model = model.with_precision(args.compute.precision)?;
            (Predictor::new(&model)?, ClipOptions::default())
        }
    };
    let size = options.size;
    let mut timeline = Timeline::new(predictor, options, args.window);
    let video = Video::open(&args.video)?;
    let info = video.info().clone();
    let follow = FollowOptions::default();
    let sights = start(video, &args.find.detector, size, false, follow)?;
    let what = args.video.display().to_string();
    let mut counter = Counter::new(what, "frames", info.frames.unwrap_or(0), 0);
    let mut last = Last(0.0);
    let seen = match read(&mut timeline, sights, &mut counter, &mut last) {
        Ok(seen) => seen,
        Err(Failure::Video(error)) => return Err(error.into()),
        Err(Failure::Work(error)) => return Err(error),
    };
    counter.finish();
    let stages = stages(&seen);
    let rate = |time: Duration| seen.frames as f64 / time.as_secs_f64().max(1e-9);
    let real_time = last.0 / seen.time.as_secs_f64().max(1e-9);
    if args.json {
        let stages: serde_json::Map<_, _> = stages
            .iter()
            .map(|&(name, time)| (name.into(), json!(time.as_secs_f64())))
            .collect();
        println!(
            "{}",
            json!({
                "job": "pipeline", "threads": rayon::current_num_threads(), "video": args.video,
                "width": info.width, "height": info.height, "decoder": info.decoder,
                "frames": seen.frames, "detections": seen.watched.stages.detections, "faces": seen.faces,
                "windows": seen.windows, "instances": seen.instances, "bag_instances": seen.bag_instances,
                "stage_seconds": stages, "seconds": seen.time.as_secs_f64(),
                "frames_per_second": seen.frames_per_second(), "times_real_time": real_time,
            })
        );
        return Ok(());
    }
    println!(
        "pipeline: {}, {} x {}, {}, {} threads: {seen}",
        args.video.display(),
        info.width,
        info.height,
        info.decoder,
        rayon::current_num_threads()
    );
    for (name, time) in stages {
        println!(
            "  {name:8} {:8.3} s  {:8.0} frames/s",
            time.as_secs_f64(),
            rate(time)
        );
    }
    println!(
        "  together {:8.3} s  {:8.0} frames/s, {real_time:.1} times real time",
        seen.time.as_secs_f64(),
        seen.frames_per_second(),
    );
    Ok(())
}

/// Each stage's own time. They run side by side, so together they take less than the sum.
fn stages(seen: &Seen) -> [(&'static str, Duration); 5] {
    let stages = &seen.watched.stages;
    [
        ("decode", seen.watched.decode),
        ("detect", stages.detect),
        ("follow", stages.follow),
        ("crop", seen.watched.crop),
        ("network", seen.network),
    ]
}

/// When the last picture was shown.
struct Last(f64);

impl Listener for Last {
    fn sight(&mut self, sight: &Sight) -> anyhow::Result<()> {
        self.0 = sight.time;
        Ok(())
    }

    fn window(&mut self, _: Window, _: Option<Rect>) -> anyhow::Result<()> {
        Ok(())
    }
}
