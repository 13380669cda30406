//! Glasses: rims with a bridge and arms, and lenses that mirror or are dark.

use super::colour::linear;
use crate::head::{EYE_X, EYES, Part};
use glam::{Vec2, Vec3, vec2, vec3};
use rand::Rng;
use std::f32::consts::TAU;

/// A pair of glasses. Lengths in decimetres.
#[derive(Clone, Debug)]
pub struct Glasses {
    /// Linear.
    pub rim_colour: Vec3,
    pub lenses: Lenses,
    /// How broad the rims are.
    rim: f32,
    /// Half a lens' width and height.
    half: Vec2,
    /// 2 is an ellipse; the more, the squarer.
    corners: f32,
    /// How far down the nose.
    low: f32,
}

/// What lenses show.
#[derive(Clone, Copy, Debug)]
pub enum Lenses {
    /// A light's reflection in a slanting band.
    Clear {
        /// Where the band runs, and half its width, in lenses' halves.
        at: f32,
        width: f32,
        /// How many of four samples it covers.
        share: usize,
    },
    /// They hide so many of four samples.
    Dark { colour: Vec3, share: usize },
}

/// A thing of triangles on the resting head, relative to the middle between the eyes.
#[derive(Default)]
pub struct Thing {
    pub points: Vec<Vec3>,
    /// By point; on lenses the place: right and up, in halves.
    pub coord: Vec<Vec3>,
    pub triangles: Vec<([u16; 3], Part)>,
}

/// Corners of a rim.
const ROUND: usize = 24;

impl Glasses {
    /// Draws a pair.
    pub fn draw(rng: &mut impl Rng) -> Self {
        let dark = rng.random_bool(0.1);
        let shade: f32 = rng.random_range(0.02..0.5);
        let rim_colour = match rng.random_range(0..10) {
            0..=5 => linear(0.09, 0.085, 0.08),
            6 | 7 => linear(0.62, 0.6, 0.55), // wire
            _ => linear(shade, shade * 0.6, shade * 0.45),
        };
        let width = rng.random_range(0.23..0.29);
        Self {
            rim_colour,
            lenses: if dark {
                let tone: f32 = rng.random_range(0.03..0.18);
                Lenses::Dark {
                    colour: linear(tone, tone * 0.95, tone * 0.85),
                    share: rng.random_range(3..=4),
                }
            } else {
                Lenses::Clear {
                    at: rng.random_range(-1.2..1.2),
                    width: rng.random_range(-0.2..0.4),
                    share: if rng.random_bool(0.7) { 1 } else { 2 },
                }
            },
            rim: if rng.random_bool(0.5) {
                rng.random_range(0.012..0.025)
            } else {
                rng.random_range(0.03..0.06)
            },
            half: vec2(width, width * rng.random_range(0.62..0.95)),
            corners: rng.random_range(2.0..5.0),
            low: rng.random_range(0.0..0.09),
        }
    }

    /// Puts it on a head of that resting shape.
    pub fn fit(&self, shape: &[Vec3]) -> Thing {
        let skin = || shape.iter().map(|&p| p - EYES);
        let tall = self.half.y + self.rim;
        // bent around the face, its lower edge nearer to the cheeks
        let behind = |p: Vec3| 0.22 * p.x * p.x - 0.12 * (p.y + self.low);
        let before = skin()
            .filter(|p| {
                (0.09..0.62).contains(&p.x.abs()) && (p.y + self.low).abs() < tall && p.z > -0.2
            })
            .map(|p| p.z + behind(p))
            .fold(0.15, f32::max)
            + 0.025;
        let temple = skin()
            .filter(|p| (p.y - 0.06).abs() < 0.1 && (-0.6..-0.2).contains(&p.z))
            .map(|p| p.x.abs())
            .fold(0.5, f32::max)
            + 0.015;

        let mut thing = Thing::default();
        let place = |x: f32, y: f32| {
            let p = vec3(x, y - self.low, 0.0);
            p.with_z(before - behind(p))
        };
        // the eyes are nearer to the nose than the lenses' middles
        let middle = EYE_X.max(self.half.x + self.rim + 0.05);
        for side in [-1.0, 1.0] {
            let rings = [self.half, self.half + self.rim].map(|half| {
                let first = thing.points.len();
                for k in 0..ROUND {
                    let (sin, cos) = (k as f32 * TAU / ROUND as f32).sin_cos();
                    let out = |t: f32| t.abs().powf(2.0 / self.corners).copysign(t);
                    let on = vec2(out(cos), out(sin));
                    thing.add(
                        place(side * middle + on.x * half.x, on.y * half.y),
                        on.extend(0.0),
                    );
                }
                first
            });
            let hub = thing.add(place(side * middle, 0.0), Vec3::ZERO);
            for k in 0..ROUND {
                let next = (k + 1) % ROUND;
                let [a, b] = rings.map(|ring| ring + k);
                let [c, d] = rings.map(|ring| ring + next);
                thing.quad([a, b, d, c]);
                thing.triangle([hub, a, c], Part::Lens);
            }
            // hinge, temple, ear
            let outer = middle + self.half.x + self.rim * 0.5;
            let high = 0.3 * self.half.y;
            let way = [
                place(side * (outer - self.rim), high),
                place(side * outer.max(temple), high) - Vec3::Z * 0.06,
                vec3(side * temple, high - self.low, -0.3),
                vec3(side * (temple + 0.01), 0.02 + 0.5 * high, -0.95),
            ];
            thing.bar(&way, side * (0.7 * self.rim).max(0.012));
        }
        let inner = middle - self.half.x - self.rim * 0.5;
        let high = 0.35 * self.half.y;
        let arch = place(0.0, high + 0.02) + Vec3::Z * 0.015;
        thing.bar(
            &[place(-inner, high), arch, place(inner, high)],
            0.6 * self.rim,
        );
        thing
    }
}

impl Thing {
    fn add(&mut self, point: Vec3, coord: Vec3) -> usize {
        self.points.push(point);
        self.coord.push(coord);
        self.points.len() - 1
    }

    fn triangle(&mut self, corners: [usize; 3], part: Part) {
        self.triangles.push((corners.map(|v| v as u16), part));
    }

    fn quad(&mut self, [a, b, c, d]: [usize; 4]) {
        self.triangle([a, b, c], Part::Rim);
        self.triangle([a, c, d], Part::Rim);
    }

    /// An upright band along a way, so far up and down from it; it faces us where the way goes right, or `half` is below 0.
    fn bar(&mut self, way: &[Vec3], half: f32) {
        let ends: Vec<[usize; 2]> = way
            .iter()
            .map(|&p| [half, -half].map(|up| self.add(p + Vec3::Y * up, Vec3::ZERO)))
            .collect();
        for pair in ends.windows(2) {
            self.quad([pair[0][0], pair[0][1], pair[1][1], pair[1][0]]);
        }
    }
}

impl Lenses {
    /// Whether they hide the sample at that place of a lens.
    #[inline]
    pub fn hide(&self, column: usize, row: usize, place: Vec2) -> bool {
        let nth = (column + 2 * row) % 4;
        match *self {
            Self::Dark { share, .. } => nth < share,
            Self::Clear { at, width, share } => {
                nth < share && (0.8 * place.x - 0.6 * place.y - at).abs() < width
            }
        }
    }

    /// Their colour at a height, -1 to 1, in that light.
    pub fn colour(&self, up: f32, light: Vec3) -> Vec3 {
        match *self {
            // the sky's image
            Self::Dark { colour, .. } => (colour + 0.10 * (0.5 + 0.5 * up)) * light,
            Self::Clear { .. } => 0.7 * light,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        head::UnitWeights,
        portrait::{EYE, Portrait},
    };

    fn pair(lenses: Lenses) -> Glasses {
        Glasses {
            rim_colour: Vec3::splat(0.01),
            lenses,
            rim: 0.05,
            half: vec2(0.25, 0.2),
            corners: 3.0,
            low: 0.05,
        }
    }

    fn worn_by(glasses: Option<Glasses>) -> Portrait {
        Portrait::of(UnitWeights::default(), |_, looks| looks.glasses = glasses)
    }

    #[test]
    fn rims_lie_around_the_eyes_and_hide_nothing_else() {
        let bare = worn_by(None);
        let clear = Lenses::Clear {
            at: 0.0,
            width: 0.0,
            share: 2,
        };
        let worn = worn_by(Some(pair(clear)));
        for side in [-1.0, 1.0] {
            let (x, y) = (side * EYE.0, EYE.1);
            assert!(bare.differs(&worn, x, y) < 0.01, "the eye is hidden");
            assert!(bare.differs(&worn, x, -0.28) > 0.5, "no rim under it");
            assert!(
                bare.differs(&worn, side * 0.63, -0.05) > 0.5,
                "no rim beside it"
            );
        }
        for (x, y) in [(0.0, -0.75), (0.35, -0.5), (0.0, 0.45)] {
            assert!(bare.differs(&worn, x, y) < 0.01, "{x}, {y}");
        }
    }

    #[test]
    fn dark_lenses_hide_the_eyes() {
        let colour = Vec3::splat(0.02);
        let worn = worn_by(Some(pair(Lenses::Dark { colour, share: 4 })));
        for side in [-1.0, 1.0] {
            let seen = worn.at(side * EYE.0, EYE.1);
            assert!(seen.max_element() < 0.2, "{seen}");
            assert!(
                seen.max_element() - seen.min_element() < 0.02,
                "not grey: {seen}"
            );
        }
    }

    #[test]
    fn every_pair_stands_before_every_face() {
        use crate::head::{Head, Identity};
        use crate::random::{Purpose, generator};
        for number in 0..40 {
            let mut rng = generator(1, Purpose::Person, number);
            let who = Identity::draw(Head::get().unwrap(), &mut rng);
            let glasses = Glasses::draw(&mut rng);
            let thing = glasses.fit(&who.shape);
            let front = thing.points.iter().fold(f32::MIN, |m, p| m.max(p.z));
            assert!(
                (0.15..0.7).contains(&front),
                "{number}: {front} before the eyes"
            );
            assert!(
                thing
                    .points
                    .iter()
                    .all(|p| p.is_finite() && p.x.abs() < 1.1)
            );
        }
    }
}
