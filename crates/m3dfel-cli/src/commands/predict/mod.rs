mod inputs;
mod uncropped;
mod videos;
mod windows;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use m3dfel::weights::Header;
use m3dfel_data::{
    Clip, ClipOptions, Loader, LoaderOptions, Mode, Vocabulary, load_clip_pixels, order,
};
use m3dfel_report::Example;
use m3dfel_train::{Prediction, Predictor, clip_options, vocabulary};
use serde_json::json;

use self::inputs::Inputs;
use super::weights::{predictor, whole_model};
use crate::args::Predict;
use crate::exit::SomeFailed;
use crate::text::bars;

pub fn run(args: Predict) -> anyhow::Result<()> {
    let (checkpoint, header) = whole_model(&args.weights.file, &args.weights.unsaid)?;
    let (options, classes) = (clip_options(&header), vocabulary(&header)?);
    let mut predictor = predictor(checkpoint, &header, args.compute)?;

    let inputs = Inputs::of(&args.inputs);
    videos::check(&inputs, &args)?;
    let count = inputs.len();
    let mut out = std::io::stdout().lock();
    let (cropped, uncropped) = match args.find_face {
        true => (Vec::new(), [inputs.clips, inputs.pictures].concat()),
        false => (inputs.clips, inputs.pictures),
    };
    let json = args.json;
    let mut failed = clips(&mut predictor, &cropped, &options, &classes, json, &mut out)?;
    failed += uncropped::run(
        &mut predictor,
        &uncropped,
        &args,
        &options,
        &classes,
        &mut out,
    )?;
    failed += videos::run(
        predictor,
        &inputs.videos,
        &args,
        &options,
        &classes,
        &mut out,
    )?;
    out.flush()?;
    if failed > 0 {
        eprintln!("m3dfel: {failed} of {count} inputs could not be read");
        return Err(SomeFailed.into());
    }
    Ok(())
}

/// Predicts directories of frames; how many could not be.
fn clips(
    predictor: &mut Predictor,
    dirs: &[PathBuf],
    options: &ClipOptions,
    classes: &Vocabulary,
    as_json: bool,
    out: &mut impl Write,
) -> anyhow::Result<usize> {
    if dirs.is_empty() {
        return Ok(0);
    }
    let clips: Arc<[Clip]> = dirs.iter().cloned().map(Clip::unlabelled).collect();
    let loading = LoaderOptions {
        batch_size: 1,
        workers: rayon::current_num_threads().min(clips.len()),
        ..LoaderOptions::new(Mode::Eval, options.clone())
    };
    let order = order::sequential(clips.len());
    let mut failed = 0;
    for batch in Loader::new(clips.clone(), order, loading)? {
        let mut batch = batch?;
        for problem in &batch.problems {
            eprintln!("warning: {problem}");
        }
        for failure in &batch.failed {
            failed += 1;
            eprintln!("m3dfel: {}", failure.error);
        }
        let inputs = std::mem::take(&mut batch.inputs);
        let predictions = predictor.predict(inputs, batch.labels.len(), options.size)?;
        for (row, prediction) in predictions.iter().enumerate() {
            let input = &dirs[batch.clips[row]];
            let line = if as_json {
                json_line(input, prediction, &batch.frames[row], classes)
            } else {
                text_line(input, prediction, classes)
            };
            writeln!(out, "{line}")?;
        }
    }
    Ok(failed)
}

/// A clip predicted by itself: the line that says so, and what a report shows of it.
pub struct Predicted {
    pub line: String,
    pub example: Example,
}

/// Predicts one clip.
pub fn one(predictor: &mut Predictor, clip: &Clip, header: &Header) -> anyhow::Result<Predicted> {
    let (options, classes) = (clip_options(header), vocabulary(header)?);
    let pixels = load_clip_pixels(&clip.dir, &options)?;
    let prediction = predictor
        .predict(pixels.to_values(&options), 1, options.size)?
        .pop()
        .context("a clip has a prediction")?;
    Ok(Predicted {
        line: text_line(&clip.dir, &prediction, &classes),
        example: Example::new(&clip.id, &classes, &prediction, &pixels)?,
    })
}

fn text_line(input: &Path, prediction: &Prediction, classes: &Vocabulary) -> String {
    format!("{}  {}", input.display(), told(prediction, classes))
}

/// `happy  (happy 81 %, surprise 12 %, neutral 4 %)  instances ▂█▅▁`
fn told(prediction: &Prediction, classes: &Vocabulary) -> String {
    let name = |class: usize| classes.name(class).unwrap_or_default();
    let shares = bars(prediction.instances.iter().map(|i| i.share));
    let mut order: Vec<usize> = (0..prediction.probabilities.len()).collect();
    order.sort_by(|&a, &b| prediction.probabilities[b].total_cmp(&prediction.probabilities[a]));
    let odds: Vec<String> = order
        .iter()
        .take(3)
        .map(|&class| {
            let odds = 100.0 * prediction.probabilities[class];
            format!("{} {odds:.0} %", name(class))
        })
        .collect();
    format!(
        "{}  ({})  instances {shares}",
        name(prediction.class),
        odds.join(", ")
    )
}

fn json_line(
    input: &Path,
    prediction: &Prediction,
    frames: &[String],
    classes: &Vocabulary,
) -> String {
    let length = frames.len() / prediction.instances.len().max(1);
    let instances: Vec<_> = prediction
        .instances
        .iter()
        .zip(frames.chunks(length.max(1)))
        .map(|(instance, frames)| {
            json!({"frames": frames, "share": instance.share, "contribution": instance.contribution})
        })
        .collect();
    json!({
        "input": input,
        "label": classes.name(prediction.class),
        "probabilities": probabilities(prediction, classes),
        "logits": prediction.logits,
        "classes": classes.names(),
        "frames": frames,
        "instances": instances,
    })
    .to_string()
}

/// By class name.
fn probabilities(
    prediction: &Prediction,
    classes: &Vocabulary,
) -> serde_json::Map<String, serde_json::Value> {
    let values = prediction.probabilities.iter().map(|p| json!(p));
    classes.names().iter().cloned().zip(values).collect()
}
