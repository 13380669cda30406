use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

/// A sensor's noise: Gaussian, another value for each byte of each frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// In steps of a byte.
    pub deviation: f32,
    /// What the values are drawn from.
    pub seed: u64,
}

impl Noise {
    /// The noise of the clip's frame of this number.
    pub(super) fn apply(self, pixels: &mut [u8], frame: usize) {
        // Keyed by the frame, so that none depends on how many were read before it.
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(frame as u64);
        for value in pixels {
            let noise: f32 = rng.sample(StandardNormal);
            // The cast cuts the fraction off, and keeps the sum within a byte.
            *value = (f32::from(*value) + self.deviation * noise + 0.5) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_deviation_asked_for_and_no_mean() {
        for deviation in [0.7f32, 5.0, 20.0] {
            let noise = Noise { deviation, seed: 4 };
            let mut pixels = vec![128; 90_000];
            noise.apply(&mut pixels, 0);
            let of = |power: i32| {
                let sum: f64 = pixels
                    .iter()
                    .map(|&v| (f64::from(v) - 128.0).powi(power))
                    .sum();
                sum / pixels.len() as f64
            };
            // Rounding to bytes adds a variance of 1/12. Tolerances are five standard deviations.
            let expected = f64::from(deviation).powi(2) + 1.0 / 12.0;
            let (mean, variance) = (of(1), of(2));
            assert!(mean.abs() < 5.0 * expected.sqrt() / 300.0, "{mean}");
            assert!(
                (variance / expected - 1.0).abs() < 5.0 * 2f64.sqrt() / 300.0,
                "{variance}"
            );
            let kurtosis = of(4) / variance.powi(2);
            assert!(
                (kurtosis - 3.0).abs() < 0.15,
                "a Gaussian's is 3, not {kurtosis}"
            );
        }
    }

    #[test]
    fn each_frame_has_its_own_and_always_the_same() {
        let noise = Noise {
            deviation: 5.0,
            seed: 9,
        };
        let frame = |number| {
            let mut pixels = vec![100; 300];
            noise.apply(&mut pixels, number);
            pixels
        };
        assert_eq!(frame(3), frame(3));
        assert_ne!(frame(3), frame(4));
    }

    #[test]
    fn stays_within_bytes() {
        let noise = Noise {
            deviation: 255.0,
            seed: 1,
        };
        let mut pixels = [0, 255].repeat(500);
        noise.apply(&mut pixels, 0);
        let (pairs, _) = pixels.as_chunks::<2>();
        let kept = |colour: u8, at: usize| pairs.iter().filter(|pair| pair[at] == colour).count();
        // Half of the noise leads out of a byte, where it is cut off; the rest leads in.
        assert!((200..300).contains(&kept(0, 0)) && (200..300).contains(&kept(255, 1)));
    }
}
