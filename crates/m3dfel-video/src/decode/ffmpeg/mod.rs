//! Every other video, by an `ffmpeg` on the PATH: a child process that writes planes to a pipe and, by its `showinfo`
//! filter, each picture's time to another. A crash or a hostile file stays outside.

mod log;

use std::ffi::OsString;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::OnceLock;

use m3dfel_data::image::MAX_PIXELS;

use super::colour::Planes;
use super::shown::PixelShape;
use super::{Frame, Info, Problem};
use crate::{Error, Result};
use log::{Log, Shown};

/// What is second 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zero {
    /// The file's own, as its edit list says.
    File,
    /// The first picture.
    FirstFrame,
}

/// Pictures that a child process decodes.
pub struct Ffmpeg {
    child: Child,
    pictures: ChildStdout,
    log: Log,
    /// The first picture's description, read to learn the size.
    first: Option<Shown>,
    zero: Option<f64>,
    buffer: Vec<u8>,
    ended: Option<Ending>,
    pub info: Info,
}

struct Ending {
    status: Option<ExitStatus>,
    /// Of a last picture, of which only a part came.
    cut: bool,
}

impl Ffmpeg {
    /// Starts the child and waits for its first picture.
    ///
    /// # Errors
    /// If there is no ffmpeg; if it finds no picture in the file.
    pub fn open(path: &Path, zero: Zero, why: &str) -> Result<Self> {
        let version = version().ok_or_else(|| Error::FfmpegMissing {
            path: path.to_owned(),
            why: why.to_owned(),
        })?;
        let mut child = command(path, zero, version)
            .spawn()
            .map_err(|e| Error::io("ffmpeg", e))?;
        // Both were piped by `command`.
        let (Some(pictures), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(Error::io("ffmpeg", ErrorKind::BrokenPipe.into()));
        };
        let mut log = Log::read(stderr);
        let Some(first) = log.next_shown() else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(log.why_nothing(path));
        };
        let info = Info {
            width: first.width,
            height: first.height,
            duration: log.duration(),
            frames: None,
            decoder: "ffmpeg",
        };
        let mut this = Self {
            child,
            pictures,
            log,
            zero: (zero == Zero::File).then_some(0.0),
            first: Some(first),
            buffer: Vec::new(),
            ended: None,
            info,
        };
        let (width, height) = (this.info.width, this.info.height);
        if width.saturating_mul(height) > MAX_PIXELS {
            this.stop();
            return Err(Error::TooLarge {
                path: path.to_owned(),
                width,
                height,
            });
        }
        Ok(this)
    }

    /// The next picture; None at the end.
    pub fn next_frame(&mut self) -> Option<Frame> {
        if self.ended.is_some() {
            return None;
        }
        let Some(shown) = self.first.take().or_else(|| self.log.next_shown()) else {
            self.end(false);
            return None;
        };
        // A stream's size may change on its way.
        let Shown { width, height, .. } = shown;
        if width.saturating_mul(height) > MAX_PIXELS {
            self.stop();
            self.end(true);
            return None;
        }
        self.buffer.resize(Planes::packed_len(width, height), 0);
        if read_full(&mut self.pictures, &mut self.buffer) < self.buffer.len() {
            self.end(true);
            return None;
        }
        let zero = *self.zero.get_or_insert(shown.time);
        let planes = Planes::packed(&self.buffer, width, height);
        let image = planes.to_rgb(shown.colour)?;
        Some(Frame {
            image,
            time: shown.time - zero,
        })
    }

    /// What was wrong; what ffmpeg wrote of it is whole only at the end.
    pub fn problems(&self) -> Vec<Problem> {
        let mut out = Vec::new();
        if let Some(first) = self.log.first_error() {
            out.push(Problem::Damaged {
                pictures: None,
                first,
            });
        }
        match &self.ended {
            Some(Ending {
                status: Some(status),
                cut,
            }) if *cut || !status.success() => out.push(Problem::FfmpegStopped {
                status: status.to_string(),
            }),
            _ => {}
        }
        out
    }

    fn end(&mut self, cut: bool) {
        let status = self.child.wait().ok();
        self.log.finish();
        self.ended = Some(Ending { status, cut });
    }

    fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Ffmpeg {
    fn drop(&mut self) {
        if self.ended.is_none() {
            self.stop();
        }
    }
}

/// A file's sound, and how it lies to the pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    /// How it is coded, as in `aac`.
    pub codec: String,
    /// When the first picture is shown, on the clock by which the sound is heard.
    pub first_picture: f64,
}

/// Looks for sound in a video.
///
/// # Errors
/// If there is no ffmpeg; if it finds no picture in the file.
pub fn sound(path: &Path) -> Result<Option<Sound>> {
    let video = Ffmpeg::open(path, Zero::File, "its sound")?;
    let sound = |(codec, first): (_, Shown)| Sound {
        codec,
        first_picture: first.time,
    };
    Ok(video.log.audio().zip(video.first).map(sound))
}

/// Reads until the buffer is full or there is no more; says how much.
fn read_full(from: &mut impl Read, buffer: &mut [u8]) -> usize {
    let mut got = 0;
    while got < buffer.len() {
        match from.read(&mut buffer[got..]) {
            Ok(0) => break,
            Ok(count) => got += count,
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    got
}

fn command(path: &Path, zero: Zero, version: (u32, u32)) -> Command {
    // `file:` and the list keep a name or a playlist from being taken for an address.
    let mut input = OsString::from("file:");
    input.push(path);
    let mut command = Command::new("ffmpeg");
    command
        .args([
            "-nostdin",
            "-hide_banner",
            "-nostats",
            "-loglevel",
            "level+info",
        ])
        .args((zero == Zero::File).then_some("-copyts"))
        .args(["-protocol_whitelist", "file", "-i"])
        .arg(input)
        .args(["-map", "0:v:0", "-vf"])
        .arg(filter())
        // Every picture once, at its own time.
        .args(if version < (5, 1) {
            ["-vsync", "passthrough"]
        } else {
            ["-fps_mode", "passthrough"]
        })
        .args(["-f", "rawvideo", "pipe:1"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Pixels made square, as [`PixelShape`] has it, and planes of the range and kind that are read here.
fn filter() -> String {
    let (least, most) = (PixelShape::LEAST, PixelShape::MOST);
    let is_shape = format!("gte(abs(sar-1),{least})*between(sar,1/{most},{most})");
    format!(
        "scale=w='if({is_shape},max(1,round(iw*sar)),iw)':h=ih:out_range=tv,format=yuv420p,showinfo=checksum=0"
    )
}

/// The version of the ffmpeg on the PATH; None where there is none.
pub fn version() -> Option<(u32, u32)> {
    static VERSION: OnceLock<Option<(u32, u32)>> = OnceLock::new();
    *VERSION.get_or_init(|| {
        let mut command = Command::new("ffmpeg");
        let output = command.arg("-version").stdin(Stdio::null()).output().ok()?;
        Some(log::version(&String::from_utf8_lossy(&output.stdout)))
    })
}
