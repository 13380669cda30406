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
