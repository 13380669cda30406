use super::*;
use crate::{FaceWindow, Picture, Still};

fn classes() -> Vec<String> {
    ["happy", "sad", "neutral"].map(String::from).into()
}

/// Happy for the first half, then sad; windows side by side.
fn face(seconds: f64, windows: usize) -> FaceTimeline {
    let each = seconds / windows as f64;
    let window = |k: usize| {
        let happy = if k < windows / 2 { 0.8 } else { 0.1 };
        FaceWindow {
            start: k as f64 * each,
            end: (k + 1) as f64 * each,
            probabilities: vec![happy, 0.9 - happy, 0.1],
            shares: vec![],
        }
    };
    let still = |k: u32| Still {
        time: seconds * f64::from(k) / 32.0,
        picture: Picture::from_rgb(&[90; 8 * 8 * 3], 8).unwrap(),
    };
    FaceTimeline {
        seen: vec![(0.0, seconds)],
        stills: (0..32).map(still).collect(),
        windows: (0..windows).map(window).collect(),
        ..FaceTimeline::default()
    }
}

fn figure(face: &FaceTimeline) -> Option<TimelineFigure> {
    let moments = crate::video::moments(face, 2.4);
    let title = || "Face 1".to_owned();
    TimelineFigure::new("x".into(), title(), "Told.", (face, &moments), &classes())
}

#[test]
fn classes_that_matter_have_a_row_and_each_moment_its_label() {
    let figure = figure(&face(10.0, 4)).unwrap();
    assert_eq!(figure.pieces.len(), 3);
    let names: Vec<&str> = figure.pieces[0]
        .rows
        .iter()
        .map(|r| r.name.as_str())
        .collect();
    assert_eq!(names, ["happy", "sad"]);
    assert_eq!(
        figure.description,
        "Told. Below 20\u{202f}% throughout: neutral."
    );
    let blocks: Vec<_> = figure.pieces.iter().flat_map(|p| &p.blocks).collect();
    let told: Vec<_> = blocks
        .iter()
        .map(|b| (b.name.as_str(), b.x, b.width, b.again))
        .collect();
    let expected = [
        ("happy", 0.0, 340.0, false),
        ("happy", 0.0, 170.0, true),
        ("sad", 170.0, 170.0, false),
        ("sad", 0.0, 340.0, true),
    ];
    assert_eq!(told, expected);
    assert_eq!(
        blocks[1].told,
        "0:00.0 to 0:05.0: happy, 80\u{202f}% in the mean"
    );
    let curve = &figure.pieces[1].rows[0];
    let (high, low) = (px(curve.foot - 0.8 * RISE), px(curve.foot - 0.1 * RISE));
    assert_eq!(
        curve.area,
        format!("M0 {0}V{high}H170V{low}H340V{0}", curve.foot)
    );
    assert_eq!(curve.line, format!("M0 {high}H170V{low}H340"));
    assert!(figure.pieces.iter().all(|piece| piece.stills.len() == 5));
    let ticks: Vec<&str> = figure.pieces[0]
        .ticks
        .iter()
        .map(|t| t.1.as_str())
        .collect();
    assert_eq!(ticks, ["0:00", "0:02"]);
    assert_eq!(figure.pieces[0].ticks[0].2, "", "not over the edge");
}

#[test]
fn where_a_face_is_away_there_is_a_gap() {
    let mut away = face(10.0, 4);
    away.seen = vec![(0.0, 4.0), (8.0, 10.0)];
    away.stills
        .retain(|still| still.time < 4.0 || still.time > 8.0);
    let figure = figure(&away).unwrap();
    let gaps: Vec<_> = figure.pieces.iter().flat_map(|p| &p.gaps).collect();
    assert_eq!(gaps, [&(68.0, 272.0), &(0.0, 136.0)]);
    assert_eq!(figure.pieces[1].stills.len(), 1);
    assert_eq!(figure.pieces[1].rows[0].area.matches('M').count(), 1);
    assert!(figure.pieces[2].rows[0].area.starts_with("M136 "));
}

#[test]
fn ten_minutes_are_no_larger_than_a_page_bears() {
    let mut long = face(600.0, 1000);
    for (k, window) in long.windows.iter_mut().enumerate() {
        let p = 0.5 + 0.5 * (k as f64 * 0.37).sin();
        window.probabilities = vec![p, 1.0 - p, 0.0];
    }
    let svg = figure(&long).unwrap().svg().unwrap();
    let pictures = 15 * long.stills[0].picture.data_uri().len();
    assert!(svg.body.len() - pictures < 80_000, "{}", svg.body.len());
    assert_eq!(
        (svg.width, svg.height),
        (1020.0, 68.0 + 26.0 + 8.0 + 2.0 * ROW - 6.0 + 24.0)
    );
}

#[test]
fn a_glance_and_nothing_at_all() {
    let glance = figure(&face(0.3, 1)).unwrap();
    assert_eq!(glance.pieces.len(), 1);
    let mut bare = face(10.0, 4);
    bare.stills.clear();
    assert_eq!(figure(&bare).unwrap().strip, 0.0);
    bare.windows.clear();
    assert!(figure(&bare).is_none());
    assert!(figure(&FaceTimeline::default()).is_none());
}
