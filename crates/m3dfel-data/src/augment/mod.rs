//! What training does to a clip's pixels, by torchvision's rules: random resized crop, horizontal
//! flip, colour jitter, in this order. One draw holds for all frames of a clip.

mod colour;
mod crop;

use rand::Rng;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

pub use colour::Jitter;
pub use crop::{CropBox, Resampler};

use crate::{Error, Result};

/// What may be drawn. The defaults are torchvision's, and the published 0.4 for the colours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AugmentOptions {
    /// The least and the largest part of a frame's area that a crop keeps.
    pub crop_scale: [f64; 2],
    /// The least and the largest width of a crop over its height.
    pub crop_ratio: [f64; 2],
    /// The probability that a clip is mirrored.
    pub flip: f64,
    /// Brightness, contrast and saturation are each multiplied by a factor from `1 - j` to `1 + j`.
    pub colour_jitter: f64,
}

impl Default for AugmentOptions {
    fn default() -> Self {
        Self {
            crop_scale: [0.08, 1.0],
            crop_ratio: [3.0 / 4.0, 4.0 / 3.0],
            flip: 0.5,
            colour_jitter: 0.4,
        }
    }
}

impl AugmentOptions {
    /// # Errors
    /// A value that has no meaning, by its name.
    pub fn validate(&self) -> Result<()> {
        let rule = |good: bool, text: String| {
            if good {
                Ok(())
            } else {
                Err(Error::Options(text))
            }
        };
        let [s0, s1] = self.crop_scale;
        rule(
            0.0 < s0 && s0 <= s1 && s1 <= 1.0,
            format!("crop_scale = [{s0}, {s1}]: must be 0 < min <= max <= 1"),
        )?;
        let [r0, r1] = self.crop_ratio;
        let good = 0.0 < r0 && r0 <= r1 && r1.is_finite();
        rule(
            good,
            format!("crop_ratio = [{r0}, {r1}]: must be 0 < min <= max"),
        )?;
        rule(
            (0.0..=1.0).contains(&self.flip),
            format!("flip = {}: must be 0 to 1", self.flip),
        )?;
        let jitter = self.colour_jitter;
        rule(
            jitter.is_finite() && jitter >= 0.0,
            format!("colour_jitter = {jitter}: must be 0 or more"),
        )
    }

    /// Draws what is done to one clip, whose first frame has this size.
    ///
    /// The options must be valid.
    pub(crate) fn draw(&self, width: usize, height: usize, rng: &mut impl Rng) -> Augment {
        Augment {
            frame: (width, height),
            crop: CropBox::draw(width, height, self.crop_scale, self.crop_ratio, rng),
            flip: rng.random_bool(self.flip),
            jitter: self.draw_jitter(rng),
        }
    }

    /// Factors and order as `torchvision.transforms.ColorJitter.get_params` draws them; in single
    /// precision, as there.
    fn draw_jitter(&self, rng: &mut impl Rng) -> Vec<Jitter> {
        if self.colour_jitter == 0.0 {
            return Vec::new();
        }
        let (least, most) = (
            (1.0 - self.colour_jitter).max(0.0) as f32,
            (1.0 + self.colour_jitter) as f32,
        );
        let mut jitter = [Jitter::Brightness, Jitter::Contrast, Jitter::Saturation]
            .map(|kind| kind(rng.random_range(least..=most)))
            .to_vec();
        jitter.shuffle(rng);
        jitter
    }
}

/// What is done to all frames of a clip.
#[derive(Clone, Debug, PartialEq)]
pub struct Augment {
    /// Width and height of the frame for which the crop was drawn.
    pub frame: (usize, usize),
    pub crop: CropBox,
    pub flip: bool,
    /// In the order in which they are applied.
    pub jitter: Vec<Jitter>,
}

impl Augment {
    /// The part of a frame to keep. In a frame of another size than the first's it is the same part
    /// of the whole.
    pub fn crop_in(&self, width: usize, height: usize) -> CropBox {
        self.crop.scaled(self.frame, (width, height))
    }

    /// Flip and colours, of a frame already cropped and brought to size.
    pub fn finish(&self, pixels: &mut [u8], width: usize) {
        if self.flip {
            mirror(pixels, width);
        }
        for jitter in &self.jitter {
            jitter.apply(pixels);
        }
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
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};

    #[test]
    fn draws_within_the_limits_and_all_of_them() {
        let options = AugmentOptions::default();
        let mut rng = stream(Purpose::Clip, 3, 0, 0);
        const DRAWS: usize = 6000;
        let draws: Vec<Augment> = (0..DRAWS)
            .map(|_| options.draw(224, 224, &mut rng))
            .collect();

        let flips = draws.iter().filter(|draw| draw.flip).count();
        // Five standard deviations of a binomial count are 194.
        assert!(flips.abs_diff(DRAWS / 2) < 194, "{flips} flips");

        let mut orders = std::collections::HashMap::new();
        let mut factors: [Vec<f32>; 3] = Default::default();
        for draw in &draws {
            let order: Vec<usize> = draw
                .jitter
                .iter()
                .map(|jitter| {
                    let (kind, factor) = match *jitter {
                        Jitter::Brightness(factor) => (0, factor),
                        Jitter::Contrast(factor) => (1, factor),
                        Jitter::Saturation(factor) => (2, factor),
                    };
                    factors[kind].push(factor);
                    kind
                })
                .collect();
            *orders.entry(order).or_insert(0usize) += 1;
        }
        assert_eq!(orders.len(), 6, "all orders occur");
        assert!(
            orders.values().all(|count| count.abs_diff(DRAWS / 6) < 145),
            "{orders:?}"
        );
        for factors in factors {
            assert_eq!(factors.len(), DRAWS);
            let (least, most) = factors
                .iter()
                .fold((2.0f32, 0.0f32), |(a, b), &f| (a.min(f), b.max(f)));
            let mean = factors.iter().sum::<f32>() / DRAWS as f32;
            assert!(
                (0.6..0.61).contains(&least) && (1.39..=1.4).contains(&most),
                "{least} to {most}"
            );
            // Five standard deviations of the mean: 5 * 0.8 / sqrt(12) / sqrt(6000).
            assert!((mean - 1.0).abs() < 0.015, "{mean}");
        }
    }

    #[test]
    fn mirrors_rows() {
        let mut pixels: Vec<u8> = (0..18).collect();
        mirror(&mut pixels, 3);
        assert_eq!(
            pixels,
            [6, 7, 8, 3, 4, 5, 0, 1, 2, 15, 16, 17, 12, 13, 14, 9, 10, 11]
        );
    }

    #[test]
    fn without_augmentation_nothing_is_drawn() {
        let none = AugmentOptions {
            crop_scale: [1.0, 1.0],
            crop_ratio: [1.0, 1.0],
            flip: 0.0,
            colour_jitter: 0.0,
        };
        none.validate().unwrap();
        let draw = none.draw(50, 50, &mut stream(Purpose::Clip, 0, 0, 0));
        let mut pixels: Vec<u8> = (0..48).collect();
        draw.finish(&mut pixels, 4);
        assert_eq!(pixels, (0..48).collect::<Vec<u8>>());
        assert_eq!(
            draw.crop_in(50, 50),
            CropBox {
                left: 0,
                top: 0,
                width: 50,
                height: 50
            }
        );
    }

    #[test]
    fn refuses_values_without_meaning() {
        let good = AugmentOptions::default();
        let bad = [
            AugmentOptions {
                crop_scale: [0.0, 1.0],
                ..good.clone()
            },
            AugmentOptions {
                crop_scale: [0.5, 0.4],
                ..good.clone()
            },
            AugmentOptions {
                crop_scale: [0.5, 1.1],
                ..good.clone()
            },
            AugmentOptions {
                crop_ratio: [2.0, f64::INFINITY],
                ..good.clone()
            },
            AugmentOptions {
                crop_ratio: [f64::NAN, 1.0],
                ..good.clone()
            },
            AugmentOptions {
                flip: 1.5,
                ..good.clone()
            },
            AugmentOptions {
                colour_jitter: -0.1,
                ..good
            },
        ];
        for options in bad {
            assert!(options.validate().is_err(), "{options:?}");
        }
    }
}
