use glam::{Vec3, Vec4, vec3};

/// A linear colour from the sRGB values people name colours by.
pub fn linear(r: f32, g: f32, b: f32) -> Vec3 {
    vec3(r, g, b).map(|c| {
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    })
}

/// The individual typology angle of a skin's linear colour, in degrees: the higher, the lighter. atan((L* - 50) / b*) of
/// CIELAB under D65 (Chardon et al. 1991).
pub fn typology_angle(skin: Vec3) -> f32 {
    let curve = |t: f32| {
        if t > 0.008_856 {
            t.cbrt()
        } else {
            7.787 * t + 16.0 / 116.0
        }
    };
    let y = skin.dot(vec3(0.2126, 0.7152, 0.0722));
    let z = skin.dot(vec3(0.0193, 0.1192, 0.9505)) / 1.089;
    let (lightness, b) = (116.0 * curve(y) - 16.0, 200.0 * (curve(y) - curve(z)));
    (lightness - 50.0).atan2(b).to_degrees()
}

/// Steps of [`to_srgb_table`] from black to white.
const STEPS: usize = 2048;

/// sRGB bytes by linear value times [`STEPS`], through a shoulder that keeps highlights from burning out: 1 as films have
/// it, 0 none.
pub fn to_srgb_table(gamma: f32, shoulder: f32) -> Vec<u8> {
    let byte = |k: usize| {
        let x = k as f32 / STEPS as f32;
        let film = x * (1.0 + x * 0.12) / (1.0 + x * 0.42);
        let shouldered = film + (x - film) * (1.0 - shoulder);
        let c = if shouldered <= 0.003_130_8 {
            shouldered * 12.92
        } else {
            1.055 * shouldered.powf(1.0 / 2.4) - 0.055
        };
        (c.clamp(0.0, 1.0).powf(gamma) * 255.0 + 0.5) as u8
    };
    (0..=2 * STEPS).map(byte).collect()
}

/// The bytes of a linear colour, from the first three lanes.
#[inline]
pub fn bytes(table: &[u8], linear: Vec4) -> [u8; 3] {
    // adding 2^23 leaves the rounded number in the mantissa: cheaper than three checked casts
    let white = Vec4::splat(2.0 * STEPS as f32);
    let steps = (linear * STEPS as f32).clamp(Vec4::ZERO, white) + 8_388_608.0;
    let step = |x: f32| (x.to_bits() & 0x007f_ffff) as usize;
    let at = |x: f32| table.get(step(x)).copied().unwrap_or(u8::MAX);
    [at(steps.x), at(steps.y), at(steps.z)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The L* and b* are those of X-Rite's ColorChecker 2005 for its patches of light and dark skin, from their sRGB.
    #[test]
    fn light_and_dark_skin_have_the_angles_of_the_colour_chart() {
        for ([r, g, b], [lightness, yellow]) in [
            ([194.0, 150.0, 130.0], [65.71f32, 17.81f32]),
            ([115.0, 82.0, 68.0], [37.99, 14.06]),
        ] {
            let angle = typology_angle(linear(r / 255.0, g / 255.0, b / 255.0));
            let expected = (lightness - 50.0).atan2(yellow).to_degrees();
            assert!((angle - expected).abs() < 3.0, "{angle} {expected}");
        }
    }
}
