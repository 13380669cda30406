//! Skin, brows, beard and the shade of the scalp, painted on a map that wraps around the resting head.

use super::{noise::Noise, person::Looks};
use crate::head::{EYES, Head, Part, scalp_place, smooth};
use crate::render::{Barycentric, NOTHING, Samples};
use glam::{Vec3, Vec4, vec3, vec4};
use std::sync::OnceLock;

/// Where on the resting head each texel lies.
pub struct TexelMap {
    side: usize,
    place: Vec<Option<Place>>,
}

/// A place on the resting head: the same for everybody, so worked out once.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Relative to the middle between the eyes.
    pub at: Vec3,
    /// Azimuth and way down, see [`scalp_place`].
    scalp: (f32, f32),
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
            for (column, id) in samples.row(row).iter().map(|&s| Samples::id(s)).enumerate() {
                place.push((id != NOTHING).then(|| {
                    let t = rig.triangles[usize::from(id)];
                    let weight = Barycentric::new(corners(t))
                        .map(|b| b.at(column as f32 + 0.5, row as f32 + 0.5));
                    let [a, b, c] = t.map(|v| rig.rest[usize::from(v)] - EYES);
                    let at = weight.map_or(a, |w| a * w.x + b * w.y + c * w.z);
                    Place {
                        at,
                        scalp: scalp_place(at),
                    }
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
    pub fn places(&self) -> &[Option<Place>] {
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
        let light = |k: usize| {
            let middle = |cell: usize| (cell as f32 + 0.5) / map.side as f32;
            let (around, down) = (middle(k % map.side), middle(k / map.side));
            let skin = looks.complexion.as_ref();
            skin.map_or(1.0, |skin| skin.light(around, down, map.side))
        };
        let texels = (map.place.iter().enumerate())
            .map(|(k, p)| p.map_or(bare, |p| texel(p, looks, light(k))))
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

/// Behind the ears, where there is nothing but skin and scalp.
const REAR: f32 = -0.95;

/// A texel being painted: the bare skin's noise, and what is on it so far.
struct Paint<'a> {
    looks: &'a Looks,
    p: Vec3,
    /// The random fields' coordinates, each person's own.
    u: f32,
    v: f32,
    broad: f32,
    blotch: f32,
    pore: f32,
    colour: Vec3,
    gloss: f32,
}

/// `light`: of the person's complexion at that place, as a factor.
fn texel(place: Place, looks: &Looks, light: f32) -> [u8; 4] {
    let (cloudy, fine) = (Noise::cloudy(), Noise::fine());
    let p = place.at;
    let (u, v) = (
        p.x * 0.31 + looks.seed,
        (p.y + p.z * 0.4) * 0.31 + looks.seed * 7.0,
    );
    let broad = cloudy.at(u, v);
    let blotch = cloudy.at(u * 2.7 + 0.3, v * 2.7);
    let pore = fine.at(u * 2.0, v * 2.0);
    let mut paint = Paint {
        looks,
        p,
        u,
        v,
        broad,
        blotch,
        pore,
        colour: looks.skin * (1.0 + 0.10 * looks.blotches * broad + 0.05 * blotch + 0.07 * pore),
        gloss: 0.16 + 0.04 * pore,
    };
    if p.z > REAR {
        paint.complexion();
        paint.colour *= light;
        paint.relief();
        paint.beard();
        paint.brows();
    }
    paint.scalp(place.scalp);
    encode(paint.colour, paint.gloss)
}

impl Paint<'_> {
    /// Red cheeks, nose and ears; bluish rings under the eyes; eye shadow, hollows, freckles, spots of age; where skin
    /// shines.
    fn complexion(&mut self) {
        let looks = self.looks;
        let (x, y, side) = (self.p.x, self.p.y, self.p.x.abs());
        let (u, v) = (self.u, self.v);
        let red = spot(side - 0.42, y + 0.38, 0.26, 0.22)
            + 0.9 * spot(x, y + 0.36, 0.16, 0.16)
            + 0.3 * self.blotch.max(0.0);
        let mut colour = self.colour;
        colour *= vec3(
            1.0 + 0.05 * red * looks.blush,
            1.0 - 0.13 * red * looks.blush,
            1.0 - 0.10 * red * looks.blush,
        );
        let ring = spot(side - 0.29, y + 0.13, 0.17, 0.05) * (0.12 + 0.14 * looks.age);
        colour *= vec3(1.0 - ring, 1.0 - ring * 1.15, 1.0 - ring * 0.9);
        let lid = spot(side - 0.31, y - 0.06, 0.17, 0.06) * looks.eye_shadow;
        colour *= vec3(1.0 - 0.45 * lid, 1.0 - 0.6 * lid, 1.0 - 0.5 * lid);
        if looks.hollows > 0.0 {
            let hollow = spot(side - 0.13, y - 0.05, 0.08, 0.11)
                + 0.8 * spot(side - 0.30, y - 0.115, 0.17, 0.04)
                + 0.5 * spot(side - 0.15, y + 0.18, 0.06, 0.2);
            let dark = 0.45 * looks.hollows * hollow.min(1.0);
            colour *= vec3(1.0 - dark, 1.0 - 1.1 * dark, 1.0 - 1.1 * dark);
        }
        if looks.freckles > 0.0 {
            let speck = smooth(0.45, 0.7, Noise::fine().at(u * 1.3 + 0.5, v * 1.3))
                * smooth(0.9, 0.2, (y + 0.3).abs())
                * looks.freckles;
            colour *= vec3(1.0 - 0.25 * speck, 1.0 - 0.42 * speck, 1.0 - 0.5 * speck);
        }
        if looks.age > 0.25 {
            let spotted =
                smooth(0.5, 0.75, Noise::cloudy().at(u * 1.9, v * 1.9 + 0.37)) * (looks.age - 0.25);
            colour *= vec3(
                1.0 - 0.2 * spotted,
                1.0 - 0.32 * spotted,
                1.0 - 0.4 * spotted,
            );
        }
        self.colour = colour;
        self.gloss += looks.oil
            * (0.30 * (spot(x, y - 0.45, 0.35, 0.22) + spot(x, y + 0.3, 0.14, 0.3))
                + 0.12 * spot(side - 0.42, y + 0.2, 0.2, 0.15));
    }

    /// What light from above does to a face, and dark nostrils, whatever the light of the scene: photographs have both, and
    /// their absence in the mean of many rendered faces is what told them from real ones.
    fn relief(&mut self) {
        let Looks {
            relief, nostrils, ..
        } = *self.looks;
        let (x, y, side) = (self.p.x, self.p.y, self.p.x.abs());
        if relief > 0.0 {
            let bridge = spot(x, y + 0.18, 0.055, 0.22);
            let flanks = spot(side - 0.13, y + 0.17, 0.05, 0.17);
            let under_nose = spot(x, y + 0.47, 0.14, 0.035);
            let between_lips = spot(x, y + 0.683, 0.22, 0.018);
            let under_lip = spot(x, y + 0.84, 0.16, 0.04);
            let light = 0.22 * bridge
                - 0.30 * flanks
                - 0.35 * under_nose
                - 0.45 * between_lips
                - 0.30 * under_lip;
            self.colour *= 1.0 + relief * light;
        }
        if nostrils > 0.0 && self.p.z > 0.15 {
            let dark = (2.0 * nostrils * spot(side - 0.085, y + 0.402, 0.04, 0.028)).min(0.92);
            self.colour *= vec3(1.0 - 0.9 * dark, 1.0 - dark, 1.0 - dark);
        }
    }

    /// Beard: cheeks below the mouth's corners, chin and jaw; moustache under the nose, down to a full beard if there
    /// is one.
    fn beard(&mut self) {
        let looks = self.looks;
        if looks.beard.max(looks.moustache).max(looks.stubble) == 0.0 || self.p.y > -0.3 {
            return;
        }
        let (x, y, side) = (self.p.x, self.p.y, self.p.x.abs());
        let jaw = smooth(
            -0.42 - 0.25 * smooth(0.75, 0.3, side),
            -0.62 - 0.2 * smooth(0.75, 0.3, side),
            y + 0.05 * self.broad,
        ) * smooth(-1.2, -1.05, y)
            * smooth(-0.85, -0.7, self.p.z + 0.9 * (y + 0.95).min(0.0))
            * smooth(0.80, 0.74, side);
        // narrower and lower outwards; a little ragged, as nothing that grows has a straight edge
        let ragged = y + 0.025 * self.blotch;
        let whiskers = smooth(-0.44, -0.50, ragged - 0.06 * side)
            * smooth(-0.68, -0.58, ragged + 0.12 * side)
            * smooth(0.38, 0.24, side);
        let bridge = spot(side - 0.30, y + 0.66, 0.09, 0.13) * looks.beard;
        let hairs = 0.55
            + 0.45
                * (Noise::fine().at(x * 1.7, y * 0.55 + looks.seed)
                    + 0.4 * Noise::fine().at(x * 3.1, y * 1.1));
        let growth =
            (jaw * looks.beard + whiskers * looks.moustache.max(looks.beard * 0.9) + bridge)
                .min(1.0);
        let shade = (jaw.max(whiskers) * looks.stubble * (0.35 + 0.3 * self.pore)).max(0.0);
        self.colour = self.colour.lerp(looks.beard_colour * 0.9, shade * 0.5);
        let cover = (growth * (0.55 + 0.9 * hairs)).clamp(0.0, 0.96);
        self.colour = self
            .colour
            .lerp(looks.beard_colour * (0.55 + 0.5 * hairs), cover);
        self.gloss *= 1.0 - 0.8 * cover;
    }

    /// Brows: a curved band of slanting hairs, thinner towards the temple.
    fn brows(&mut self) {
        let (y, side) = (self.p.y, self.p.x.abs());
        let brow = &self.looks.brow;
        let along = (side - brow.inner) / 0.52;
        if !(-0.1..1.1).contains(&along) || !(0.0..0.45).contains(&y) || self.p.z < -0.45 {
            return;
        }
        let middle = brow.height + brow.arch * (along.clamp(0.0, 1.0) * 2.6).sin()
            - brow.fall * along * along;
        let thick = brow.thickness
            * (1.0 - 0.62 * along.max(0.0))
            * (0.75 + 0.25 * smooth(-0.1, 0.2, along));
        let off = (y - middle) / thick;
        let slant = if along < 0.3 { 1.4 } else { 0.5 };
        let stroke = Noise::fine().at(
            side * 2.2 - y * slant,
            y * 2.0 - side * 0.5 + self.looks.seed,
        );
        let edge = smooth(1.15, 0.55, off.abs() + 0.28 * stroke)
            * smooth(-0.07, 0.06, along)
            * smooth(1.08, 0.85, along);
        let cover = edge * brow.density * (0.8 + 0.35 * stroke);
        self.colour = self
            .colour
            .lerp(self.looks.brow_colour, cover.clamp(0.0, 0.95));
        self.gloss *= 1.0 - cover.clamp(0.0, 0.9);
    }

    /// The scalp under the hair.
    fn scalp(&mut self, place: (f32, f32)) {
        let ear = self.p.x.abs() > 0.76 && (-0.45..0.25).contains(&self.p.y);
        if ear {
            return;
        }
        let hair = &self.looks.hair;
        let strands = 0.86 + 0.2 * Noise::fine().at(self.u * 1.5, self.v * 3.0);
        let scalp = hair.scalp_shade(place) * strands;
        let root = hair.colour.lerp(self.looks.skin * 0.5, 0.15);
        self.colour = self.colour.lerp(root, scalp.clamp(0.0, 0.95));
        self.gloss *= 1.0 - 0.7 * scalp.clamp(0.0, 1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::Identity;
    use crate::random::{Purpose, generator};

    #[test]
    fn nostrils_are_two_dark_spots_and_relief_lights_the_bridge_of_the_nose() {
        let head = Head::get().unwrap();
        let map = TexelMap::for_size(head, 224);
        let mut rng = generator(8, Purpose::Person, 1);
        let who = Identity::draw(head, &mut rng);
        let mut looks = Looks::draw(&who, &mut rng);
        let bare = SkinTexture::paint(map, &looks);
        (looks.nostrils, looks.relief) = (1.0, 1.0);
        let painted = SkinTexture::paint(map, &looks);
        // how many times as bright as without either
        let change = |x: f32, y: f32| {
            let near = map.places().iter().enumerate().filter_map(|(k, place)| {
                let p = place.as_ref()?.at;
                let far = (p.x - x).hypot(p.y - y);
                (p.z > 0.15 && far < 0.02).then(|| {
                    let green = |t: &SkinTexture| (f32::from(t.texels[k][1]) / 255.0).powi(2);
                    green(&painted) / green(&bare)
                })
            });
            let (sum, count) = near.fold((0.0, 0.0f32), |(s, n), c| (s + c, n + 1.0));
            assert!(count > 0.0, "no texel at {x}, {y}");
            sum / count
        };
        for side in [-0.085, 0.085] {
            assert!(change(side, -0.40) < 0.4, "{}", change(side, -0.40));
        }
        assert!(change(0.0, -0.18) > 1.1 && change(0.13, -0.17) < 0.85);
        assert!(change(0.0, -0.683) < 0.8 && change(0.0, -0.84) < 0.85);
        assert!((change(0.3, -0.5) - 1.0).abs() < 0.05, "cheeks stay");
        assert!((change(0.0, 0.5) - 1.0).abs() < 0.05, "the forehead stays");
    }

    #[test]
    fn every_texel_of_the_face_knows_its_place() {
        let map = TexelMap::for_size(Head::get().unwrap(), 224);
        for (k, place) in map.places().iter().enumerate() {
            let (column, row) = (k % map.side(), k / map.side());
            let down = (row as f32 + 0.5) / map.side() as f32;
            let around = (column as f32 + 0.5) / map.side() as f32;
            if (0.1..0.8).contains(&down) && (0.25..0.75).contains(&around) {
                let Some(Place { at: p, .. }) = *place else {
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
