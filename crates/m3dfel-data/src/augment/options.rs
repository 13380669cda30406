use serde::{Deserialize, Serialize};

use super::Blur;
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
    /// The largest angle by which a clip is turned, in degrees; drawn to either side.
    pub rotate: f64,
    /// The deviation of a clip's smooth displacements, as a share of its side.
    pub warp: f64,
    /// The deviation of the logarithm of a clip's uneven light.
    pub light: f64,
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
            rotate: 0.0,
            warp: 0.0,
            light: 0.0,
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
        for (name, value, most) in [
            ("noise", self.noise, 255.0),
            ("rotate", self.rotate, 180.0),
            ("warp", self.warp, 0.2),
            ("light", self.light, 2.0),
        ] {
            rule(
                (0.0..=most).contains(&value),
                format!("{name} = {value}: must be 0 to {most}"),
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_values_without_meaning() {
        let good = AugmentOptions::default();
        type Change = fn(&mut AugmentOptions);
        let bad: [(&str, Change); 19] = [
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
            ("rotate", |o| o.rotate = -1.0),
            ("warp", |o| o.warp = 0.5),
            ("light", |o| o.light = f64::NAN),
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
