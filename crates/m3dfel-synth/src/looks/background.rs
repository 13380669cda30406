use super::colour::linear;
use glam::{Vec3, Vec4};
use rand::Rng;

/// What is behind the person: soft shapes of muted colours, out of focus.
pub struct Background {
    side: usize,
    pixels: Vec<Vec4>,
}

impl Background {
    /// Draws one for frames of `size` pixels, with room for the crop to move.
    pub fn draw(size: usize, light: Vec3, rng: &mut impl Rng) -> Self {
        let side = size + size / 2;
        // rooms and streets are grey, beige, brown, bluish; seldom anything is coloured
        let muted = |rng: &mut dyn rand::RngCore| {
            let base: f32 = rng.random_range(0.06..0.75);
            let warm: f32 = rng.random_range(-0.10..0.22);
            let odd = if rng.random_bool(0.12) { 0.2 } else { 0.04 };
            let mut tint =
                |along: f32| (base * (1.0 + warm * along + rng.random_range(-odd..odd))).min(1.0);
            linear(tint(1.0), tint(0.1), tint(-1.0))
        };
        let (above, below) = (muted(rng), muted(rng));
        let mut pixels: Vec<Vec3> = (0..side * side)
            .map(|k| above.lerp(below, (k / side) as f32 / side as f32))
            .collect();
        // walls, windows, lamps, people: boxes and discs with soft edges
        for _ in 0..rng.random_range(0..9) {
            let colour = muted(rng) * if rng.random_bool(0.15) { 2.0 } else { 1.0 };
            let (cx, cy): (f32, f32) = (rng.random(), rng.random());
            let (rx, ry): (f32, f32) = (rng.random_range(0.04..0.3), rng.random_range(0.04..0.6));
            let soft = rng.random_range(0.01..0.12f32);
            let round = rng.random_bool(0.4);
            for (k, pixel) in pixels.iter_mut().enumerate() {
                let x = ((k % side) as f32 / side as f32 - cx) / rx;
                let y = ((k / side) as f32 / side as f32 - cy) / ry;
                let out = if round {
                    (x * x + y * y).sqrt()
                } else {
                    x.abs().max(y.abs())
                };
                let cover = ((1.0 - out) * rx.min(ry) / soft + 0.5).clamp(0.0, 1.0);
                if cover > 0.0 {
                    *pixel = pixel.lerp(colour, cover);
                }
            }
        }
        let pixels = pixels.iter().map(|&p| (p * light).extend(0.0)).collect();
        Self { side, pixels }
    }

    /// The colour behind pixel (x, y) of a frame whose corner lies `dx`, `dy` pixels off the usual place.
    #[inline]
    pub fn at(&self, x: usize, y: usize, (dx, dy): (i32, i32)) -> Vec4 {
        let quarter = (self.side / 6) as i32;
        let place =
            |v: usize, d: i32| (v as i32 + quarter + d).clamp(0, self.side as i32 - 1) as usize;
        self.pixels[place(y, dy) * self.side + place(x, dx)]
    }
}
