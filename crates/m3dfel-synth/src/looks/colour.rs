use glam::{Vec3, vec3};

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

/// Steps of [`to_srgb_table`] from black to white.
const STEPS: usize = 2048;

/// sRGB bytes by linear value times [`STEPS`], through a shoulder that keeps highlights from burning out.
pub fn to_srgb_table(gamma: f32) -> Vec<u8> {
    let byte = |k: usize| {
        let x = k as f32 / STEPS as f32;
        let shouldered = x * (1.0 + x * 0.12) / (1.0 + x * 0.42);
        let c = if shouldered <= 0.003_130_8 {
            shouldered * 12.92
        } else {
            1.055 * shouldered.powf(1.0 / 2.4) - 0.055
        };
        (c.clamp(0.0, 1.0).powf(gamma) * 255.0 + 0.5) as u8
    };
    (0..=2 * STEPS).map(byte).collect()
}

/// The byte of a linear value.
#[inline]
pub fn byte(table: &[u8], linear: f32) -> u8 {
    table[((linear * STEPS as f32) as usize).min(table.len() - 1)]
}
