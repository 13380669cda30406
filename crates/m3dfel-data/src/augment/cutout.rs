use rand::Rng;

use super::{CropBox, Size};

/// A rectangle of one colour over each frame: a hand, a caption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cutout {
    pub part: CropBox,
    pub colour: [u8; 3],
}

impl Cutout {
    /// The part of a frame's area that is covered.
    const SCALE: [f64; 2] = [0.02, 0.2];
    /// Width over height.
    const RATIO: [f64; 2] = [1.0 / 3.3, 1.0 / 0.3];

    /// As `torchvision.transforms.RandomErasing.get_params` draws it: none where ten tries give no
    /// rectangle smaller than the frame, as in a frame of one pixel.
    pub(super) fn draw((width, height): Size, rng: &mut impl Rng) -> Option<Self> {
        let part = (0..10)
            .filter_map(|_| CropBox::try_draw(width, height, Self::SCALE, Self::RATIO, rng))
            .find(|part| part.width < width && part.height < height)?;
        Some(Self {
            part,
            colour: rng.random(),
        })
    }

    pub(super) fn apply(self, pixels: &mut [u8], (width, _): Size) {
        let CropBox { left, top, .. } = self.part;
        let (pixels, _) = pixels.as_chunks_mut::<3>();
        let rows = pixels.chunks_exact_mut(width).skip(top);
        for row in rows.take(self.part.height) {
            let covered = row.iter_mut().skip(left).take(self.part.width);
            covered.for_each(|pixel| *pixel = self.colour);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};

    #[test]
    fn covers_a_fiftieth_to_a_fifth_of_a_frame_anywhere() {
        let mut rng = stream(Purpose::Clip, 8, 0, 0);
        const DRAWS: usize = 4000;
        let (mut mean, mut least, mut most) = (0.0, 1.0f64, 0.0f64);
        let (mut left, mut right) = (112, 0);
        for _ in 0..DRAWS {
            let Cutout { part, .. } = Cutout::draw((112, 112), &mut rng).unwrap();
            let area = (part.width * part.height) as f64 / (112.0 * 112.0);
            let ratio = part.height as f64 / part.width as f64;
            // Sides are rounded to pixels.
            assert!((0.0185..=0.205).contains(&area), "{part:?}");
            assert!((0.27..=3.6).contains(&ratio), "{part:?}");
            assert!(
                part.left + part.width <= 112 && part.top + part.height <= 112,
                "{part:?}"
            );
            mean += area / DRAWS as f64;
            (least, most) = (least.min(area), most.max(area));
            (left, right) = (left.min(part.left), right.max(part.left + part.width));
        }
        // Uniform: five standard deviations of the mean are 5 * 0.18 / sqrt(12) / sqrt(4000).
        assert!((mean - 0.11).abs() < 0.0041, "{mean}");
        assert!(least < 0.021 && most > 0.199, "{least} to {most}");
        assert_eq!((left, right), (0, 112));
    }

    #[test]
    fn never_covers_the_whole_of_a_small_frame() {
        for seed in 0..200 {
            let mut rng = stream(Purpose::Clip, seed, 0, 0);
            assert_eq!(Cutout::draw((1, 1), &mut rng), None);
            assert_eq!(Cutout::draw((1, 90), &mut rng), None);
            for side in 2..6 {
                if let Some(Cutout { part, .. }) = Cutout::draw((side, side), &mut rng) {
                    assert!(part.width < side && part.height < side);
                }
            }
        }
    }

    #[test]
    fn covers_its_part_and_nothing_else() {
        let part = CropBox {
            left: 1,
            top: 2,
            width: 2,
            height: 1,
        };
        let cutout = Cutout {
            part,
            colour: [1, 2, 3],
        };
        let mut pixels = vec![9; 4 * 4 * 3];
        cutout.apply(&mut pixels, (4, 4));
        let mut expected = vec![9; 48];
        expected[27..33].copy_from_slice(&[1, 2, 3, 1, 2, 3]);
        assert_eq!(pixels, expected);
        // A frame that ends before the part does is covered as far as it goes.
        let mut pixels = vec![9; 2 * 3 * 3];
        cutout.apply(&mut pixels, (2, 3));
        assert_eq!(pixels[15..], [1, 2, 3]);
        assert_eq!(pixels[..15], [9; 15]);
    }
}
