//! Faces along videos, from a script of what each expresses when.

use std::error::Error;

use m3dfel_report::{FaceTimeline, FaceWindow, Footage, Picture, Still, VideoReport, WatchedVideo};

use crate::CLASSES;
use crate::clips::face as drawn;

/// From when on a face expresses what; in order. An empty name: it is out of sight.
type Script = [(f64, &'static str)];

const WINDOW: f64 = 2.4;
const STEP: f64 = WINDOW / 4.0;
const FRAME: f64 = 0.15;

/// A face alone, for ten seconds.
pub fn short() -> Result<VideoReport, Box<dyn Error>> {
    let script = [
        (0.0, "neutral"),
        (3.8, "surprise"),
        (5.1, "happy"),
        (8.6, "neutral"),
        (10.0, ""),
    ];
    Ok(report(
        "talk.mp4",
        vec![read("talk.mp4", 10.0, vec![face(1, &script)?])],
    ))
}

/// Three people for three minutes, who come and go; then a video without faces, and one that is broken.
pub fn meeting() -> Result<VideoReport, Box<dyn Error>> {
    let host = [
        (1.2, "neutral"),
        (14.0, "happy"),
        (31.0, "neutral"),
        (52.0, "surprise"),
        (55.5, "happy"),
        (80.0, ""),
        (96.0, "neutral"),
        (130.0, "sad"),
        (151.0, "neutral"),
        (160.0, "happy"),
        (178.0, ""),
    ];
    let guest = [
        (20.0, "sad"),
        (48.0, "neutral"),
        (61.0, ""),
        (70.0, "angry"),
        (88.0, "neutral"),
        (120.0, "disgust"),
        (124.0, "angry"),
        (141.0, ""),
    ];
    let child = [
        (100.0, "happy"),
        (104.5, "fear"),
        (106.0, "happy"),
        (112.0, ""),
    ];
    let passing = [(33.0, "neutral"), (34.1, "")];
    let glance = [(150.3, "sad"), (150.9, "")];
    let faces = vec![
        face(1, &host)?,
        face(2, &guest)?,
        face(4, &child)?,
        face(3, &passing)?,
        face(6, &glance)?,
    ];
    let broken = WatchedVideo {
        name: "holiday.avi".into(),
        footage: Err(
            "holiday.avi is not a video: ffmpeg says “Invalid data found when processing input”"
                .into(),
        ),
    };
    let mut meeting = read("meeting.mp4", 180.0, faces);
    if let Ok(footage) = &mut meeting.footage {
        footage.problems = vec![
            "12 of 4500 frames, the first at 1:31.2, could not be decoded and are left out".into(),
        ];
    }
    let nobody = read("garden.mp4", 41.0, Vec::new());
    Ok(VideoReport {
        videos: vec![meeting, nobody, broken],
        notes: vec!["Faces are drawn, and the numbers are invented.".into()],
        ..report("3 videos", Vec::new())
    })
}

/// Ten minutes of someone whose face does not rest, among twenty that pass.
pub fn long() -> Result<VideoReport, Box<dyn Error>> {
    let moods = [
        "neutral", "happy", "neutral", "surprise", "neutral", "sad", "happy", "neutral",
    ];
    let mut script = Vec::new();
    let (mut time, mut k) = (0.4, 0);
    while time < 598.0 {
        script.push((time, moods[k % moods.len()]));
        time += 3.0 + 9.0 * (k as f64 * 1.3).sin().abs() * if k % 9 == 4 { 4.0 } else { 1.0 };
        k += 1;
    }
    script.push((598.0, ""));
    let mut faces = vec![face(1, &script)?];
    for k in 0..20u32 {
        let start = 20.0 + f64::from(k) * 27.0;
        let mood = CLASSES[k as usize % CLASSES.len()];
        let end = start + 0.8 + 14.0 * (f64::from(k) * 2.1).sin().abs();
        faces.push(face(k + 2, &[(start, mood), (end, "")])?);
    }
    Ok(report(
        "lecture.mkv",
        vec![read("lecture.mkv", 600.0, faces)],
    ))
}

fn report(title: &str, videos: Vec<WatchedVideo>) -> VideoReport {
    VideoReport {
        title: title.into(),
        subtitle: "Invented numbers and drawn faces: how the page looks, not what a model does"
            .into(),
        created: "made by examples/sample_report".into(),
        model: "runs/dfew-1/best.safetensors".into(),
        classes: CLASSES.map(String::from).into(),
        window: WINDOW,
        videos,
        notes: Vec::new(),
    }
}

fn read(name: &str, seconds: f64, faces: Vec<FaceTimeline>) -> WatchedVideo {
    WatchedVideo {
        name: name.into(),
        footage: Ok(Footage {
            width: 1280,
            height: 720,
            seconds,
            frames: (seconds * 25.0) as u64,
            frames_per_second: 31.4,
            decoder: "OpenH264".into(),
            problems: Vec::new(),
            faces,
        }),
    }
}

fn face(track: u32, script: &Script) -> Result<FaceTimeline, Box<dyn Error>> {
    let mut seen: Vec<(f64, f64)> = Vec::new();
    for (&(from, class), &(to, _)) in script.iter().zip(&script[1..]) {
        match seen.last_mut() {
            _ if class.is_empty() => {}
            Some(last) if last.1 == from => last.1 = to,
            _ => seen.push((from, to)),
        }
    }
    let mut face = FaceTimeline {
        track,
        frames: (seen.iter().map(|(a, b)| b - a).sum::<f64>() * 25.0) as u64,
        ..FaceTimeline::default()
    };
    let (first, last) = (seen[0].0, seen[seen.len() - 1].1);
    let every = ((last - first) / 28.0).max(0.25);
    for &(from, to) in &seen {
        let mut time = from;
        while time + WINDOW - FRAME < to {
            face.windows.push(window(
                script,
                time,
                time + WINDOW - FRAME,
                f64::from(track),
            ));
            time += STEP;
        }
        if to - from < WINDOW {
            face.windows
                .push(window(script, from, to, f64::from(track)));
        }
        let mut time = from;
        while time < to {
            face.stills.push(Still {
                time,
                picture: still(script, time, track)?,
            });
            time += every;
        }
    }
    face.seen = seen;
    Ok(face)
}

/// Classes by the part of a window that they have in the script, and some noise.
fn window(script: &Script, start: f64, end: f64, phase: f64) -> FaceWindow {
    let mut odds: Vec<f64> = (0..CLASSES.len())
        .map(|k| {
            0.02 + 0.05
                * (start * (0.31 + 0.17 * k as f64) + phase + k as f64)
                    .sin()
                    .powi(2)
        })
        .collect();
    let samples = 16;
    let mut shares = [0.0; 4];
    for k in 0..samples {
        let time = start + (end - start) * (f64::from(k) + 0.5) / f64::from(samples);
        let strength = 0.75 + 0.25 * (time * 1.1 + phase).sin();
        shares[k as usize / 4] += strength;
        if let Some(class) = CLASSES.iter().position(|c| *c == now(script, time)) {
            odds[class] += 1.4 * strength / f64::from(samples);
        }
    }
    let [sum, all] = [odds.iter().sum::<f64>(), shares.iter().sum()];
    FaceWindow {
        start,
        end,
        probabilities: odds.iter().map(|p| p / sum).collect(),
        shares: shares.iter().map(|s| s / all).collect(),
    }
}

fn now(script: &Script, time: f64) -> &'static str {
    let begun = script.iter().take_while(|(from, _)| *from <= time);
    begun.last().map_or("", |(_, class)| class)
}

fn still(script: &Script, time: f64, track: u32) -> Result<Picture, Box<dyn Error>> {
    let strength = if now(script, time) == "neutral" {
        0.0
    } else {
        0.9
    };
    drawn(now(script, time), strength, f64::from(track))
}
