//! Faces followed through videos: by a detector that says what the test tells it, and by the real one.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Movie, write};
use m3dfel_data::image::RgbImage;
use m3dfel_synth::{ClipSpec, Difficulty, Expression, render_clip};
use m3dfel_video::{Detector, Face, Faces, FollowOptions, Frame, Rect, Result, Seeta, Step, Video};

const RATE: f64 = 30.0;

/// A detector that finds what a script says is in the frame it is asked for, told by a pixel's colours.
struct Script<F>(F);

impl<F: Fn(usize) -> Vec<Face>> Detector for Script<F> {
    fn name(&self) -> &'static str {
        "script"
    }

    fn detect(&mut self, image: &RgbImage) -> Result<Vec<Face>> {
        let pixels = image.pixels();
        Ok((self.0)(
            usize::from(pixels[0]) * 256 + usize::from(pixels[1]),
        ))
    }
}

const SIZE: usize = 200;

/// Pictures that bear their number in the first pixel; people's colours are where their faces are.
fn frames(count: usize, colour: impl Fn(usize, usize, usize) -> u8) -> impl Iterator<Item = Frame> {
    (0..count).map(move |number| {
        let mut pixels: Vec<u8> = (0..SIZE * SIZE)
            .flat_map(|k| [colour(number, k % SIZE, k / SIZE); 3])
            .collect();
        pixels[..3].copy_from_slice(&[(number / 256) as u8, (number % 256) as u8, 0]);
        Frame {
            image: RgbImage::new(SIZE, SIZE, pixels).unwrap(),
            time: number as f64 / RATE,
        }
    })
}

fn plain(count: usize) -> impl Iterator<Item = Frame> {
    frames(count, |_, _, _| 100)
}

fn face(x: f32, y: f32, score: f32) -> Face {
    let bbox = Rect {
        left: x,
        top: y,
        width: 40.0,
        height: 40.0,
    };
    Face {
        bbox,
        score,
        landmarks: None,
    }
}

fn follow(frames: impl Iterator<Item = Frame>, script: impl Fn(usize) -> Vec<Face>) -> Vec<Step> {
    let steps = Faces::new(frames, Script(script), FollowOptions::default());
    steps.collect::<Result<_>>().unwrap()
}

fn tracks(steps: &[Step]) -> BTreeMap<u32, Vec<usize>> {
    let mut out: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (number, step) in steps.iter().enumerate() {
        for face in &step.faces {
            out.entry(face.track).or_default().push(number);
        }
    }
    out
}

#[test]
fn a_face_is_there_on_every_frame_and_every_frame_comes_out_once() {
    for count in [0, 1, 2, 11, 12, 48] {
        let steps = follow(plain(count), |_| vec![face(50.0, 50.0, 0.9)]);
        let times: Vec<usize> = steps
            .iter()
            .map(|s| (s.frame.time * RATE).round() as usize)
            .collect();
        assert_eq!(times, (0..count).collect::<Vec<_>>());
        if count >= 12 {
            assert_eq!(tracks(&steps), BTreeMap::from([(1, (0..count).collect())]));
            assert_eq!(steps.last().unwrap().ended.len(), 1);
        }
    }
}

#[test]
fn boxes_between_detections_move_with_the_face() {
    let steps = follow(plain(60), |n| vec![face(n as f32 * 2.0, 80.0, 0.9)]);
    for (number, step) in steps.iter().enumerate() {
        let left = step.faces[0].bbox.left;
        assert!(
            (left - number as f32 * 2.0).abs() < 0.1,
            "frame {number}: {left}"
        );
    }
}

#[test]
fn any_rate_and_any_interval_will_do() {
    for (rate, interval) in [
        (0.5, 0.16),
        (5.0, 0.16),
        (120.0, 0.16),
        (30.0, 0.0),
        (30.0, 0.5),
    ] {
        let options = FollowOptions {
            interval,
            ..FollowOptions::default()
        };
        let frames = plain(80).map(|frame| Frame {
            time: frame.time * RATE / rate,
            ..frame
        });
        let steps = Faces::new(frames, Script(|_| vec![face(50.0, 50.0, 0.9)]), options);
        let steps: Vec<Step> = steps.collect::<Result<_>>().unwrap();
        assert_eq!(
            tracks(&steps),
            BTreeMap::from([(1, (0..80).collect())]),
            "{rate} {interval}"
        );
    }
}

#[test]
fn of_few_pictures_each_is_looked_at_and_one_is_enough() {
    for count in [1, 2, 3, 5, 15, 16, 17, 40] {
        let options = FollowOptions::of_frames(count);
        let script = |_| vec![face(50.0, 50.0, 0.9)];
        let mut steps = Faces::new(plain(count), Script(script), options);
        let seen: Vec<Step> = steps.by_ref().collect::<Result<_>>().unwrap();
        assert_eq!(tracks(&seen), BTreeMap::from([(1, (0..count).collect())]));
        let each = steps.stages().detections == count;
        assert_eq!(each, count <= 16, "{count}");
        // One picture has no time between two detections, and its box is a box all the same.
        let found = face(50.0, 50.0, 0.9).bbox;
        assert!(
            seen.iter().all(|step| step.faces[0].bbox == found),
            "{count}"
        );
    }
}

#[test]
fn times_that_stand_still_or_are_none_fill_no_memory() {
    for time in [1.0, f64::NAN] {
        let (mut taken, mut given) = (0, 0);
        let counted = plain(2000)
            .inspect(|_| taken += 1)
            .map(|frame| Frame { time, ..frame });
        let mut steps = Faces::new(
            counted,
            Script(|_| vec![face(50.0, 50.0, 0.9)]),
            FollowOptions::default(),
        );
        for _ in 0..1000 {
            steps.next().unwrap().unwrap();
            given += 1;
        }
        drop(steps);
        assert!(taken - given < 400, "{taken} pictures for {given}");
    }
}

#[test]
fn trembling_boxes_are_steadied() {
    let tremble = |n: usize| if (n / 5).is_multiple_of(2) { 3.0 } else { -3.0 };
    let steps = follow(plain(100), |n| vec![face(80.0 + tremble(n), 80.0, 0.9)]);
    for step in &steps[20..80] {
        let left = step.faces[0].bbox.left;
        assert!((left - 80.0).abs() < 1.5, "{left}");
    }
}

#[test]
fn what_is_found_once_is_nothing() {
    let steps = follow(plain(60), |n| {
        if n == 20 || n == 40 {
            vec![face(50.0, 50.0, 0.9)]
        } else {
            vec![]
        }
    });
    assert!(tracks(&steps).is_empty());
}

#[test]
fn faces_too_small_or_unsure_are_left_out() {
    let small = |x: f32| Face {
        bbox: Rect {
            left: x,
            top: 0.0,
            width: 8.0,
            height: 8.0,
        },
        ..face(0.0, 0.0, 0.9)
    };
    let steps = follow(plain(60), |_| vec![small(20.0), face(100.0, 100.0, 0.4)]);
    assert!(tracks(&steps).is_empty());
}

#[test]
fn an_unsure_face_goes_on_where_one_was() {
    let steps = follow(plain(90), |n| {
        vec![face(50.0, 50.0, if n < 30 { 0.9 } else { 0.3 })]
    });
    assert_eq!(tracks(&steps), BTreeMap::from([(1, (0..90).collect())]));
}

#[test]
fn a_short_gap_is_filled() {
    let steps = follow(plain(90), |n| {
        if n == 40 || n == 45 {
            vec![]
        } else {
            vec![face(50.0, 50.0, 0.9)]
        }
    });
    assert_eq!(tracks(&steps), BTreeMap::from([(1, (0..90).collect())]));
}

#[test]
fn a_face_hidden_for_seconds_is_the_same_after_it() {
    let steps = follow(plain(300), |n| {
        if (60..180).contains(&n) {
            vec![]
        } else {
            vec![face(if n < 60 { 50.0 } else { 70.0 }, 50.0, 0.9)]
        }
    });
    let tracks = tracks(&steps);
    assert_eq!(tracks.len(), 1, "{tracks:?}");
    assert!(!tracks[&1].contains(&120), "nobody is seen meanwhile");
    assert!(tracks[&1].contains(&10) && tracks[&1].contains(&200));
}

#[test]
fn another_person_in_the_same_place_is_another() {
    // The one is dark, who comes three seconds later is light.
    let colour = |n: usize, _: usize, _: usize| if n < 100 { 40 } else { 220 };
    let steps = follow(frames(300, colour), |n| {
        if (60..150).contains(&n) {
            vec![]
        } else {
            vec![face(50.0, 50.0, 0.9)]
        }
    });
    assert_eq!(tracks(&steps).len(), 2);
}

/// Two people in turn in the middle of the picture, each before a wall of their own, as in a film; the first from 0 and 100 on.
fn in_turn(n: usize, x: usize, y: usize) -> u8 {
    let is_face = (50..90).contains(&x) && (50..90).contains(&y);
    match ((50..100).contains(&n), is_face) {
        (false, false) => 30,
        (false, true) => 180,
        (true, false) => 220,
        (true, true) => 90,
    }
}

#[test]
fn where_a_film_is_cut_another_face_in_the_same_place_is_another_and_who_comes_back_is_known() {
    let steps = follow(frames(150, in_turn), |_| vec![face(50.0, 50.0, 0.9)]);
    let of = |frames: std::ops::Range<usize>| frames.collect::<Vec<_>>();
    let first = [of(0..50), of(100..150)].concat();
    assert_eq!(
        tracks(&steps),
        BTreeMap::from([(1, first), (2, of(50..100))])
    );
}

#[test]
fn boxes_of_one_shot_know_nothing_of_the_next() {
    // The same person, nearer: the box jumps, and no frame has one in between.
    let place = |n: usize| if n < 52 { 50.0 } else { 80.0 };
    let colour = |n: usize, x: usize, _: usize| match (n < 52, x.is_multiple_of(40)) {
        (true, false) => 100,
        (false, false) => 130,
        (_, true) => 200,
    };
    let steps = follow(frames(120, colour), |n| vec![face(place(n), 50.0, 0.9)]);
    for (number, step) in steps.iter().enumerate() {
        let left = step.faces[0].bbox.left;
        assert!((left - place(number)).abs() < 0.01, "{number}: {left}");
    }
}

#[test]
fn several_faces_keep_their_numbers() {
    let steps = follow(plain(120), |n| {
        let mut found = vec![
            face(20.0 + n as f32 * 0.5, 20.0, 0.9),
            face(120.0 - n as f32 * 0.5, 130.0, 0.9),
            face(150.0, 60.0, 0.9),
        ];
        // Detectors give them in any order.
        found.rotate_left(n / 5 % 3);
        found
    });
    let tracks = tracks(&steps);
    assert_eq!(tracks.len(), 3);
    assert!(
        tracks.values().all(|frames| frames.len() == 120),
        "{tracks:?}"
    );
    let tops: BTreeSet<i32> = steps
        .iter()
        .flat_map(|s| &s.faces)
        .map(|f| f.track as i32 * 1000 + f.bbox.top.round() as i32)
        .collect();
    assert_eq!(tops.len(), 3, "each stays in its row: {tops:?}");
}

#[test]
fn a_track_that_is_over_is_told() {
    let steps = follow(plain(450), |n| {
        if n < 60 {
            vec![face(50.0, 50.0, 0.9)]
        } else {
            vec![]
        }
    });
    let ended: Vec<_> = steps
        .iter()
        .flat_map(|s| s.ended.iter().map(|e| (s.frame.time, *e)))
        .collect();
    assert_eq!(ended.len(), 1);
    let (told, end) = ended[0];
    assert_eq!((end.track, end.start), (1, 0.0));
    assert!((1.8..2.0).contains(&end.end) && told < 13.0, "{ended:?}");
}

#[test]
fn a_detector_that_fails_is_an_error_and_not_the_end() {
    struct Fails(usize);
    impl Detector for Fails {
        fn name(&self) -> &'static str {
            "fails"
        }
        fn detect(&mut self, _: &RgbImage) -> Result<Vec<Face>> {
            self.0 += 1;
            if self.0 == 2 {
                let what = "failed on a frame: no more paper".into();
                return Err(m3dfel_video::Error::Detector { what });
            }
            Ok(vec![face(50.0, 50.0, 0.9)])
        }
    }
    let results: Vec<Result<Step>> =
        Faces::new(plain(60), Fails(0), FollowOptions::default()).collect();
    assert_eq!(results.iter().filter(|r| r.is_err()).count(), 1);
    assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 60);
}

#[test]
fn rendered_people_are_found_in_a_coded_video_and_keep_their_numbers() {
    // Two people side by side before a grey wall.
    let clips = [(3, 5), (8, 1)].map(|(identity, number)| {
        render_clip(&ClipSpec {
            seed: 0,
            number,
            identity,
            expression: Expression::Happy,
            difficulty: Difficulty::Easy,
            size: 144,
        })
        .unwrap()
    });
    let (width, height) = (400, 176);
    let count = clips.iter().map(|c| c.frames.len()).min().unwrap();
    let frames = (0..count).map(|k| {
        let mut picture = vec![128; width * height * 3];
        for (clip, left) in clips.iter().zip([24, 232]) {
            for (y, row) in clip.frames[k].as_ref().chunks_exact(144 * 3).enumerate() {
                let at = ((y + 16) * width + left) * 3;
                picture[at..at + row.len()].copy_from_slice(row);
            }
        }
        picture
    });
    let dir = tempfile::tempdir().unwrap();
    let path = write(
        dir.path(),
        "two.mp4",
        &Movie::encode(width, height, frames).file(),
    );
    let video = Video::open(&path).unwrap();
    let steps: Vec<Step> = Faces::new(video, Seeta::new().unwrap(), FollowOptions::default())
        .collect::<Result<_>>()
        .unwrap();
    let tracks = tracks(&steps);
    assert_eq!(tracks.len(), 2, "{tracks:?}");
    for frames in tracks.values() {
        assert!(
            frames.len() * 20 >= count * 19,
            "{} of {count}",
            frames.len()
        );
    }
    for step in &steps {
        let centres: Vec<f32> = step.faces.iter().map(|f| f.bbox.centre().x).collect();
        assert!(
            centres.iter().any(|x| (40.0..150.0).contains(x)),
            "{centres:?}"
        );
    }
}
