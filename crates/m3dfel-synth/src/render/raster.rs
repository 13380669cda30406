//! Which triangle each sample shows.

use glam::{Vec3, Vec4, vec3, vec4};

/// The identifier of a sample that no triangle covers.
pub const NOTHING: u16 = u16::MAX;

/// A square of samples, each with the nearest triangle and its depth (larger is nearer; 0 is infinitely far).
pub struct Samples {
    side: usize,
    /// See [`Sample`].
    samples: Vec<Sample>,
}

/// A depth's bits, then a triangle's identifier: positive floats compare as their bits do, so that the larger number
/// is the nearer triangle, and choosing it takes no branch.
type Sample = u64;

#[inline(always)]
fn sample(depth: f32, id: u16) -> Sample {
    // on a sliver seen from the edge, depth can run below 0, where the order of bits turns round
    let depth = if depth > 0.0 { depth } else { 0.0 };
    u64::from(depth.to_bits()) << 16 | u64::from(id)
}

const EMPTY: Sample = NOTHING as Sample;

/// A corner's place on the picture in samples (x right, y down) with its depth in z, over 0.
pub type Corner = Vec3;

impl Samples {
    /// An empty square of `side` x `side` samples.
    pub fn new(side: usize) -> Self {
        Self {
            side,
            samples: vec![EMPTY; side * side],
        }
    }

    /// Forgets everything drawn.
    pub fn clear(&mut self) {
        self.samples.fill(EMPTY);
    }

    /// Samples a side.
    pub fn side(&self) -> usize {
        self.side
    }

    /// One row of samples, for [`Samples::id`] and [`Samples::depth`].
    pub fn row(&self, row: usize) -> &[Sample] {
        &self.samples[row * self.side..][..self.side]
    }

    /// A sample's triangle.
    #[inline(always)]
    pub fn id(sample: Sample) -> u16 {
        sample as u16
    }

    /// A sample's depth.
    #[inline(always)]
    pub fn depth(sample: Sample) -> f32 {
        f32::from_bits((sample >> 16) as u32)
    }

    /// Draws a triangle where it is nearer than what is there.
    pub fn draw(&mut self, id: u16, corners: [Corner; 3]) {
        self.spans(corners, |place, step, slots| {
            let mut z = place.z;
            for slot in slots {
                *slot = (*slot).max(sample(z, id));
                z += step;
            }
        });
    }

    /// Draws those samples of a triangle that `keep` keeps, asked with the sample's column, row and barycentric weights.
    pub fn draw_where(
        &mut self,
        id: u16,
        corners: [Corner; 3],
        keep: impl Fn(usize, usize, Vec4) -> bool,
    ) {
        let Some(weigh) = Barycentric::new(corners) else {
            return;
        };
        self.spans(corners, |place, step, slots| {
            let mut z = place.z;
            for (k, slot) in slots.iter_mut().enumerate() {
                let new = sample(z, id);
                if new > *slot {
                    let x = place.x as usize + k;
                    let y = place.y as usize;
                    if keep(x, y, weigh.at(x as f32 + 0.5, y as f32 + 0.5)) {
                        *slot = new;
                    }
                }
                z += step;
            }
        });
    }

    /// Calls `fill` with each covered span: its first sample (column, row, depth), the depth's step, and its slots.
    ///
    /// A sample is covered when its centre lies inside; a centre on an edge belongs to one neighbour only, since
    /// spans are half open and both neighbours compute the edge from its upper end.
    #[inline(always)]
    fn spans(&mut self, corners: [Corner; 3], fill: impl Fn(Vec3, f32, &mut [Sample])) {
        let side = self.side as f32;
        let [mut a, mut b, mut c] = corners;
        // most small triangles pass between two rows of centres, or two columns
        let misses = |p: f32, q: f32, r: f32| {
            let (low, high) = (least(least(p, q), r), most(most(p, q), r));
            first_centre(low, side) == first_centre(high, side)
        };
        if misses(a.y, b.y, c.y) || misses(a.x, b.x, c.x) {
            return;
        }
        if b.y < a.y {
            (a, b) = (b, a);
        }
        if c.y < b.y {
            (b, c) = (c, b);
            if b.y < a.y {
                (a, b) = (b, a);
            }
        }
        let area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
        if area == 0.0 || !area.is_finite() {
            return;
        }
        let over = 1.0 / area;
        let step = ((b.z - a.z) * (c.y - a.y) - (c.z - a.z) * (b.y - a.y)) * over;
        let fall = ((c.z - a.z) * (b.x - a.x) - (b.z - a.z) * (c.x - a.x)) * over;
        let long = (c.x - a.x) / (c.y - a.y);
        let upper = (b.x - a.x) / (b.y - a.y);
        let lower = (c.x - b.x) / (c.y - b.y);
        let middle_right = area > 0.0;
        let halves = [(a, a.y, b.y, upper), (b, b.y, c.y, lower)];
        for (from, begin_y, end_y, short) in halves {
            for row in first_centre(begin_y, side)..first_centre(end_y, side) {
                let y = row as f32 + 0.5;
                let on_long = a.x + (y - a.y) * long;
                let on_short = from.x + (y - from.y) * short;
                let (left, right) = if middle_right {
                    (on_long, on_short)
                } else {
                    (on_short, on_long)
                };
                let (begin, stop) = (first_centre(left, side), first_centre(right, side));
                if begin < stop {
                    let z = a.z + (begin as f32 + 0.5 - a.x) * step + (y - a.y) * fall;
                    let slots = &mut self.samples[row * self.side..][begin..stop];
                    fill(vec3(begin as f32, row as f32, z), step, slots);
                }
            }
        }
    }
}

/// `f32::min` in one instruction: it need not care for NaN here.
#[inline(always)]
fn least(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// `f32::max` likewise.
#[inline(always)]
fn most(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// The first of `side` samples whose centre is not before `x`; where a centre lies on `x`, the even one of the two.
/// Adding 2^23 leaves the rounded number in the mantissa, in a fraction of the time of `ceil` or a checked cast.
#[inline(always)]
fn first_centre(x: f32, side: f32) -> usize {
    let x = if x > 0.0 { x } else { 0.0 }; // NaN too
    let x = if x < side { x } else { side };
    ((x + 8_388_608.0).to_bits() & 0x007f_ffff) as usize
}

/// Weights of a triangle's corners as functions of the place.
#[derive(Clone, Copy, Default)]
pub struct Barycentric {
    // four lanes, which one instruction computes
    origin: Vec4,
    x: Vec4,
    y: Vec4,
}

impl Barycentric {
    /// None for a triangle without area.
    #[inline]
    pub fn new([a, b, c]: [Corner; 3]) -> Option<Self> {
        let area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
        if area == 0.0 {
            return None;
        }
        let over = 1.0 / area;
        let x = vec4(b.y - c.y, c.y - a.y, a.y - b.y, 0.0) * over;
        let y = vec4(c.x - b.x, a.x - c.x, b.x - a.x, 0.0) * over;
        Some(Self {
            origin: Vec4::X - x * a.x - y * a.y,
            x,
            y,
        })
    }

    /// The weights at a place; the fourth is 0.
    #[inline]
    pub fn at(&self, x: f32, y: f32) -> Vec4 {
        self.origin + self.x * x + self.y * y
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(samples: &Samples, id: u16) -> Vec<(usize, usize)> {
        let all = (0..samples.side()).flat_map(|y| (0..samples.side()).map(move |x| (x, y)));
        all.filter(|&(x, y)| Samples::id(samples.row(y)[x]) == id)
            .collect()
    }

    #[test]
    fn covers_the_samples_whose_centres_lie_inside() {
        let mut samples = Samples::new(8);
        // centres with x and y over 0.9 and x + y under 6.2
        samples.draw(
            3,
            [
                vec3(0.9, 0.9, 0.5),
                vec3(5.3, 0.9, 0.5),
                vec3(0.9, 5.3, 0.5),
            ],
        );
        let expected: Vec<_> = (1..8)
            .flat_map(|y| (1..8).map(move |x| (x, y)))
            .filter(|&(x, y)| x + y <= 5)
            .collect();
        assert_eq!(covered(&samples, 3), expected);
    }

    #[test]
    fn neighbours_share_an_edge_without_gap_or_overlap() {
        let corners =
            [(0.3, 0.2), (15.7, 1.1), (14.9, 15.6), (0.9, 14.2)].map(|(x, y)| vec3(x, y, 0.5));
        for middle in [
            vec3(7.5, 7.5, 0.5),
            vec3(6.13, 8.77, 0.5),
            vec3(8.0, 3.5, 0.5),
        ] {
            let mut counts = [0; 256];
            for k in 0..4 {
                let mut one = Samples::new(16);
                one.draw(0, [corners[k], corners[(k + 1) % 4], middle]);
                covered(&one, 0)
                    .iter()
                    .for_each(|&(x, y)| counts[y * 16 + x] += 1);
            }
            assert!(counts.iter().all(|&n| n <= 1), "overlap");
            let inside = (3..13).flat_map(|y| (3..13).map(move |x| y * 16 + x));
            assert!(inside.into_iter().all(|k| counts[k] == 1), "gap");
        }
    }

    #[test]
    fn the_nearer_triangle_wins_in_either_order() {
        let far = [
            vec3(0.0, 0.0, 0.1),
            vec3(9.0, 0.0, 0.1),
            vec3(0.0, 9.0, 0.1),
        ];
        let tilted = [
            vec3(0.0, 0.0, 0.0),
            vec3(9.0, 0.0, 0.9),
            vec3(0.0, 9.0, 0.0),
        ]; // nearer to the right only
        let draw = |order: [(u16, [Vec3; 3]); 2]| {
            let mut samples = Samples::new(8);
            order.into_iter().for_each(|(id, t)| samples.draw(id, t));
            samples.samples
        };
        let ids = draw([(1, far), (2, tilted)]);
        assert_eq!(ids, draw([(2, tilted), (1, far)]));
        assert_eq!([ids[0], ids[4]].map(Samples::id), [1, 2]);
    }

    #[test]
    fn what_is_outside_or_degenerate_draws_nothing() {
        let mut samples = Samples::new(4);
        samples.draw(
            1,
            [
                vec3(-9.0, -9.0, 1.0),
                vec3(-5.0, -9.0, 1.0),
                vec3(-9.0, -5.0, 1.0),
            ],
        );
        samples.draw(
            2,
            [
                vec3(0.0, 0.0, 1.0),
                vec3(2.0, 2.0, 1.0),
                vec3(4.0, 4.0, 1.0),
            ],
        );
        samples.draw(
            3,
            [
                vec3(f32::NAN, 0.0, 1.0),
                vec3(2.0, 2.0, 1.0),
                vec3(4.0, 1.0, 1.0),
            ],
        );
        // depth runs below 0 on slivers; the order of its bits would make that the nearest
        samples.draw(
            4,
            [
                vec3(0.0, 0.0, -1.0),
                vec3(4.0, 0.0, -1.0),
                vec3(0.0, 4.0, -1.0),
            ],
        );
        assert!(samples.samples.iter().all(|&s| s == EMPTY));
    }

    #[test]
    fn weights_are_one_at_their_corner() {
        let t = [
            vec3(1.0, 2.0, 0.0),
            vec3(7.0, 3.0, 0.0),
            vec3(2.0, 9.0, 0.0),
        ];
        let b = Barycentric::new(t).unwrap();
        for (k, c) in t.iter().enumerate() {
            let w = b.at(c.x, c.y);
            assert!((w[k] - 1.0).abs() < 1e-5 && (w.element_sum() - 1.0).abs() < 1e-5);
        }
    }
}
