//! One clip: from its directory to pixels.

use std::path::{Path, PathBuf};

use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::augment::{Augment, AugmentOptions, CropBox, Resampler, Scratch};
use crate::image::RgbImage;
use crate::values::ToTensor;
use crate::{Error, Problem, Result, list_frames, sampling};

/// What a clip is made into. The defaults are the paper's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClipOptions {
    /// Frames sampled from a clip.
    pub frames: usize,
    /// Side of a frame in pixels.
    pub size: usize,
    pub normalise: Normalise,
}

impl Default for ClipOptions {
    fn default() -> Self {
        Self {
            frames: 16,
            size: 112,
            normalise: Normalise::Unit,
        }
    }
}

impl ClipOptions {
    /// # Errors
    /// A value that has no meaning, by its name.
    pub fn validate(&self) -> Result<()> {
        let rule = |name: &str, value: usize, most: usize| match value {
            0 => Err(Error::Options(format!("{name} = 0: must be 1 or more"))),
            _ if value > most => Err(Error::Options(format!(
                "{name} = {value}: must be {most} or less"
            ))),
            _ => Ok(()),
        };
        rule("frames", self.frames, 1024)?;
        rule("size", self.size, 1024)
    }

    /// Values of a clip: `frames * 3 * size * size`.
    pub fn values(&self) -> usize {
        self.frames * self.frame_values()
    }

    fn frame_values(&self) -> usize {
        3 * self.size * self.size
    }

    /// Frames `[frames, size, size, 3]` as a model takes them, `[frames, 3, size, size]`.
    pub fn to_values(&self, pixels: &[u8]) -> Vec<f32> {
        let mut values = Vec::with_capacity(pixels.len());
        ToTensor::new(self).append(pixels, &mut values);
        values
    }
}

/// How a byte becomes a model's input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Normalise {
    /// `x / 255`: the published code's.
    #[default]
    Unit,
    /// `(x / 255 - mean) / deviation` of Kinetics-400, as torchvision's video models were trained.
    Kinetics,
    /// Each frame in grey, brought to mean 0 and deviation 1 within an oval and faded out around it: what light, camera and
    /// skin give to a picture as a whole is taken out of it, and what is behind the face.
    Face,
}

impl Normalise {
    /// In words, for people.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Unit => "0 to 1",
            Self::Kinetics => "normalised as Kinetics",
            Self::Face => "grey, each face normalised",
        }
    }
}

/// A clip's frames as pictures: what a model sees, before it becomes numbers, in a quarter of a
/// tensor's memory.
#[derive(Clone, Debug)]
pub struct ClipPixels {
    /// `[frames, size, size, 3]`: rows of RGB pixels.
    pub pixels: Vec<u8>,
    /// The file names of the frames used, in order.
    pub frame_names: Vec<String>,
    /// Frames that could not be read, and have had others take their place.
    pub problems: Vec<Problem>,
}

impl ClipPixels {
    /// The clip as a model takes it, `[frames, 3, size, size]`, by the options it was loaded with.
    pub fn to_values(&self, options: &ClipOptions) -> Vec<f32> {
        options.to_values(&self.pixels)
    }
}

/// A clip as a model takes it.
#[derive(Clone, Debug)]
pub struct ClipTensor {
    /// `[frames, 3, size, size]`
    pub data: Vec<f32>,
    /// The file names of the frames used, in order.
    pub frame_names: Vec<String>,
    /// Frames that could not be read, and have had others take their place.
    pub problems: Vec<Problem>,
}

/// Reads a directory of frames as evaluation does: evenly sampled, resized, nothing random.
///
/// # Errors
/// A directory without a frame, or without one that can be read.
pub fn load_clip_dir(dir: &Path, options: &ClipOptions) -> Result<ClipTensor> {
    let clip = load_clip_pixels(dir, options)?;
    Ok(ClipTensor {
        data: clip.to_values(options),
        frame_names: clip.frame_names,
        problems: clip.problems,
    })
}

/// As [`load_clip_dir`], as pixels: for pictures of what the model saw. Normalisation has no part in it.
///
/// # Errors
/// Those of [`load_clip_dir`].
pub fn load_clip_pixels(dir: &Path, options: &ClipOptions) -> Result<ClipPixels> {
    options.validate()?;
    ClipReader::new(options.clone()).load(dir, None)
}

/// Reads clip after clip in the same memory. One belongs to each worker.
pub(crate) struct ClipReader {
    options: ClipOptions,
    resampler: Resampler,
    scratch: Scratch,
    image: RgbImage,
    file: Vec<u8>,
}

impl ClipReader {
    /// The options must be valid.
    pub fn new(options: ClipOptions) -> Self {
        Self {
            options,
            resampler: Resampler::default(),
            scratch: Scratch::default(),
            image: RgbImage::default(),
            file: Vec::new(),
        }
    }

    /// Reads the clip in a directory; with randomness for training, without it for evaluation.
    pub fn load(
        &mut self,
        dir: &Path,
        random: Option<(&AugmentOptions, ChaCha8Rng)>,
    ) -> Result<ClipPixels> {
        let files = list_frames(dir)?;
        let (wanted, mut random) = match random {
            None => (sampling::even(files.len(), self.options.frames), None),
            Some((options, mut rng)) => (
                sampling::jittered(files.len(), self.options.frames, &mut rng),
                Some((options, rng)),
            ),
        };
        let mut search = Search {
            files: &files,
            bad: Vec::new(),
            problems: Vec::new(),
        };
        let frame_bytes = self.options.frame_values();
        let mut pixels = vec![0; self.options.values()];
        let mut frames: Vec<String> = Vec::with_capacity(wanted.len());
        let mut augment: Option<Augment> = None;
        for (i, &at) in wanted.iter().enumerate() {
            if i > 0 && wanted[i - 1] == at {
                // A short clip repeats frames; all that is done to them is the same.
                pixels.copy_within((i - 1) * frame_bytes..i * frame_bytes, i * frame_bytes);
                frames.push(frames[i - 1].clone());
                continue;
            }
            let Some(found) = search.read_nearest(at, &mut self.image, &mut self.file) else {
                return Err(search.into_error(dir));
            };
            let (width, height) = (self.image.width(), self.image.height());
            if let Some((options, rng)) = &mut random {
                augment
                    .get_or_insert_with(|| options.draw((width, height), self.options.size, rng));
            }
            let part = augment
                .as_ref()
                .map_or(CropBox::whole(width, height), |augment| {
                    augment.crop_in(width, height)
                });
            let out = &mut pixels[i * frame_bytes..][..frame_bytes];
            let path = &files[found];
            self.resampler
                .resize(&self.image, part, self.options.size, out)
                .map_err(|what| Error::image(path, what))?;
            if let Some(augment) = &augment {
                augment
                    .finish(out, self.options.size, i, &mut self.scratch)
                    .map_err(|what| Error::image(path, what))?;
            }
            frames.push(
                path.file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned(),
            );
        }
        Ok(ClipPixels {
            pixels,
            frame_names: frames,
            problems: search.problems,
        })
    }
}

/// Finds readable frames, and remembers those that are not.
struct Search<'a> {
    files: &'a [PathBuf],
    bad: Vec<(usize, Error)>,
    problems: Vec<Problem>,
}

impl Search<'_> {
    /// Reads the frame at `at`, or the nearest that can be read: of two as near, the earlier.
    fn read_nearest(
        &mut self,
        at: usize,
        image: &mut RgbImage,
        file: &mut Vec<u8>,
    ) -> Option<usize> {
        let count = self.files.len();
        let around = (0..count).flat_map(|far| {
            let before = at.checked_sub(far);
            let after = at.checked_add(far).filter(|&next| far > 0 && next < count);
            before.into_iter().chain(after)
        });
        for index in around {
            if self.bad.iter().any(|(bad, _)| *bad == index) {
                continue;
            }
            match image.read(&self.files[index], file) {
                Ok(()) => return Some(index),
                Err(error) => {
                    let what = match &error {
                        Error::Image { what, .. } => what.clone(),
                        Error::Io { source, .. } => source.to_string(),
                        other => other.to_string(),
                    };
                    self.problems.push(Problem::UnreadableFrame {
                        path: self.files[index].clone(),
                        what,
                    });
                    self.bad.push((index, error));
                }
            }
        }
        None
    }

    fn into_error(self, dir: &Path) -> Error {
        let count = self.files.len();
        match self.bad.into_iter().min_by_key(|(index, _)| *index) {
            Some((_, first)) => Error::NoReadableFrame {
                dir: dir.to_owned(),
                count,
                first: Box::new(first),
            },
            None => Error::NoFrames {
                dir: dir.to_owned(),
            },
        }
    }
}
