//! A video written through an `ffmpeg` on the PATH, a picture at a time, with another file's sound.

mod command;
mod format;
mod stream;

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin};
use std::thread::JoinHandle;

use crate::decode::ffmpeg::{Sound, version};
use crate::{Error, Result};
use format::{Format, TICKS};

/// How many of ffmpeg's last lines are told when it fails.
const LAST_WORDS: usize = 3;

/// Sound to go with the pictures.
pub struct Track<'a> {
    /// The file that has it.
    pub path: &'a Path,
    pub sound: Sound,
    /// The first picture's time as it will be written: the sound is moved with it.
    pub first_picture: f64,
}

/// Writes a video aside, and puts it in its place when it is finished; dropped before, it leaves nothing.
///
/// Each picture is shown at its own time, to a 60,000th of a second; of several at one time the first is written.
pub struct Writer {
    path: PathBuf,
    aside: PathBuf,
    child: Child,
    pictures: Option<ChildStdin>,
    words: Option<JoinHandle<String>>,
    /// Of a picture in bytes: four a pixel.
    length: usize,
    /// The last picture's time in microseconds.
    last: Option<u64>,
    over: bool,
}

impl Writer {
    /// Starts a video of pictures of an even width and height. The path's ending says its kind.
    ///
    /// # Errors
    /// An ending that is not known, a folder that cannot be written to, no ffmpeg or one without an encoder.
    pub fn create(
        path: &Path,
        (width, height): (usize, usize),
        track: Option<&Track>,
    ) -> Result<Self> {
        let format = Format::of(path)?;
        let version = has_ffmpeg(path)?;
        let codecs = format.codecs(path, track.map(|track| track.sound.codec.as_str()))?;
        let aside = make_aside(path)?;
        let child = command::new(version, &codecs, format, width * height, track, &aside).spawn();
        let mut child = match child {
            Ok(child) => child,
            Err(source) => {
                let _ = fs::remove_file(&aside);
                return Err(Error::io("ffmpeg", source));
            }
        };
        let words = child.stderr.take().map(listen);
        let mut writer = Self {
            path: path.to_owned(),
            aside,
            pictures: child.stdin.take(),
            child,
            words,
            length: width * height * 4,
            last: None,
            over: false,
        };
        writer.send(&[&stream::header(width, height)])?;
        Ok(writer)
    }

    /// Writes a picture, rows of pixels of four bytes (the last is ignored), to be shown at `time` seconds.
    ///
    /// # Errors
    /// If ffmpeg has stopped, and its last words.
    pub fn write(&mut self, pixels: &[u8], time: f64) -> Result<()> {
        if pixels.len() != self.length {
            return Err(Error::FfmpegEncode {
                path: self.path.clone(),
                what: "a picture of another size came".into(),
            });
        }
        let time = (time.max(0.0) * 1e6).round() as u64;
        let shortest = 1_000_000 / u64::from(TICKS) + 1;
        if self.last.is_some_and(|last| time < last + shortest) {
            return Ok(());
        }
        self.last = Some(time);
        self.send(&[&stream::picture_head(time, pixels.len()), pixels])
    }

    /// Ends the video and puts it in its place.
    ///
    /// # Errors
    /// If ffmpeg or the disk fails.
    pub fn finish(mut self) -> Result<()> {
        self.pictures = None;
        let status = self.child.wait();
        self.over = true;
        let failed = |source| Error::write(&self.path, source);
        let done = match status {
            Ok(status) if status.success() => File::open(&self.aside)
                .and_then(|file| file.sync_all())
                .and_then(|()| fs::rename(&self.aside, &self.path))
                .map_err(failed),
            Ok(_) => Err(self.stopped()),
            Err(source) => Err(failed(source)),
        };
        if done.is_err() {
            let _ = fs::remove_file(&self.aside);
        }
        done
    }

    fn send(&mut self, parts: &[&[u8]]) -> Result<()> {
        let sent = match &mut self.pictures {
            Some(pipe) => parts.iter().try_for_each(|part| pipe.write_all(part)),
            None => Err(ErrorKind::BrokenPipe.into()),
        };
        // A pipe breaks only where ffmpeg is no more.
        sent.map_err(|_| self.stopped())
    }

    /// Why there is no ffmpeg any more.
    fn stopped(&mut self) -> Error {
        self.pictures = None;
        let status = self.child.wait();
        let words = self.words.take().and_then(|words| words.join().ok());
        let what = match (words, status) {
            (Some(words), _) if !words.is_empty() => words,
            (_, Ok(status)) => status.to_string(),
            (_, Err(error)) => error.to_string(),
        };
        Error::FfmpegEncode {
            path: self.path.clone(),
            what,
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if !self.over {
            let _ = self.child.kill();
            let _ = self.child.wait();
            let _ = fs::remove_file(&self.aside);
        }
    }
}

/// Reads what ffmpeg says; the last of it is the thread's result.
fn listen(stderr: ChildStderr) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut last: VecDeque<String> = VecDeque::new();
        for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).trim().to_owned();
            if !line.is_empty() {
                last.push_back(line);
            }
            if last.len() > LAST_WORDS {
                last.pop_front();
            }
        }
        Vec::from(last).join("; ")
    })
}

/// Whether a video can be written there, as far as can be known before.
///
/// # Errors
/// As [`Writer::create`].
pub fn check(path: &Path) -> Result<()> {
    let format = Format::of(path)?;
    has_ffmpeg(path)?;
    format.codecs(path, None)?;
    let aside = make_aside(path)?;
    fs::remove_file(&aside).map_err(|e| Error::write(path, e))
}

fn has_ffmpeg(path: &Path) -> Result<(u32, u32)> {
    version().ok_or_else(|| Error::FfmpegMissingToWrite {
        path: path.to_owned(),
    })
}

/// Makes the file that is written to, in the same folder, so that it can be renamed: what is wrong with the place is
/// better said by us than by ffmpeg.
fn make_aside(path: &Path) -> Result<PathBuf> {
    if path.is_dir() {
        return Err(Error::write(path, ErrorKind::IsADirectory.into()));
    }
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    let aside = path.with_file_name(name);
    File::create(&aside).map_err(|e| Error::write(path, e))?;
    Ok(aside)
}

/// Refuses to write a file over that which it is made from.
pub fn not_over_itself(path: &Path, source: &Path) -> Result<()> {
    match (fs::canonicalize(path), fs::canonicalize(source)) {
        (Ok(a), Ok(b)) if a == b => Err(Error::OverItself {
            path: path.to_owned(),
        }),
        _ => Ok(()),
    }
}
