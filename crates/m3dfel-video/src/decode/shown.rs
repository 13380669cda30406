//! How a coded picture is shown: turned, and its pixels made square.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use m3dfel_data::image::RgbImage;

use super::orientation::Orientation;

/// How wide a coded pixel is shown, for its height: DVDs and old cameras write pictures narrower or wider than they are shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PixelShape(f64);

impl Default for PixelShape {
    fn default() -> Self {
        Self(1.0)
    }
}

impl PixelShape {
    /// What is less far from a square than this is one.
    pub const LEAST: f64 = 0.01;
    /// Nobody's pixels are wider, or narrower, than so many times their height: a file that says so is wrong.
    pub const MOST: f64 = 4.0;

    /// Of `width` to `height`; a square where either is none, or where they cannot be.
    pub fn new(width: u32, height: u32) -> Self {
        let ratio = f64::from(width) / f64::from(height);
        let is_shape = ratio.is_finite()
            && (1.0 / Self::MOST..=Self::MOST).contains(&ratio)
            && (ratio - 1.0).abs() >= Self::LEAST;
        Self(if is_shape { ratio } else { 1.0 })
    }

    pub fn is_square(self) -> bool {
        self == Self::default()
    }

    /// Of a picture whose rows have become columns.
    fn transposed(self) -> Self {
        Self(1.0 / self.0)
    }

    /// The size at which pixels are square: as high, and as wide as it takes.
    fn size(self, (width, height): (usize, usize)) -> (usize, usize) {
        (((width as f64 * self.0).round() as usize).max(1), height)
    }
}

/// What is done to a coded picture before anybody sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shown {
    pub pixel: PixelShape,
    pub orientation: Orientation,
}

impl Shown {
    /// The size as shown, of a size as coded.
    pub fn size(self, coded: (usize, usize)) -> (usize, usize) {
        let pixel = match self.orientation.transposes() {
            true => self.pixel.transposed(),
            false => self.pixel,
        };
        pixel.size(self.orientation.size(coded))
    }

    /// The picture as shown; None where there is no memory of such a size.
    pub fn show(self, coded: RgbImage) -> Option<RgbImage> {
        let (width, height) = self.size((coded.width(), coded.height()));
        let turned = self.orientation.turn(coded);
        if self.pixel.is_square() {
            Some(turned)
        } else {
            stretched(&turned, width, height)
        }
    }
}

fn stretched(image: &RgbImage, width: usize, height: usize) -> Option<RgbImage> {
    let side = |side: usize| u32::try_from(side).ok();
    let (from_width, from_height) = (side(image.width())?, side(image.height())?);
    let mut pixels = vec![0; width.checked_mul(height)?.checked_mul(3)?];
    let from = TypedImageRef::<U8x3>::from_buffer(from_width, from_height, image.pixels());
    let to = TypedImage::<U8x3>::from_buffer(side(width)?, side(height)?, &mut pixels);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    let mut resizer = Resizer::new();
    resizer
        .resize_typed(&from.ok()?, &mut to.ok()?, &options)
        .ok()?;
    RgbImage::new(width, height, pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_shape_is_a_square() {
        for (width, height) in [(1, 1), (0, 1), (1, 0), (0, 0), (1000, 1001), (9, 1), (1, 9)] {
            assert!(
                PixelShape::new(width, height).is_square(),
                "{width}:{height}"
            );
        }
        assert!(!PixelShape::new(16, 15).is_square());
    }

    #[test]
    fn a_dvds_picture_is_as_wide_as_it_is_shown() {
        // PAL, 16:9: 720 x 576 pixels, each 64:45.
        let shown = Shown {
            pixel: PixelShape::new(64, 45),
            orientation: Orientation::default(),
        };
        assert_eq!(shown.size((720, 576)), (1024, 576));
        let turned = Shown {
            orientation: Orientation::from_turn([0, 1 << 16, -(1 << 16), 0]),
            ..shown
        };
        // As wide as it takes, not as high: as ffmpeg has it.
        assert_eq!(turned.size((720, 576)), (405, 720));
    }

    #[test]
    fn what_is_in_the_picture_is_stretched_with_it() {
        // Left half black, right half white; the left pixel of the upper row is red.
        let pixels = (0..12 * 8).flat_map(|k| match k {
            0 => [255, 0, 0],
            k if k % 12 < 6 => [0; 3],
            _ => [255; 3],
        });
        let coded = RgbImage::new(12, 8, pixels.collect()).unwrap();
        for (width, height, across) in [(2, 1, 24), (1, 2, 6)] {
            let shown = Shown {
                pixel: PixelShape::new(width, height),
                ..Shown::default()
            };
            let image = shown.show(coded.clone()).unwrap();
            assert_eq!((image.width(), image.height()), (across, 8));
            assert_eq!(shown.size((12, 8)), (across, 8));
            let at = |x: usize, y: usize| &image.pixels()[(y * across + x) * 3..][..3];
            assert!(at(across / 2 - 2, 4).iter().all(|&v| v < 10));
            assert!(at(across / 2 + 1, 4).iter().all(|&v| v > 245));
            assert!(at(0, 0)[0] > 100 && at(0, 0)[1] < 60, "{:?}", at(0, 0));
        }
        assert_eq!(Shown::default().show(coded.clone()), Some(coded));
    }
}
