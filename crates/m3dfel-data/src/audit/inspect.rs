//! One clip on disk: every file read once, and hashed, measured and judged while it is in memory.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use xxhash_rust::xxh3::Xxh3;

use crate::image::{self, RgbImage};
use crate::{Error, list_frames};

/// What is on disk of a clip.
pub enum OnDisk {
    Missing,
    /// No frame in it, or it cannot be listed: why.
    Empty(String),
    There(Inspected),
}

#[derive(Default)]
pub struct Inspected {
    pub frames: usize,
    pub bytes: u64,
    /// Frames of each width and height.
    pub sizes: HashMap<(usize, usize), usize>,
    /// The first frames that cannot be read, and why.
    pub bad: Vec<String>,
    pub bad_count: usize,
    /// Of the bytes of all frames in order, whatever their names. None where not one frame can be
    /// read, for then it is not the content that is the same, but the damage.
    pub content: Option<u128>,
}

/// Looks into clip after clip in the same memory. One belongs to each thread.
pub struct Inspector {
    deep: bool,
    examples: usize,
    file: Vec<u8>,
    image: RgbImage,
}

impl Inspector {
    /// `deep` decodes every pixel; at most `examples` bad frames of a clip are named.
    pub fn new(deep: bool, examples: usize) -> Self {
        Self {
            deep,
            examples,
            file: Vec::new(),
            image: RgbImage::default(),
        }
    }

    pub fn inspect(&mut self, dir: &Path) -> OnDisk {
        if !dir.is_dir() {
            return OnDisk::Missing;
        }
        let frames = match list_frames(dir) {
            Ok(frames) => frames,
            Err(error) => return OnDisk::Empty(error.to_string()),
        };
        let mut seen = Inspected {
            frames: frames.len(),
            ..Default::default()
        };
        let mut hash = Xxh3::new();
        for path in &frames {
            match self.frame(path, &mut hash) {
                Ok(size) => *seen.sizes.entry(size).or_default() += 1,
                Err(error) => {
                    seen.bad_count += 1;
                    if seen.bad.len() < self.examples {
                        seen.bad.push(error.to_string());
                    }
                }
            }
            seen.bytes += self.file.len() as u64;
        }
        seen.content = (seen.bad_count < seen.frames).then(|| hash.digest128());
        OnDisk::There(seen)
    }

    /// Reads a frame and adds it to the clip's hash; its width and height.
    fn frame(&mut self, path: &Path, hash: &mut Xxh3) -> Result<(usize, usize), Error> {
        image::read_file(path, &mut self.file)?;
        // With its length, so that a byte cannot move from one frame to the next unseen.
        hash.update(&(self.file.len() as u64).to_le_bytes());
        hash.update(&self.file);
        // A decoder's bug must not end an audit of hours.
        catch_unwind(AssertUnwindSafe(|| match self.deep {
            false => image::inspect(&self.file),
            true => {
                self.image.decode(&self.file)?;
                Ok((self.image.width(), self.image.height()))
            }
        }))
        .unwrap_or_else(|_| Err("the decoder panicked, which is a bug of its".into()))
        .map_err(|what| Error::image(path, what))
    }
}
