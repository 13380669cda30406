use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{
    Augment, AugmentOptions, Blur, CropBox, Cutout, Field, Jitter, Jpeg, Light, LowResolution,
    Noise, Size, Warp,
};

impl AugmentOptions {
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
            noise: sometimes(certain(self.noise), own(), |rng| Noise {
                deviation: rng.random_range(0.0..=self.noise) as f32,
                seed: rng.random(),
            }),
            jpeg: sometimes(self.jpeg, own(), |rng| Jpeg {
                quality: rng.random_range(20..=80),
            }),
            cutout: sometimes(self.cutout, own(), |rng| Cutout::draw((size, size), rng)).flatten(),
            warp: sometimes(certain(self.rotate + self.warp), own(), |rng| Warp {
                turn: rng.random_range(-self.rotate..=self.rotate).to_radians() as f32,
                shifts: Field::draw(self.warp, rng),
            }),
            light: sometimes(certain(self.light), own(), |rng| Light {
                logarithm: Field::draw(self.light, rng),
            }),
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

/// Always, unless it is turned off.
fn certain(size: f64) -> f64 {
    f64::from(size > 0.0)
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

    /// A published run draws these again: a change here changes every run there has been.
    #[test]
    fn the_published_recipe_draws_what_it_always_drew() {
        let draw =
            AugmentOptions::default().draw((640, 480), 112, &mut stream(Purpose::Clip, 7, 0, 0));
        let part = CropBox {
            left: 4,
            top: 31,
            width: 481,
            height: 410,
        };
        let expected = Augment {
            flip: false,
            jitter: vec![
                Jitter::Brightness(0.7731274),
                Jitter::Saturation(1.2196143),
                Jitter::Contrast(0.8161696),
            ],
            ..Augment::crop_only((640, 480), part)
        };
        assert_eq!(draw, expected);
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
            rotate: 10.0,
            warp: 0.02,
            light: 0.2,
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
        let turn = |draw: &Augment| {
            draw.warp
                .as_ref()
                .map(|warp| f64::from(warp.turn).to_degrees())
        };
        spans(draws.iter().filter_map(turn).collect(), -10.0, 10.0);
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
}
