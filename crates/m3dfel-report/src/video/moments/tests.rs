use super::*;

fn window(start: f64, happy: f64, shares: &[f64]) -> FaceWindow {
    FaceWindow {
        start,
        end: start + 2.25,
        probabilities: vec![happy, 1.0 - happy],
        shares: shares.into(),
    }
}

fn face(seen: &[(f64, f64)], windows: Vec<FaceWindow>) -> FaceTimeline {
    FaceTimeline {
        seen: seen.into(),
        windows,
        ..FaceTimeline::default()
    }
}

fn spans(moments: &[Moment]) -> Vec<(f64, f64)> {
    let tenths = |x: f64| (x * 100.0).round() / 100.0;
    let spans = moments.iter().map(|m| (tenths(m.from), tenths(m.to)));
    spans.collect()
}

#[test]
fn a_moment_is_the_mean_of_the_windows_over_it() {
    // As a bag of four makes them: 16 frames, 0.15 s apart, and on by four.
    let starts = [0.0, 0.6, 1.2, 1.8, 2.4];
    let windows = starts.map(|s| window(s, if s < 2.0 { 0.8 } else { 0.0 }, &[]));
    let moments = moments(&face(&[(0.0, 4.7)], windows.into()), 2.4);
    let ends = [
        (0.0, 0.6),
        (0.6, 1.2),
        (1.2, 1.8),
        (1.8, 2.4),
        (2.4, 2.85),
        (2.85, 3.45),
        (3.45, 4.05),
        (4.05, 4.65),
    ];
    assert_eq!(spans(&moments), ends);
    let happy: Vec<f64> = moments.iter().map(|m| m.probabilities[0]).collect();
    // At 2.4 s the first window is over, and the last has begun.
    let expected = [0.8, 0.8, 0.8, 0.8, 0.6, 0.8 * 2.0 / 3.0, 0.4, 0.0];
    for (found, expected) in happy.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-9, "{happy:?}");
    }
    let stretches = stretches(&moments);
    assert_eq!(stretches.len(), 2);
    assert_eq!((stretches[0].class, stretches[1].class), (0, 1));
    assert!((stretches[0].to - 3.45).abs() < 1e-9);
    // (2.4 * 0.8 + 0.45 * 0.6 + 0.6 * 0.8 * 2/3) / 3.45
    assert!((stretches[0].probability - 2.51 / 3.45).abs() < 1e-9);
    assert_eq!(stretches[0].decided, None);
    let seconds = seconds_by_class(&moments, 2);
    assert!((seconds[0] - 3.45).abs() < 1e-9 && (seconds[1] - 1.2).abs() < 1e-9);
}

#[test]
fn windows_side_by_side_leave_no_gap_but_a_face_away_does() {
    let windows = vec![
        window(0.0, 0.9, &[]),
        window(2.4, 0.9, &[]),
        window(9.0, 0.9, &[]),
    ];
    let seen = [(0.0, 3.0), (4.0, 4.6), (9.0, 11.25)];
    let moments = moments(&face(&seen, windows), 2.4);
    assert_eq!(
        spans(&moments),
        [(0.0, 2.4), (2.4, 3.0), (4.0, 4.6), (9.0, 11.25)]
    );
    let stretches = stretches(&moments);
    let ends: Vec<_> = stretches.iter().map(|s| (s.from, s.to)).collect();
    assert_eq!(ends, [(0.0, 3.0), (4.0, 4.6), (9.0, 11.25)]);
}

#[test]
fn the_instance_with_the_largest_share_decides_the_stretch() {
    let shares = [0.1, 0.1, 0.7, 0.1];
    let one = moments(&face(&[(0.0, 2.25)], vec![window(0.0, 0.9, &shares)]), 2.4);
    assert_eq!(one.len(), 4);
    let stretch = stretches(&one)[0];
    assert!((stretch.decided.unwrap() - 2.25 * 0.625).abs() < 1e-9);
    assert!((one[2].weight.unwrap() - 2.8).abs() < 1e-9);
    // What a window called otherwise looked at has no part in it.
    let two = vec![
        window(0.0, 0.9, &shares),
        window(0.0, 0.4, &[0.9, 0.1, 0.0, 0.0]),
    ];
    let stretch = stretches(&moments(&face(&[(0.0, 2.25)], two), 2.4))[0];
    assert_eq!(stretch.class, 0);
    assert!((stretch.decided.unwrap() - 2.25 * 0.625).abs() < 1e-9);
}

#[test]
fn a_face_of_a_single_picture_has_no_moment() {
    let glance = FaceWindow {
        start: 1.0,
        end: 1.0,
        ..window(0.0, 0.9, &[0.5, 0.5])
    };
    assert_eq!(moments(&face(&[(1.0, 1.0)], vec![glance]), 2.4), []);
    assert_eq!(moments(&face(&[(0.0, 9.0)], vec![]), 2.4), []);
    assert_eq!(stretches(&[]), []);
}

#[test]
fn hours_of_windows_take_no_time() {
    let windows =
        (0..60_000).map(|k| window(f64::from(k) * 0.6, 0.5 + f64::from(k % 3) * 0.1, &[0.25; 4]));
    let moments = moments(&face(&[(0.0, 36_002.0)], windows.collect()), 2.4);
    assert!(
        (60_000..61_000).contains(&moments.len()),
        "{}",
        moments.len()
    );
}
