use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::{Augment, Blur, CropBox, Cutout, Jitter, Jpeg, LowResolution, Noise, Size};
use crate::{Error, Result};

/// What may be drawn. The defaults are torchvision's, and the published 0.4 for the colours; what
/// `greyscale` and those after it do is off.
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
    /// The probability that a clip loses its colours.
    pub greyscale: f64,
    /// The probability that a clip is blurred.
    pub blur: f64,
    /// The least and the largest deviation of that blur, in pixels of what the model sees.
    pub blur_sigma: [f64; 2],
    /// The largest deviation of a clip's sensor noise, in steps of a byte; drawn from 0 to it.
    pub noise: f64,
    /// The probability that a clip is brought down to a quarter to the whole of its size, and back.
    pub low_resolution: f64,
    /// The probability that each frame is coded as a JPEG, of a quality from 20 to 80.
    pub jpeg: f64,
    /// The probability that a rectangle of one colour covers 2 to 20 % of a clip.
    pub cutout: f64,
}

impl Default for AugmentOptions {
    fn default() -> Self {
        Self {
            crop_scale: [0.08, 1.0],
            crop_ratio: [3.0 / 4.0, 4.0 / 3.0],
            flip: 0.5,
            colour_jitter: 0.4,
            greyscale: 0.0,
            blur: 0.0,
            blur_sigma: [0.1, 2.0],
            noise: 0.0,
            low_resolution: 0.0,
            jpeg: 0.0,
            cutout: 0.0,
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
        for (name, probability) in [
            ("flip", self.flip),
            ("greyscale", self.greyscale),
            ("blur", self.blur),
            ("low_resolution", self.low_resolution),
            ("jpeg", self.jpeg),
            ("cutout", self.cutout),
        ] {
            rule(
                (0.0..=1.0).contains(&probability),
                format!("{name} = {probability}: must be 0 to 1"),
            )?;
        }
        let jitter = self.colour_jitter;
        rule(
            jitter.is_finite() && jitter >= 0.0,
            format!("colour_jitter = {jitter}: must be 0 or more"),
        )?;
        let ([b0, b1], most) = (self.blur_sigma, Blur::MOST);
        rule(
            0.0 < b0 && b0 <= b1 && b1 <= most,
            format!("blur_sigma = [{b0}, {b1}]: must be 0 < min <= max <= {most}"),
        )?;
        rule(
            (0.0..=255.0).contains(&self.noise),
            format!("noise = {}: must be 0 to 255", self.noise),
        )
    }

    /// Draws what is done to one clip, whose first frame has the size `frame`, and which the model
    /// sees at `size` x `size`.
    ///
    /// The options must be valid.
    pub(crate) fn draw(&self, frame: Size, size: usize, rng: &mut impl Rng) -> Augment {
        let (width, height) = frame;
        let crop = CropBox::draw(width, height, self.crop_scale, self.crop_ratio, rng);
        let flip = rng.random_bool(self.flip);
        let jitter = self.draw_jitter(rng);
        // A stream for each kind: one that is turned on or off leaves the others as they are.
        let mut own = || ChaCha8Rng::seed_from_u64(rng.random());
        Augment {
            frame,
            crop,
            flip,
            jitter,
            low_resolution: sometimes(self.low_resolution, own(), |rng| LowResolution {
                scale: rng.random_range(0.25..=1.0),
            }),
            blur: sometimes(self.blur, own(), |rng| {
                Blur::new(rng.random_range(self.blur_sigma[0]..=self.blur_sigma[1]))
            }),
            grey: sometimes(self.greyscale, own(), |_| ()).is_some(),
            noise: sometimes(f64::from(self.noise > 0.0), own(), |rng| Noise {
                deviation: rng.random_range(0.0..=self.noise) as f32,
                seed: rng.random(),
            }),
            jpeg: sometimes(self.jpeg, own(), |rng| Jpeg {
                quality: rng.random_range(20..=80),
            }),
            cutout: sometimes(self.cutout, own(), |rng| Cutout::draw((size, size), rng)).flatten(),
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

fn sometimes<T>(
    probability: f64,
    mut rng: ChaCha8Rng,
    draw: impl FnOnce(&mut ChaCha8Rng) -> T,
) -> Option<T> {
    rng.random_bool(probability).then(|| draw(&mut rng))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};

    fn draws(options: &AugmentOptions, count: u64) -> Vec<Augment> {
        (0..count)
            .map(|clip| options.draw((224, 224), 112, &mut stream(Purpose::Clip, 3, 0, clip)))
            .collect()
    }

    #[test]
    fn draws_within_the_limits_and_all_of_them() {
        const DRAWS: usize = 6000;
        let draws = draws(&AugmentOptions::default(), DRAWS as u64);

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

    /// All that is new, half the time.
    fn strong() -> AugmentOptions {
        AugmentOptions {
            greyscale: 0.5,
            blur: 0.5,
            noise: 10.0,
            low_resolution: 0.5,
            jpeg: 0.5,
            cutout: 0.5,
            ..Default::default()
        }
    }

    #[test]
    fn degradations_are_drawn_as_often_and_as_far_as_asked_for() {
        const DRAWS: usize = 4000;
        let draws = draws(&strong(), DRAWS as u64);
        let count = |has: fn(&Augment) -> bool| draws.iter().filter(|draw| has(draw)).count();
        for (name, often) in [
            ("grey", count(|draw| draw.grey)),
            ("blur", count(|draw| draw.blur.is_some())),
            (
                "low resolution",
                count(|draw| draw.low_resolution.is_some()),
            ),
            ("jpeg", count(|draw| draw.jpeg.is_some())),
            ("cutout", count(|draw| draw.cutout.is_some())),
            // Drawn by themselves, not all at once.
            (
                "grey or blur",
                count(|draw| draw.grey != draw.blur.is_some()),
            ),
            (
                "jpeg or cutout",
                count(|draw| draw.jpeg.is_some() != draw.cutout.is_some()),
            ),
        ] {
            // Five standard deviations of a binomial count are 158.
            assert!(often.abs_diff(DRAWS / 2) < 158, "{name}: {often}");
        }
        let spans = |values: Vec<f64>, least: f64, most: f64| {
            let (a, b) = values
                .iter()
                .fold((most, least), |(a, b), &v| (a.min(v), b.max(v)));
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let span = most - least;
            assert!(
                least <= a && a < least + 0.02 * span,
                "{a} of {least} to {most}"
            );
            assert!(
                most - 0.02 * span < b && b <= most,
                "{b} of {least} to {most}"
            );
            // Five standard deviations of the mean of 1700 uniform values.
            assert!((mean - (least + most) / 2.0).abs() < 0.035 * span, "{mean}");
        };
        let scale = |draw: &Augment| draw.low_resolution.map(|low| low.scale);
        spans(draws.iter().filter_map(scale).collect(), 0.25, 1.0);
        let deviation = |draw: &Augment| draw.noise.map(|noise| f64::from(noise.deviation));
        spans(draws.iter().filter_map(deviation).collect(), 0.0, 10.0);
        let quality = |draw: &Augment| draw.jpeg.map(|jpeg| f64::from(jpeg.quality));
        spans(draws.iter().filter_map(quality).collect(), 20.0, 80.0);
    }

    #[test]
    fn turning_one_on_leaves_the_draws_of_the_others_as_they_are() {
        let all = draws(&strong(), 50);
        for (clip, plain) in draws(&AugmentOptions::default(), 50)
            .into_iter()
            .enumerate()
        {
            let without = Augment::crop_only(plain.frame, plain.crop);
            let expected = Augment {
                flip: plain.flip,
                jitter: plain.jitter.clone(),
                ..without
            };
            assert_eq!(plain, expected, "all that is new is off");
            assert_eq!(all[clip].crop, plain.crop);
            assert_eq!(all[clip].flip, plain.flip);
            assert_eq!(all[clip].jitter, plain.jitter);
        }
        let fewer = draws(
            &AugmentOptions {
                blur: 0.0,
                greyscale: 1.0,
                ..strong()
            },
            50,
        );
        for (fewer, all) in fewer.into_iter().zip(all) {
            let expected = Augment {
                blur: None,
                grey: true,
                ..all
            };
            assert_eq!(fewer, expected);
        }
    }

    #[test]
    fn refuses_values_without_meaning() {
        let good = AugmentOptions::default();
        type Change = fn(&mut AugmentOptions);
        let bad: [(&str, Change); 16] = [
            ("crop_scale", |o| o.crop_scale = [0.0, 1.0]),
            ("crop_scale", |o| o.crop_scale = [0.5, 0.4]),
            ("crop_scale", |o| o.crop_scale = [0.5, 1.1]),
            ("crop_ratio", |o| o.crop_ratio = [2.0, f64::INFINITY]),
            ("crop_ratio", |o| o.crop_ratio = [f64::NAN, 1.0]),
            ("flip", |o| o.flip = 1.5),
            ("colour_jitter", |o| o.colour_jitter = -0.1),
            ("greyscale", |o| o.greyscale = -0.1),
            ("blur =", |o| o.blur = f64::NAN),
            ("blur_sigma", |o| o.blur_sigma = [0.0, 1.0]),
            ("blur_sigma", |o| o.blur_sigma = [2.0, 1.0]),
            ("blur_sigma", |o| o.blur_sigma = [1.0, 1000.0]),
            ("noise", |o| o.noise = 256.0),
            ("low_resolution", |o| o.low_resolution = 2.0),
            ("jpeg", |o| o.jpeg = f64::INFINITY),
            ("cutout", |o| o.cutout = -1.0),
        ];
        for (name, change) in bad {
            let mut options = good.clone();
            change(&mut options);
            let error = options.validate().unwrap_err().to_string();
            assert!(
                error.starts_with(name) && error.contains("must be"),
                "{error}"
            );
        }
    }

    #[test]
    fn keys_that_are_left_out_are_off_and_wrong_ones_are_refused() {
        let read = |text: &str| serde_json::from_str::<AugmentOptions>(text);
        assert_eq!(read("{}").unwrap(), AugmentOptions::default());
        let some = read(r#"{"blur": 0.3, "blur_sigma": [0.5, 1.5], "noise": 4}"#).unwrap();
        assert_eq!(
            (some.blur, some.blur_sigma, some.noise),
            (0.3, [0.5, 1.5], 4.0)
        );
        assert!(
            read(r#"{"blurr": 0.3}"#)
                .unwrap_err()
                .to_string()
                .contains("blurr")
        );
    }
}
