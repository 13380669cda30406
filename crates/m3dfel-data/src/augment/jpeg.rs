use jpeg_encoder::{ColorType, Encoder};

use super::Size;
use crate::image::RgbImage;

/// A frame coded and decoded again. Below a quality of 90 colours have half the resolution, as they
/// have in nearly all videos.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jpeg {
    /// 1 to 100.
    pub quality: u8,
}

impl Jpeg {
    /// `file` and `decoded` are memory.
    ///
    /// # Errors
    /// A frame of more than 65,535 pixels a side.
    pub(super) fn apply(
        self,
        pixels: &mut [u8],
        (width, height): Size,
        file: &mut Vec<u8>,
        decoded: &mut RgbImage,
    ) -> Result<(), String> {
        let side = |side: usize| {
            u16::try_from(side).map_err(|_| format!("{side} pixels are too many for a JPEG"))
        };
        file.clear();
        Encoder::new(&mut *file, self.quality.clamp(1, 100))
            .encode(pixels, side(width)?, side(height)?, ColorType::Rgb)
            .map_err(|e| format!("cannot be coded as a JPEG: {e}"))?;
        decoded.decode(file)?;
        if decoded.pixels().len() != pixels.len() {
            return Err("a JPEG of another size than its frame".into());
        }
        pixels.copy_from_slice(decoded.pixels());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(quality: u8, pixels: &mut [u8], size: Size) {
        Jpeg { quality }
            .apply(pixels, size, &mut Vec::new(), &mut RgbImage::default())
            .unwrap();
    }

    #[test]
    fn the_lower_the_quality_the_farther_from_the_frame() {
        let size = (48, 40);
        let wave = |at: usize, period: f64| ((at as f64 / period).sin() * 90.0 + 128.0) as u8;
        let picture: Vec<u8> = (0..size.0 * size.1)
            .flat_map(|at| [wave(at % 48 + 3 * (at / 48), 2.0); 3])
            .collect();
        let error = |quality| {
            let mut pixels = picture.clone();
            apply(quality, &mut pixels, size);
            let off = pixels
                .iter()
                .zip(&picture)
                .map(|(a, b)| f64::from(a.abs_diff(*b)));
            off.sum::<f64>() / picture.len() as f64
        };
        let errors = [80, 50, 20, 5].map(error);
        assert!(errors.is_sorted_by(|a, b| a < b), "{errors:?}");
        // It is the same picture still.
        assert!(errors[0] > 0.5 && errors[2] < 20.0, "{errors:?}");
    }

    #[test]
    fn frames_of_any_size_come_back() {
        for width in 1..20 {
            for height in 1..20 {
                let mut pixels = vec![120; width * height * 3];
                apply(50, &mut pixels, (width, height));
                let far = |value: &&u8| value.abs_diff(120) > 4;
                assert_eq!(pixels.iter().find(far), None, "{width} x {height}");
            }
        }
    }

    #[test]
    fn a_frame_too_wide_for_a_jpeg_is_an_error() {
        let wide = 1 << 16;
        let mut pixels = vec![0; wide * 3];
        let error = Jpeg { quality: 50 }
            .apply(
                &mut pixels,
                (wide, 1),
                &mut Vec::new(),
                &mut RgbImage::default(),
            )
            .unwrap_err();
        assert!(error.contains("65536"), "{error}");
    }
}
