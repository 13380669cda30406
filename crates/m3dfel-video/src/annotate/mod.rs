//! A video with what is known of its faces drawn on it: a box around each and what it expresses, and below the picture
//! the probabilities of the last seconds as curves.
//!
//! ```no_run
//! use m3dfel_video::annotate::{Annotator, Notes};
//! use m3dfel_video::{Faces, FollowOptions, Seeta, open};
//!
//! # fn main() -> Result<(), m3dfel_video::Error> {
//! let (from, to) = ("talk.mp4".as_ref(), "annotated.mp4".as_ref());
//! Annotator::check(to)?; // before the long work, not after it
//! let mut notes = Notes::new(["happy", "sad"]);
//! for step in Faces::new(open(from)?, Seeta::new()?, FollowOptions::default()) {
//!     let step = step?;
//!     notes.frame(step.frame.time, step.faces.iter().map(|face| (face.track, face.bbox)));
//!     notes.window(0, 0.0, 2.4, &[0.8, 0.2])?; // of a model that saw it
//! }
//! let video = open(from)?;
//! let mut annotator = Annotator::create(to, from, video.info(), notes)?;
//! for frame in video {
//!     annotator.write(&frame)?;
//! }
//! annotator.finish()
//! # }
//! ```

mod canvas;
mod caption;
mod font;
mod notes;
mod palette;
mod panel;
mod placed;

use std::path::Path;

use crate::decode::ffmpeg::sound;
use crate::decode::{Frame, Info};
use crate::encode::{Track, Writer, check, not_over_itself};
use crate::{Error, Result};
use canvas::Canvas;
use caption::Caption;
use font::Font;
pub use notes::Notes;
use palette::GROUND;
use panel::Panel;
use placed::Placed;

/// A longer side than this is scaled down to it: players decode no larger H.264.
const MAX_SIDE: usize = 3840;

/// Draws on a video's frames and writes them through `ffmpeg`, with the video's sound.
///
/// The file is written aside and put in its place by [`Annotator::finish`]; dropped before, it leaves nothing. Each
/// frame is shown at its own time. Frames of other sizes than the first are scaled into its place.
pub struct Annotator {
    writer: Writer,
    canvas: Canvas,
    panel: Option<Panel>,
    notes: Notes,
    /// The classes' names as they can be written.
    names: Vec<String>,
    picture: (usize, usize),
    /// The text's size in pixels.
    text: f32,
    next: usize,
}

impl Annotator {
    /// Whether a video can be written there.
    ///
    /// # Errors
    /// As [`Annotator::create`], as far as can be known before.
    pub fn check(path: &Path) -> Result<()> {
        check(path)
    }

    /// Starts a video at `path` (.mp4, .mov, .mkv or .webm) of what `source` shows, by what was noted of it.
    ///
    /// Sound that such a file cannot hold is coded anew, else copied. A folder of frames has none.
    ///
    /// # Errors
    /// If it would overwrite its source; if there is no ffmpeg, or it lacks an encoder; if the place cannot be written.
    pub fn create(path: &Path, source: &Path, info: &Info, notes: Notes) -> Result<Self> {
        not_over_itself(path, source)?;
        check(path)?;
        let font = Font::new()?;
        let longer = info.width.max(info.height).clamp(1, MAX_SIDE);
        let whole = (info.width, info.height);
        let place = Placed::within(whole, (longer, longer));
        let picture = (place.width, place.height);
        let text = (picture.0.min(picture.1) as f32 / 32.0).max(10.0);
        let names = notes.classes().iter().enumerate();
        let names: Vec<String> = names.map(|(k, name)| legible(&font, name, k)).collect();
        let panel = Panel::plan(&font, &notes, &names, picture, text);
        let height = picture.1 + panel.as_ref().map_or(0, Panel::height);
        let size = (picture.0.next_multiple_of(2), height.next_multiple_of(2));
        let canvas = Canvas::new(font, size.0, size.1)
            .filter(|_| info.width > 0 && info.height > 0)
            .ok_or_else(|| Error::NoFrames {
                path: source.to_owned(),
                what: Some("they are of no size".into()),
            })?;
        let sound = if source.is_dir() {
            None
        } else {
            sound(source)?
        };
        let track = sound.map(|sound| Track {
            path: source,
            sound,
            first_picture: notes.start(),
        });
        Ok(Self {
            writer: Writer::create(path, size, track.as_ref())?,
            canvas,
            panel,
            notes,
            names,
            picture,
            text,
            next: 0,
        })
    }

    /// Class names with letters that the font lacks, and what is written instead.
    pub fn replaced(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.notes.classes().iter().zip(&self.names);
        pairs
            .filter(|(name, written)| name != written)
            .map(|(name, written)| (name.as_str(), written.as_str()))
    }

    /// Draws on the next frame and writes it.
    ///
    /// # Errors
    /// If ffmpeg has stopped, and its last words.
    pub fn write(&mut self, frame: &Frame) -> Result<()> {
        let (number, image) = (self.next, &frame.image);
        self.next += 1;
        let place = Placed::within((image.width(), image.height()), self.picture);
        self.canvas.clear(GROUND);
        self.canvas.picture(image, place);
        for &(track, bbox) in self.notes.faces(number) {
            let caption = Caption {
                bbox: place.moved(bbox),
                colour: palette::face(track),
                text: self.said(track, frame.time),
            };
            caption.draw(&mut self.canvas, self.picture, self.text);
        }
        if let Some(panel) = &self.panel {
            panel.draw(&mut self.canvas, &self.notes, number, frame.time);
        }
        self.writer.write(self.canvas.pixels(), frame.time)
    }

    /// Ends the video and puts it in its place.
    ///
    /// # Errors
    /// If ffmpeg or the disk fails.
    pub fn finish(self) -> Result<()> {
        self.writer.finish()
    }

    /// What is said of a face: its name, its likeliest class and how likely that is.
    fn said(&self, track: u32, time: f64) -> Option<String> {
        let odds = self.notes.tracks().get(&track)?.odds_at(time)?;
        let (class, odds) = odds.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
        let label = format!("{} {}", self.names.get(class)?, percent(*odds));
        Some(match self.notes.called(track) {
            Some(name) => format!("{name}: {label}"),
            None => label,
        })
    }
}

fn percent(odds: f32) -> String {
    format!("{:.0} %", odds * 100.0)
}

/// A class's name, or its number where the font lacks letters of it.
fn legible(font: &Font, name: &str, number: usize) -> String {
    if font.has(name) && !name.trim().is_empty() {
        name.to_owned()
    } else {
        format!("class {number}")
    }
}
