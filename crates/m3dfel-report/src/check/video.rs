//! Faces along videos.

use super::classes;
use crate::{FaceTimeline, FaceWindow, Footage, ReportError, Result, VideoReport};

/// No video is longer, in seconds (three years); a time beyond it is a mistake.
const LONGEST: f64 = 1e8;
/// Sums of numbers in single precision may lie this far beyond one.
const ROOM: f64 = 1e-4;

type Checked = Result<(), String>;

pub fn videos(report: &VideoReport) -> Result<()> {
    classes(&report.classes)?;
    for video in &report.videos {
        let checked = match &video.footage {
            Ok(footage) => self::footage(footage, report),
            Err(_) => Ok(()),
        };
        checked.map_err(|what| ReportError::Video {
            video: video.name.clone(),
            what,
        })?;
    }
    Ok(())
}

fn footage(footage: &Footage, report: &VideoReport) -> Checked {
    length(report.window, "a window")?;
    length(footage.seconds, "the video")?;
    for (k, face) in footage.faces.iter().enumerate() {
        let before = footage.faces.get(..k).unwrap_or_default();
        if before.iter().any(|other| other.track == face.track) {
            return Err(format!("two faces have the number {}", face.track));
        }
        self::face(face, report.classes.len())
            .map_err(|what| format!("face {}: {what}", face.track))?;
    }
    Ok(())
}

fn length(seconds: f64, what: &str) -> Checked {
    match (0.0..=LONGEST).contains(&seconds) {
        true => Ok(()),
        false => Err(format!("{what} cannot last {seconds} seconds")),
    }
}

fn face(face: &FaceTimeline, classes: usize) -> Checked {
    if face.seen.is_empty() {
        return Err("it is never in sight".into());
    }
    for &(from, to) in &face.seen {
        span(from, to, "it is in sight")?;
    }
    in_order(
        &face.seen,
        |a, b| a.1 < b.0,
        "the times that it is in sight",
    )?;
    for still in &face.stills {
        span(still.time, still.time, "a still is")?;
    }
    in_order(&face.stills, |a, b| a.time <= b.time, "the stills")?;
    for window in &face.windows {
        self::window(window, classes)?;
    }
    in_order(&face.windows, |a, b| a.start <= b.start, "the windows")
}

fn span(from: f64, to: f64, what: &str) -> Checked {
    let known = [from, to].into_iter().all(|time| time.abs() <= LONGEST); // a NaN is not
    match known && from <= to {
        true => Ok(()),
        false => Err(format!(
            "{what} from {from} to {to} s: that is no time in a video"
        )),
    }
}

fn in_order<T>(all: &[T], ordered: impl Fn(&T, &T) -> bool, what: &str) -> Checked {
    match all.is_sorted_by(ordered) {
        true => Ok(()),
        false => Err(format!("{what} are not in order of time")),
    }
}

fn window(window: &FaceWindow, classes: usize) -> Checked {
    let FaceWindow {
        start,
        end,
        probabilities,
        shares,
    } = window;
    span(*start, *end, "a window is")?;
    let found = probabilities.len();
    if found != classes {
        return Err(format!(
            "the window at {start} s has {found} probabilities for {classes} classes: it needs one for each"
        ));
    }
    for (what, value) in probabilities
        .iter()
        .map(|p| ("probability", p))
        .chain(shares.iter().map(|s| ("share", s)))
    {
        if !(0.0..=1.0 + ROOM).contains(value) {
            return Err(format!(
                "the window at {start} s has a {what} of {value}, not from 0 to 1"
            ));
        }
    }
    Ok(())
}
