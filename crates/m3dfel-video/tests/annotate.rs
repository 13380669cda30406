//! Annotated videos, through the real ffmpeg. Where there is none these tests say so and pass.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{fixture, has_ffmpeg, pattern, run_with_path, test_video, write};
use m3dfel_data::image::RgbImage;
use m3dfel_video::annotate::{Annotator, Notes};
use m3dfel_video::{Error, Frame, Info, Rect, Video};

const SIZE: (usize, usize) = (97, 75);

fn info((width, height): (usize, usize)) -> Info {
    Info {
        width,
        height,
        duration: None,
        frames: None,
        decoder: "test",
    }
}

fn frame(time: f64, (width, height): (usize, usize)) -> Frame {
    let image = RgbImage::new(width, height, pattern(width, height, 3)).unwrap();
    Frame { image, time }
}

/// A face in every frame, and a window over all.
fn notes(times: &[f64]) -> Notes {
    let mut notes = Notes::new(["happy", "sad", "悲しい"]);
    let face = Rect {
        left: 30.0,
        top: 30.0,
        width: 30.0,
        height: 36.0,
    };
    for &time in times {
        notes.frame(time, [(1, face)]);
    }
    notes.window(1, 0.0, 9.0, &[0.7, 0.2, 0.1]).unwrap();
    notes
}

/// Annotates frames that are in memory; the source is only named.
fn annotate(path: &Path, source: &Path, times: &[f64]) -> Result<(), Error> {
    let mut annotator = Annotator::create(path, source, &info(SIZE), notes(times))?;
    for &time in times {
        annotator.write(&frame(time, SIZE))?;
    }
    annotator.finish()
}

/// The files of a folder.
fn files(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).unwrap();
    let mut names: Vec<String> = entries
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn every_frame_is_shown_at_its_own_time_with_what_is_drawn() {
    if !has_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("frames");
    std::fs::create_dir(&folder).unwrap();
    let times = [0.0, 1.0 / 30.0, 0.1, 0.5, 0.5, 0.502, 1.75];
    for name in ["a.mp4", "a.mov", "a.mkv", "a.webm"] {
        let path = dir.path().join(name);
        annotate(&path, &folder, &times).unwrap();
        let frames: Vec<Frame> = Video::open(&path).unwrap().collect();
        let shown: Vec<f64> = frames.iter().map(|f| f.time).collect();
        let expected = [0.0, 1.0 / 30.0, 0.1, 0.5, 0.502, 1.75];
        assert_eq!(shown.len(), expected.len(), "{name}: {shown:?}");
        for (shown, expected) in shown.iter().zip(expected) {
            assert!(
                (shown - expected).abs() < 1.1e-3,
                "{name}: {shown} {expected}"
            );
        }
        let image = &frames[3].image;
        let (width, height) = (image.width(), image.height());
        assert_eq!((width, height % 2), (98, 0), "{name}");
        assert!(height > SIZE.1 + 60, "{name}: {height}");
        let pixel = |x: usize, y: usize| -> [i32; 3] {
            [0, 1, 2].map(|c| i32::from(image.pixels()[(y * width + x) * 3 + c]))
        };
        let near = |a: [i32; 3], b: [i32; 3]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 30);
        let original = frame(0.0, SIZE);
        let at = (70 * SIZE.0 + 10) * 3;
        let untouched = [0, 1, 2].map(|c| i32::from(original.image.pixels()[at + c]));
        assert!(
            near(pixel(10, 70), untouched),
            "{name}: {:?} {untouched:?}",
            pixel(10, 70)
        );
        assert!(
            near(pixel(4, height - 3), [22, 24, 29]),
            "{name}: {:?}",
            pixel(4, height - 3)
        );
        // The tag in the face's colour.
        let tag = pixel(31, 18);
        assert!(tag[1] > 150 && tag[1] > tag[0] + 60, "{name}: {tag:?}");
    }
    assert_eq!(files(dir.path()).len(), 5); // nothing is left beside them
}

#[test]
fn a_name_that_the_font_lacks_is_told() {
    if !has_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.mp4");
    let annotator = Annotator::create(&path, dir.path(), &info(SIZE), notes(&[0.0])).unwrap();
    let replaced: Vec<_> = annotator.replaced().collect();
    assert_eq!(replaced, [("悲しい", "class 2")]);
    drop(annotator);
    assert!(files(dir.path()).is_empty(), "{:?}", files(dir.path()));
}

#[test]
fn frames_of_any_size_are_drawn_on() {
    if !has_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for (k, size) in [(2, 2), (16, 16), (5000, 8)].into_iter().enumerate() {
        let path = dir.path().join(format!("{k}.mp4"));
        let mut annotator =
            Annotator::create(&path, dir.path(), &info(size), notes(&[0.0, 0.1, 0.2])).unwrap();
        annotator.write(&frame(0.0, size)).unwrap();
        annotator.write(&frame(0.1, (33, 21))).unwrap();
        annotator.write(&frame(0.2, size)).unwrap();
        annotator.finish().unwrap();
        let video = Video::open(&path).unwrap();
        assert!(video.info().width <= 3840, "{size:?}");
        assert_eq!(video.count(), 3, "{size:?}");
    }
    let none = Annotator::create(
        &dir.path().join("n.mp4"),
        dir.path(),
        &info((0, 0)),
        notes(&[]),
    );
    assert!(matches!(none.err(), Some(Error::NoFrames { .. })));
}

/// A second of silence, then a tone, beside a video that begins a half second after the sound.
fn with_sound(dir: &Path, name: &str, codec: &str) -> PathBuf {
    let path = dir.join(name);
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-f", "lavfi", "-i"])
        .arg("aevalsrc='if(gt(t,1),sin(2000*t),0)':d=2:s=16000")
        .args(["-itsoffset", "0.5", "-f", "lavfi", "-i"])
        .arg("testsrc=size=96x64:rate=20:duration=1.5")
        .args(["-map", "0:a", "-map", "1:v", "-c:v", "mpeg4", "-c:a", codec])
        .arg(&path)
        .status();
    assert!(status.unwrap().success());
    path
}

/// When a file's tone begins, in seconds from its first frame; and how its sound is coded.
fn onset(path: &Path) -> (f64, String) {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-copyts", "-i"])
        .arg(path)
        .args([
            "-af",
            "aresample=async=1:first_pts=0",
            "-f",
            "s16le",
            "-ar",
            "16000",
            "pipe:1",
        ])
        .output()
        .unwrap();
    let samples = output.stdout.chunks_exact(2);
    let loud = |s: &[u8]| i16::from_le_bytes([s[0], s[1]]).unsigned_abs() > 3000;
    let at = samples.into_iter().position(loud).unwrap() as f64 / 16000.0;
    let text = String::from_utf8_lossy(&output.stderr);
    let codec = text.split("Audio: ").nth(1).unwrap();
    let end = codec.find([' ', ',']).unwrap();
    (at, codec[..end].to_owned())
}

#[test]
fn the_sound_stays_with_the_frames() {
    if !has_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    // Before the first frame of MP4 and QuickTime files ffmpeg repeats it, so that the tone is a second after it.
    for (name, codec, to, expected, after) in [
        ("a.mkv", "aac", "a.mp4", "aac", 0.5),
        ("b.mkv", "pcm_s16le", "b.mp4", "aac", 0.5),
        ("c.mp4", "aac", "c.mov", "aac", 1.0),
        ("d.mov", "pcm_s16le", "d.mkv", "pcm_s16le", 1.0),
    ] {
        let source = with_sound(dir.path(), name, codec);
        let path = dir.path().join(to);
        let video = Video::open(&source).unwrap();
        let mut notes = Notes::new(["happy"]);
        let times: Vec<f64> = Video::open(&source).unwrap().map(|f| f.time).collect();
        times.iter().for_each(|&time| notes.frame(time, []));
        let mut annotator = Annotator::create(&path, &source, video.info(), notes).unwrap();
        video.for_each(|frame| annotator.write(&frame).unwrap());
        annotator.finish().unwrap();
        assert_eq!(Video::open(&path).unwrap().count(), times.len(), "{name}");
        let (at, coded) = onset(&path);
        assert!((at - times[0] - after).abs() < 0.03, "{name}: {at}");
        assert_eq!(coded, expected, "{name}");
    }
}

#[test]
fn a_place_that_cannot_be_written_is_told_before_the_work() {
    if !has_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("folder.mp4");
    std::fs::create_dir(&folder).unwrap();
    let told = |path: &Path| Annotator::check(path).unwrap_err().to_string();
    for (name, expected) in [
        ("a.avi", ".mp4, .mov, .mkv or .webm"),
        ("none", ".mp4"),
        ("folder.mp4", "cannot write"),
        ("missing/a.mp4", "cannot write"),
    ] {
        let text = told(&dir.path().join(name));
        assert!(text.contains(expected) && text.contains(name), "{text}");
    }
    Annotator::check(&dir.path().join("a.mp4")).unwrap();
    assert_eq!(files(dir.path()), ["folder.mp4"]);
    let source = write(
        dir.path(),
        "a.mp4",
        &std::fs::read(fixture("bframes.mp4")).unwrap(),
    );
    let same = dir.path().join("folder.mp4/../a.mp4");
    let error = annotate(&same, &source, &[0.0]).unwrap_err();
    assert!(matches!(error, Error::OverItself { .. }), "{error}");
    assert_eq!(Video::open(&source).unwrap().count(), 20);
}

#[test]
#[cfg(unix)]
fn without_ffmpeg_it_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    run_with_path(
        "child_without_ffmpeg",
        dir.path(),
        &dir.path().join("a.mp4"),
    );
}

#[test]
#[ignore = "run by another test, in a process without ffmpeg"]
#[cfg(unix)]
fn child_without_ffmpeg() {
    let error = Annotator::check(&test_video()).unwrap_err();
    assert!(
        matches!(error, Error::FfmpegMissingToWrite { .. }),
        "{error}"
    );
    assert!(error.to_string().contains("install it"), "{error}");
}

/// A program called ffmpeg that fails as it does on a full disk.
#[cfg(unix)]
const FULL: &str = r#"#!/bin/sh
if [ "$1" = -version ]; then echo "ffmpeg version 6.0"; exit; fi
if [ "$2" = -encoders ]; then echo " V....D libx264   H.264"; exit; fi
head -c 100000 > /dev/null
echo "av_interleaved_write_frame(): No space left on device" >&2
exit 1
"#;

#[test]
#[cfg(unix)]
fn an_ffmpeg_that_fails_is_told_and_leaves_what_was() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let bin = dir.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    let program = write(&bin, "ffmpeg", FULL.as_bytes());
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = write(dir.path(), "a.mp4", b"before");
    // The script needs `head`.
    let all = format!("{}:/usr/bin:/bin", bin.display());
    run_with_path("child_with_failing_ffmpeg", Path::new(&all), &path);
    assert_eq!(std::fs::read(&path).unwrap(), b"before");
    assert_eq!(files(dir.path()), ["a.mp4", "bin"]);
}

#[test]
#[ignore = "run by another test, in a process with an ffmpeg of its own"]
#[cfg(unix)]
fn child_with_failing_ffmpeg() {
    let path = test_video();
    let folder = path.parent().unwrap();
    for frames in [1, 500] {
        let times: Vec<f64> = (0..frames).map(|k| f64::from(k) / 25.0).collect();
        let error = annotate(&path, folder, &times).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("a.mp4") && text.contains("No space left"),
            "{text}"
        );
    }
}
