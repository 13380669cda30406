//! Skin, brows, beard and the shade of the scalp, painted on a map that wraps around the resting head.

use super::{noise::Noise, person::Looks};
use crate::head::{EYES, Head, Part, smooth};
use crate::render::{Barycentric, NOTHING, Samples};
use glam::{Vec3, Vec4, vec3, vec4};
use std::sync::OnceLock;

/// Where on the resting head each texel lies, relative to the middle between the eyes.
pub struct TexelMap {
    side: usize,
    place: Vec<Option<Vec3>>,
}

impl TexelMap {
    /// The map for frames of `size` pixels: a texel should be no larger than a pixel, nor much smaller.
    pub fn for_size(head: &Head, size: u32) -> &'static Self {
        static MAPS: [OnceLock<TexelMap>; 3] = [const { OnceLock::new() }; 3];
        let k = match size {
            0..=72 => 0,
            73..=144 => 1,
            _ => 2,
        };
        MAPS[k].get_or_init(|| Self::new(head, 128 << k))
    }

    fn new(head: &Head, side: usize) -> Self {
        let rig = &head.rig;
        let mut samples = Samples::new(side);
        let corners = |t: [u16; 3]| {
            t.map(usize::from).map(|v| {
                let (c, p) = (rig.coord[v], rig.rest[v]);
                let outward = vec3(p.x, 0.0, p.z - crate::head::AXIS_Z).length();
                vec3(c.x, c.y, 0.0) * side as f32 + vec3(0.0, 0.0, outward + 0.01)
            })
        };
        for (k, (t, part)) in rig.triangles.iter().zip(&rig.part).enumerate() {
            if *part == Part::Skin {
                let c = corners(*t);
                let wide = (c[0].x - c[1].x).abs().max((c[1].x - c[2].x).abs());
                if wide < side as f32 / 2.0 {
                    samples.draw(k as u16, c);
                }
            }
        }
        let mut place = Vec::with_capacity(side * side);
        for row in 0..side {
            for (column, &id) in samples.ids(row).iter().enumerate() {
                place.push((id != NOTHING).then(|| {
                    let t = rig.triangles[usize::from(id)];
                    let weight = Barycentric::new(corners(t))
                        .map(|b| b.at(column as f32 + 0.5, row as f32 + 0.5));
                    let [a, b, c] = t.map(|v| rig.rest[usize::from(v)] - EYES);
                    weight.map_or(a, |w| a * w.x + b * w.y + c * w.z)
                }));
            }
        }
        Self { side, place }
    }

    /// Texels a side.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Place of each texel, row by row; None where there is no skin.
    pub fn places(&self) -> &[Option<Vec3>] {
        &self.place
    }
}

/// A person's skin. All are stored as square roots, which bytes resolve well.
pub struct SkinTexture {
    side: usize,
    /// Red, green, blue, gloss.
    texels: Vec<[u8; 4]>,
}

impl SkinTexture {
    /// Paints it.
    pub fn paint(map: &TexelMap, looks: &Looks) -> Self {
        let bare = encode(looks.skin, 0.3);
        let texels = map
            .place
            .iter()
            .map(|p| p.map_or(bare, |p| texel(p, looks)))
            .collect();
        Self {
            side: map.side,
            texels,
        }
    }

    /// Linear colour and (last) gloss at a place of the map, 0 to 1 both ways.
    #[inline]
    pub fn at(&self, around: f32, down: f32) -> Vec4 {
        // 16 steps between texels; two channels in a word, each with room for the weights' sum of 256
        let last = (self.side as i32 - 1) * 16 - 1;
        let step = |t: f32| ((t * self.side as f32 - 0.5) * 16.0) as i32;
        let (x, y) = (
            step(around).clamp(0, last) as u32,
            step(down).clamp(0, last) as u32,
        );
        let (s, t) = (x & 15, y & 15);
        let first = (y >> 4) as usize * self.side + (x >> 4) as usize;
        let (top, low) = (
            &self.texels[first..first + 2],
            &self.texels[first + self.side..first + self.side + 2],
        );
        let (mut even, mut odd) = (0u32, 0u32);
        let mut mix = |texel: [u8; 4], weight: u32| {
            let word = u32::from_le_bytes(texel);
            even += (word & 0x00ff_00ff) * weight;
            odd += (word >> 8 & 0x00ff_00ff) * weight;
        };
        mix(top[0], (16 - s) * (16 - t));
        mix(top[1], s * (16 - t));
        mix(low[0], (16 - s) * t);
        mix(low[1], s * t);
        const ONE: f32 = 1.0 / (255.0 * 256.0);
        // through i32: there is an instruction for it, unlike u32
        let lane = |word: u32| word as i32 as f32;
        let (red, green, blue) = (lane(even & 0xffff), lane(odd & 0xffff), lane(even >> 16));
        let root = vec4(red, green, blue, lane(odd >> 16)) * ONE;
        root * root
    }
}

fn encode(colour: Vec3, gloss: f32) -> [u8; 4] {
    let c = |x: f32| (x.clamp(0.0, 1.0).sqrt() * 255.0 + 0.5) as u8;
    [c(colour.x), c(colour.y), c(colour.z), c(gloss)]
}

/// A bump of height 1 around a point.
fn spot(x: f32, y: f32, rx: f32, ry: f32) -> f32 {
    let d = (x / rx).powi(2) + (y / ry).powi(2);
    if d > 6.0 { 0.0 } else { (-d).exp() }
}

fn texel(p: Vec3, looks: &Looks) -> [u8; 4] {
    let (cloudy, fine) = (Noise::cloudy(), Noise::fine());
    let (x, y, side) = (p.x, p.y, p.x.abs());
    let (u, v) = (
        x * 0.31 + looks.seed,
        (y + p.z * 0.4) * 0.31 + looks.seed * 7.0,
    );
    let broad = cloudy.at(u, v);
    let blotch = cloudy.at(u * 2.7 + 0.3, v * 2.7);
    let pore = fine.at(u * 2.0, v * 2.0);

    let mut colour =
        looks.skin * (1.0 + 0.10 * looks.blotches * broad + 0.05 * blotch + 0.07 * pore);
    // red cheeks, nose and ears; yellowish forehead; bluish rings under the eyes
    let red = spot(side - 0.42, y + 0.38, 0.26, 0.22)
        + 0.9 * spot(x, y + 0.36, 0.16, 0.16)
        + 0.3 * blotch.max(0.0);
    colour *= vec3(
        1.0 + 0.05 * red * looks.blush,
        1.0 - 0.13 * red * looks.blush,
        1.0 - 0.10 * red * looks.blush,
    );
    let ring = spot(side - 0.29, y + 0.13, 0.17, 0.05) * (0.12 + 0.14 * looks.age);
    colour *= vec3(1.0 - ring, 1.0 - ring * 1.15, 1.0 - ring * 0.9);
    let lid = spot(side - 0.31, y - 0.06, 0.17, 0.06) * looks.eye_shadow;
    colour *= vec3(1.0 - 0.45 * lid, 1.0 - 0.6 * lid, 1.0 - 0.5 * lid);
    if looks.freckles > 0.0 {
        let speck = smooth(0.45, 0.7, fine.at(u * 1.3 + 0.5, v * 1.3))
            * smooth(0.9, 0.2, (y + 0.3).abs())
            * looks.freckles;
        colour *= vec3(1.0 - 0.25 * speck, 1.0 - 0.42 * speck, 1.0 - 0.5 * speck);
    }
    if looks.age > 0.25 {
        let spotted = smooth(0.5, 0.75, cloudy.at(u * 1.9, v * 1.9 + 0.37)) * (looks.age - 0.25);
        colour *= vec3(
            1.0 - 0.2 * spotted,
            1.0 - 0.32 * spotted,
            1.0 - 0.4 * spotted,
        );
    }
    let mut gloss = 0.16
        + 0.30 * looks.oil * (spot(x, y - 0.45, 0.35, 0.22) + spot(x, y + 0.3, 0.14, 0.3))
        + 0.12 * looks.oil * spot(side - 0.42, y + 0.2, 0.2, 0.15)
        + 0.04 * pore;

    // beard: cheeks below the mouth's corners, chin and jaw; moustache under the nose
    let jaw = smooth(
        -0.42 - 0.25 * smooth(0.75, 0.3, side),
        -0.62 - 0.2 * smooth(0.75, 0.3, side),
        y + 0.05 * broad,
    ) * smooth(-1.2, -1.05, y)
        * smooth(-0.85, -0.7, p.z + 0.9 * (y + 0.95).min(0.0))
        * smooth(0.80, 0.74, side);
    let whiskers =
        smooth(-0.44, -0.49, y - 0.06 * side) * smooth(-0.68, -0.6, y) * smooth(0.32, 0.25, side);
    let hairs =
        0.55 + 0.45 * (fine.at(x * 1.7, y * 0.55 + looks.seed) + 0.4 * fine.at(x * 3.1, y * 1.1));
    let growth = (jaw * looks.beard + whiskers * looks.moustache.max(looks.beard * 0.9)).min(1.0);
    let shade = (jaw.max(whiskers) * looks.stubble * (0.35 + 0.3 * pore)).max(0.0);
    colour = colour.lerp(looks.hair.colour * 0.9, shade * 0.5);
    let cover = (growth * (0.55 + 0.9 * hairs)).clamp(0.0, 0.96);
    colour = colour.lerp(looks.hair.colour * (0.55 + 0.5 * hairs), cover);
    gloss *= 1.0 - 0.8 * cover;

    // brows: a curved band of slanting hairs, thinner towards the temple
    let brow = &looks.brow;
    let along = (side - 0.10) / 0.52;
    if (-0.1..1.1).contains(&along) && p.z > -0.45 {
        let middle =
            brow.height + brow.arch * (along.clamp(0.0, 1.0) * 2.6).sin() - 0.06 * along * along;
        let thick = brow.thickness
            * (1.0 - 0.62 * along.max(0.0))
            * (0.75 + 0.25 * smooth(-0.1, 0.2, along));
        let off = (y - middle) / thick;
        let slant = if along < 0.3 { 1.4 } else { 0.5 };
        let stroke = fine.at(side * 2.2 - y * slant, y * 2.0 - side * 0.5 + looks.seed);
        let edge = smooth(1.15, 0.55, off.abs() + 0.28 * stroke)
            * smooth(-0.07, 0.06, along)
            * smooth(1.08, 0.85, along);
        let cover = edge * brow.density * (0.8 + 0.35 * stroke);
        colour = colour.lerp(looks.brow_colour, cover.clamp(0.0, 0.95));
        gloss *= 1.0 - cover.clamp(0.0, 0.9);
    }

    // the scalp under the hair
    let ear = side > 0.76 && (-0.45..0.25).contains(&y);
    if !ear {
        let scalp = looks.hair.scalp_shade(p) * (0.86 + 0.2 * fine.at(u * 1.5, v * 3.0));
        let root = looks.hair.colour.lerp(looks.skin * 0.5, 0.15);
        colour = colour.lerp(root, scalp.clamp(0.0, 0.95));
        gloss *= 1.0 - 0.7 * scalp.clamp(0.0, 1.0);
    }
    encode(colour, gloss)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_texel_of_the_face_knows_its_place() {
        let map = TexelMap::for_size(Head::get().unwrap(), 224);
        for (k, place) in map.places().iter().enumerate() {
            let (column, row) = (k % map.side(), k / map.side());
            let down = (row as f32 + 0.5) / map.side() as f32;
            let around = (column as f32 + 0.5) / map.side() as f32;
            if (0.1..0.8).contains(&down) && (0.25..0.75).contains(&around) {
                let Some(p) = *place else {
                    assert!((0.70..0.72).contains(&down), "a hole at {around}, {down}"); // between the lips
                    continue;
                };
                let coord = crate::head::skin_coord(p + EYES, 0.0);
                assert!(
                    (coord.x - around).abs() < 0.01 && (coord.y - down).abs() < 0.01,
                    "{p}"
                );
            }
        }
    }
}
