use super::{Resampler, Size};

/// A face far away: few pixels, made many again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LowResolution {
    /// Of a frame's width and height, what is left of them.
    pub scale: f64,
}

impl LowResolution {
    /// `small` is memory.
    ///
    /// # Errors
    /// Those of the resampler, which are none for a frame.
    pub(super) fn apply(
        self,
        pixels: &mut [u8],
        size: Size,
        resampler: &mut Resampler,
        small: &mut Vec<u8>,
    ) -> Result<(), String> {
        let side = |side: usize| ((side as f64 * self.scale).round() as usize).clamp(1, side);
        let low = (side(size.0), side(size.1));
        if low == size {
            return Ok(());
        }
        small.resize(low.0 * low.1 * 3, 0);
        resampler.scale(pixels, size, small, low)?;
        resampler.scale(small, low, pixels, size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(scale: f64, pixels: &mut [u8], size: Size) {
        LowResolution { scale }
            .apply(pixels, size, &mut Resampler::default(), &mut Vec::new())
            .unwrap();
    }

    /// A board of squares, each of so many pixels, 48 x 48.
    fn board(square: usize) -> Vec<u8> {
        (0..48 * 48)
            .flat_map(|at| [255 * ((at % 48 / square + at / 48 / square) % 2) as u8; 3])
            .collect()
    }

    fn contrast(pixels: &[u8]) -> f64 {
        let mean = pixels.iter().map(|&v| f64::from(v)).sum::<f64>() / pixels.len() as f64;
        let square = pixels.iter().map(|&v| (f64::from(v) - mean).powi(2));
        (square.sum::<f64>() / pixels.len() as f64).sqrt()
    }

    #[test]
    fn what_is_fine_is_lost_and_what_is_large_stays() {
        for (scale, square, kept) in [
            (0.25, 1, 0.0..0.1),
            (0.25, 12, 0.6..0.9),
            (0.5, 1, 0.0..0.1),
            (0.5, 12, 0.75..0.98),
        ] {
            let mut pixels = board(square);
            apply(scale, &mut pixels, (48, 48));
            let share = contrast(&pixels) / contrast(&board(square));
            assert!(kept.contains(&share), "{scale} of {square}: {share}");
        }
    }

    #[test]
    fn its_whole_size_and_one_colour_stay_as_they_are() {
        let mut pixels = board(1);
        apply(1.0, &mut pixels, (48, 48));
        assert_eq!(pixels, board(1));
        let mut pixels = [10, 200, 77].repeat(31 * 17);
        apply(0.3, &mut pixels, (31, 17));
        assert_eq!(pixels, [10, 200, 77].repeat(31 * 17));
    }

    #[test]
    fn even_nothing_of_it_is_a_pixel() {
        let mut pixels: Vec<u8> = (0..27).collect();
        apply(0.0, &mut pixels, (3, 3));
        let (all, _) = pixels.as_chunks::<3>();
        assert!(all.iter().all(|pixel| pixel == &all[0]));
    }
}
