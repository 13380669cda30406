//! Photographs, and directories of uncropped frames: each a clip of its largest face.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use m3dfel_data::{ClipOptions, Vocabulary, sampling};
use m3dfel_train::Predictor;
use m3dfel_video::{FollowOptions, Pictures, TrackId};

use super::super::watching::{Failure, start};
use super::{json_line, text_line};
use crate::args::Predict;

/// Predicts them; how many could not be.
pub fn run(
    predictor: &mut Predictor,
    paths: &[PathBuf],
    args: &Predict,
    options: &ClipOptions,
    classes: &Vocabulary,
    out: &mut impl Write,
) -> anyhow::Result<usize> {
    let mut failed = 0;
    for path in paths {
        let face = match largest(path, args, options) {
            Ok(Some(face)) => face,
            Ok(None) => {
                failed += 1;
                eprintln!("m3dfel: {}: no face was found", path.display());
                continue;
            }
            Err(Failure::Video(error)) => {
                failed += 1;
                eprintln!("m3dfel: {error}");
                continue;
            }
            Err(Failure::Work(error)) => return Err(error),
        };
        let sampled = sampling::even(face.frames.len(), options.frames);
        let pixels = sampled
            .iter()
            .flat_map(|&k| face.frames[k].1.iter().copied());
        let inputs = options.to_values(&pixels.collect::<Vec<u8>>());
        for prediction in predictor.predict(inputs, 1, options.size)? {
            let names: Vec<String> = sampled.iter().map(|&k| face.frames[k].0.clone()).collect();
            let line = match args.json {
                true => json_line(path, &prediction, &names, classes),
                false => text_line(path, &prediction, classes),
            };
            writeln!(out, "{line}")?;
        }
    }
    Ok(failed)
}

/// A face through a directory.
#[derive(Default)]
struct Through {
    /// The sum of its boxes' areas.
    area: f64,
    /// The frames that it is in, by name, and its pixels.
    frames: Vec<(String, Vec<u8>)>,
}

/// The face of the largest area, summed over the frames that it is in.
fn largest(path: &Path, args: &Predict, options: &ClipOptions) -> Result<Option<Through>, Failure> {
    let pictures = Pictures::open(path)?;
    let files = pictures.files().iter();
    let names: Vec<String> = files
        .filter_map(|file| Some(file.file_name()?.to_string_lossy().into_owned()))
        .collect();
    let follow = FollowOptions::of_frames(names.len());
    let mut sights = start(pictures, &args.find.detector, options.size, false, follow)?;
    let mut faces: BTreeMap<TrackId, Through> = BTreeMap::new();
    for sight in sights.by_ref() {
        let sight = sight?;
        let number = (sight.time * Pictures::RATE).round() as usize;
        for face in sight.faces {
            let through = faces.entry(face.track).or_default();
            through.area += f64::from(face.bbox.width * face.bbox.height);
            let name = names.get(number).cloned().unwrap_or_default();
            through.frames.push((name, face.image.into_pixels()));
        }
    }
    for problem in sights.finish().problems {
        eprintln!("warning: {}: {problem}", path.display());
    }
    Ok(faces.into_values().max_by(|a, b| a.area.total_cmp(&b.area)))
}
