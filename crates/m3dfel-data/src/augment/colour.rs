/// One step of a colour jitter, with its factor: 1 changes nothing.
///
/// Values are those of PIL's `ImageEnhance`, which torchvision uses: after each step they are bytes
/// again, with the fraction cut off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Jitter {
    /// Away from black.
    Brightness(f32),
    /// Away from the mean grey of the picture.
    Contrast(f32),
    /// Away from each pixel's own grey.
    Saturation(f32),
}

impl Jitter {
    /// Applies the step to RGB pixels in place.
    pub fn apply(self, pixels: &mut [u8]) {
        match self {
            Self::Brightness(factor) => apply_table(pixels, 0, factor),
            Self::Contrast(factor) => apply_table(pixels, mean_grey(pixels), factor),
            Self::Saturation(factor) => {
                let (pixels, _) = pixels.as_chunks_mut::<3>();
                for pixel in pixels {
                    let base = grey(*pixel);
                    *pixel = pixel.map(|value| blend(base, value, factor));
                }
            }
        }
    }
}

/// Blends all values with one other.
fn apply_table(pixels: &mut [u8], base: u8, factor: f32) {
    let table: [u8; 256] = std::array::from_fn(|value| blend(base, value as u8, factor));
    for value in pixels {
        *value = table[usize::from(*value)];
    }
}

/// PIL's `Image.blend`: `base` at factor 0, `value` at 1, beyond it above 1. The cast cuts off the
/// fraction and keeps the result within a byte.
fn blend(base: u8, value: u8, factor: f32) -> u8 {
    (f32::from(base) + factor * (f32::from(value) - f32::from(base))) as u8
}

/// PIL's `convert("L")`.
fn grey([r, g, b]: [u8; 3]) -> u8 {
    ((19595 * u32::from(r) + 38470 * u32::from(g) + 7471 * u32::from(b) + 0x8000) >> 16) as u8
}

fn mean_grey(pixels: &[u8]) -> u8 {
    let (pixels, _) = pixels.as_chunks::<3>();
    let sum: u64 = pixels.iter().map(|&pixel| u64::from(grey(pixel))).sum();
    (sum as f64 / pixels.len().max(1) as f64 + 0.5) as u8
}
