//! A person made ready for a clip: shape, hair, skin and what of the surroundings each vertex sees.

mod shade;

use crate::{
    SynthError,
    acting::Moment,
    head::{EYES, Head, Identity, Part, Unit, smooth},
    looks::{FAMILIES, HairKind, Looks, SkinTexture, TexelMap, WrinkleMaps, folds, linear},
    render::{
        Camera, Lighting, Lit, Samples, Shadow, ambient_occlusion, shade_vertices, shadows,
        smooth_normals,
    },
};
use glam::{Mat3, Vec3, vec3, vec4};
use rand::Rng;
use shade::{Catchlight, columns};
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
    /// See [`Identity::teeth_follow`].
    teeth_follow: f32,
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
    folded: [f32; FAMILIES],
    catchlight: Catchlight,
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
        let mut rest: Vec<Vec3> = who
            .shape
            .iter()
            .chain(&hair_places)
            .map(|&p| p - EYES)
            .collect();
        let mut coord: Vec<Vec3> = rig.coord.iter().copied().chain(hair_coords).collect();
        let mut follow: Vec<f32> = rig.follow.clone();
        follow.extend(
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
        if let Some(glasses) = &looks.glasses {
            let thing = glasses.fit(&who.shape);
            let first = rest.len() as u16;
            follow.resize(rest.len() + thing.points.len(), 1.0);
            rest.extend(thing.points);
            coord.extend(thing.coord);
            for (t, p) in thing.triangles {
                triangles.push(t.map(|v| first + v));
                part.push(p);
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
                    Part::Skin if looks.plain => open[v] = 1.0,
                    Part::Skin => {
                        open[v] = 0.25 + 0.75 * open[v].powf(1.0 + 1.2 * looks.hollows);
                    }
                    Part::Eye => open[v] = 0.6 + 0.4 * open[v],
                    Part::Hair => open[v] = 0.4 + 0.6 * open[v],
                    Part::Lash | Part::Cloth => {}
                    Part::Rim | Part::Lens => open[v] = 0.5 + 0.5 * open[v],
                }
            }
        }
        let tint = |rng: &mut dyn rand::RngCore| rng.random_range(0.8..1.2f32);
        let cloth: f32 = rng.random_range(0.04..0.85);
        let garment = linear(
            (cloth * tint(rng)).min(0.95),
            (cloth * tint(rng)).min(0.95),
            (cloth * tint(rng)).min(0.95),
        );
        let neckline = rng.random_range(1.1..3.4);
        let scarf = looks.hair.kind == HairKind::Scarf;
        Ok(Self {
            head,
            skin: SkinTexture::paint(map, &looks),
            wrinkles: wrinkle_maps(map),
            garment: if scarf { looks.hair.colour } else { garment },
            neckline: if scarf { 0.5 } else { neckline },
            follow,
            looks,
            triangles,
            part,
            opaque,
            coord,
            open,
            rest,
            teeth_follow: who.teeth_follow,
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
        for (brow, &weight) in self.head.slanted_brows.iter().zip(&moment.slant) {
            brow.apply(&mut now.points, weight);
        }
        let further = self.teeth_follow * moment.units[Unit::JawOpen];
        self.head.lower_teeth.apply(&mut now.points, further);
        let turn = moment.pose.turn();
        let body = Mat3::from_rotation_y(moment.pose.yaw * 0.35);
        // the crop follows the eyes, wherever the head turns
        let eyes = turn * -PIVOT;
        for (p, &follow) in now.points.iter_mut().zip(&self.follow) {
            let from_pivot = *p - PIVOT;
            *p = (body * from_pivot).lerp(turn * from_pivot, follow) - eyes;
        }
        smooth_normals(&now.points, &self.triangles, &mut now.normals);
        if self.looks.plain {
            now.bright.clear();
            now.bright.resize(now.points.len(), 1.0);
        } else {
            shadows(
                &mut self.shadow,
                &now.points,
                &now.normals,
                &self.opaque,
                lighting.key.towards,
                &mut now.bright,
            );
        }
        shade_vertices(
            lighting,
            &now.normals,
            &self.open,
            &now.bright,
            &mut now.lit,
        );
        camera.project(&now.points, &mut now.screen);
        now.catchlight = Catchlight::of(&lighting.key, turn);
        now.folded = folds(&moment.units, &self.looks);

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
                Part::Rim => samples.draw(k as u16, [a, b, c]),
                Part::Lens => {
                    if let Some(glasses) = &self.looks.glasses {
                        let [p, q, r] = t.map(|v| self.coord[usize::from(v)].truncate());
                        samples.draw_where(k as u16, [a, b, c], |x, y, w| {
                            let place = p * w.x + q * w.y + r * w.z;
                            glasses.lenses.hide(x, y, place)
                        });
                    }
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
