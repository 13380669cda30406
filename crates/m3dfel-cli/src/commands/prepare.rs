use std::sync::Mutex;

use m3dfel_video::crop::CropOptions;
use m3dfel_video::prepare::{Error, Options, Outcome, Prepared, Watch, prepare};
use serde_json::json;

use super::watching::detector;
use crate::args::Prepare;
use crate::exit::{SomeFailed, WrongCall};
use crate::progress::{Counter, catch_ctrl_c, stopping};

pub fn run(args: Prepare) -> anyhow::Result<()> {
    let options = Options {
        crop: CropOptions {
            size: usize::from(args.size),
            ..CropOptions::default()
        },
        least_frames: usize::from(args.least_frames),
        ..Options::default()
    };
    catch_ctrl_c();
    let counter: Mutex<Option<Counter>> = Mutex::default();
    let watch = Watch {
        progress: &|progress| {
            let Ok(mut counter) = counter.lock() else {
                return;
            };
            let frames = format!("{} frames", progress.frames);
            counter
                .get_or_insert_with(|| {
                    Counter::new("prepare", "clips", progress.rows, progress.rows_done)
                })
                .set(progress.rows_done, &frames);
        },
        stop: &stopping,
    };
    let finder = args.find.detector.clone();
    let made = prepare(
        &args.videos,
        &args.labels,
        &args.out,
        &options,
        &move || detector(&finder),
        watch,
    );
    if let Ok(Some(counter)) = counter.into_inner() {
        counter.finish();
    }
    let made = made.map_err(|error| match error {
        Error::NotEmpty { .. } | Error::OtherSettings { .. } | Error::Options(_) => {
            WrongCall(error.to_string()).into()
        }
        error => anyhow::Error::from(error),
    })?;
    tell(&made, &args);
    if made.counts().kept < made.rows.len() {
        return Err(SomeFailed.into());
    }
    Ok(())
}

/// Rows without a clip that are named; dropped.csv has them all.
const SHOWN: usize = 10;

fn tell(made: &Prepared, args: &Prepare) {
    for warning in &made.warnings {
        eprintln!("warning: {}: {warning}", args.labels.display());
    }
    let dropped = made.rows.iter().filter_map(|(row, outcome)| match outcome {
        Outcome::Dropped(reason) => Some((row, reason)),
        _ => None,
    });
    for (row, reason) in dropped.take(SHOWN) {
        eprintln!(
            "dropped: {}, line {}: {}: {reason}",
            args.labels.display(),
            row.line,
            row.video
        );
    }
    let counts = made.counts();
    if counts.dropped > SHOWN {
        eprintln!("dropped: and {} more", counts.dropped - SHOWN);
    }
    if args.json {
        println!(
            "{}",
            json!({
                "out": args.out, "rows": made.rows.len(), "kept": counts.kept, "kept_earlier": counts.earlier,
                "dropped": counts.dropped, "not_reached": counts.not_reached, "stopped": made.stopped,
            })
        );
    } else {
        println!(
            "{}: {} clips of {} rows ({} made before), {} dropped",
            args.out.display(),
            counts.kept,
            made.rows.len(),
            counts.earlier,
            counts.dropped
        );
    }
    if made.stopped {
        eprintln!(
            "stopped with {} rows not reached; the same call goes on from here",
            counts.not_reached
        );
    }
}
