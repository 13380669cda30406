//! From a clip's bytes to a model's numbers.

use crate::{ClipOptions, Normalise};

/// Makes tensors of bytes.
pub(crate) struct ToTensor {
    values: Values,
    /// Pixels of a frame.
    plane: usize,
}

enum Values {
    /// A byte of a channel has the same value wherever it stands.
    Tables(Box<[[f32; 256]; 3]>),
    /// It depends on the frame; the weight of each pixel.
    Face(Vec<f32>),
}

impl ToTensor {
    pub fn new(options: &ClipOptions) -> Self {
        let values = match options.normalise {
            Normalise::Unit => tables([0.0; 3], [1.0; 3]),
            Normalise::Kinetics => {
                tables([0.43216, 0.394666, 0.37645], [0.22803, 0.22145, 0.216989])
            }
            Normalise::Face => Values::Face(oval(options.size)),
        };
        Self {
            values,
            plane: options.size * options.size,
        }
    }

    /// Appends a clip as `[frames, 3, size, size]`.
    pub fn append(&self, pixels: &[u8], out: &mut Vec<f32>) {
        for frame in pixels.chunks_exact(3 * self.plane) {
            let (frame, _) = frame.as_chunks::<3>();
            match &self.values {
                Values::Tables(tables) => {
                    for (channel, table) in tables.iter().enumerate() {
                        out.extend(frame.iter().map(|pixel| table[usize::from(pixel[channel])]));
                    }
                }
                Values::Face(oval) => append_face(frame, oval, out),
            }
        }
    }
}

fn tables(mean: [f32; 3], deviation: [f32; 3]) -> Values {
    Values::Tables(Box::new(std::array::from_fn(|c| {
        std::array::from_fn(|byte| (byte as f32 / 255.0 - mean[c]) / deviation[c])
    })))
}

/// The least deviation, in steps of a byte, that a frame is divided by: a frame of one colour is not to become noise.
const LEAST_DEVIATION: f64 = 1.0;

/// Appends a frame in grey (ITU-R BT.601) three times: mean 0 and deviation 1 within the oval, faded out around it.
fn append_face(frame: &[[u8; 3]], oval: &[f32], out: &mut Vec<f32>) {
    let grey = |pixel: &[u8; 3]| {
        let [r, g, b] = pixel.map(f64::from);
        0.299 * r + 0.587 * g + 0.114 * b
    };
    let mut sums = [0.0f64; 3];
    for (pixel, &weight) in frame.iter().zip(oval) {
        let (x, weight) = (grey(pixel), f64::from(weight));
        sums[0] += weight;
        sums[1] += weight * x;
        sums[2] += weight * x * x;
    }
    let [count, sum, squares] = sums;
    let mean = sum / count;
    let variance = (squares / count - mean * mean).max(0.0);
    let (mean, scale) = (
        mean as f32,
        1.0 / (variance.sqrt().max(LEAST_DEVIATION) as f32),
    );
    let start = out.len();
    let values = frame.iter().zip(oval);
    out.extend(values.map(|(pixel, weight)| (grey(pixel) as f32 - mean) * scale * weight));
    let end = out.len();
    out.extend_from_within(start..end);
    out.extend_from_within(start..end);
}

/// How much of each pixel counts: all of it where a cropped face lies (eyes at two fifths of the height, the chin near the
/// lower edge), nothing in the corners.
fn oval(size: usize) -> Vec<f32> {
    const CENTRE: [f32; 2] = [0.5, 0.53];
    const RADII: [f32; 2] = [0.42, 0.53];
    /// Where it begins to fade, in radii, and where nothing is left.
    const FADE: [f32; 2] = [0.8, 1.1];
    let part =
        |k: usize, axis: usize| ((k as f32 + 0.5) / size as f32 - CENTRE[axis]) / RADII[axis];
    let weight = |(x, y): (usize, usize)| {
        let far = part(x, 0).hypot(part(y, 1));
        let t = ((FADE[1] - far) / (FADE[1] - FADE[0])).clamp(0.0, 1.0);
        t * t * (3.0 - 2.0 * t)
    };
    let pixels = (0..size).flat_map(|y| (0..size).map(move |x| (x, y)));
    pixels.map(weight).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(normalise: Normalise, size: usize, pixels: &[u8]) -> Vec<f32> {
        let options = ClipOptions {
            frames: 1,
            size,
            normalise,
        };
        options.to_values(pixels)
    }

    #[test]
    fn a_face_has_mean_0_and_deviation_1_within_the_oval_and_nothing_around_it() {
        const SIZE: usize = 24;
        let pixels: Vec<u8> = (0..3 * SIZE * SIZE).map(|i| (i * i % 251) as u8).collect();
        let found = values(Normalise::Face, SIZE, &pixels);
        let (red, rest) = found.split_at(SIZE * SIZE);
        assert!(rest.chunks_exact(SIZE * SIZE).all(|plane| plane == red));
        let oval = oval(SIZE);
        // Where the oval is whole: the values that the weighted mean and deviation of the greys give.
        let grey: Vec<f64> = pixels
            .chunks_exact(3)
            .map(|p| 0.299 * f64::from(p[0]) + 0.587 * f64::from(p[1]) + 0.114 * f64::from(p[2]))
            .collect();
        let mean_of = |of: &dyn Fn(f64) -> f64| {
            let sum: f64 = grey
                .iter()
                .zip(&oval)
                .map(|(&x, &w)| f64::from(w) * of(x))
                .sum();
            sum / oval.iter().map(|&w| f64::from(w)).sum::<f64>()
        };
        let mean = mean_of(&|x| x);
        let deviation = mean_of(&|x| (x - mean) * (x - mean)).sqrt();
        for ((&x, &value), &weight) in grey.iter().zip(red).zip(&oval) {
            let expected = f64::from(weight) * (x - mean) / deviation;
            assert!(
                (f64::from(value) - expected).abs() < 1e-4,
                "{value}, not {expected}"
            );
        }
        for corner in [0, SIZE - 1, SIZE * (SIZE - 1), SIZE * SIZE - 1] {
            assert_eq!(red[corner], 0.0);
        }
        for (x, y) in [(12, 6), (12, 20), (5, 12), (18, 12)] {
            assert_eq!(oval[y * SIZE + x], 1.0, "{x}, {y}");
        }
    }

    #[test]
    fn light_and_contrast_of_a_face_leave_no_trace() {
        let of = |gain: u8, offset: u8| {
            let pixels: Vec<u8> = (0..192u16)
                .map(|i| (i * 7 % 50) as u8 * gain + offset)
                .collect();
            values(Normalise::Face, 8, &pixels)
        };
        for (x, y) in of(1, 20).iter().zip(of(3, 90)) {
            assert!((x - y).abs() < 1e-4, "{x} and {y}");
        }
    }

    #[test]
    fn a_frame_of_one_colour_is_zeros_at_any_size() {
        for size in [1, 2, 3, 8] {
            for byte in [0, 137, 255] {
                let found = values(Normalise::Face, size, &vec![byte; 3 * size * size]);
                assert!(found.iter().all(|x| x.abs() < 1e-4), "{size}: {found:?}");
            }
        }
    }
}
