//! Videos that ffmpeg decodes. Where there is no ffmpeg these tests say so and pass.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{FRAME, fixture, has_ffmpeg, pattern_movie, psnr, run_with_path, test_video, write};
use m3dfel_video::{Decoder, Error, Frame, Problem, Video};

/// Makes a file by ffmpeg's own test pictures.
fn make(dir: &Path, name: &str, options: &[&str]) -> PathBuf {
    let path = dir.join(name);
    let status = Command::new("ffmpeg")
        .args([
            "-v",
            "error",
            "-nostdin",
            "-f",
            "lavfi",
            "-i",
            "testsrc=size=97x51:rate=25:duration=1",
        ])
        .args(options)
        .arg(&path)
        .status()
        .unwrap();
    assert!(status.success());
    path
}

fn decode(path: &Path, decoder: Decoder) -> (Vec<Frame>, Vec<Problem>) {
    let mut video = Video::open_with(path, decoder).unwrap();
    let frames = video.by_ref().collect();
    (frames, video.problems())
}

#[test]
fn both_decoders_give_the_same_frames() {
    if !has_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let movie = pattern_movie(96, 64, 20);
    let mut varying = movie.clone();
    varying.durations = (0..20).map(|k| FRAME + 500 * k).collect();
    let mut lying = movie.clone();
    lying.turn = [0, -(1 << 16), 1 << 16, 0];
    let mut wide = movie.clone();
    wide.pixel = Some([4, 3]);
    let mut narrow_and_lying = lying.clone();
    narrow_and_lying.pixel = Some([8, 9]);
    let mut edited = movie.clone();
    edited.edits = vec![(500, -1), (333, 5 * FRAME as i32)];
    let mut between = movie.clone();
    between.edits = vec![(400, 5 * FRAME as i32 + 1000)];
    let mut files: Vec<PathBuf> = [
        ("plain", movie.file()),
        ("varying", varying.file()),
        ("lying", lying.file()),
        ("wide", wide.file()),
        ("narrow", narrow_and_lying.file()),
    ]
    .into_iter()
    .chain([
        ("edited", edited.file()),
        ("between", between.file()),
        ("fragmented", movie.fragmented(6)),
    ])
    .map(|(name, bytes)| write(dir.path(), &format!("{name}.mp4"), &bytes))
    .collect();
    files.push(fixture("bframes.mp4"));
    for path in files {
        let (ours, problems) = decode(&path, Decoder::OpenH264);
        let (theirs, their_problems) = decode(&path, Decoder::Ffmpeg);
        let name = path.display();
        assert_eq!((problems, their_problems), (vec![], vec![]), "{name}");
        assert_eq!(ours.len(), theirs.len(), "{name}");
        for (k, (a, b)) in ours.iter().zip(&theirs).enumerate() {
            assert!(
                (a.time - b.time).abs() < 1e-6,
                "{name}, frame {k}: {} and {}",
                a.time,
                b.time
            );
            assert_eq!(
                (a.image.width(), a.image.height()),
                (b.image.width(), b.image.height()),
                "{name}"
            );
            let quality = psnr(a.image.pixels(), b.image.pixels());
            // They stretch pictures each in its own way: ours after the colours are made, ffmpeg before.
            let is_stretched =
                name.to_string().contains("wide") || name.to_string().contains("narrow");
            let least = if is_stretched { 28.0 } else { 50.0 };
            assert!(quality > least, "{name}, frame {k}: {quality:.1} dB");
        }
    }
}

#[test]
fn other_formats_odd_sizes_and_no_duration() {
    if !has_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let formats: [(&str, &[&str]); 4] = [
        ("a.webm", &["-c:v", "libvpx", "-b:v", "1M", "-live", "1"]),
        ("a.avi", &["-c:v", "mjpeg", "-q:v", "2"]),
        ("a.mkv", &["-c:v", "ffv1", "-pix_fmt", "yuv444p10le"]),
        ("a.gif", &[]),
    ];
    for (name, options) in formats {
        let path = make(dir.path(), name, options);
        let (frames, problems) = decode(&path, Decoder::Any);
        assert_eq!((frames.len(), problems), (25, vec![]), "{name}");
        for (k, frame) in frames.iter().enumerate() {
            assert_eq!(
                (frame.image.width(), frame.image.height()),
                (97, 51),
                "{name}"
            );
            assert!(
                (frame.time - k as f64 * 0.04).abs() < 2e-3,
                "{name}: {}",
                frame.time
            );
        }
    }
}

#[test]
fn pixels_that_are_not_square_are_made_so() {
    if !has_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for (name, ratio, size) in [
        ("wide.avi", "16/11", (141, 51)),
        ("narrow.mkv", "1/2", (49, 51)),
        ("square.mkv", "1/1", (97, 51)),
        ("wrong.mkv", "99/1", (97, 51)),
    ] {
        let ratio = format!("setsar={ratio}");
        let path = make(dir.path(), name, &["-c:v", "ffv1", "-vf", &ratio]);
        let video = Video::open(&path).unwrap();
        assert_eq!((video.info().width, video.info().height), size, "{name}");
        for frame in video {
            assert_eq!((frame.image.width(), frame.image.height()), size, "{name}");
        }
    }
    // H.264 says it in the stream as well, where a file's table may not.
    let path = make(
        dir.path(),
        "wide.mp4",
        &["-pix_fmt", "yuv420p", "-vf", "scale=96:48,setsar=4/3"],
    );
    for decoder in [Decoder::OpenH264, Decoder::Ffmpeg] {
        let (frames, _) = decode(&path, decoder);
        assert_eq!(
            (frames[0].image.width(), frames[0].image.height()),
            (128, 48)
        );
    }
}

#[test]
fn a_name_that_looks_like_an_option_or_an_address_is_a_name() {
    if !has_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for name in ["-y.avi", "http:a b'%d.avi"] {
        let made = make(dir.path(), "made.avi", &["-c:v", "mjpeg", "-y"]);
        let path = dir.path().join(name);
        std::fs::rename(made, &path).unwrap();
        assert_eq!(decode(&path, Decoder::Any).0.len(), 25, "{name}");
    }
}

#[test]
fn a_file_cut_off_is_used_and_told() {
    if !has_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let movie = pattern_movie(96, 64, 20).file();
    let path = write(dir.path(), "cut.mp4", &movie[..movie.len() - 600]);
    let (frames, problems) = decode(&path, Decoder::Ffmpeg);
    assert!((1..20).contains(&frames.len()), "{}", frames.len());
    assert!(!problems.is_empty());
}

#[test]
fn where_openh264_gives_up_ffmpeg_goes_on() {
    if !has_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let mut movie = pattern_movie(96, 64, 80);
    // Lengths that reach beyond their frames: refused by us, read past by ffmpeg.
    for sample in &mut movie.samples[40..75] {
        sample.splice(..0, [0, 0, 0, 0x7F]);
    }
    let path = write(dir.path(), "hard.mp4", &movie.file());
    let (alone, alone_problems) = decode(&path, Decoder::OpenH264);
    let (theirs, _) = decode(&path, Decoder::Ffmpeg);
    let (both, problems) = decode(&path, Decoder::Any);
    assert!(
        theirs.len() > alone.len(),
        "{} {}",
        theirs.len(),
        alone.len()
    );
    let times = |frames: &[Frame]| frames.iter().map(|f| f.time).collect::<Vec<_>>();
    assert!(
        times(&both).is_sorted_by(|a, b| a < b),
        "{:?}",
        times(&both)
    );
    assert_eq!(both[..40], alone[..40]);
    let late = |frames: &[Frame]| frames.iter().filter(|f| f.time > 40.5 / 30.0).count();
    assert_eq!(
        late(&both),
        late(&theirs),
        "{problems:?} {alone_problems:?}"
    );
}

#[test]
fn what_is_no_video_is_told() {
    if !has_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let text = write(
        dir.path(),
        "text.mp4",
        b"This is a letter, whatever its name.\n"
            .repeat(50)
            .as_slice(),
    );
    let error = Video::open(&text).err().unwrap();
    assert!(matches!(error, Error::NotVideo { .. }), "{error}");
    let sound = dir.path().join("sound.wav");
    let status = Command::new("ffmpeg")
        .args([
            "-v",
            "error",
            "-nostdin",
            "-f",
            "lavfi",
            "-i",
            "sine=duration=0.1",
        ])
        .arg(&sound)
        .status();
    assert!(status.unwrap().success());
    let error = Video::open(&sound).err().unwrap();
    assert!(matches!(error, Error::NoVideoStream { .. }), "{error}");
    // A playlist must not make ffmpeg read other files, let alone addresses.
    let other = make(dir.path(), "other.avi", &["-c:v", "mjpeg"]);
    let list = format!("ffconcat version 1.0\nfile '{}'\n", other.display());
    let error = Video::open(&write(dir.path(), "list.mp4", list.as_bytes())).err();
    assert!(error.is_some(), "a list of files was followed");
}

#[test]
#[cfg(unix)]
fn without_ffmpeg_it_is_named_and_mp4_needs_none() {
    let dir = tempfile::tempdir().unwrap();
    let video = write(dir.path(), "a.webm", b"\x1a\x45\xdf\xa3 and so on");
    run_with_path("child_without_ffmpeg", dir.path(), &video);
}

#[test]
#[ignore = "run by another test, in a process without ffmpeg"]
#[cfg(unix)]
fn child_without_ffmpeg() {
    let error = Video::open(&test_video()).err().unwrap();
    assert!(matches!(error, Error::FfmpegMissing { .. }), "{error}");
    let text = error.to_string();
    assert!(
        text.contains("a.webm needs ffmpeg") && text.contains("install it"),
        "{text}"
    );
    assert_eq!(Video::open(&fixture("bframes.mp4")).unwrap().count(), 20);
}

/// A program called ffmpeg that writes as it does, and is killed in the middle of the third frame.
#[cfg(unix)]
const KILLED: &str = r#"#!/bin/sh
if [ "$1" = -version ]; then echo "ffmpeg version 5.1"; exit; fi
echo "[Parsed_showinfo_2 @ 0x1] [info] config in time_base: 1/25, frame_rate: 25/1" >&2
for n in 0 1 2; do
    echo "[Parsed_showinfo_2 @ 0x1] [info] n: $n pts: $n pts_time:0 pos: 0 fmt:yuv420p sar:1/1 s:4x2 i:P iskey:1 type:I" >&2
    echo "[Parsed_showinfo_2 @ 0x1] [info] color_range:tv color_space:unknown" >&2
done
printf 'aaaaaaaabbcc'; printf 'aaaaaaaabbcc'; printf 'aaaaa'
kill -9 $$
"#;

#[test]
#[cfg(unix)]
fn an_ffmpeg_that_is_killed_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let program = write(dir.path(), "ffmpeg", KILLED.as_bytes());
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let video = write(dir.path(), "a.webm", b"\x1a\x45\xdf\xa3 and so on");
    run_with_path("child_with_killed_ffmpeg", dir.path(), &video);
}

#[test]
#[ignore = "run by another test, in a process with an ffmpeg of its own"]
#[cfg(unix)]
fn child_with_killed_ffmpeg() {
    let (frames, problems) = decode(&test_video(), Decoder::Any);
    assert_eq!(
        frames.iter().map(|f| f.time).collect::<Vec<_>>(),
        [0.0, 0.04]
    );
    let [Problem::FfmpegStopped { status }] = &problems[..] else {
        panic!("{problems:?}");
    };
    assert!(status.contains('9'), "{status}");
}
