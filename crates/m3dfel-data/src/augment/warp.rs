use super::{Size, field::Field};

/// A head held at an angle, and a face of other proportions: a turn, and a smooth displacement of all places.
#[derive(Clone, Debug, PartialEq)]
pub struct Warp {
    /// Radians, against the clock as seen.
    pub turn: f32,
    /// Where a place's content is taken from, rightwards and downwards, as shares of the frame's sides.
    pub shifts: Field<4, 2>,
}

impl Warp {
    /// `before` is memory. Beyond the frame's edge its last pixels are repeated.
    pub(super) fn apply(&self, pixels: &mut [u8], (width, height): Size, before: &mut Vec<u8>) {
        before.clear();
        before.extend_from_slice(pixels);
        let (before, _) = before.as_chunks::<3>();
        let (pixels, _) = pixels.as_chunks_mut::<3>();
        let (wide, high) = (width as f32, height as f32);
        let (sin, cos) = self.turn.sin_cos();
        for (y, row) in pixels.chunks_exact_mut(width).enumerate() {
            let dy = y as f32 + 0.5 - high / 2.0;
            let shifts = self.shifts.row((y as f32 + 0.5) / high);
            for (x, pixel) in row.iter_mut().enumerate() {
                let dx = x as f32 + 0.5 - wide / 2.0;
                let [right, down] = shifts.at((x as f32 + 0.5) / wide);
                let from_x = cos * dx - sin * dy + wide / 2.0 + right * wide - 0.5;
                let from_y = sin * dx + cos * dy + high / 2.0 + down * high - 0.5;
                *pixel = between(before, (width, height), from_x, from_y);
            }
        }
    }
}

/// The colour at a place between pixels' centres, whose coordinates count from 0.
#[inline]
fn between(pixels: &[[u8; 3]], (width, height): Size, x: f32, y: f32) -> [u8; 3] {
    let x = x.clamp(0.0, (width - 1) as f32);
    let y = y.clamp(0.0, (height - 1) as f32);
    let (left, top) = (x as usize, y as usize);
    let (right, low) = ((left + 1).min(width - 1), (top + 1).min(height - 1));
    let (tx, ty) = (x - left as f32, y - top as f32);
    let corners = [
        (pixels[top * width + left], (1.0 - tx) * (1.0 - ty)),
        (pixels[top * width + right], tx * (1.0 - ty)),
        (pixels[low * width + left], (1.0 - tx) * ty),
        (pixels[low * width + right], tx * ty),
    ];
    std::array::from_fn(|colour| {
        let sum: f32 = corners.iter().map(|(p, w)| f32::from(p[colour]) * w).sum();
        (sum + 0.5) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};

    fn still() -> Field<4, 2> {
        Field::draw(0.0, &mut stream(Purpose::Clip, 1, 0, 0))
    }

    #[test]
    fn a_quarter_turn_moves_each_pixel_and_none_moves_nothing() {
        let picture: Vec<u8> = (0..7 * 7 * 3).map(|i| (i * i * 89 % 256) as u8).collect();
        let turned = |turn| {
            let mut pixels = picture.clone();
            let warp = Warp {
                turn,
                shifts: still(),
            };
            warp.apply(&mut pixels, (7, 7), &mut Vec::new());
            pixels
        };
        assert_eq!(turned(0.0), picture);
        let quarter = turned(std::f32::consts::FRAC_PI_2);
        for (x, y) in (0..7).flat_map(|y| (0..7).map(move |x| (x, y))) {
            // against the clock: what was at the right is at the top
            let (now, was) = ((y * 7 + x) * 3, (x * 7 + 6 - y) * 3);
            assert_eq!(quarter[now..now + 3], picture[was..was + 3], "{x}, {y}");
        }
    }

    #[test]
    fn displaces_by_as_much_as_it_says() {
        // A ramp shows where each pixel came from.
        let (width, height) = (60, 40);
        let ramp: Vec<u8> = (0..width * height)
            .flat_map(|i| [(i % width * 4) as u8, (i / width * 6) as u8, 0])
            .collect();
        let shifts = Field::draw(0.02, &mut stream(Purpose::Clip, 3, 0, 0));
        let mut pixels = ramp.clone();
        let warp = Warp { turn: 0.0, shifts };
        warp.apply(&mut pixels, (width, height), &mut Vec::new());
        for (x, y) in [(20, 20), (30, 10), (45, 30)] {
            let [right, down] = warp
                .shifts
                .row((y as f32 + 0.5) / height as f32)
                .at((x as f32 + 0.5) / width as f32);
            let pixel = &pixels[(y * width + x) * 3..][..2];
            let came = [f32::from(pixel[0]) / 4.0, f32::from(pixel[1]) / 6.0];
            assert!((came[0] - (x as f32 + right * width as f32)).abs() < 0.2);
            assert!((came[1] - (y as f32 + down * height as f32)).abs() < 0.2);
        }
    }
}
