//! A folder of frames, or one picture, as a video.

use std::path::{Path, PathBuf};

use m3dfel_data::image::RgbImage;
use m3dfel_data::list_frames;

use super::{Frame, Info, Problem, orientation::Orientation};
use crate::{Error, Result};

/// The frames of a folder, JPEG and PNG, in natural order (`2.jpg` before `10.jpg`), at an even rate.
///
/// One that cannot be decoded is left out, its time with it, and told by [`Pictures::problems`]. Frames may differ in
/// size; each is turned as its Exif data says. One picture by itself is a video of one frame.
pub struct Pictures {
    files: Vec<PathBuf>,
    /// The bytes of the file read last: pixels and Exif data are both in them.
    bytes: Vec<u8>,
    next: usize,
    rate: f64,
    info: Info,
    /// Decoded to see whether there is one.
    first: Option<Frame>,
    damaged: usize,
    first_damage: Option<String>,
}

impl Pictures {
    /// Frames a second where nobody says: most corpora's clips are of 25 or 30.
    pub const RATE: f64 = 25.0;

    /// Lists a folder's frames, or takes the one picture, and decodes the first.
    ///
    /// # Errors
    /// If folder or file cannot be read; if it has no frame, or none that can be decoded.
    pub fn open(path: &Path) -> Result<Self> {
        Self::open_at(path, Self::RATE)
    }

    /// As [`Pictures::open`], with `rate` frames a second.
    ///
    /// # Errors
    /// As [`Pictures::open`]; and if the rate is none.
    pub fn open_at(path: &Path, rate: f64) -> Result<Self> {
        if !(rate.is_finite() && rate > 0.0) {
            return Err(Error::Rate {
                path: path.to_owned(),
                rate,
            });
        }
        let listed = match path.is_file() {
            true => Ok(vec![path.to_owned()]),
            false => list_frames(path),
        };
        let files = listed.map_err(|e| match e {
            m3dfel_data::Error::Io { path, source } => Error::Io { path, source },
            m3dfel_data::Error::NoFrames { dir } => Error::NoFrames {
                path: dir,
                what: Some("no .jpg, .jpeg or .png file".into()),
            },
            other => Error::NoFrames {
                path: path.to_owned(),
                what: Some(other.to_string()),
            },
        })?;
        let mut this = Self {
            info: Info {
                width: 0,
                height: 0,
                duration: Some(files.len() as f64 / rate),
                frames: Some(files.len()),
                decoder: "pictures",
            },
            files,
            bytes: Vec::new(),
            next: 0,
            rate,
            first: None,
            damaged: 0,
            first_damage: None,
        };
        let Some(first) = this.next_frame() else {
            return Err(Error::NoFrames {
                path: path.to_owned(),
                what: this.first_damage,
            });
        };
        (this.info.width, this.info.height) = (first.image.width(), first.image.height());
        this.first = Some(first);
        Ok(this)
    }

    /// What is known of it; the size is that of its first frame.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// The files of its frames, in their order.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The frames that could not be decoded, of those before the next.
    pub fn problems(&self) -> Vec<Problem> {
        let damaged = |first: &String| Problem::Damaged {
            pictures: Some(self.damaged),
            first: first.clone(),
        };
        self.first_damage.iter().map(damaged).collect()
    }

    fn next_frame(&mut self) -> Option<Frame> {
        loop {
            let (number, path) = (self.next, self.files.get(self.next)?);
            self.next += 1;
            let mut image = RgbImage::default();
            match image.read(path, &mut self.bytes) {
                Ok(()) => {
                    let image = Orientation::of_picture(&self.bytes).turn(image);
                    let time = number as f64 / self.rate;
                    return Some(Frame { image, time });
                }
                Err(error) => {
                    self.damaged += 1;
                    self.first_damage.get_or_insert(error.to_string());
                }
            }
        }
    }
}

impl Iterator for Pictures {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        self.first.take().or_else(|| self.next_frame())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A JPEG of 24 x 16, its left half white and its right half black, with these bytes after its first two.
    fn jpeg(path: &Path, inserted: &[u8]) {
        let pixels: Vec<u8> = (0..24 * 16)
            .flat_map(|k| [if k % 24 < 12 { 255 } else { 0 }; 3])
            .collect();
        let mut bytes = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
        let colour = jpeg_encoder::ColorType::Rgb;
        encoder.encode(&pixels, 24, 16, colour).unwrap();
        bytes.splice(2..2, inserted.iter().copied());
        std::fs::write(path, bytes).unwrap();
    }

    /// An APP1 segment whose TIFF has one field, Orientation.
    fn oriented(number: u8) -> Vec<u8> {
        let mut segment = vec![0xff, 0xe1, 0, 34];
        segment.extend(*b"Exif\0\0II*\0");
        segment.extend([8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0]);
        segment.extend([number, 0, 0, 0, 0, 0, 0, 0]);
        segment
    }

    #[test]
    fn a_photograph_is_turned_as_it_was_held() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("photo.jpg");
        let halves = |inserted: &[u8]| {
            jpeg(&path, inserted);
            let mut pictures = Pictures::open(&path).unwrap();
            let info = (pictures.info().width, pictures.info().height);
            let image = pictures.next().unwrap().image;
            assert_eq!(info, (image.width(), image.height()));
            let at = |x: usize, y: usize| image.pixels()[(y * image.width() + x) * 3] > 127;
            let (right, low) = (image.width() - 1, image.height() - 1);
            (info, [at(0, 0), at(right, 0), at(0, low), at(right, low)])
        };
        let lying = ((24, 16), [true, false, true, false]);
        assert_eq!(halves(&[]), lying);
        assert_eq!(halves(&oriented(1)), lying);
        assert_eq!(halves(&oriented(3)), ((24, 16), [false, true, false, true]));
        assert_eq!(halves(&oriented(6)), ((16, 24), [true, true, false, false]));
        assert_eq!(halves(&oriented(8)), ((16, 24), [false, false, true, true]));
        // what nobody can read turns nothing
        assert_eq!(
            halves(&[0xff, 0xe1, 0, 10, b'E', b'x', b'i', b'f', 0, 0, 1, 2]),
            lying
        );
    }
}
