//! A person made ready for a clip: shape, hair, skin and what of the surroundings each vertex sees.

use crate::{
    SynthError,
    acting::Moment,
    head::{EYES, Head, Identity, Part, smooth},
    looks::{HairKind, Looks, Noise, SkinTexture, TexelMap, WrinkleMaps, folds, linear},
    render::{
        Barycentric, Camera, Light, Lighting, Lit, Samples, Shadow, Surface, ambient_occlusion,
        shade_vertices, shadows, smooth_normals,
    },
};
use glam::{Mat3, Vec2, Vec3, Vec4, vec3, vec4};
use rand::Rng;
use std::sync::OnceLock;

/// The point the head turns about, relative to the middle between the eyes.
const PIVOT: Vec3 = vec3(0.0, -0.75, -0.85);

/// A person in a clip, posed anew for every frame.
pub struct Figure {
    head: &'static Head,
    looks: Looks,
    skin: SkinTexture,
    wrinkles: &'static WrinkleMaps,
    garment: Vec3,
    /// The ring of the neck at which the garment begins.
    neckline: f32,
    triangles: Vec<[u16; 3]>,
    part: Vec<Part>,
    /// The triangles that throw shadows.
    opaque: Vec<[u16; 3]>,
    coord: Vec<Vec3>,
    follow: Vec<f32>,
    /// How much of the surroundings each vertex sees.
    open: Vec<f32>,
    rest: Vec<Vec3>,
    now: Posed,
    shadow: Shadow,
}

/// The current frame's geometry.
#[derive(Default)]
struct Posed {
    points: Vec<Vec3>,
    normals: Vec<Vec3>,
    screen: Vec<Vec3>,
    bright: Vec<f32>,
    lit: Vec<Lit>,
    folded: [f32; 4],
    catchlight: Catchlight,
}

/// The key light's image on the cornea.
#[derive(Clone, Copy, Default)]
struct Catchlight {
    /// On the eye's unit sphere, seen from the front.
    place: Vec2,
    strength: f32,
}

impl Catchlight {
    /// Of a light before a head turned so. That the gaze moves it a little is left out.
    fn of(light: &Light, turn: Mat3) -> Self {
        let halfway = turn.transpose() * (light.towards + Vec3::Z).normalize_or_zero();
        Self {
            // the cornea is rounder than the eye, which draws the image in
            place: halfway.truncate() * 0.6,
            strength: light.colour.y.min(1.0),
        }
    }

    fn at(self, place: Vec2) -> f32 {
        self.strength * smooth(0.13, 0.06, place.distance(self.place))
    }
}

impl Figure {
    /// Dresses an identity for a clip of frames of `size` pixels.
    pub fn new(
        who: &Identity,
        looks: Looks,
        size: u32,
        rng: &mut impl Rng,
    ) -> Result<Self, SynthError> {
        let head = Head::get()?;
        let rig = &head.rig;
        let map = TexelMap::for_size(head, size);
        let (hair_places, hair_coords) = looks.hair.grow(rig, &who.shape);
        let rest: Vec<Vec3> = who
            .shape
            .iter()
            .chain(&hair_places)
            .map(|&p| p - EYES)
            .collect();
        let coord: Vec<Vec3> = rig.coord.iter().copied().chain(hair_coords).collect();
        let follow = rig.follow.iter().copied().chain(
            hair_places
                .iter()
                .map(|p| 0.35 + 0.65 * smooth(5.6, 6.9, p.y)),
        );

        let shown = |t: &[u16; 3], part: Part| {
            part != Part::Hair
                || looks.hair.has_shell() && t.iter().any(|&v| coord[usize::from(v)].z > -0.14)
        };
        let (mut triangles, mut part, mut opaque) = (Vec::new(), Vec::new(), Vec::new());
        for (t, &p) in rig
            .triangles
            .iter()
            .zip(&rig.part)
            .filter(|&(t, &p)| shown(t, p))
        {
            triangles.push(*t);
            part.push(p);
            let whole = || t.iter().all(|&v| coord[usize::from(v)].z > 0.0);
            if matches!(p, Part::Skin | Part::Cloth) || p == Part::Hair && whole() {
                opaque.push(*t);
            }
        }
        let mut normals = Vec::new();
        smooth_normals(&rest, &triangles, &mut normals);
        let mut open = ambient_occlusion(&rest, &normals, &opaque, vec3(0.0, -0.3, -0.6));
        for (t, part) in triangles.iter().zip(&part) {
            for &v in t {
                let v = usize::from(v);
                // shut at rest, these would stay dark when the mouth opens
                match part {
                    Part::Teeth | Part::Tongue => {
                        open[v] = 0.15 + 0.75 * smooth(1.15, 1.45, coord[v].z)
                    }
                    Part::Mouth => open[v] = open[v].max(0.25),
                    Part::Skin => open[v] = 0.25 + 0.75 * open[v],
                    Part::Eye => open[v] = 0.6 + 0.4 * open[v],
                    Part::Hair => open[v] = 0.4 + 0.6 * open[v],
                    Part::Lash | Part::Cloth => {}
                }
            }
        }
        let tint = |rng: &mut dyn rand::RngCore| rng.random_range(0.8..1.2f32);
        let cloth: f32 = rng.random_range(0.04..0.85);
        Ok(Self {
            head,
            skin: SkinTexture::paint(map, &looks),
            wrinkles: wrinkle_maps(map),
            garment: linear(
                (cloth * tint(rng)).min(0.95),
                (cloth * tint(rng)).min(0.95),
                (cloth * tint(rng)).min(0.95),
            ),
            neckline: rng.random_range(1.1..3.4),
            follow: follow.collect(),
            looks,
            triangles,
            part,
            opaque,
            coord,
            open,
            rest,
            now: Posed::default(),
            shadow: Shadow::default(),
        })
    }

    /// Poses the figure, lights it and draws it.
    pub fn draw(
        &mut self,
        moment: &Moment,
        camera: &Camera,
        lighting: &Lighting,
        samples: &mut Samples,
    ) {
        let now = &mut self.now;
        now.points.clone_from(&self.rest);
        for (unit, weight) in moment.units.active() {
            self.head.units[unit as usize].apply(&mut now.points, weight);
        }
        let turn = Mat3::from_rotation_z(moment.roll)
            * Mat3::from_rotation_x(moment.pitch)
            * Mat3::from_rotation_y(moment.yaw);
        let body = Mat3::from_rotation_y(moment.yaw * 0.35);
        // the crop follows the eyes, wherever the head turns
        let eyes = turn * -PIVOT;
        for (p, &follow) in now.points.iter_mut().zip(&self.follow) {
            let from_pivot = *p - PIVOT;
            *p = (body * from_pivot).lerp(turn * from_pivot, follow) - eyes;
        }
        smooth_normals(&now.points, &self.triangles, &mut now.normals);
        shadows(
            &mut self.shadow,
            &now.points,
            &now.normals,
            &self.opaque,
            lighting.key.towards,
            &mut now.bright,
        );
        shade_vertices(
            lighting,
            &now.normals,
            &self.open,
            &now.bright,
            &mut now.lit,
        );
        camera.project(&now.points, &mut now.screen);
        now.catchlight = Catchlight::of(&lighting.key, turn);
        now.folded = folds(&moment.units, self.looks.age);

        samples.clear();
        let lash = (self.looks.lashes * 4.0) as usize;
        for (k, (t, part)) in self.triangles.iter().zip(&self.part).enumerate() {
            let [a, b, c] = [usize::from(t[0]), usize::from(t[1]), usize::from(t[2])];
            let [a, b, c] = [now.screen[a], now.screen[b], now.screen[c]];
            let towards_viewer = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y) < 0.0;
            match part {
                // the shell's inner side shows where it hangs only
                Part::Hair
                    if !towards_viewer
                        && !self.looks.hair.hangs()
                        && self.coord[usize::from(t[0])].y < 0.9 => {}
                Part::Hair => {
                    let columns = columns(t, &self.coord).extend(0.0);
                    let margin = vec4(
                        self.coord[usize::from(t[0])].z,
                        self.coord[usize::from(t[1])].z,
                        self.coord[usize::from(t[2])].z,
                        0.0,
                    );
                    if margin.truncate().min_element() > self.looks.hair.raggedness() {
                        samples.draw(k as u16, [a, b, c]);
                    } else {
                        let hair = &self.looks.hair;
                        samples.draw_where(k as u16, [a, b, c], |_, _, w| {
                            hair.reaches(w.dot(columns), w.dot(margin))
                        });
                    }
                }
                // a screen door: so many of each pixel's four samples
                Part::Lash => {
                    samples.draw_where(k as u16, [a, b, c], |x, y, _| (x + 2 * y) % 4 < lash)
                }
                // squinting presses the lids into some people's eyes
                Part::Eye if towards_viewer => {
                    samples.draw(k as u16, [a, b, c].map(|p| p.with_z(behind(p.z, 0.04))))
                }
                _ if towards_viewer => samples.draw(k as u16, [a, b, c]),
                _ => {}
            }
        }
    }
}

/// An inverse distance, so many decimetres further off.
fn behind(inverse: f32, by: f32) -> f32 {
    inverse / (1.0 + by * inverse)
}

fn wrinkle_maps(map: &TexelMap) -> &'static WrinkleMaps {
    static MAPS: [OnceLock<WrinkleMaps>; 3] = [const { OnceLock::new() }; 3];
    let k = (map.side() / 256).min(2);
    MAPS[k].get_or_init(|| WrinkleMaps::new(map))
}

/// The columns of a hair triangle's corners, continued where the grid closes.
fn columns(t: &[u16; 3], coord: &[Vec3]) -> Vec3 {
    let [a, b, c] = t.map(|v| coord[usize::from(v)].x);
    let columns = vec3(a, b, c);
    let around = crate::head::SCALP_COLUMNS as f32;
    if columns.max_element() - columns.min_element() < around / 2.0 {
        return columns;
    }
    columns.map(|x| if x < around / 2.0 { x + around } else { x })
}

/// A triangle ready to be shaded.
#[derive(Default)]
pub struct Ready {
    part: Part,
    weigh: Barycentric,
    lit: [Lit; 3],
    coord: [Vec4; 3],
}

impl Surface for Figure {
    type Triangle = Ready;

    #[inline]
    fn triangle(&self, id: u16) -> Ready {
        let t = &self.triangles[usize::from(id)];
        let part = self.part[usize::from(id)];
        let [a, b, c] = [usize::from(t[0]), usize::from(t[1]), usize::from(t[2])];
        let (screen, lit) = (&self.now.screen, &self.now.lit);
        let mut coord = [
            self.coord[a].extend(0.0),
            self.coord[b].extend(0.0),
            self.coord[c].extend(0.0),
        ];
        if part == Part::Hair {
            let columns = columns(t, &self.coord);
            coord
                .iter_mut()
                .zip(columns.to_array())
                .for_each(|(c, column)| c.x = column);
        }
        Ready {
            part,
            weigh: Barycentric::new([screen[a], screen[b], screen[c]]).unwrap_or_default(),
            lit: [lit[a], lit[b], lit[c]],
            coord,
        }
    }

    #[inline]
    fn kind(triangle: &Ready) -> Option<u8> {
        match triangle.part {
            Part::Eye => None, // the iris is finer than a pixel
            part => Some(part as u8),
        }
    }

    #[inline]
    fn shade(&self, triangle: &Ready, x: f32, y: f32) -> Vec4 {
        let weights = triangle.weigh.at(x, y);
        let (a, b, c) = (
            Vec4::splat(weights.x),
            Vec4::splat(weights.y),
            Vec4::splat(weights.z),
        );
        let lit = triangle.lit[0] * a + triangle.lit[1] * b + triangle.lit[2] * c;
        let at = triangle.coord[0] * a + triangle.coord[1] * b + triangle.coord[2] * c;
        let looks = &self.looks;
        if triangle.part == Part::Skin {
            let mut colour = self.skin.at(at.x, at.y);
            let mut gloss = colour.w;
            let lip = at.z;
            if lip > 0.02 {
                let lip = if lip < 1.0 { lip } else { 1.0 };
                colour = colour.lerp(looks.lips.extend(0.0), lip * looks.lip_strength);
                gloss += 0.12 * lip;
            }
            let fold = self.wrinkles.at(at.x, at.y, &self.now.folded);
            colour *= Vec4::ONE - vec4(0.42, 0.52, 0.55, 0.0) * fold;
            return colour * lit + Vec4::splat(lit.w * gloss * 0.55);
        }
        let (at, diffuse, mirrored) = (at.truncate(), lit.truncate(), lit.w);
        let colour = match triangle.part {
            Part::Skin | Part::Eye => eye(at, looks, diffuse, self.now.catchlight),
            Part::Teeth => {
                let gap = ((at.x / 0.075).fract().abs() - 0.5).abs();
                let line = 1.0 - 0.25 * smooth(0.42, 0.5, gap);
                vec3(0.62, 0.53, 0.41) * line * diffuse + Vec3::splat(mirrored * 0.12)
            }
            Part::Tongue => vec3(0.36, 0.10, 0.09) * diffuse + Vec3::splat(mirrored * 0.05),
            Part::Mouth => vec3(0.16, 0.035, 0.03) * diffuse,
            Part::Lash => looks.brow_colour * 0.35 * diffuse,
            Part::Cloth => {
                let cloth = smooth(self.neckline - 0.06, self.neckline, at.y);
                let weave = 1.0 + 0.06 * Noise::fine().at(at.x * 6.0, at.y);
                looks.skin.lerp(self.garment * weave, cloth) * diffuse
            }
            Part::Hair => {
                let strand = looks.hair.strand(at.x, at.y);
                let sheen = if looks.hair.kind == HairKind::Afro {
                    0.01
                } else {
                    0.05
                };
                let shine = mirrored * sheen * (strand - 0.4).max(0.0);
                looks.hair.colour * strand * diffuse
                    + (looks.hair.colour * 3.0 + Vec3::splat(0.1)) * shine
            }
        };
        colour.extend(0.0)
    }
}

/// An eye at a place on its unit sphere.
fn eye(at: Vec3, looks: &Looks, diffuse: Vec3, catchlight: Catchlight) -> Vec3 {
    let r = at.x.hypot(at.y);
    let white = vec3(0.68, 0.645, 0.62) - vec3(0.0, 0.09, 0.09) * smooth(0.6, 1.0, r);
    let angle = at.y.atan2(at.x);
    let fibres = Noise::fine().at(angle * 0.9, 0.13 + r * 0.25);
    let rim = 1.0 - 0.65 * smooth(0.36, 0.45, r);
    let iris = looks.iris * (1.0 + 0.35 * fibres) * rim * (0.85 + 0.45 * smooth(0.42, 0.2, r));
    let mut colour = iris.lerp(white, smooth(0.43, 0.485, r));
    colour = colour.lerp(
        Vec3::splat(0.006),
        smooth(looks.pupil + 0.04, looks.pupil - 0.02, r),
    );
    let lid = 1.0 - 0.3 * smooth(0.1, 0.5, at.y);
    colour * diffuse * lid + Vec3::splat(0.8 * catchlight.at(at.truncate()))
}
