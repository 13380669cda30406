//! Videos in words and numbers.

use crate::format::{NONE, decimal, lasting, whole_percent};
use crate::{Footage, WatchedVideo};

pub fn facts(footage: &Footage) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("Picture", format!("{} × {}", footage.width, footage.height)),
        ("Length", lasting(footage.seconds)),
        ("Frames", footage.frames.to_string()),
        ("Faces", footage.faces.len().to_string()),
    ];
    if !footage.decoder.is_empty() {
        facts.push(("Decoded by", footage.decoder.clone()));
    }
    if footage.frames_per_second.is_finite() {
        let speed = decimal(footage.frames_per_second, 0);
        facts.push(("Predicted at", format!("{speed} frames/s")));
    }
    facts
}

/// How many faces and videos there are.
pub fn told(videos: &[WatchedVideo]) -> String {
    let counted = |n: usize, one: &str, many: &str| match n {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    };
    let read: Vec<&Footage> = videos
        .iter()
        .filter_map(|v| v.footage.as_ref().ok())
        .collect();
    let faces = read.iter().map(|footage| footage.faces.len()).sum();
    let seconds: f64 = read.iter().map(|footage| footage.seconds).sum();
    let mut told = match (read.len(), faces) {
        (0, _) => String::new(),
        (n, 0) => format!(
            "No face in {} of {}.",
            counted(n, "video", "videos"),
            lasting(seconds)
        ),
        (n, faces) => format!(
            "{} in {} of {}.",
            counted(faces, "face", "faces"),
            counted(n, "video", "videos"),
            lasting(seconds)
        ),
    };
    let failed = videos.len() - read.len();
    if failed > 0 {
        let all = counted(videos.len(), "video", "videos");
        told += &format!(" Of {all} {failed} could not be read.");
    }
    told.trim().to_owned()
}

/// A part of the time, or a dash for none.
pub fn part(part: f64) -> String {
    match part {
        0.0 => NONE.into(),
        part => whole_percent(part),
    }
}
