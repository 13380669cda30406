use super::Size;

/// A Gaussian blur, as torchvision's `gaussian_blur` with a kernel that reaches three deviations to
/// each side; beyond the frame's edge lies its mirror image.
#[derive(Clone, Debug, PartialEq)]
pub struct Blur {
    /// Weights from the middle outwards; one side of the kernel.
    kernel: Vec<f32>,
}

/// Frames between the two passes of a blur, as floats.
#[derive(Default)]
pub(super) struct Planes {
    /// A row, with its mirror images at both ends.
    padded: Vec<f32>,
    /// The frame, blurred along its rows.
    rows: Vec<f32>,
    sum: Vec<f32>,
}

impl Blur {
    /// The largest deviation: its kernel is 601 pixels wide.
    pub(super) const MOST: f64 = 100.0;

    /// A blur of this deviation, in pixels; more than 100 is taken as 100.
    pub fn new(sigma: f64) -> Self {
        let sigma = sigma.clamp(f64::MIN_POSITIVE, Self::MOST);
        let reach = (3.0 * sigma).ceil() as usize;
        let weight = |far: usize| (-0.5 * (far as f64 / sigma).powi(2)).exp();
        let whole = 2.0 * (1..=reach).map(weight).sum::<f64>() + 1.0;
        Self {
            kernel: (0..=reach)
                .map(|far| (weight(far) / whole) as f32)
                .collect(),
        }
    }

    pub(super) fn apply(&self, pixels: &mut [u8], (width, height): Size, planes: &mut Planes) {
        let Some(reach) = self.kernel.len().checked_sub(1) else {
            return;
        };
        let row_values = width * 3;
        let Planes { padded, rows, sum } = planes;
        padded.resize((width + 2 * reach) * 3, 0.0);
        rows.resize(row_values * height, 0.0);
        sum.resize(row_values, 0.0);

        for (row, out) in pixels
            .chunks_exact(row_values)
            .zip(rows.chunks_exact_mut(row_values))
        {
            for (x, to) in padded.chunks_exact_mut(3).enumerate() {
                let from = 3 * mirrored(x as isize - reach as isize, width);
                for (to, from) in to.iter_mut().zip(&row[from..from + 3]) {
                    *to = f32::from(*from);
                }
            }
            let at = |far: isize| &padded[(reach as isize + far) as usize * 3..][..row_values];
            self.weigh(out, at);
        }
        for (y, out) in pixels.chunks_exact_mut(row_values).enumerate() {
            let at =
                |far: isize| &rows[mirrored(y as isize + far, height) * row_values..][..row_values];
            self.weigh(sum, at);
            for (out, sum) in out.iter_mut().zip(sum.iter()) {
                *out = (sum + 0.5) as u8;
            }
        }
    }

    /// The weighted sum of neighbours, each so far before or after.
    fn weigh<'a>(&self, out: &mut [f32], at: impl Fn(isize) -> &'a [f32]) {
        for (far, &weight) in self.kernel.iter().enumerate() {
            let neighbours = at(-(far as isize)).iter().zip(at(far as isize));
            if far == 0 {
                out.iter_mut()
                    .zip(at(0))
                    .for_each(|(out, middle)| *out = weight * middle);
            } else {
                for (out, (before, after)) in out.iter_mut().zip(neighbours) {
                    *out += weight * (before + after);
                }
            }
        }
    }
}

/// Where a place beyond the ends of `length` lies in the mirror, whose plane is the last pixel.
fn mirrored(at: isize, length: usize) -> usize {
    let period = (2 * (length as isize - 1)).max(1);
    let at = at.rem_euclid(period);
    at.min(period - at).min(length as isize - 1) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirrors_at_the_last_pixel_however_far() {
        let at = |length| (-7..9).map(|at| mirrored(at, length)).collect::<Vec<_>>();
        assert_eq!(at(1), [0; 16]);
        assert_eq!(at(2), [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
        assert_eq!(at(4), [1, 0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1, 2]);
    }

    #[test]
    fn spreads_a_point_as_a_gaussian_and_loses_nothing() {
        for sigma in [0.8, 1.7, 3.0] {
            let side = 41;
            let mut pixels = vec![0; side * side * 3];
            // A square of 5 x 5, bright enough to be seen when spread.
            for (y, x) in (18..23).flat_map(|y| (18..23).map(move |x| (y, x))) {
                pixels[(y * side + x) * 3 + 1] = 255;
            }
            let moments = |pixels: &[u8]| {
                let (mut mass, mut square) = (0.0, 0.0);
                for (at, pixel) in pixels.as_chunks::<3>().0.iter().enumerate() {
                    mass += f64::from(pixel[1]);
                    square += f64::from(pixel[1]) * ((at % side) as f64 - 20.0).powi(2);
                }
                (mass, square / mass)
            };
            let (mass, variance) = moments(&pixels);
            Blur::new(sigma).apply(&mut pixels, (side, side), &mut Planes::default());
            let (blurred_mass, blurred) = moments(&pixels);
            // Rounding to bytes drops the faintest of it.
            assert!(
                (blurred_mass / mass - 1.0).abs() < 0.02,
                "{blurred_mass} of {mass}"
            );
            let spread = (blurred - variance).sqrt();
            assert!((spread / sigma - 1.0).abs() < 0.05, "{spread} for {sigma}");
            assert!(
                pixels
                    .as_chunks::<3>()
                    .0
                    .iter()
                    .all(|p| p[0] == 0 && p[2] == 0)
            );
        }
    }

    #[test]
    fn the_least_deviations_change_nothing_and_the_largest_leaves_one_colour() {
        let picture: Vec<u8> = (0..12 * 9 * 3).map(|i| (i * i * 89 % 256) as u8).collect();
        for sigma in [0.0, 1e-300, 0.05] {
            let mut pixels = picture.clone();
            Blur::new(sigma).apply(&mut pixels, (12, 9), &mut Planes::default());
            assert_eq!(pixels, picture, "{sigma}");
        }
        let mut pixels = picture;
        Blur::new(f64::INFINITY).apply(&mut pixels, (12, 9), &mut Planes::default());
        let first = pixels[..3].to_vec();
        let far = |value: &u8, colour: usize| value.abs_diff(first[colour % 3]) > 1;
        assert!(!pixels.iter().enumerate().any(|(at, value)| far(value, at)));
    }
}
