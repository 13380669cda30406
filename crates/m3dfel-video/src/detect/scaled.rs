//! A picture at the size at which faces are looked for.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use m3dfel_data::image::RgbImage;

use crate::{Error, Result};

/// Makes pictures smaller, into the same memory each time.
pub struct Scaler {
    resizer: Resizer,
    side: u32,
    pixels: Vec<u8>,
}

/// A picture made smaller.
pub struct Scaled<'a> {
    /// Rows of `width` pixels of three bytes.
    pub pixels: &'a [u8],
    pub width: u32,
    pub height: u32,
    /// What its lengths are to be multiplied with to be the picture's.
    pub factor: f32,
}

impl Scaler {
    /// `side` is how long the longer side shall be at most.
    pub fn new(side: u32) -> Self {
        Self {
            resizer: Resizer::new(),
            side,
            pixels: Vec::new(),
        }
    }

    pub fn scale<'a>(&'a mut self, image: &'a RgbImage) -> Result<Scaled<'a>> {
        let bad = |e: &dyn std::fmt::Display| Error::Detector {
            what: format!("cannot scale a frame: {e}"),
        };
        let size = |side: usize| u32::try_from(side).map_err(|e| bad(&e));
        let (width, height) = (size(image.width())?, size(image.height())?);
        let longer = width.max(height);
        if longer <= self.side {
            return Ok(Scaled {
                pixels: image.pixels(),
                width,
                height,
                factor: 1.0,
            });
        }
        let factor = longer as f32 / self.side as f32;
        let small = |side: u32| ((side as f32 / factor).round() as u32).max(1);
        let source = TypedImageRef::<U8x3>::from_buffer(width, height, image.pixels())
            .map_err(|e| bad(&e))?;
        let (across, down) = (small(width), small(height));
        self.pixels.resize(across as usize * down as usize * 3, 0);
        let mut target =
            TypedImage::<U8x3>::from_buffer(across, down, &mut self.pixels).map_err(|e| bad(&e))?;
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
        // Not `resize`, which compiles for all kinds of pixels, for minutes.
        self.resizer
            .resize_typed(&source, &mut target, &options)
            .map_err(|e| bad(&e))?;
        Ok(Scaled {
            pixels: &self.pixels,
            width: across,
            height: down,
            factor,
        })
    }
}

impl Scaled<'_> {
    /// Its luma (BT.601), a byte a pixel.
    pub fn grey(&self, out: &mut Vec<u8>) {
        let luma = |p: &[u8]| {
            let [r, g, b] = [p[0], p[1], p[2]].map(u32::from);
            ((r * 77 + g * 150 + b * 29 + 128) >> 8) as u8
        };
        out.clear();
        out.extend(self.pixels.chunks_exact(3).map(luma));
    }
}
