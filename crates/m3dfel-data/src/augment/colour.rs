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
                let (blocks, rest) = pixels.as_chunks_mut::<BLOCK>();
                blocks.iter_mut().for_each(|block| saturate(block, factor));
                for pixel in rest {
                    let base = grey(*pixel);
                    *pixel = pixel.map(|value| blend(base, value, factor));
                }
            }
        }
    }
}

/// Each pixel its grey, as torchvision's `to_grayscale` with three channels.
pub(super) fn to_grey(pixels: &mut [u8]) {
    let (pixels, _) = pixels.as_chunks_mut::<3>();
    pixels
        .iter_mut()
        .for_each(|pixel| *pixel = [grey(*pixel); 3]);
}

/// Pixels whose colours are taken apart at a time, so that the compiler makes vectors of them.
const BLOCK: usize = 64;

/// Blends pixels with their own grey.
fn saturate(block: &mut [[u8; 3]; BLOCK], factor: f32) {
    let mut planes = [[0i32; BLOCK]; 3];
    for (k, pixel) in block.iter().enumerate() {
        for (plane, value) in planes.iter_mut().zip(pixel) {
            plane[k] = i32::from(*value);
        }
    }
    let [r, g, b] = planes;
    let grey: [f32; BLOCK] = std::array::from_fn(|k| {
        ((19595 * r[k] + 38470 * g[k] + 7471 * b[k] + 0x8000) >> 16) as f32
    });
    for plane in &mut planes {
        for (value, base) in plane.iter_mut().zip(&grey) {
            let blended = base + factor * (*value as f32 - base);
            *value = blended.clamp(0.0, 255.0) as i32; // cut off, as a cast to a byte does
        }
    }
    for (k, pixel) in block.iter_mut().enumerate() {
        *pixel = std::array::from_fn(|colour| planes[colour][k] as u8);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_saturated_as_single_pixels_are() {
        for pixels in [1, BLOCK - 1, BLOCK, 3 * BLOCK + 5] {
            for factor in [0.0, 0.6, 1.0, 1.4, 9.0] {
                let picture: Vec<u8> = (0..3 * pixels).map(|i| (i * i * 89 % 256) as u8).collect();
                let mut saturated = picture.clone();
                Jitter::Saturation(factor).apply(&mut saturated);
                let (before, after) = (picture.as_chunks::<3>().0, saturated.as_chunks::<3>().0);
                for (before, after) in before.iter().zip(after) {
                    assert_eq!(*after, before.map(|v| blend(grey(*before), v, factor)));
                }
            }
        }
    }
}
