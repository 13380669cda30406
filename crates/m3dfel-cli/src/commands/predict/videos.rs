//! Every face of a video, window by window.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use m3dfel_data::{ClipOptions, Vocabulary};
use m3dfel_metrics::Table;
use m3dfel_train::{Predictor, SeenFace, Timeline, Window};
use m3dfel_video::crop::{CropOptions, crop};
use m3dfel_video::{Faces, FollowOptions, Rect, Seeta, Video};
use serde_json::json;

use super::super::tables::write;
use super::{probabilities, told};
use crate::args::Predict;
use crate::progress::Counter;

/// Predicts videos; how many could not be read at all.
pub fn run(
    predictor: Predictor,
    videos: &[PathBuf],
    args: &Predict,
    options: &ClipOptions,
    classes: &Vocabulary,
    out: &mut impl Write,
) -> anyhow::Result<usize> {
    let (mut failed, mut table) = (0, header(classes));
    let mut timeline = Timeline::new(predictor, options.clone(), args.window);
    for path in videos {
        // Each window is handed on as soon as it is known.
        let mut said = |window: Window, bbox: Option<Rect>| -> anyhow::Result<()> {
            let line = match args.json {
                true => json_line(path, &window, bbox, classes),
                false => text_line(path, &window, classes),
            };
            writeln!(out, "{line}")?;
            if args.csv.is_some() {
                table.push(row(path, &window, bbox, classes));
            }
            Ok(())
        };
        match one(&mut timeline, path, options, &mut said) {
            Ok(Seen { faces: 0, .. }) => eprintln!("{}: no face was found", path.display()),
            Ok(seen) => eprintln!("{}: {seen}", path.display()),
            Err(Failure::Video(error)) => {
                failed += 1;
                eprintln!("m3dfel: {error}");
                timeline.finish()?; // no face goes on into another video
            }
            Err(Failure::Work(error)) => return Err(error),
        }
    }
    if let Some(path) = &args.csv {
        write(path, &table.csv())?;
    }
    Ok(failed)
}

/// What there was in a video.
struct Seen {
    frames: usize,
    faces: usize,
    windows: usize,
    instances: usize,
    /// As many as the windows have, each counted for itself.
    bag_instances: usize,
    seconds: f64,
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(
            f,
            "{} frames, {} faces, {} windows of {} instances, of which {} were read; {:.0} frames/s",
            self.frames,
            self.faces,
            self.windows,
            self.bag_instances,
            self.instances,
            self.frames as f64 / self.seconds.max(1e-9)
        )
    }
}

/// A video that cannot be read ends nothing but itself.
enum Failure {
    Video(m3dfel_video::Error),
    Work(anyhow::Error),
}

impl From<m3dfel_video::Error> for Failure {
    fn from(error: m3dfel_video::Error) -> Self {
        Self::Video(error)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Work(error)
    }
}

impl From<m3dfel_train::Error> for Failure {
    fn from(error: m3dfel_train::Error) -> Self {
        Self::Work(error.into())
    }
}

fn one(
    timeline: &mut Timeline,
    path: &Path,
    options: &ClipOptions,
    said: &mut impl FnMut(Window, Option<Rect>) -> anyhow::Result<()>,
) -> Result<Seen, Failure> {
    let start = std::time::Instant::now();
    let video = Video::open(path)?;
    let total = video.info().frames.unwrap_or(0);
    let mut counter = Counter::new(path.display().to_string(), "frames", total, 0);
    let cut = CropOptions {
        size: options.size,
        ..CropOptions::default()
    };
    let before = timeline.instances();
    let mut boxes: BTreeMap<u32, Rect> = BTreeMap::new();
    let (mut frames, mut windows, mut bag_instances) = (0, 0, 0);
    let mut count = |window: &Window| {
        windows += 1;
        bag_instances += window.prediction.instances.len();
    };
    let mut steps = Faces::new(video, Seeta::new()?, FollowOptions::default());
    for step in steps.by_ref() {
        let step = step?;
        let faces = step.faces.iter().map(|face| {
            boxes.insert(face.track, face.bbox);
            let pixels = crop(&step.frame.image, face, cut).pixels().to_vec();
            SeenFace {
                track: face.track,
                pixels,
            }
        });
        let seen = timeline.push(step.frame.time, faces.collect())?;
        let mut over = Vec::new();
        for end in &step.ended {
            over.extend(timeline.end(end.track)?);
        }
        for window in seen.into_iter().chain(over) {
            count(&window);
            let bbox = boxes.get(&window.track).copied();
            said(window, bbox)?;
        }
        frames += 1;
        counter.advance(1, "");
    }
    for window in timeline.finish()? {
        count(&window);
        let bbox = boxes.get(&window.track).copied();
        said(window, bbox)?;
    }
    counter.finish();
    for problem in steps.frames().problems() {
        eprintln!("warning: {}: {problem}", path.display());
    }
    Ok(Seen {
        frames,
        faces: boxes.len(),
        windows,
        instances: timeline.instances() - before,
        bag_instances,
        seconds: start.elapsed().as_secs_f64(),
    })
}

fn text_line(path: &Path, window: &Window, classes: &Vocabulary) -> String {
    format!(
        "{}  face {}  {:.2} to {:.2} s  {}",
        path.display(),
        window.track,
        window.start,
        window.end,
        told(&window.prediction, classes)
    )
}

fn json_line(path: &Path, window: &Window, bbox: Option<Rect>, classes: &Vocabulary) -> String {
    let prediction = &window.prediction;
    let instances: Vec<_> = prediction
        .instances
        .iter()
        .map(|i| json!({"share": i.share, "contribution": i.contribution}))
        .collect();
    json!({
        "input": path,
        "track": window.track,
        "start": window.start,
        "end": window.end,
        "box": bbox.map(|b| [b.left, b.top, b.width, b.height]),
        "label": classes.name(prediction.class),
        "probabilities": probabilities(prediction, classes),
        "logits": prediction.logits,
        "classes": classes.names(),
        "instances": instances,
    })
    .to_string()
}

fn header(classes: &Vocabulary) -> Table {
    let place = [
        "input", "track", "start", "end", "x", "y", "width", "height", "label",
    ];
    Table::new(
        place
            .into_iter()
            .map(String::from)
            .chain(classes.names().iter().cloned()),
    )
}

fn row(path: &Path, window: &Window, bbox: Option<Rect>, classes: &Vocabulary) -> Vec<String> {
    let mut row = vec![
        path.display().to_string(),
        window.track.to_string(),
        format!("{:.3}", window.start),
        format!("{:.3}", window.end),
    ];
    row.extend(bbox.map_or([const { String::new() }; 4], |b| {
        [b.left, b.top, b.width, b.height].map(|v| format!("{v:.1}"))
    }));
    row.push(
        classes
            .name(window.prediction.class)
            .unwrap_or_default()
            .into(),
    );
    row.extend(
        window
            .prediction
            .probabilities
            .iter()
            .map(|p| format!("{p:.4}")),
    );
    row
}
