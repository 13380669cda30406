//! What a figure's surfaces look like at a place of the picture.

use super::Figure;
use crate::{
    head::{Part, smooth},
    looks::{Looks, Noise},
    render::{Barycentric, Light, Lit, Surface},
};
use glam::{Mat3, Vec2, Vec3, Vec4, vec3, vec4};

/// The key light's image on the cornea.
#[derive(Clone, Copy, Default)]
pub struct Catchlight {
    /// On the eye's unit sphere, seen from the front.
    place: Vec2,
    strength: f32,
}

impl Catchlight {
    /// Of a light before a head turned so. That the gaze moves it a little is left out.
    pub fn of(light: &Light, turn: Mat3) -> Self {
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

/// The columns of a hair triangle's corners, continued where the grid closes.
pub fn columns(t: &[u16; 3], coord: &[Vec3]) -> Vec3 {
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
            let shine = if looks.plain { 0.0 } else { 0.55 };
            return colour * lit + Vec4::splat(lit.w * gloss * shine);
        }
        let (at, diffuse, mirrored) = (at.truncate(), lit.truncate(), lit.w);
        let colour = match triangle.part {
            Part::Skin | Part::Eye => eye(at, looks, diffuse, self.now.catchlight),
            Part::Teeth => {
                let gap = ((at.x / 0.075).fract().abs() - 0.5).abs();
                let line = 1.0 - 0.25 * smooth(0.42, 0.5, gap);
                vec3(0.62, 0.53, 0.41) * (looks.teeth * line) * diffuse
                    + Vec3::splat(mirrored * 0.12)
            }
            Part::Tongue => {
                let tongue = vec3(0.36, 0.10, 0.09) * diffuse + Vec3::splat(mirrored * 0.05);
                tongue * (1.0 - 0.6 * looks.mouth_shade)
            }
            Part::Mouth => vec3(0.16, 0.035, 0.03) * (1.0 - 0.8 * looks.mouth_shade) * diffuse,
            Part::Lash => looks.brow_colour * 0.35 * diffuse,
            Part::Cloth => {
                let cloth = smooth(self.neckline - 0.06, self.neckline, at.y);
                let weave = 1.0 + 0.06 * Noise::fine().at(at.x * 6.0, at.y);
                looks.skin.lerp(self.garment * weave, cloth) * diffuse
            }
            Part::Hair => {
                let strand = looks.hair.strand(at.x, at.y);
                let shine = mirrored * looks.hair.sheen() * (strand - 0.4).max(0.0);
                looks.hair.colour * strand * diffuse
                    + (looks.hair.colour * 3.0 + Vec3::splat(0.1)) * shine
            }
            Part::Rim | Part::Lens => looks.glasses.as_ref().map_or(Vec3::ZERO, |g| match triangle
                .part
            {
                Part::Lens => g.lenses.colour(at.y, diffuse),
                _ => g.rim_colour * diffuse + Vec3::splat(0.25 * mirrored),
            }),
        };
        colour.extend(0.0)
    }
}

/// An eye at a place on its unit sphere.
fn eye(at: Vec3, looks: &Looks, diffuse: Vec3, catchlight: Catchlight) -> Vec3 {
    let (r, shade) = (at.x.hypot(at.y), looks.eye_shade);
    let white = vec3(0.68, 0.645, 0.62) - vec3(0.0, 0.09, 0.09) * smooth(0.6, 1.0, r);
    let white = white * (1.0 - shade * (0.3 + 0.35 * smooth(0.5, 0.95, r)));
    let angle = at.y.atan2(at.x);
    let out = r / looks.iris_size;
    let fibres = Noise::fine().at(angle * 0.9, 0.13 + out * 0.25);
    let rim = 1.0 - 0.65 * smooth(0.36, 0.45, out);
    let iris = looks.iris * (1.0 + 0.35 * fibres) * rim * (0.85 + 0.45 * smooth(0.42, 0.2, out));
    let mut colour = iris.lerp(white, smooth(0.43, 0.485, out));
    colour = colour.lerp(
        Vec3::splat(0.006),
        smooth(looks.pupil + 0.04, looks.pupil - 0.02, out),
    );
    let lid = 1.0 - (0.3 + 0.35 * shade) * smooth(0.1 - 0.2 * shade, 0.5, at.y);
    let mirrored = 0.8 * (1.0 - 0.5 * shade) * catchlight.at(at.truncate());
    colour * diffuse * lid + Vec3::splat(mirrored)
}
