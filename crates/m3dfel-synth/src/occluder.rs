//! Things that come before the face: a hand, a microphone, a cup.

use crate::{RgbImage, acting::Wander};
use glam::{Vec2, Vec3, Vec4, vec2, vec3};
use rand::{Rng, seq::IndexedRandom};
use std::ops::Range;

/// A thing made of rounded bars, moving a little, there during some of the frames. Lengths in shares of the frame.
pub struct Occluder {
    bars: Vec<Bar>,
    colour: Vec3,
    moves: [Wander; 2],
    frames: Range<usize>,
}

#[derive(Clone, Copy)]
struct Bar {
    from: Vec2,
    to: Vec2,
    radius: f32,
}

impl Occluder {
    /// Draws one for a clip of so many frames; hands are `skin`-coloured.
    pub fn draw(frames: usize, skin: Vec3, rng: &mut impl Rng) -> Self {
        let tip = vec2(rng.random_range(0.25..0.75), rng.random_range(0.5..0.9));
        // from below, from the left or from the right
        let turn: f32 = *[0.0, -1.2, 1.2].choose(rng).unwrap_or(&0.0) + rng.random_range(-0.4..0.4);
        let down = vec2(turn.sin(), turn.cos());
        let shade: f32 = rng.random_range(0.02..0.6);
        let (bars, colour) = match rng.random_range(0..6) {
            0..=3 => (hand(tip, down, rng), skin * rng.random_range(0.85..1.15)),
            // what is spoken into or drunk from is below the mouth most of the time
            4 => (
                microphone(tip + 0.1 * down, down),
                Vec3::splat(shade * 0.15 + 0.01),
            ),
            _ => (
                cup(tip + 0.15 * Vec2::Y),
                vec3(shade, shade * rng.random_range(0.7..1.1), shade * 0.9),
            ),
        };
        let begin = if rng.random_bool(0.5) {
            0
        } else {
            rng.random_range(0..frames / 2)
        };
        let end = if rng.random_bool(0.5) {
            frames
        } else {
            rng.random_range(frames / 2..frames)
        };
        let moves = [(); 2].map(|()| Wander::draw(frames, 10.0, 0.05, rng));
        Self {
            bars,
            colour,
            moves,
            frames: begin..end,
        }
    }

    /// Paints it over a frame, under a light.
    pub fn paint(
        &self,
        image: &mut RgbImage,
        frame: usize,
        light: Vec3,
        expose: impl Fn(Vec4) -> [u8; 3],
    ) {
        if !self.frames.contains(&frame) {
            return;
        }
        let side = image.width() as usize;
        let t = frame as f32;
        let shift = vec2(self.moves[0].at(t), self.moves[1].at(t));
        let reach = |bound: fn(f32, f32) -> f32, sign: f32, start: Vec2| {
            self.bars.iter().fold(start, |b, bar| {
                let grown = Vec2::splat(sign * bar.radius) + shift;
                let (p, q) = (bar.from + grown, bar.to + grown);
                vec2(bound(b.x, bound(p.x, q.x)), bound(b.y, bound(p.y, q.y)))
            })
        };
        let (low, high) = (
            reach(f32::min, -1.0, Vec2::ONE),
            reach(f32::max, 1.0, Vec2::ZERO),
        );
        let pixel = |x: f32| (x.clamp(0.0, 1.0) * side as f32) as usize;
        for y in pixel(low.y)..pixel(high.y) {
            for x in pixel(low.x)..pixel(high.x) {
                let p = (vec2(x as f32, y as f32) + 0.5) / side as f32 - shift;
                let Some((height, slope, cover)) = self.surface(p, side as f32) else {
                    continue;
                };
                let lit = 0.30 + 0.7 * height - 0.3 * slope;
                let new = expose((self.colour * light * lit).extend(0.0));
                let at = (y * side + x) * 3;
                for (old, new) in image.as_mut()[at..at + 3].iter_mut().zip(new) {
                    *old = (f32::from(*old) * (1.0 - cover) + f32::from(new) * cover) as u8;
                }
            }
        }
    }

    /// The topmost bar at a point: how much it faces the viewer, how much downwards, how much of the pixel it covers.
    fn surface(&self, p: Vec2, side: f32) -> Option<(f32, f32, f32)> {
        let mut best: Option<(f32, f32, f32, f32)> = None;
        for bar in &self.bars {
            let along = bar.to - bar.from;
            let share =
                ((p - bar.from).dot(along) / along.length_squared().max(1e-6)).clamp(0.0, 1.0);
            let off = p - bar.from - along * share;
            let distance = off.length();
            let cover = ((bar.radius - distance) * side + 0.5).clamp(0.0, 1.0);
            if cover > 0.0 {
                let rise = (bar.radius * bar.radius - distance * distance)
                    .max(0.0)
                    .sqrt();
                if best.is_none_or(|b| rise > b.0) {
                    best = Some((rise, rise / bar.radius, off.y / bar.radius, cover));
                }
            }
        }
        best.map(|(_, height, slope, cover)| (height, slope, cover))
    }
}

fn hand(tip: Vec2, down: Vec2, rng: &mut impl Rng) -> Vec<Bar> {
    let across = vec2(down.y, -down.x);
    let spread = rng.random_range(0.0..0.25f32);
    let mut bars = vec![];
    for (k, length) in [0.30, 0.36, 0.34, 0.26].into_iter().enumerate() {
        let k = k as f32 - 1.5;
        let knuckle = tip + down * 0.34 + across * k * 0.085;
        let to = knuckle - (down - across * k * spread).normalize_or_zero() * length;
        bars.push(Bar {
            from: knuckle,
            to,
            radius: 0.043,
        });
        bars.push(Bar {
            from: knuckle,
            to: knuckle + down * 0.35 - across * k * 0.03,
            radius: 0.07,
        });
    }
    let root = tip + down * 0.55 + across * 0.17;
    bars.push(Bar {
        from: root,
        to: root + (across - down) * 0.13,
        radius: 0.048,
    });
    let wrist = tip + down * 0.6;
    bars.push(Bar {
        from: wrist,
        to: wrist + down,
        radius: 0.13,
    });
    bars
}

fn microphone(tip: Vec2, down: Vec2) -> Vec<Bar> {
    let neck = tip + down * 0.12;
    vec![
        Bar {
            from: tip,
            to: tip + down * 0.05,
            radius: 0.085,
        },
        Bar {
            from: neck,
            to: neck + down,
            radius: 0.04,
        },
    ]
}

fn cup(tip: Vec2) -> Vec<Bar> {
    let bar = |k: i32| {
        let x = tip + vec2(k as f32 * 0.035, 0.08);
        Bar {
            from: x,
            to: x + vec2(0.0, 0.3),
            radius: 0.11,
        }
    };
    (-2..=2).map(bar).collect()
}
