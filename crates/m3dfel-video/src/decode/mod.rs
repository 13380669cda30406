//! A video's pictures, one by one, with their times.

mod ahead;
mod colour;
pub(crate) mod ffmpeg;
mod h264;
mod mp4;
mod orientation;
mod pictures;
mod problem;
mod shown;
mod source;

use std::fs::File;
use std::path::{Path, PathBuf};

use m3dfel_data::image::RgbImage;

pub use ahead::Ahead;
pub use pictures::Pictures;
pub use problem::Problem;
pub use source::{Source, is_video, open};

use crate::{Error, Result};
use ffmpeg::{Ffmpeg, Zero};
use h264::H264;
use mp4::Mp4;

/// A picture of a video.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// As it is shown: of square pixels, and turned as the file says.
    pub image: RgbImage,
    /// When it is shown, in seconds from the video's start; never before the picture before it.
    pub time: f64,
}

/// What is known of a video before it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Info {
    /// Of the pictures as they are shown.
    pub width: usize,
    pub height: usize,
    /// In seconds; None where the file does not say.
    pub duration: Option<f64>,
    /// How many there should be; None where the file does not say.
    pub frames: Option<usize>,
    /// What decodes it.
    pub decoder: &'static str,
}

/// Who decodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decoder {
    /// OpenH264 where it can, else ffmpeg.
    #[default]
    Any,
    OpenH264,
    Ffmpeg,
}

/// A file, and who decodes it.
enum Coded {
    H264(Box<H264>),
    Ffmpeg(Box<Ffmpeg>),
}

/// A video being read: an iterator over its pictures in the order in which they are shown.
///
/// Memory does not grow with its length, but for 32 bytes a picture of its tables. Where it is damaged or cut off,
/// what can be read is given; [`Video::problems`] tells the rest. Where OpenH264 gives up in the middle, ffmpeg goes on
/// if there is one.
pub struct Video {
    source: Coded,
    /// Decoded to see whether there is one.
    first: Option<Frame>,
    /// The last picture's time.
    time: f64,
    /// For ffmpeg, where it may go on when OpenH264 gives up.
    rescue: Option<(PathBuf, Zero)>,
    /// What was wrong before it went on.
    earlier: Vec<Problem>,
}

/// Pictures less far apart are one: the decoders' times differ by less than a microsecond.
const SAME_TIME: f64 = 1e-4;

impl Video {
    /// Opens a video and decodes its first picture.
    ///
    /// # Errors
    /// If not one picture can be had, and why.
    pub fn open(path: &Path) -> Result<Self> {
        Self::open_with(path, Decoder::Any)
    }

    /// As [`Video::open`], by a decoder of one's choice.
    ///
    /// # Errors
    /// As [`Video::open`]; and if that decoder cannot decode it.
    pub fn open_with(path: &Path, decoder: Decoder) -> Result<Self> {
        let mut file = File::open(path).map_err(|e| Error::io(path, e))?;
        let metadata = file.metadata().map_err(|e| Error::io(path, e))?;
        let owned = || path.to_owned();
        if metadata.is_dir() {
            return Err(Error::Directory { path: owned() });
        }
        if metadata.is_file() && metadata.len() == 0 {
            return Err(Error::Empty { path: owned() });
        }
        let found = if metadata.is_file() {
            Mp4::read(&mut file).map_err(|e| Error::io(path, e))?
        } else {
            Mp4::Other
        };
        let (zero, why) = match found {
            Mp4::NoTables => return Err(Error::NoTables { path: owned() }),
            Mp4::NoVideo => return Err(Error::NoVideoStream { path: owned() }),
            Mp4::Video(track) if track.samples.is_empty() => {
                let what =
                    (track.missing > 0).then(|| "the file is cut off before the first".into());
                return Err(Error::NoFrames {
                    path: owned(),
                    what,
                });
            }
            Mp4::Video(track) => {
                let zero = if track.has_edits {
                    Zero::File
                } else {
                    Zero::FirstFrame
                };
                match H264::new(file, *track) {
                    Ok(h264) if decoder != Decoder::Ffmpeg => {
                        match Self::start(Coded::H264(Box::new(h264))) {
                            Ok(video) => {
                                let any = decoder == Decoder::Any;
                                return Ok(Self {
                                    rescue: any.then(|| (owned(), zero)),
                                    ..video
                                });
                            }
                            Err(what) => (zero, what),
                        }
                    }
                    Ok(_) => (zero, "it was asked for".into()),
                    Err(what) => (zero, what),
                }
            }
            Mp4::Other => (Zero::FirstFrame, "it is no MP4 or QuickTime file".into()),
        };
        if decoder == Decoder::OpenH264 {
            return Err(Error::NotOpenH264 { path: owned(), why });
        }
        let ffmpeg = Ffmpeg::open(path, zero, &why)?;
        let what = |what| Error::NoFrames {
            path: owned(),
            what: Some(what),
        };
        Self::start(Coded::Ffmpeg(Box::new(ffmpeg))).map_err(what)
    }

    /// The error says why there is no picture.
    fn start(mut source: Coded) -> Result<Self, String> {
        if let Some(first) = source.next_frame() {
            return Ok(Self {
                source,
                first: Some(first),
                time: f64::NEG_INFINITY,
                rescue: None,
                earlier: Vec::new(),
            });
        }
        let problems = source.problems();
        Err(problems
            .first()
            .map_or_else(|| "no frame is shown".into(), Problem::to_string))
    }

    /// What is known of it.
    pub fn info(&self) -> &Info {
        match &self.source {
            Coded::H264(h264) => &h264.info,
            Coded::Ffmpeg(ffmpeg) => &ffmpeg.info,
        }
    }

    /// What was wrong with it as far as it was read; of the whole, when no more pictures come.
    pub fn problems(&self) -> Vec<Problem> {
        [self.earlier.clone(), self.source.problems()].concat()
    }

    fn next_frame(&mut self) -> Option<Frame> {
        let frame = self.source.next_frame();
        match &self.source {
            Coded::H264(h264) if frame.is_none() && h264.gave_up() => self.go_on(),
            _ => frame,
        }
    }

    /// Goes on by ffmpeg where OpenH264 gave up; where ffmpeg does no better, with what OpenH264 finds further on.
    fn go_on(&mut self) -> Option<Frame> {
        let rescue = self.rescue.take();
        let opened = rescue.and_then(|(path, zero)| Ffmpeg::open(&path, zero, "").ok());
        if let Some(mut ffmpeg) = opened {
            while let Some(frame) = ffmpeg.next_frame() {
                if frame.time > self.time + SAME_TIME {
                    let new = Coded::Ffmpeg(Box::new(ffmpeg));
                    if let Coded::H264(h264) = std::mem::replace(&mut self.source, new) {
                        self.earlier = h264.hand_over();
                    }
                    return Some(frame);
                }
            }
        }
        if let Coded::H264(h264) = &mut self.source {
            h264.insist();
        }
        self.source.next_frame()
    }
}

impl Coded {
    fn next_frame(&mut self) -> Option<Frame> {
        match self {
            Self::H264(h264) => h264.next_frame(),
            Self::Ffmpeg(ffmpeg) => ffmpeg.next_frame(),
        }
    }

    fn problems(&self) -> Vec<Problem> {
        match self {
            Self::H264(h264) => h264.problems(),
            Self::Ffmpeg(ffmpeg) => ffmpeg.problems(),
        }
    }
}

impl Iterator for Video {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        let mut frame = self.first.take().or_else(|| self.next_frame())?;
        // A stream put together of several may begin anew in its middle; nobody downstream need know.
        frame.time = frame.time.max(self.time);
        self.time = frame.time;
        Some(frame)
    }
}
