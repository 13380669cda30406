//! Windows over a video against the same clips predicted whole.

use burn::tensor::Device;
use m3dfel::{M3dfel, ModelConfig};
use m3dfel_data::{ClipOptions, ClipPixels};
use m3dfel_train::{Prediction, Predictor, SeenFace, Timeline, Window};

const SIZE: usize = 32;

fn options() -> ClipOptions {
    ClipOptions {
        frames: 8,
        size: SIZE,
        ..ClipOptions::default()
    }
}

fn predictor() -> Predictor {
    let config = ModelConfig {
        frames: 8,
        base_width: 8,
        ..ModelConfig::default()
    };
    Predictor::new(&M3dfel::init(&config, 7, 5, &Device::flex()).unwrap()).unwrap()
}

/// Some picture of a face, another for each number.
fn picture(number: usize) -> Vec<u8> {
    (0..SIZE * SIZE * 3)
        .map(|i| ((i * 31 + number * 7919) % 251) as u8)
        .collect()
}

fn whole(numbers: &[usize]) -> Prediction {
    let clip = ClipPixels {
        pixels: numbers.iter().flat_map(|&n| picture(n)).collect(),
        frame_names: vec![],
        problems: vec![],
    };
    predictor()
        .predict(clip.to_values(&options()), 1, SIZE)
        .unwrap()
        .remove(0)
}

#[track_caller]
fn assert_window(window: &Window, numbers: &[usize]) {
    let expected = whole(numbers);
    for (a, b) in window.prediction.logits.iter().zip(&expected.logits) {
        assert!((a - b).abs() <= 1e-5 * b.abs().max(1.0), "{a} for {b}");
    }
    assert_eq!(window.prediction.instances.len(), 4);
}

#[test]
fn windows_move_by_an_instance_and_read_each_once() {
    // 20 pictures a second, a window of 0.8 s of 8 frames: every second picture is one of a window.
    let mut timeline = Timeline::new(predictor(), options(), 0.8);
    let mut windows = Vec::new();
    for n in 0..40usize {
        let face = |track: u32, from: usize| SeenFace {
            track,
            pixels: picture(n + from),
        };
        let mut faces = vec![face(3, 0)];
        if n >= 10 {
            faces.push(face(4, 1000)); // another one comes in later
        }
        windows.extend(timeline.push(n as f64 * 0.05, faces).unwrap());
    }
    windows.extend(timeline.finish().unwrap());
    let of = |track| {
        windows
            .iter()
            .filter(move |w| w.track == track)
            .collect::<Vec<_>>()
    };
    let (first, second) = (of(3), of(4));
    assert_eq!((first.len(), second.len()), (7, 4));
    for (k, window) in first.iter().enumerate() {
        let numbers: Vec<usize> = (0..8).map(|i| 4 * k + 2 * i).collect();
        assert_window(window, &numbers);
        let times = [window.start, window.end].map(|t| (t / 0.05).round() as usize);
        assert_eq!(times, [numbers[0], numbers[7]]);
    }
    assert_window(second[0], &(0..8).map(|i| 1010 + 2 * i).collect::<Vec<_>>());
    // Ten instances of the one and seven of the other, where eleven windows have 44.
    assert_eq!(timeline.instances(), 17);
}

#[test]
fn a_short_track_is_predicted_from_what_there_is_and_a_gap_begins_anew() {
    let mut timeline = Timeline::new(predictor(), options(), 0.8);
    let mut push = |n: usize, time: f64| {
        let pixels = picture(n);
        timeline
            .push(time, vec![SeenFace { track: 1, pixels }])
            .unwrap()
    };
    for n in 0..7 {
        assert!(push(n, n as f64 * 0.1).is_empty());
    }
    // Gone for a second; then four pictures.
    for n in 7..11 {
        assert!(push(n, 1.0 + n as f64 * 0.1).is_empty());
    }
    let window = timeline.end(1).unwrap().expect("what there was");
    assert_window(&window, &[7, 7, 8, 8, 9, 9, 10, 10]);
    assert!((window.start - 1.7).abs() < 1e-9 && (window.end - 2.0).abs() < 1e-9);
    assert!(timeline.end(1).unwrap().is_none());
    assert!(timeline.finish().unwrap().is_empty());
}

#[test]
fn a_window_over_a_hole_has_instances_of_both_sides_and_none_across() {
    // 20 pictures a second as above; away on pictures 14 to 23, in the middle of an instance.
    let mut timeline = Timeline::new(predictor(), options(), 0.8);
    let mut windows = Vec::new();
    for n in 0..34usize {
        let pixels = picture(n);
        let face = SeenFace { track: 1, pixels };
        let faces = if (14..24).contains(&n) {
            vec![]
        } else {
            vec![face]
        };
        windows.extend(timeline.push(n as f64 * 0.05, faces).unwrap());
    }
    // Three instances from before, of 0, 2 to 8, 10; that of 12 has no second frame.
    assert_eq!(windows.len(), 2);
    assert_window(&windows[0], &[0, 2, 4, 6, 8, 10, 24, 26]);
    assert_window(&windows[1], &[4, 6, 8, 10, 24, 26, 28, 30]);
    let spans = windows.iter().map(|w| [w.start, w.end]);
    let spans = spans.map(|times| times.map(|t| (t / 0.05).round() as usize));
    assert_eq!(spans.collect::<Vec<_>>(), [[0, 26], [4, 30]]);
}

#[test]
fn a_slow_video_shows_a_picture_twice() {
    // Five pictures a second where a window wants ten.
    let mut timeline = Timeline::new(predictor(), options(), 0.8);
    let mut windows = Vec::new();
    for n in 0..4 {
        let pixels = picture(n);
        windows.extend(
            timeline
                .push(n as f64 * 0.2, vec![SeenFace { track: 1, pixels }])
                .unwrap(),
        );
    }
    assert!(windows.is_empty());
    let window = timeline.end(1).unwrap().expect("what there was");
    assert_window(&window, &[0, 0, 1, 1, 2, 2, 3, 3]);
}
