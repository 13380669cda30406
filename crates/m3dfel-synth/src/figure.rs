//! A person made ready for a clip: shape, hair, skin and what of the surroundings each vertex sees.

use crate::{
    SynthError,
    acting::Moment,
    head::{EYES, Head, Identity, Part},
    looks::{HairKind, Looks, SkinTexture, TexelMap, WrinkleMaps, folds, linear},
    render::{
        Camera, Lighting, Lit, Samples, Shadow, Surface, ambient_occlusion, shade_vertices,
        shadows, smooth_normals,
    },
};
use glam::{Mat3, Vec3, vec3};
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
                .map(|p| 0.35 + 0.65 * crate::head::smooth(5.6, 6.9, p.y)),
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
                        open[v] = 0.15 + 0.75 * crate::head::smooth(1.15, 1.45, coord[v].z)
                    }
                    Part::Mouth => open[v] = open[v].max(0.25),
                    Part::Skin => open[v] = 0.25 + 0.75 * open[v],
                    Part::Eye => open[v] = 0.45 + 0.55 * open[v],
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
            neckline: rng.random_range(0.4..3.2),
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
        now.folded = folds(&moment.units, self.looks.age);

        samples.clear();
        let lash = (self.looks.lashes * 4.0) as usize;
        for (k, (t, part)) in self.triangles.iter().zip(&self.part).enumerate() {
            let [a, b, c] = t.map(|v| now.screen[usize::from(v)]);
            let towards_viewer = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y) < 0.0;
            match part {
                Part::Hair => {
                    let columns = columns(t, &self.coord);
                    let margin = vec3(
                        self.coord[usize::from(t[0])].z,
                        self.coord[usize::from(t[1])].z,
                        self.coord[usize::from(t[2])].z,
                    );
                    if margin.min_element() > 0.12 {
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
                    samples.draw_where(k as u16, [a, b, c], |x, y, _| (x + 2 * y) % 4 <= lash)
                }
                _ if towards_viewer => samples.draw(k as u16, [a, b, c]),
                _ => {}
            }
        }
    }
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

impl Surface for Figure {
    fn corners(&self, id: u16) -> [Vec3; 3] {
        self.triangles[usize::from(id)].map(|v| self.now.screen[usize::from(v)])
    }

    fn lit(&self, id: u16) -> [Lit; 3] {
        self.triangles[usize::from(id)].map(|v| self.now.lit[usize::from(v)])
    }

    fn kind(&self, id: u16) -> Option<u8> {
        match self.part[usize::from(id)] {
            Part::Eye => None, // the iris is finer than a pixel
            part => Some(part as u8),
        }
    }

    fn shade(&self, id: u16, weights: Vec3, lit: Lit) -> Vec3 {
        let t = &self.triangles[usize::from(id)];
        let [a, b, c] = t.map(|v| self.coord[usize::from(v)]);
        let at = a * weights.x + b * weights.y + c * weights.z;
        let looks = &self.looks;
        match self.part[usize::from(id)] {
            Part::Skin => {
                let (mut colour, mut gloss) = self.skin.at(at.x, at.y);
                let lip = at.z.clamp(0.0, 1.0);
                if lip > 0.02 {
                    colour = colour.lerp(looks.lips, lip * looks.lip_strength);
                    gloss += 0.12 * lip;
                }
                let fold = self.wrinkles.at(at.x, at.y, &self.now.folded);
                colour *= Vec3::ONE - vec3(0.42, 0.52, 0.55) * fold;
                colour * lit.diffuse + Vec3::splat(lit.mirrored * gloss * 0.55)
            }
            Part::Eye => eye(at, looks, lit),
            Part::Teeth => {
                let gap = ((at.x / 0.075).fract().abs() - 0.5).abs();
                let line = 1.0 - 0.25 * crate::head::smooth(0.42, 0.5, gap);
                vec3(0.66, 0.60, 0.50) * line * lit.diffuse + Vec3::splat(lit.mirrored * 0.12)
            }
            Part::Tongue => vec3(0.36, 0.10, 0.09) * lit.diffuse + Vec3::splat(lit.mirrored * 0.05),
            Part::Mouth => vec3(0.16, 0.035, 0.03) * lit.diffuse,
            Part::Lash => looks.brow_colour * 0.35 * lit.diffuse,
            Part::Cloth => {
                let cloth = crate::head::smooth(self.neckline - 0.06, self.neckline, at.y);
                let weave = 1.0 + 0.06 * crate::looks::Noise::fine().at(at.x * 6.0, at.y);
                looks.skin.lerp(self.garment * weave, cloth) * lit.diffuse
            }
            Part::Hair => {
                let column = weights.dot(columns(t, &self.coord));
                let strand = looks.hair.strand(column, at.y);
                let sheen = if looks.hair.kind == HairKind::Afro {
                    0.01
                } else {
                    0.07
                };
                let shine = lit.mirrored * sheen * (strand - 0.4).max(0.0);
                looks.hair.colour * strand * lit.diffuse
                    + (looks.hair.colour * 2.0 + Vec3::splat(0.2)) * shine
            }
        }
    }
}

/// An eye at a place on its unit sphere.
fn eye(at: Vec3, looks: &Looks, lit: Lit) -> Vec3 {
    use crate::head::smooth;
    let r = at.x.hypot(at.y);
    let white = vec3(0.62, 0.585, 0.56) - vec3(0.0, 0.09, 0.09) * smooth(0.6, 1.0, r);
    let angle = at.y.atan2(at.x);
    let fibres = crate::looks::Noise::fine().at(angle * 0.9, 0.13 + r * 0.25);
    let rim = 1.0 - 0.65 * smooth(0.38, 0.47, r);
    let bright = 0.85 + 0.9 * smooth(0.42, 0.2, r) * 0.5;
    let iris = looks.iris * (1.0 + 0.35 * fibres) * rim * bright;
    let mut colour = iris.lerp(white, smooth(0.45, 0.51, r));
    colour = colour.lerp(
        Vec3::splat(0.006),
        smooth(looks.pupil + 0.04, looks.pupil - 0.02, r),
    );
    let lid = 1.0 - 0.4 * smooth(0.05, 0.5, at.y);
    let glint = (lit.mirrored * 1.1).min(1.0).powi(5);
    colour * lit.diffuse * lid + Vec3::splat(glint * 0.9)
}
