//! The page of videos.

mod common;

use common::page;
use m3dfel_report::{
    FaceTimeline, FaceWindow, Footage, Picture, Still, VideoReport, WatchedVideo, figures, render,
};

fn classes() -> Vec<String> {
    ["happy", "sad", "neutral", "fear"].map(String::from).into()
}

fn window(start: f64, probabilities: [f64; 4]) -> FaceWindow {
    FaceWindow {
        start,
        end: start + 2.25,
        probabilities: probabilities.into(),
        shares: vec![0.1, 0.2, 0.6, 0.1],
    }
}

/// In sight from `from` for windows side by side, of the classes given.
fn face(track: u32, from: f64, labels: &[usize]) -> FaceTimeline {
    let odds = |label: usize| [0, 1, 2, 3].map(|k| if k == label { 0.7 } else { 0.1 });
    let starts = (0..labels.len()).map(|k| from + k as f64 * 2.4);
    let end = from + labels.len() as f64 * 2.4;
    let still = |k: u32| Still {
        time: from + f64::from(k) * 0.6,
        picture: Picture::from_rgb(&[90; 8 * 8 * 3], 8).unwrap(),
    };
    FaceTimeline {
        track,
        seen: vec![(from, end)],
        frames: labels.len() as u64 * 60,
        stills: (0..labels.len() as u32 * 4).map(still).collect(),
        windows: starts
            .zip(labels)
            .map(|(s, &k)| window(s, odds(k)))
            .collect(),
    }
}

fn video(name: &str, faces: Vec<FaceTimeline>) -> WatchedVideo {
    WatchedVideo {
        name: name.into(),
        footage: Ok(Footage {
            width: 640,
            height: 360,
            seconds: 90.0,
            frames: 2250,
            frames_per_second: 117.6,
            decoder: "OpenH264".into(),
            problems: vec![],
            faces,
        }),
    }
}

fn report(videos: Vec<WatchedVideo>) -> VideoReport {
    VideoReport {
        title: "talk.mp4".into(),
        subtitle: "what faces show".into(),
        created: "2025-01-02".into(),
        model: "best.safetensors".into(),
        classes: classes(),
        window: 2.4,
        videos,
        notes: vec![],
    }
}

/// Two faces, one of them short; a video without faces; one that cannot be read.
fn full() -> VideoReport {
    let mut talk = video(
        "talk.mp4",
        vec![face(7, 60.0, &[1]), face(2, 0.0, &[0, 0, 0, 2])],
    );
    if let Ok(footage) = &mut talk.footage {
        footage.problems = vec!["3 frames are missing".into()];
    }
    let broken = WatchedVideo {
        name: "b.avi".into(),
        footage: Err("ffmpeg knows no such thing".into()),
    };
    VideoReport {
        notes: vec!["A note.".into()],
        ..report(vec![talk, video("garden.mp4", vec![]), broken])
    }
}

#[test]
fn a_full_page_has_every_part() {
    let read = page(&full());
    for words in [
        "2 faces in 2 videos of 3\u{202f}min 0\u{202f}s. Of 3 videos 1 could not be read.",
        "Predicted by best.safetensors.",
        "640 × 360",
        "118 frames/s",
        "3 frames are missing",
        "happy 76\u{202f}%, neutral 24\u{202f}%.",
        "0:00.0 to 0:09.6, in sight for 9.6\u{202f}s; 240 frames, 4 windows",
        "0:00.0 to 0:07.2 happy; 0:07.2 to 0:09.",
        "Below 20\u{202f}% throughout: sad, fear.",
        "0:00.0 to 0:07.2: happy, 70\u{202f}% in the mean",
        // the third of four instances of the first window: 0.625 of 2.4 s
        "0:01.5",
        "No face was found.",
        "Could not be read: ffmpeg knows no such thing",
        "A window of 2.4\u{202f}s",
        "the mean over the windows that lie over it",
        "A note.",
    ] {
        assert!(read.text.contains(words), "{words}");
    }
    assert_eq!(read.count("article"), 2);
    let at = |text: &str| read.text.find(text).unwrap();
    assert!(at("Face 2") < at("Face 7"), "in sight longest first");
    assert!(read.values("class").any(|class| class == "warning"));
    let names: Vec<String> = figures(&full())
        .unwrap()
        .into_iter()
        .map(|f| f.name)
        .collect();
    assert_eq!(
        names,
        [
            "video-1-faces",
            "video-1-face-2-timeline",
            "video-1-face-7-timeline"
        ]
    );
}

#[test]
fn a_face_alone_needs_no_figure_of_all() {
    let read = page(&report(vec![video(
        "talk.mp4",
        vec![face(1, 0.0, &[0, 2, 0])],
    )]));
    assert!(read.text.contains("1 face in 1 video of"));
    assert!(!read.text.contains("Who is there when"));
    assert_eq!(read.count("details"), 1, "the table");
}

#[test]
fn nothing_at_all_is_a_page() {
    for empty in [
        VideoReport::default(),
        report(vec![]),
        report(vec![video("a", vec![])]),
    ] {
        let read = page(&empty);
        assert_eq!((read.count("svg"), read.count("table")), (0, 0));
    }
}

#[test]
fn a_face_seen_once_or_without_a_window_is_told_of() {
    let mut once = face(1, 3.0, &[]);
    once.seen = vec![(3.0, 3.0)];
    once.frames = 1;
    once.stills.clear();
    let mut short = face(2, 5.0, &[0]);
    short.windows.clear();
    let read = page(&report(vec![video("a", vec![once, short])]));
    let said = "In sight too shortly to say what it expresses.";
    assert!(read.text.matches(said).count() >= 2, "{}", read.text);
    assert!(read.text.contains("1 frame, 0 windows"));
}

#[test]
fn of_many_faces_the_short_ones_unfold_and_the_shortest_are_counted() {
    let mut faces: Vec<FaceTimeline> = (1..=60).map(|k| face(k, 0.0, &[0])).collect();
    faces[0].seen = vec![(0.0, 0.5)];
    faces[1] = face(2, 0.0, &[1; 30]);
    let read = page(&report(vec![video("crowd.mp4", faces)]));
    assert_eq!(read.count("article"), 50);
    assert!(
        read.text
            .contains("42 more faces, each in sight for 2.4\u{202f}s at most")
    );
    assert!(
        read.text
            .contains("Left out: 10 more, each in sight for 2.4\u{202f}s at most.")
    );
    assert!(read.text.contains("60 faces in 1 video"));
    assert!(
        read.values("id").all(|id| id != "video-1-face-1"),
        "the shortest"
    );
}

#[test]
fn whatever_a_name_holds_is_shown_and_harmless() {
    let evil = r#""><script>alert('x')</script><img src=x onerror="y">&amp;"#;
    let mut report = full();
    for field in [
        &mut report.title,
        &mut report.subtitle,
        &mut report.created,
        &mut report.model,
    ] {
        *field = evil.into();
    }
    report.classes[0] = evil.into();
    report.notes = vec![evil.into()];
    report.videos[2].footage = Err(evil.into());
    for video in &mut report.videos {
        video.name = evil.into();
        if let Ok(footage) = &mut video.footage {
            footage.decoder = evil.into();
            footage.problems = vec![evil.into()];
        }
    }
    let read = page(&report);
    assert_eq!(read.count("img"), 0);
    assert!(read.text.matches(evil).count() >= 15);
}

#[test]
fn parts_that_do_not_fit_are_named() {
    type Spoil = fn(&mut FaceTimeline);
    let cases: [(Spoil, &str); 15] = [
        (
            |f| f.windows[1].probabilities.truncate(3),
            "the window at 2.4 s has 3 probabilities for 4 classes",
        ),
        (
            |f| f.windows[1].probabilities[0] = f64::NAN,
            "the window at 2.4 s has a probability of NaN",
        ),
        (
            |f| f.windows[1].probabilities[0] = 70.0,
            "a probability of 70, not from 0 to 1",
        ),
        (
            |f| f.windows[1].shares[0] = -0.1,
            "a share of -0.1, not from 0 to 1",
        ),
        (|f| f.windows[1].end = 1.0, "a window is from 2.4 to 1 s"),
        (|f| f.windows[1].start = f64::NAN, "a window is from NaN to"),
        (
            |f| f.windows.swap(0, 1),
            "the windows are not in order of time",
        ),
        (|f| f.seen.clear(), "face 2: it is never in sight"),
        (|f| f.seen[0].1 = -1.0, "it is in sight from 0 to -1 s"),
        (
            |f| f.seen[0].1 = f64::INFINITY,
            "it is in sight from 0 to inf s",
        ),
        (
            |f| f.seen.push((1.0, 2.0)),
            "the times that it is in sight are not in order",
        ),
        (|f| f.stills[1].time = f64::NAN, "a still is from NaN"),
        (
            |f| f.stills.swap(0, 1),
            "the stills are not in order of time",
        ),
        (|f| f.track = 7, "two faces have the number 7"),
        (
            |f| f.windows[0].start = -1e300,
            "that is no time in a video",
        ),
    ];
    for (change, expected) in cases {
        let mut report = full();
        if let Ok(footage) = &mut report.videos[0].footage {
            change(&mut footage.faces[1]);
        }
        let message = render(&report).unwrap_err().to_string();
        assert!(message.starts_with("video \"talk.mp4\": "), "{message}");
        assert!(
            message.contains(expected),
            "{message:?} has no {expected:?}"
        );
        assert!(figures(&report).is_err());
    }
    for window in [f64::NAN, -1.0, f64::INFINITY] {
        let report = VideoReport { window, ..full() };
        assert!(
            render(&report)
                .unwrap_err()
                .to_string()
                .contains("a window cannot last")
        );
    }
    let mut twice = full();
    twice.classes[1] = "happy".into();
    assert!(
        render(&twice)
            .unwrap_err()
            .to_string()
            .contains("listed twice")
    );
}

#[test]
fn videos_travel_as_json_and_make_the_same_page() {
    let mut report = full();
    if let Ok(footage) = &mut report.videos[1].footage {
        footage.frames_per_second = f64::NAN;
    }
    let json = serde_json::to_string(&report).unwrap();
    let back: VideoReport = serde_json::from_str(&json).unwrap();
    assert_eq!(render(&back).unwrap(), render(&report).unwrap());
}
