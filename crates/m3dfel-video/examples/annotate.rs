//! Draws a video's faces on it, with probabilities that are made up, to see how that looks.
//!
//!     cargo run --release -p m3dfel-video --example annotate -- VIDEO OUT.mp4
//!
//! `m3dfel predict --annotate` draws those of a model.

use std::path::Path;

use m3dfel_video::annotate::{Annotator, Notes};
use m3dfel_video::{Faces, FollowOptions, Seeta, Source, open};

const CLASSES: [&str; 7] = [
    "happy", "sad", "neutral", "angry", "surprise", "disgust", "fear",
];

/// How long a window is, and how far from the last, in seconds.
const WINDOW: f64 = 1.2;
const STEP: f64 = 0.3;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to] = &arguments[..] else {
        return Err("usage: annotate VIDEO OUT.mp4".into());
    };
    let (from, to) = (Path::new(from), Path::new(to));
    Annotator::check(to)?;
    let mut notes = Notes::new(CLASSES);
    let mut steps = Faces::new(open(from)?, Seeta::new()?, FollowOptions::default());
    for step in steps.by_ref() {
        let step = step?;
        let faces = step.faces.iter().map(|face| (face.track, face.bbox));
        notes.frame(step.frame.time, faces);
        for end in step.ended {
            let windows = (0..).map(|k| end.start + STEP * f64::from(k));
            for start in windows.take_while(|start| start + WINDOW <= end.end) {
                let odds = made_up(start, end.track);
                notes.window(end.track, start, start + WINDOW, &odds)?;
            }
        }
    }
    let video = open(from)?;
    let begin = std::time::Instant::now();
    let mut annotator = Annotator::create(to, from, video.info(), notes)?;
    let mut frames = 0;
    for frame in video {
        annotator.write(&frame)?;
        frames += 1;
    }
    annotator.finish()?;
    let rate = f64::from(frames) / begin.elapsed().as_secs_f64();
    println!(
        "{frames} frames, {rate:.0} a second; {:?}",
        steps.frames().problems()
    );
    Ok(())
}

/// Waves of one class after the other, in sum one.
fn made_up(time: f64, track: u32) -> Vec<f32> {
    let wave = |class: usize| {
        let phase = time * 0.9 + f64::from(track) - class as f64 * 0.9;
        (2.5 * phase.cos()).exp() as f32
    };
    let waves: Vec<f32> = (0..CLASSES.len()).map(wave).collect();
    let sum: f32 = waves.iter().sum();
    waves.iter().map(|wave| wave / sum).collect()
}
