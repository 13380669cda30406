//! What training does to a clip's pixels: random resized crop, horizontal flip, warp, low resolution,
//! blur, colour jitter, uneven light, greyscale, noise, JPEG, cutout, in this order; by torchvision's
//! rules, where it has any. One draw holds for all frames of a clip; only noise is another on each.
//!
//! The crop, the flip and the jitter are the published recipe. The rest, which is off unless an
//! experiment asks for it, is what poor recordings have and rendered people have not.

mod blur;
mod colour;
mod crop;
mod cutout;
mod draw;
mod field;
mod jpeg;
mod light;
mod noise;
mod options;
mod resample;
mod resolution;
mod warp;

pub use blur::Blur;
pub use colour::Jitter;
pub use crop::CropBox;
pub use cutout::Cutout;
pub use field::Field;
pub use jpeg::Jpeg;
pub use light::Light;
pub use noise::Noise;
pub use options::AugmentOptions;
pub use resample::Resampler;
pub use resolution::LowResolution;
pub use warp::Warp;

use crate::image::RgbImage;

/// Width and height.
type Size = (usize, usize);

/// What is done to all frames of a clip.
#[derive(Clone, Debug, PartialEq)]
pub struct Augment {
    /// Width and height of the frame for which the crop was drawn.
    pub frame: (usize, usize),
    pub crop: CropBox,
    pub flip: bool,
    pub warp: Option<Warp>,
    pub low_resolution: Option<LowResolution>,
    pub blur: Option<Blur>,
    /// In the order in which they are applied.
    pub jitter: Vec<Jitter>,
    pub light: Option<Light>,
    pub grey: bool,
    pub noise: Option<Noise>,
    pub jpeg: Option<Jpeg>,
    pub cutout: Option<Cutout>,
}

/// Memory to work in, used again for each frame. Nothing is handed on in it.
#[derive(Default)]
pub struct Scratch {
    resampler: Resampler,
    planes: blur::Planes,
    bytes: Vec<u8>,
    image: RgbImage,
}

impl Augment {
    /// A crop of a frame of this width and height, and nothing else.
    pub fn crop_only(frame: (usize, usize), crop: CropBox) -> Self {
        Self {
            frame,
            crop,
            flip: false,
            warp: None,
            low_resolution: None,
            blur: None,
            jitter: Vec::new(),
            light: None,
            grey: false,
            noise: None,
            jpeg: None,
            cutout: None,
        }
    }

    /// The part of a frame to keep. In a frame of another size than the first's it is the same part
    /// of the whole.
    pub fn crop_in(&self, width: usize, height: usize) -> CropBox {
        self.crop.scaled(self.frame, (width, height))
    }

    /// All but the crop, of a frame already cropped and brought to size: of the clip's frame of this
    /// number, rows of `width` RGB pixels.
    ///
    /// # Errors
    /// Bytes that are not whole rows, or none; a frame too large for a JPEG.
    pub fn finish(
        &self,
        pixels: &mut [u8],
        width: usize,
        number: usize,
        scratch: &mut Scratch,
    ) -> Result<(), String> {
        let height = pixels.len() / 3 / width.max(1);
        let size = (width, height);
        if pixels.is_empty() || pixels.len() != width * height * 3 {
            return Err(format!(
                "{} bytes are no frame of RGB pixels that is {width} wide",
                pixels.len()
            ));
        }
        if self.flip {
            mirror(pixels, width);
        }
        if let Some(warp) = &self.warp {
            warp.apply(pixels, size, &mut scratch.bytes);
        }
        if let Some(low) = self.low_resolution {
            low.apply(pixels, size, &mut scratch.resampler, &mut scratch.bytes)?;
        }
        if let Some(blur) = &self.blur {
            blur.apply(pixels, size, &mut scratch.planes);
        }
        for jitter in &self.jitter {
            jitter.apply(pixels);
        }
        if let Some(light) = &self.light {
            light.apply(pixels, size);
        }
        if self.grey {
            colour::to_grey(pixels);
        }
        if let Some(noise) = self.noise {
            noise.apply(pixels, number);
        }
        if let Some(jpeg) = self.jpeg {
            jpeg.apply(pixels, size, &mut scratch.bytes, &mut scratch.image)?;
        }
        if let Some(cutout) = self.cutout {
            cutout.apply(pixels, size);
        }
        Ok(())
    }
}

/// Mirrors each row of an RGB picture.
fn mirror(pixels: &mut [u8], width: usize) {
    let (pixels, _) = pixels.as_chunks_mut::<3>();
    pixels
        .chunks_exact_mut(width.max(1))
        .for_each(<[_]>::reverse);
}

#[cfg(test)]
mod tests;
