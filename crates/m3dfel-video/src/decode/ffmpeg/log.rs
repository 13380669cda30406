//! What ffmpeg says of its work on standard error, line by line.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::ChildStderr;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};

use crate::Error;
use crate::decode::colour::{Colour, Matrix};

/// A picture on its way, as `showinfo` tells of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shown {
    pub time: f64,
    pub width: usize,
    pub height: usize,
    pub colour: Colour,
}

/// The lines of a child's standard error, read by a thread, for a pipe that is full stops the child.
pub struct Log {
    shown: Receiver<Shown>,
    notes: Arc<Mutex<Notes>>,
    reader: Option<std::thread::JoinHandle<()>>,
}

/// What is kept of the other lines.
#[derive(Default)]
struct Notes {
    duration: Option<f64>,
    /// How the first sound is coded.
    audio: Option<String>,
    first_error: Option<String>,
    last_line: String,
}

impl Log {
    pub fn read(stderr: ChildStderr) -> Self {
        let (sender, shown) = channel();
        let notes = Arc::new(Mutex::new(Notes::default()));
        let kept = Arc::clone(&notes);
        let reader = std::thread::spawn(move || {
            let mut parser = Parser::default();
            for line in BufReader::new(stderr).split(b'\n') {
                let Ok(line) = line else { break };
                let line = String::from_utf8_lossy(&line);
                if let Some(shown) = parser.line(
                    &line,
                    &mut kept.lock().unwrap_or_else(PoisonError::into_inner),
                ) {
                    // Nobody listens any more where the video was dropped; the pipe is still emptied.
                    let _ = sender.send(shown);
                }
            }
        });
        Self {
            shown,
            notes,
            reader: Some(reader),
        }
    }

    /// Waits for the next picture's line; None when there is none to come.
    pub fn next_shown(&mut self) -> Option<Shown> {
        self.shown.recv().ok()
    }

    fn notes<T>(&self, read: impl FnOnce(&Notes) -> T) -> T {
        read(&self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn duration(&self) -> Option<f64> {
        self.notes(|notes| notes.duration)
    }

    pub fn audio(&self) -> Option<String> {
        self.notes(|notes| notes.audio.clone())
    }

    pub fn first_error(&self) -> Option<String> {
        self.notes(|notes| notes.first_error.clone())
    }

    /// Waits until all lines are read; to be called when the child has ended.
    pub fn finish(&mut self) {
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }

    /// Why there was no picture at all.
    pub fn why_nothing(&mut self, path: &Path) -> Error {
        self.finish();
        let (what, path) = (
            self.notes(|n| n.first_error.clone().unwrap_or_else(|| n.last_line.clone())),
            path.to_owned(),
        );
        if what.contains("matches no streams") {
            Error::NoVideoStream { path }
        } else if self.first_error().is_none() {
            Error::NoFrames { path, what: None }
        } else {
            Error::NotVideo { path, what }
        }
    }
}

/// Puts the two lines that `showinfo` writes of a picture together.
#[derive(Default)]
struct Parser {
    /// Seconds a tick.
    tick: Option<f64>,
    begun: Option<Shown>,
    colour: Colour,
}

impl Parser {
    fn line(&mut self, line: &str, notes: &mut Notes) -> Option<Shown> {
        let line = line.trim_end();
        if line.starts_with("[Parsed_showinfo") {
            return self.showinfo(line);
        }
        if let Some(text) = severe(line) {
            notes.first_error.get_or_insert_with(|| text.to_owned());
        } else if let Some((_, text)) = line.split_once("Duration: ")
            && notes.duration.is_none()
        {
            notes.duration = text.split(',').next().and_then(clock);
        } else if let Some((_, text)) = line.split_once(": Audio: ")
            && notes.audio.is_none()
        {
            let codec = text.split([' ', ',']).next();
            notes.audio = codec.map(str::to_owned);
        }
        if !line.is_empty() {
            line.clone_into(&mut notes.last_line);
        }
        None
    }

    fn showinfo(&mut self, line: &str) -> Option<Shown> {
        if let Some((_, base)) = line.split_once("config in time_base: ") {
            let (number, of) = base.split(',').next()?.trim().split_once('/')?;
            let (number, of): (f64, f64) = (number.parse().ok()?, of.parse().ok()?);
            self.tick = (of > 0.0).then_some(number / of);
            return None;
        }
        if line.contains(" pts_time:") {
            let size = value(line, " s:")?;
            let (width, height) = size.split_once('x')?;
            // A picture without a time comes where the one before it was.
            let pts = value(line, " pts:").and_then(|p| p.parse::<f64>().ok());
            let before = self.begun.map_or(0.0, |b| b.time);
            self.begun = Some(Shown {
                time: pts.zip(self.tick).map_or(before, |(pts, tick)| pts * tick),
                width: width.parse().ok()?,
                height: height.parse().ok()?,
                colour: self.colour,
            });
            return None;
        }
        if line.contains(" color_range:") {
            self.colour = Colour {
                matrix: Matrix::from_name(value(line, " color_space:").unwrap_or("")),
                full_range: matches!(value(line, " color_range:"), Some("pc" | "full")),
            };
            return self.begun.map(|shown| Shown {
                colour: self.colour,
                ..shown
            });
        }
        None
    }
}

/// The word after a key, spaces between them left out.
fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let (_, after) = line.split_once(key)?;
    after.split_whitespace().next()
}

/// The text of a line that tells of an error in the video.
fn severe(line: &str) -> Option<&str> {
    // Pictures nearer to one another than the nominal rate: of no matter to raw video, which has no times.
    if line.contains("non monotonically increasing dts") {
        return None;
    }
    ["[error] ", "[fatal] ", "[panic] "]
        .into_iter()
        .find_map(|level| Some(line.split_once(level)?.1))
}

/// Hours, minutes and seconds in seconds.
fn clock(text: &str) -> Option<f64> {
    text.trim().split(':').try_fold(0.0, |sum, part| {
        let part: f64 = part.parse().ok()?;
        Some(sum * 60.0 + part)
    })
}

/// Major and minor; a version that is no number is one built yesterday.
pub fn version(text: &str) -> (u32, u32) {
    let word = text.strip_prefix("ffmpeg version ").unwrap_or(text);
    let mut numbers = word
        .trim_start_matches('n')
        .split(|c: char| !c.is_ascii_digit())
        .map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), minor) => (major, minor.and_then(Result::ok).unwrap_or(0)),
        _ => (u32::MAX, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Vec<Shown>, Notes) {
        let (mut parser, mut notes) = (Parser::default(), Notes::default());
        let shown = text
            .lines()
            .filter_map(|line| parser.line(line, &mut notes))
            .collect();
        (shown, notes)
    }

    #[test]
    fn pictures_are_read_with_their_exact_times() {
        let (shown, notes) = parse(
            "[info]   Duration: 01:02:03.50, start: 0.000000, bitrate: 686 kb/s\n\
             [info]   Stream #0:0[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p, 640x360, 30 fps\n\
             [info]   Stream #0:1[0x2](und): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, stereo, fltp, 125 kb/s\n\
             [info]   Stream #0:2[0x3]: Audio: mp3, 44100 Hz\n\
             [Parsed_showinfo_2 @ 0x5613] [info] config in time_base: 1/15360, frame_rate: 30/1\n\
             [Parsed_showinfo_2 @ 0x5613] [info] config out time_base: 0/0, frame_rate: 0/0\n\
             [Parsed_showinfo_2 @ 0x5613] [info] n:   0 pts:      0 pts_time:0       pos: 48 fmt:yuv420p sar:1/1 s:640x360 i:P iskey:1 type:I \n\
             [Parsed_showinfo_2 @ 0x5613] [info]   side data - User Data Unregistered:\n\
             [Parsed_showinfo_2 @ 0x5613] [info] color_range:tv color_space:bt709 color_primaries:unknown color_trc:unknown\n\
             [mov @ 0x1] [error] stream 0, offset 0x3: partial file\n\
             [Parsed_showinfo_2 @ 0x5613] [info] n:   1 pts:18963333 pts_time:1234.59 pos: 17707 fmt:yuv420p sar:1/1 s:640x360 i:P iskey:0 type:B \n\
             [Parsed_showinfo_2 @ 0x5613] [info] color_range:pc color_space:unknown color_primaries:unknown color_trc:unknown\n",
        );
        let times: Vec<f64> = shown.iter().map(|s| s.time).collect();
        assert_eq!(times, [0.0, 18_963_333.0 / 15360.0]);
        assert_eq!((shown[0].width, shown[0].height), (640, 360));
        assert_eq!(shown[0].colour.matrix, Matrix::Bt709);
        assert!(!shown[0].colour.full_range);
        assert!(shown[1].colour.full_range);
        assert_eq!(notes.duration, Some(3723.5));
        assert_eq!(notes.audio.as_deref(), Some("aac"));
        assert_eq!(
            notes.first_error.unwrap(),
            "stream 0, offset 0x3: partial file"
        );
    }

    #[test]
    fn versions_of_all_makers_are_read() {
        for (text, expected) in [
            (
                "ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026",
                (5, 1),
            ),
            ("ffmpeg version n7.0 Copyright", (7, 0)),
            ("ffmpeg version 8 Copyright", (8, 0)),
            ("ffmpeg version N-109542-g1bf1f8c Copyright", (u32::MAX, 0)),
            ("", (u32::MAX, 0)),
        ] {
            assert_eq!(version(text), expected, "{text}");
        }
    }
}
