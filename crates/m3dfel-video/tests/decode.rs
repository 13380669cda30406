//! H.264 in MP4, by OpenH264: pictures, times, and what is made of damaged files.

mod common;

use common::{FRAME, Movie, TICKS, fixture, pattern, pattern_movie, psnr, write};
use m3dfel_data::image::RgbImage;
use m3dfel_video::{Decoder, Error, Frame, Problem, Video};
use proptest::prelude::*;
use std::path::Path;
use std::sync::LazyLock;

const SIZE: (usize, usize) = (96, 64);

static MOVIE: LazyLock<Movie> = LazyLock::new(|| pattern_movie(SIZE.0, SIZE.1, 20));

/// Decodes a file's bytes without ffmpeg; says what came and what was wrong.
fn decode(bytes: &[u8]) -> Result<(Vec<Frame>, Vec<Problem>), Error> {
    let dir = tempfile::tempdir().unwrap();
    let path = write(dir.path(), "a.mp4", bytes);
    let mut video = Video::open_with(&path, Decoder::OpenH264)?;
    let frames = video.by_ref().collect();
    Ok((frames, video.problems()))
}

fn assert_is_pattern(frame: &Frame, number: usize) {
    let quality = psnr(frame.image.pixels(), &pattern(SIZE.0, SIZE.1, number));
    assert!(quality > 30.0, "frame {number}: {quality:.1} dB");
}

fn times(frames: &[Frame]) -> Vec<f64> {
    frames
        .iter()
        .map(|f| (f.time * 1e6).round() / 1e6)
        .collect()
}

#[test]
fn pictures_come_back_at_their_times() {
    let mut movie = MOVIE.clone();
    movie.durations = (0..20).map(|k| FRAME + 500 * k).collect(); // a rate that varies
    let (frames, problems) = decode(&movie.file()).unwrap();
    assert_eq!((frames.len(), problems.len()), (20, 0));
    let mut ticks = 0;
    for (k, frame) in frames.iter().enumerate() {
        assert_is_pattern(frame, k);
        assert!(
            (frame.time - f64::from(ticks) / f64::from(TICKS)).abs() < 1e-9,
            "frame {k}"
        );
        ticks += movie.durations[k];
    }
}

#[test]
fn high_profile_with_b_frames_is_ffmpegs_pictures_in_order() {
    let expected = RgbImage::open(&fixture("bframes.png")).unwrap();
    let mut video = Video::open_with(&fixture("bframes.mp4"), Decoder::OpenH264).unwrap();
    assert_eq!(video.info().frames, Some(20));
    assert_eq!((video.info().width, video.info().height), (48, 32));
    for (k, expected) in expected.pixels().chunks_exact(48 * 32 * 3).enumerate() {
        let frame = video.next().unwrap();
        assert!(
            (frame.time - k as f64 * 0.04).abs() < 1e-6,
            "frame {k} at {}",
            frame.time
        );
        let quality = psnr(frame.image.pixels(), expected);
        assert!(quality > 40.0, "frame {k}: {quality:.1} dB");
    }
    assert!(video.next().is_none());
    assert_eq!(video.problems(), []);
}

#[test]
fn many_groups_lose_no_picture() {
    // OpenH264's own reordering runs out of buffers after the first.
    let movie = pattern_movie(32, 32, 3);
    let mut long = movie.clone();
    for _ in 0..40 {
        long.samples.extend(movie.samples.clone());
        long.durations.extend(movie.durations.clone());
    }
    let (frames, problems) = decode(&long.file()).unwrap();
    assert_eq!((frames.len(), problems), (123, vec![]));
}

#[test]
fn pixels_that_are_not_square_are_made_so() {
    let dir = tempfile::tempdir().unwrap();
    let mut movie = pattern_movie(96, 64, 3);
    let frames = |movie: &Movie, name: &str| {
        let video = Video::open(&write(dir.path(), name, &movie.file())).unwrap();
        let info = (video.info().width, video.info().height);
        let frames: Vec<Frame> = video.collect();
        assert_eq!(info, (frames[0].image.width(), frames[0].image.height()));
        frames
    };
    let coded = frames(&movie, "coded.mp4");
    movie.pixel = Some([2, 1]);
    let wide = frames(&movie, "wide.mp4");
    assert_eq!((wide.len(), wide[0].image.width()), (coded.len(), 192));
    for (coded, wide) in coded.iter().zip(&wide) {
        // Two columns together are one of those coded.
        let pairs = wide.image.pixels().chunks_exact(6);
        let halved: Vec<u8> = pairs
            .flat_map(|p| [0, 1, 2].map(|c| ((u16::from(p[c]) + u16::from(p[c + 3])) / 2) as u8))
            .collect();
        let quality = psnr(coded.image.pixels(), &halved);
        assert!(quality > 30.0, "{quality:.1} dB");
    }
    movie.turn = [0, 1 << 16, -(1 << 16), 0];
    let turned = frames(&movie, "turned.mp4");
    assert_eq!(
        (turned[0].image.width(), turned[0].image.height()),
        (32, 96)
    );
}

#[test]
fn a_picture_lying_on_its_side_is_turned() {
    let mut movie = MOVIE.clone();
    movie.turn = [0, 1 << 16, -(1 << 16), 0];
    let (frames, _) = decode(&movie.file()).unwrap();
    let (width, height) = SIZE;
    let upright = pattern(width, height, 0);
    // A quarter turn clockwise: the new rows are the old columns, from below.
    let turned: Vec<u8> = (0..width)
        .flat_map(|x| (0..height).rev().map(move |y| (y * width + x) * 3))
        .flat_map(|at| upright[at..at + 3].to_vec())
        .collect();
    assert_eq!(
        (frames[0].image.width(), frames[0].image.height()),
        (height, width)
    );
    assert!(psnr(frames[0].image.pixels(), &turned) > 30.0);
}

#[test]
fn an_edit_list_moves_and_cuts() {
    let mut movie = MOVIE.clone();
    // Half a second of nothing, then a third of a second from the fifth frame on.
    movie.edits = vec![(500, -1), (333, 5 * FRAME as i32)];
    let (frames, _) = decode(&movie.file()).unwrap();
    assert_eq!(frames.len(), 10);
    assert_eq!(times(&frames)[..2], [0.5, 0.533333]);
    assert_is_pattern(&frames[0], 5);
}

#[test]
fn fragments_are_read_and_those_still_to_come_are_not_missed() {
    let file = MOVIE.fragmented(6);
    let (frames, problems) = decode(&file).unwrap();
    assert_eq!((frames.len(), problems), (20, vec![]));
    frames
        .iter()
        .enumerate()
        .for_each(|(k, frame)| assert_is_pattern(frame, k));
    assert_eq!(times(&frames)[19], 0.633333);
    // Its recorder was killed while it wrote the third fragment.
    let last: usize = MOVIE.samples[18..].iter().map(Vec::len).sum();
    let third: usize = MOVIE.samples[12..18].iter().map(Vec::len).sum();
    let cut = file.len() - last - third;
    let (frames, problems) = decode(&file[..cut]).unwrap();
    assert!((12..=18).contains(&frames.len()), "{}", frames.len());
    frames
        .iter()
        .enumerate()
        .for_each(|(k, frame)| assert_is_pattern(frame, k));
    assert!(
        problems.iter().all(|p| matches!(p, Problem::CutOff { .. })),
        "{problems:?}"
    );
}

#[test]
fn a_file_cut_off_gives_what_is_there_and_says_what_is_not() {
    let file = MOVIE.file();
    let end: usize = MOVIE.samples[12..].iter().map(Vec::len).sum();
    let (frames, problems) = decode(&file[..file.len() - end - 1]).unwrap();
    assert_eq!(frames.len(), 11);
    assert_eq!(problems, [Problem::CutOff { missing: Some(9) }]);
    assert_eq!(
        problems[0].to_string(),
        "the file is cut off: its last 9 frames are missing"
    );
}

#[test]
fn a_damaged_picture_is_told_and_the_rest_is_decoded() {
    let mut movie = MOVIE.clone();
    // A length that reaches beyond the frame.
    movie.samples[19][..4].copy_from_slice(&[0x7F, 0, 0, 0]);
    let (frames, problems) = decode(&movie.file()).unwrap();
    assert_eq!(frames.len(), 19);
    assert!(
        matches!(
            &problems[..],
            [Problem::Damaged {
                pictures: Some(1),
                ..
            }]
        ),
        "{problems:?}"
    );
}

#[test]
fn after_damage_in_one_group_the_next_is_decoded() {
    let group = pattern_movie(SIZE.0, SIZE.1, 5);
    let mut movie = group.clone();
    for _ in 0..2 {
        movie.samples.extend(group.samples.clone());
        movie.durations.extend(group.durations.clone());
    }
    // The first group's first frame has no length that makes sense, the second's third no data.
    movie.samples[0][..4].copy_from_slice(&[0x7F, 0, 0, 0]);
    movie.samples[7][5..].fill(0xFF);
    let (frames, problems) = decode(&movie.file()).unwrap();
    assert!(frames.len() >= 7, "{}", frames.len());
    let [
        Problem::Damaged {
            pictures: Some(lost),
            ..
        },
    ] = problems[..]
    else {
        panic!("{problems:?}");
    };
    assert_eq!(lost + frames.len(), 15);
    // Whatever came, the whole groups' pictures are right and at their times.
    for frame in frames
        .iter()
        .filter(|frame| frame.time > 10.0 / 30.0 - 1e-6)
    {
        let number = (frame.time * 30.0).round() as usize - 10;
        assert_is_pattern(frame, number);
    }
}

#[test]
fn the_least_picture_is_decoded() {
    let (frames, _) = decode(&pattern_movie(16, 16, 2).file()).unwrap();
    assert_eq!((frames.len(), frames[0].image.width()), (2, 16));
}

#[test]
fn bad_files_are_told_by_what_is_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let open =
        |name: &str, bytes: &[u8]| Video::open(&write(dir.path(), name, bytes)).err().unwrap();
    assert!(matches!(open("empty.mp4", b""), Error::Empty { .. }));
    assert!(matches!(
        Video::open(dir.path()).err().unwrap(),
        Error::Directory { .. }
    ));
    assert!(matches!(
        Video::open(Path::new("none.mp4")).err().unwrap(),
        Error::Io { .. }
    ));

    let mut sound = MOVIE.clone();
    sound.handler = *b"soun";
    assert!(matches!(
        open("sound.mp4", &sound.file()),
        Error::NoVideoStream { .. }
    ));

    let mut none = MOVIE.clone();
    none.samples.clear();
    none.durations.clear();
    assert!(matches!(
        open("none.mp4", &none.file()),
        Error::NoFrames { what: None, .. }
    ));

    // While it is written the tables are not there yet.
    let file = MOVIE.file();
    let moov = file.windows(4).position(|w| w == b"moov").unwrap() - 4;
    let mdat = file.windows(4).position(|w| w == b"mdat").unwrap() - 4;
    let growing = [&file[..moov], &file[mdat..file.len() - 100]].concat();
    let error = open("growing.mp4", &growing);
    assert!(error.to_string().contains("still being written"), "{error}");

    assert!(matches!(
        open("cut.mp4", &file[..mdat + 12]),
        Error::NoFrames { what: Some(_), .. }
    ));
}

#[test]
fn a_file_cut_off_anywhere_does_no_harm() {
    let movie = pattern_movie(32, 32, 4);
    for file in [movie.file(), movie.fragmented(2)] {
        for length in (0..file.len()).step_by(23) {
            if let Ok((frames, _)) = decode(&file[..length]) {
                assert!(frames.len() <= 4);
            }
        }
    }
}

static SMALL: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    let movie = pattern_movie(32, 32, 4);
    [movie.file(), movie.fragmented(2)]
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    /// Tables that lie; the coded pictures are left as they are.
    #[test]
    fn damaged_tables_never_panic(which in 0usize..2, changes in prop::collection::vec((0usize..700, any::<u8>()), 1..6)) {
        let mut file = SMALL[which].clone();
        let tables = file.windows(4).position(|w| w == b"mdat").unwrap();
        for (at, value) in changes {
            file[at % tables] = value;
        }
        let _ = decode(&file);
    }
}

#[test]
fn decoding_ahead_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let file = MOVIE.file();
    let path = write(dir.path(), "a.mp4", &file[..file.len() - 1]);
    let mut here = Video::open(&path).unwrap();
    let mut ahead = Video::open(&path).unwrap().ahead().unwrap();
    assert_eq!(ahead.info(), here.info());
    assert_eq!(
        ahead.by_ref().collect::<Vec<_>>(),
        here.by_ref().collect::<Vec<_>>()
    );
    assert_eq!(ahead.problems(), here.problems());
    assert_eq!(ahead.problems().len(), 1);
    assert!(ahead.next().is_none());
    // Dropped in the middle it does not hang.
    drop(
        Video::open(&path)
            .unwrap()
            .ahead()
            .unwrap()
            .take(2)
            .collect::<Vec<_>>(),
    );
}
