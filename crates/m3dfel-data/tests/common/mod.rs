//! Small corpora, written for one test.

use std::path::{Path, PathBuf};

use m3dfel_data::Clip;

pub fn write(path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
    std::fs::create_dir_all(path.as_ref().parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// A JPEG of one grey, with a bright row and column so that no two transforms of it are equal.
#[allow(dead_code)]
pub fn jpeg(width: u16, height: u16, grey: u8) -> Vec<u8> {
    let mut pixels = vec![grey; usize::from(width) * usize::from(height) * 3];
    pixels[..usize::from(width) * 3].fill(255);
    pixels
        .chunks_exact_mut(usize::from(width) * 3)
        .for_each(|row| row[0] = 200);
    let mut file = Vec::new();
    jpeg_encoder::Encoder::new(&mut file, 95)
        .encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb)
        .unwrap();
    file
}

/// A clip of frames `1.jpg`, `2.jpg`, ..., the k-th of grey `first + k`.
#[allow(dead_code)]
pub fn clip(root: &Path, id: &str, label: usize, frames: u8, first: u8) -> Clip {
    let dir: PathBuf = root.join(id);
    for k in 0..frames {
        write(dir.join(format!("{}.jpg", k + 1)), jpeg(40, 32, first + k));
    }
    Clip {
        id: id.into(),
        dir,
        label,
    }
}
