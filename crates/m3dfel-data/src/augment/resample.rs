use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

use super::{CropBox, Size};
use crate::image::RgbImage;

/// Crops and resizes as PIL does: bilinear with antialiasing.
#[derive(Default)]
pub struct Resampler {
    resizer: Resizer,
    crop: Vec<u8>,
    half: Vec<u8>,
}

impl Resampler {
    /// A part of a picture, at `size` x `size`, into `out` of `size * size * 3` bytes.
    ///
    /// The crop is copied out first: a filter that may look beyond the crop's edge differs from
    /// torchvision's by up to 12 levels.
    ///
    /// # Errors
    /// A box outside the picture, an `out` of another length.
    pub fn resize(
        &mut self,
        image: &RgbImage,
        part: CropBox,
        size: usize,
        out: &mut [u8],
    ) -> Result<(), String> {
        let CropBox {
            left,
            top,
            width,
            height,
        } = part;
        let inside = left + width <= image.width()
            && top + height <= image.height()
            && width > 0
            && height > 0;
        if !inside || out.len() != size * size * 3 {
            return Err(format!(
                "cannot cut {part:?} from {} x {}",
                image.width(),
                image.height()
            ));
        }
        let source = if part == CropBox::whole(image.width(), image.height()) {
            image.pixels()
        } else {
            self.crop.clear();
            for row in image
                .pixels()
                .chunks_exact(image.width() * 3)
                .skip(top)
                .take(height)
            {
                self.crop
                    .extend_from_slice(&row[left * 3..(left + width) * 3]);
            }
            &self.crop
        };
        let sizes = [(width, height), (size, size)];
        two_passes(&mut self.resizer, &mut self.half, source, out, sizes)
    }

    /// A picture at another size, each of as many bytes as its size has.
    ///
    /// # Errors
    /// Bytes that are not of their size.
    pub(super) fn scale(
        &mut self,
        from: &[u8],
        from_size: Size,
        to: &mut [u8],
        to_size: Size,
    ) -> Result<(), String> {
        let sizes = [from_size, to_size];
        two_passes(&mut self.resizer, &mut self.half, from, to, sizes)
    }
}

/// Rows, then columns, as PIL: in one call the library takes them the other way round, which rounds
/// the values between them differently. `half` is memory for those.
fn two_passes(
    resizer: &mut Resizer,
    half: &mut Vec<u8>,
    from: &[u8],
    to: &mut [u8],
    [from_size, to_size]: [Size; 2],
) -> Result<(), String> {
    let half_size = (to_size.0, from_size.1);
    half.resize(half_size.0 * half_size.1 * 3, 0);
    pass(resizer, from, from_size, half, half_size)?;
    pass(resizer, half, half_size, to, to_size)
}

fn pass(
    resizer: &mut Resizer,
    from: &[u8],
    from_size: Size,
    to: &mut [u8],
    to_size: Size,
) -> Result<(), String> {
    let side = |side: usize| u32::try_from(side).map_err(|_| format!("{side} pixels are too many"));
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    let (from_width, from_height) = (side(from_size.0)?, side(from_size.1)?);
    let (to_width, to_height) = (side(to_size.0)?, side(to_size.1)?);
    let from = TypedImageRef::<U8x3>::from_buffer(from_width, from_height, from)
        .map_err(|e| e.to_string())?;
    let mut to =
        TypedImage::<U8x3>::from_buffer(to_width, to_height, to).map_err(|e| e.to_string())?;
    // `resize` would have the compiler make code for all 13 kinds of pixels, which takes minutes.
    resizer
        .resize_typed(&from, &mut to, &options)
        .map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_a_box_outside_the_picture() {
        let image = RgbImage::new(4, 4, vec![0; 48]).unwrap();
        let part = CropBox {
            left: 2,
            top: 0,
            width: 3,
            height: 4,
        };
        assert!(
            Resampler::default()
                .resize(&image, part, 8, &mut [0; 192])
                .is_err()
        );
        assert!(
            Resampler::default()
                .resize(&image, CropBox::whole(4, 4), 8, &mut [0; 191])
                .is_err()
        );
    }
}
