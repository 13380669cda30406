//! Hair: a shell on the scalp grid, cut along a hairline, hanging where it is long.

mod kind;

use super::noise::Noise;
use crate::head::{EYES, HANGING_ROWS, Rig, SCALP_COLUMNS, SCALP_ROWS, azimuth, smooth};
use glam::{Vec3, vec3};
use rand::Rng;

pub use kind::HairKind;

/// One person's hair.
#[derive(Clone, Debug)]
pub struct Hair {
    pub kind: HairKind,
    /// Linear.
    pub colour: Vec3,
    /// How far the hairline has gone back at the temples, in rows' share.
    receding: f32,
    /// Shifts the hairline, as a share of the way down.
    low: f32,
    /// How far a fringe falls over the forehead, 0 to 1.
    fringe: f32,
    /// Thickness at the top and at the sides, decimetres.
    top: f32,
    sides: f32,
    /// How long it hangs, decimetres.
    length: f32,
    /// Amplitude of waves, decimetres.
    wave: f32,
    /// Azimuth of the parting.
    parting: f32,
    /// Raggedness of the edge.
    ragged: f32,
    seed: f32,
}

/// How much of the edge's raggedness is whose.
const LOCKS: f32 = 0.45;
const HAIRS: f32 = 0.6;
const FINE_HAIRS: f32 = 0.5;

/// An azimuth turned by `by`, within half a turn.
fn turned(azimuth: f32, by: f32) -> f32 {
    use std::f32::consts::{PI, TAU};
    (azimuth + by + PI).rem_euclid(TAU) - PI
}

impl Hair {
    /// Draws the details of a cut.
    pub fn draw(kind: HairKind, colour: Vec3, age: f32, rng: &mut impl Rng) -> Self {
        use HairKind::*;
        let (top, sides, length): (f32, f32, f32) = match kind {
            Bald | Cropped => (0.0, 0.0, 0.0),
            Short => (
                rng.random_range(0.05..0.14),
                rng.random_range(0.025..0.06),
                0.0,
            ),
            Full => (
                rng.random_range(0.14..0.28),
                rng.random_range(0.06..0.12),
                0.0,
            ),
            Tied => (
                rng.random_range(0.03..0.07),
                rng.random_range(0.02..0.04),
                0.0,
            ),
            Bob => (
                rng.random_range(0.10..0.18),
                rng.random_range(0.14..0.22),
                rng.random_range(0.5..0.9),
            ),
            Long => (
                rng.random_range(0.09..0.18),
                rng.random_range(0.12..0.22),
                rng.random_range(1.2..2.0),
            ),
            Afro => (rng.random_range(0.25..0.6), rng.random_range(0.2..0.5), 0.0),
            Cap => (
                rng.random_range(0.08..0.3),
                rng.random_range(0.06..0.1),
                0.0,
            ),
            Scarf => (
                rng.random_range(0.06..0.12),
                rng.random_range(0.08..0.14),
                rng.random_range(1.2..1.8),
            ),
        };
        let fringed = match kind {
            Bob => 0.5,
            Long => 0.25,
            Short | Full => 0.3,
            _ => 0.0,
        };
        Self {
            kind,
            colour,
            receding: if matches!(kind, Bob | Long | Tied | Afro | Cap | Scarf) {
                0.0
            } else {
                rng.random_range(0.0..0.12) * (0.3 + age)
            },
            low: rng.random_range(-0.04..0.035),
            fringe: if rng.random_bool(fringed) {
                rng.random_range(0.4..1.0)
            } else {
                0.0
            },
            top,
            sides,
            length,
            wave: rng.random_range(0.0..0.05),
            parting: rng.random_range(-0.6..0.6),
            ragged: match kind {
                Cap | Scarf => 0.0,
                Tied => 0.03,
                _ => rng.random_range(0.05..0.12),
            },
            seed: rng.random(),
        }
    }

    /// Where hair roots end, as the way down from the crown, by azimuth.
    fn root_line(&self, azimuth: f32) -> f32 {
        const LINE: [(f32, f32); 11] = [
            (0.0, 0.775),
            (22.0, 0.77),
            (42.0, 0.76),
            (58.0, 0.80),
            (70.0, 0.86),
            (78.0, 0.93), // the sideburn
            (85.0, 0.80),
            (97.0, 0.76), // above the ear, never through it
            (113.0, 0.82),
            (130.0, 0.95),
            (180.0, 1.0),
        ];
        let a = azimuth.abs().to_degrees();
        let k = LINE
            .iter()
            .rposition(|p| p.0 <= a)
            .unwrap_or(0)
            .min(LINE.len() - 2);
        let (from, to) = (LINE[k], LINE[k + 1]);
        let line = from.1 + (to.1 - from.1) * (a - from.0) / (to.0 - from.0);
        let front = smooth(75.0, 50.0, a);
        line + self.low * front - self.receding * front * (0.4 + 0.6 * smooth(10.0, 35.0, a))
    }

    /// Where hair ends, as the way down: beyond 1 it hangs.
    fn end_line(&self, azimuth: f32) -> f32 {
        let a = azimuth.abs().to_degrees();
        if self.kind.is_cloth() {
            let line = 0.86 + self.low;
            let hanging = smooth(40.0, 58.0, a) * f32::from(self.hangs());
            return line + (2.1 - line) * hanging;
        }
        let root = self.root_line(azimuth);
        if self.length > 0.0 {
            let hanging = smooth(56.0, 70.0, a);
            let fringe = self.fringe * 0.17 * smooth(62.0, 48.0, a);
            return root + fringe + (2.1 - root) * hanging;
        }
        if self.kind == HairKind::Afro {
            return root + 0.02;
        }
        let aside = 0.6 + 0.4 * (azimuth * 2.0 + self.parting * 4.0).sin();
        root + self.fringe * 0.13 * aside * smooth(60.0, 35.0, a)
    }

    /// How densely the scalp at an azimuth and a way down is covered with roots, 0 to 1.
    pub fn scalp_shade(&self, (azimuth, down): (f32, f32)) -> f32 {
        if self.kind.is_cloth() {
            return smooth(0.01, -0.01, down - self.end_line(azimuth));
        }
        let line = self.root_line(azimuth)
            + 0.02 * Noise::cloudy().at(azimuth * 0.7, self.seed + down * 0.3);
        let soft = if self.kind == HairKind::Cropped {
            0.05
        } else {
            0.03
        };
        let cover = smooth(line + soft * 0.3, line - soft, down);
        match self.kind {
            HairKind::Bald => 0.12 * cover,
            HairKind::Cropped => 0.78 * cover,
            _ => 0.92 * cover,
        }
    }

    /// Whether there is a shell at all.
    pub fn has_shell(&self) -> bool {
        !matches!(self.kind, HairKind::Bald | HairKind::Cropped)
    }

    /// Whether it is long enough to hang.
    pub fn hangs(&self) -> bool {
        self.length > 0.0
    }

    /// Places of the hair grid on a resting head, with (azimuth in turns from behind, way down, margin to the edge).
    pub fn grow(&self, rig: &Rig, shape: &[Vec3]) -> (Vec<Vec3>, Vec<Vec3>) {
        let centre = EYES + vec3(0.0, 0.35, crate::head::AXIS_Z - EYES.z);
        let cloudy = Noise::cloudy();
        let rows = SCALP_ROWS + HANGING_ROWS;
        let mut places = Vec::with_capacity(rows * SCALP_COLUMNS);
        let mut coords = Vec::with_capacity(rows * SCALP_COLUMNS);
        for row in 0..rows {
            for column in 0..SCALP_COLUMNS {
                let azimuth = azimuth(column);
                let a = azimuth.abs().to_degrees();
                let end = self.end_line(azimuth);
                // the line falls steeply at the temple: the edge of a neighbouring column is near too
                let near = |step: f32| {
                    self.end_line(turned(
                        azimuth,
                        step * std::f32::consts::TAU / SCALP_COLUMNS as f32,
                    ))
                };
                let edge = if self.hangs() {
                    end
                } else {
                    end.min(near(-1.0)).min(near(1.0))
                };
                let hang = (row + 1).saturating_sub(SCALP_ROWS) as f32 / HANGING_ROWS as f32;
                let down = row.min(SCALP_ROWS - 1) as f32 / (SCALP_ROWS - 1) as f32 + hang;
                let on_scalp =
                    rig.scalp[row.min(SCALP_ROWS - 1) * SCALP_COLUMNS + column].of(shape);
                let outward = (on_scalp - centre).normalize_or_zero();
                let lump = cloudy.at(azimuth * 0.45 + self.seed, down * 0.35 + self.seed * 3.0);
                let flank = smooth(0.25, 0.85, down) * smooth(20.0, 70.0, a);
                let mut thick = (self.top + (self.sides - self.top) * flank) * (1.0 + 0.35 * lump);
                if self.kind != HairKind::Afro {
                    let part = (azimuth - self.parting) / 0.12;
                    let parted = if self.kind.is_cloth() { 0.0 } else { 0.45 };
                    thick *= 1.0 - parted * (-part * part).exp() * smooth(0.9, 0.3, down);
                    // lies down towards its edge, unless a fringe or a hanging lock ends there:
                    // else the background shows between temple and hair
                    let free = (self.fringe * smooth(45.0, 22.0, a))
                        .max(smooth(50.0, 68.0, a) * f32::from(self.length > 0.0));
                    let least = 0.06 + 0.39 * free;
                    thick *= least + (1.0 - least) * smooth(0.0, 0.3, edge - down).max(free * 0.6);
                } else {
                    // a ball, whose underside comes back to the head
                    thick *= 0.05 + 0.95 * smooth(-0.02, 0.2, edge - down);
                }
                let mut place = on_scalp + outward * (thick + 0.006);
                if hang > 0.0 {
                    // falls outside ears, jaw and neck, closer again below
                    let flat = vec3(place.x, 0.0, place.z - 0.35);
                    let least = vec3(0.92 - 0.12 * hang, 1.0, 0.95 - 0.1 * hang);
                    let ratio = ((flat.x / least.x).powi(2) + (flat.z / least.z).powi(2))
                        .sqrt()
                        .max(0.05);
                    let push = (1.0 / ratio).clamp(1.0, 2.5);
                    let pushed = flat * (1.0 + (push - 1.0) * smooth(0.0, 0.35, hang));
                    let curl = self.wave
                        * (hang * 9.0 + azimuth * 3.0 + self.seed * 6.0).sin()
                        * hang.min(0.5)
                        * 2.0;
                    place.x = pushed.x * (1.0 + curl);
                    place.z = 0.35 + pushed.z * (1.0 + curl);
                    place.y -= hang * self.length * (1.0 + 0.1 * lump);
                }
                places.push(place);
                coords.push(vec3(column as f32, down, end - down));
            }
        }
        (places, coords)
    }

    /// Within this margin of the edge a strand may end; beyond it hair is whole.
    pub fn raggedness(&self) -> f32 {
        self.ragged * (LOCKS + HAIRS + FINE_HAIRS)
    }

    /// Whether a strand reaches a point: `margin` is the way still left to the edge.
    #[inline]
    pub fn reaches(&self, column: f32, margin: f32) -> bool {
        let fine = Noise::fine();
        let x = column / SCALP_COLUMNS as f32;
        let locks = LOCKS * fine.at(x * 2.0, self.seed);
        let hairs = HAIRS * fine.at(x * 6.0, self.seed + 0.3 + margin * 0.05)
            + FINE_HAIRS * fine.at(x * 13.0, self.seed);
        margin + self.ragged * (locks + hairs) > 0.0
    }

    /// Brightness of the strand at a point, around 1.
    #[inline]
    pub fn strand(&self, column: f32, down: f32) -> f32 {
        let fine = Noise::fine();
        let x = column / SCALP_COLUMNS as f32;
        if self.kind.is_cloth() {
            return 1.0 + 0.12 * fine.at(x * 5.0, down * 2.0);
        }
        if self.kind == HairKind::Afro {
            return 0.9 + 0.5 * fine.at(x * 4.0, down * 2.0);
        }
        let warp = x + 0.01 * (down * 7.0 + self.seed * 9.0).sin();
        1.0 + 0.38 * fine.at(warp * 3.0, down * 0.12 + self.seed)
            + 0.22 * fine.at(warp * 7.0, down * 0.2)
    }

    /// How much it shines.
    pub fn sheen(&self) -> f32 {
        match self.kind {
            HairKind::Cap | HairKind::Scarf => 0.0,
            HairKind::Afro => 0.01,
            _ => 0.05,
        }
    }
}
