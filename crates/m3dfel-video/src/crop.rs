//! A face out of a picture: square, with a margin, upright, at the size that models want.

use m3dfel_data::image::RgbImage;

use crate::geometry::{Point, Rect};
use crate::track::TrackedFace;

/// How faces are cut out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CropOptions {
    /// The crop's side in pixels, 1 to 4096.
    pub size: usize,
    /// How much is added on each side, as a share of the face's side.
    pub margin: f32,
}

impl Default for CropOptions {
    fn default() -> Self {
        Self {
            size: 224,
            margin: 0.05,
        }
    }
}

/// The square that is cut out, in the picture's pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Square {
    pub centre: Point,
    pub side: f32,
    /// How far it is turned clockwise, in radians.
    pub angle: f32,
}

impl Square {
    /// Around a face, the eyes level where they are known.
    pub fn around(face: &TrackedFace, margin: f32) -> Self {
        let Rect { width, height, .. } = face.bbox;
        Self {
            centre: face.bbox.centre(),
            side: width.max(height).max(1.0) * (1.0 + 2.0 * margin.max(-0.4)),
            angle: face
                .landmarks
                .map_or(0.0, |points| level(points[0], points[1])),
        }
    }
}

/// The angle of the line from the one eye to the other; 0 where that cannot be the eyes of a face that is upright
/// enough: landmarks of a face from the side are a guess.
fn level(right: Point, left: Point) -> f32 {
    let angle = (left.y - right.y).atan2(left.x - right.x);
    if angle.abs() < std::f32::consts::FRAC_PI_4 {
        angle
    } else {
        0.0
    }
}

/// Cuts a face out.
pub fn crop(image: &RgbImage, face: &TrackedFace, options: CropOptions) -> RgbImage {
    cut(image, Square::around(face, options.margin), options.size)
}

/// Cuts a square out, at `size` x `size` pixels (1 to 4096).
///
/// Beyond the picture's edge its last pixels are repeated: a black wedge would be an edge that nobody recorded. Where
/// the crop is smaller than what it shows, each of its pixels is the mean over what it covers.
pub fn cut(image: &RgbImage, square: Square, size: usize) -> RgbImage {
    let size = size.clamp(1, 4096);
    let pixels = if square.angle == 0.0 {
        upright(image, square, size)
    } else {
        turned(image, square, size)
    };
    // `size` is positive, and there are three bytes for each of its pixels.
    RgbImage::new(size, size, pixels).unwrap_or_default()
}

/// So many samples a pixel and axis that none of the picture's is passed over.
fn samples(step: f32) -> usize {
    (step.ceil() as usize).clamp(1, 16)
}

/// Where sample `k` of pixel `at` lies from the square's middle.
fn within(at: usize, k: usize, samples: usize, size: usize, step: f32) -> f32 {
    let at = at as f32 + (k as f32 + 0.5) / samples as f32;
    (at - size as f32 / 2.0) * step
}

/// Pixels of a line in a row, from `first` on, and how much each counts.
struct Mean {
    first: usize,
    weights: Vec<f32>,
}

impl Mean {
    /// Of a line of `length` pixels, for each pixel of a crop around `centre`.
    fn along(centre: f32, length: usize, size: usize, step: f32) -> Vec<Self> {
        let samples = samples(step);
        let mean = |at: usize| {
            let places = (0..samples).map(|k| {
                let at = centre + within(at, k, samples, size, step);
                between(at, length)
            });
            let places: Vec<_> = places.collect();
            let first = places.first().map_or(0, |place| place.0);
            let last = places.last().map_or(first, |place| place.1);
            let mut weights = vec![0.0; last - first + 1];
            for (one, other, t) in places {
                weights[one - first] += (1.0 - t) / samples as f32;
                weights[other - first] += t / samples as f32;
            }
            Self { first, weights }
        };
        (0..size).map(mean).collect()
    }

    fn last(&self) -> usize {
        self.first + self.weights.len() - 1
    }
}

/// A square that is not turned: its rows first, then its columns.
fn upright(image: &RgbImage, square: Square, size: usize) -> Vec<u8> {
    let step = square.side / size as f32;
    let columns = Mean::along(square.centre.x, image.width(), size, step);
    let rows = Mean::along(square.centre.y, image.height(), size, step);
    let (Some(top), Some(bottom)) = (rows.first(), rows.last()) else {
        return Vec::new();
    };
    let (top, bottom) = (top.first, bottom.last());
    let mut lines = Vec::with_capacity((bottom - top + 1) * size * 3);
    for y in top..=bottom {
        let line = &image.pixels()[y * image.width() * 3..][..image.width() * 3];
        for mean in &columns {
            let mut sum = [0.0f32; 3];
            let (pixels, _) = line[mean.first * 3..].as_chunks::<3>();
            for (pixel, weight) in pixels.iter().zip(&mean.weights) {
                (0..3).for_each(|c| sum[c] += weight * f32::from(pixel[c]));
            }
            lines.extend(sum);
        }
    }
    let mut pixels = Vec::with_capacity(size * size * 3);
    let mut sums = vec![0.0f32; size * 3];
    for mean in &rows {
        sums.fill(0.0);
        let lines = lines[(mean.first - top) * size * 3..].chunks_exact(size * 3);
        for (line, weight) in lines.zip(&mean.weights) {
            for (sum, value) in sums.iter_mut().zip(line) {
                *sum += weight * value;
            }
        }
        pixels.extend(sums.iter().map(|sum| (sum + 0.5) as u8));
    }
    pixels
}

fn turned(image: &RgbImage, square: Square, size: usize) -> Vec<u8> {
    let step = square.side / size as f32;
    let samples = samples(step);
    let (sin, cos) = square.angle.sin_cos();
    let mut pixels = Vec::with_capacity(size * size * 3);
    for y in 0..size {
        for x in 0..size {
            let mut sum = [0.0; 3];
            for j in 0..samples {
                for i in 0..samples {
                    let dx = within(x, i, samples, size, step);
                    let dy = within(y, j, samples, size, step);
                    let at = Point {
                        x: square.centre.x + cos * dx - sin * dy,
                        y: square.centre.y + sin * dx + cos * dy,
                    };
                    let value = sample(image, at);
                    (0..3).for_each(|c| sum[c] += value[c]);
                }
            }
            let count = (samples * samples) as f32;
            pixels.extend(sum.map(|s| (s / count + 0.5) as u8));
        }
    }
    pixels
}

/// Of a line of `length` pixels the two around a place, and how far it is from the first's middle to the second's.
fn between(at: f32, length: usize) -> (usize, usize, f32) {
    let last = length.saturating_sub(1);
    let at = if at.is_nan() {
        0.0
    } else {
        (at - 0.5).clamp(0.0, last as f32)
    };
    let first = at as usize;
    (first, (first + 1).min(last), at - first as f32)
}

/// The colour at a place, between four pixels' middles.
fn sample(image: &RgbImage, at: Point) -> [f32; 3] {
    let (left, right, s) = between(at.x, image.width());
    let (top, bottom, t) = between(at.y, image.height());
    let pixel = |x: usize, y: usize| &image.pixels()[(y * image.width() + x) * 3..][..3];
    let [a, b, c, d] = [
        pixel(left, top),
        pixel(right, top),
        pixel(left, bottom),
        pixel(right, bottom),
    ];
    std::array::from_fn(|k| {
        let mix = |p: u8, q: u8, t: f32| f32::from(p) + (f32::from(q) - f32::from(p)) * t;
        let (above, below) = (mix(a[k], b[k], s), mix(c[k], d[k], s));
        above + (below - above) * t
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red grows to the right, green downwards.
    fn ramp(width: usize, height: usize) -> RgbImage {
        let pixels = (0..width * height).flat_map(|k| [(k % width) as u8, (k / width) as u8, 7]);
        RgbImage::new(width, height, pixels.collect()).unwrap()
    }

    fn square(x: f32, y: f32, side: f32, angle: f32) -> Square {
        Square {
            centre: Point { x, y },
            side,
            angle,
        }
    }

    #[test]
    fn a_crop_at_full_size_is_the_pixels() {
        let out = cut(&ramp(100, 80), square(40.0, 30.0, 10.0, 0.0), 10);
        assert_eq!(out.pixels()[..6], [35, 25, 7, 36, 25, 7]);
        assert_eq!(out.pixels()[297..], [44, 34, 7]);
    }

    #[test]
    fn smaller_is_the_mean() {
        let checks =
            (0..100 * 100).flat_map(|k| [if (k % 100 + k / 100) % 2 == 0 { 0 } else { 200 }; 3]);
        let image = RgbImage::new(100, 100, checks.collect()).unwrap();
        let out = cut(&image, square(50.0, 50.0, 80.0, 0.0), 20);
        assert!(
            out.pixels().iter().all(|&p| p.abs_diff(100) <= 1),
            "{:?}",
            &out.pixels()[..30]
        );
    }

    #[test]
    fn a_turned_face_stands_up() {
        // The square's x axis lies along the picture's y axis.
        let out = cut(
            &ramp(100, 100),
            square(50.0, 50.0, 20.0, std::f32::consts::FRAC_PI_2),
            20,
        );
        assert_eq!(out.pixels()[..3], [59, 40, 7]);
        assert_eq!(out.pixels()[57..60], [59, 59, 7]);
    }

    #[test]
    fn beyond_the_edge_it_is_repeated() {
        let out = cut(&ramp(30, 30), square(0.0, 0.0, 20.0, 0.0), 20);
        assert_eq!(out.pixels()[..3], [0, 0, 7]);
        assert_eq!(out.pixels()[1197..], [9, 9, 7]);
        let far = cut(&ramp(30, 30), square(1e9, f32::NAN, 20.0, 0.0), 4);
        assert_eq!(far.pixels()[0], 29);
    }

    #[test]
    fn not_turned_is_as_turned_by_nothing() {
        let noise = (0..90 * 70 * 3).map(|k: usize| (k * k % 251) as u8);
        let image = RgbImage::new(90, 70, noise.collect()).unwrap();
        for (x, y, side, size) in [
            (40.0, 30.0, 61.3, 17),
            (3.0, 66.5, 20.0, 33),
            (45.0, 35.0, 300.0, 5),
            (-500.0, 1e9, 7.0, 4),
            (40.2, 30.7, 0.5, 8),
            (f32::NAN, 10.0, 30.0, 6),
        ] {
            let square = square(x, y, side, 0.0);
            let (a, b) = (upright(&image, square, size), turned(&image, square, size));
            let most = a.iter().zip(&b).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(
                most <= Some(1) && a.len() == b.len(),
                "{square:?}: {most:?}"
            );
        }
    }

    #[test]
    fn eyes_from_the_side_turn_nothing() {
        let at = |x: f32, y: f32| Point { x, y };
        assert!((level(at(0.0, 0.0), at(10.0, 2.0)) - 0.197).abs() < 1e-3);
        assert_eq!(level(at(0.0, 0.0), at(1.0, 10.0)), 0.0);
        assert_eq!(level(at(5.0, 0.0), at(0.0, 0.0)), 0.0);
    }
}
