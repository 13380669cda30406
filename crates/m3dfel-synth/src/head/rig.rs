//! The mesh made ready to render: parts, a neck that reaches out of the picture, and a grid for hair to stand on.

use super::asset::Mesh;
use crate::SynthError;
use glam::{Vec3, vec3};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    f32::consts::PI,
};

/// Columns of the hair grid, around the head; 0 is the middle of the forehead.
pub const SCALP_COLUMNS: usize = 48;
/// Rows of the hair grid that stand on the head, from the crown down.
pub const SCALP_ROWS: usize = 14;
/// Further rows, that hang.
pub const HANGING_ROWS: usize = 8;

/// The middle between the eyes of the resting base mesh.
pub const EYES: Vec3 = vec3(0.0, 7.284, 1.245);
/// Half the distance between them.
pub const EYE_X: f32 = 0.308;
const EYE_RADIUS: f32 = 0.138;
/// The vertical axis that textures wrap around.
pub const AXIS_Z: f32 = 0.45;
const TOP: f32 = 8.6;
const HEIGHT: f32 = 2.8;

/// What a triangle is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    #[default]
    Skin,
    /// The inside of the mouth.
    Mouth,
    Eye,
    Teeth,
    Tongue,
    Lash,
    /// Neck and shoulders; the garment decides how far up it reaches.
    Cloth,
    Hair,
    /// Of glasses.
    Rim,
    Lens,
}

/// A point on the skin, kept while the skin moves.
#[derive(Clone, Copy, Debug)]
pub struct Anchor {
    triangle: [u16; 3],
    weight: Vec3,
}

impl Anchor {
    /// Where the point is now.
    pub fn of(&self, values: &[Vec3]) -> Vec3 {
        let at = |k: usize| values[usize::from(self.triangle[k])];
        at(0) * self.weight.x + at(1) * self.weight.y + at(2) * self.weight.z
    }
}

/// Topology and resting shape. Vertices: the mesh, then the neck, then (not in `rest`) the hair grid row by row.
pub struct Rig {
    pub rest: Vec<Vec3>,
    pub triangles: Vec<[u16; 3]>,
    /// By triangle.
    pub part: Vec<Part>,
    /// By vertex of `rest`: skin (around, down, lip), eye (on the unit sphere), cloth (around, ring, 0), else the place.
    pub coord: Vec<Vec3>,
    /// By vertex of `rest`: 1 follows the head, 0 the shoulders.
    pub follow: Vec<f32>,
    /// The vertices of the head's left and right eye.
    pub eyes: [Vec<u16>; 2],
    /// By vertex of the hair grid that stands on the head.
    pub scalp: Vec<Anchor>,
}

impl Rig {
    pub(super) fn new(mesh: &Mesh) -> Result<(Self, Vec<(u16, u16)>), SynthError> {
        let mut rest = mesh.positions.clone();
        let mut triangles = mesh.triangles.clone();
        let mut part: Vec<Part> = mesh
            .material
            .iter()
            .zip(&mesh.uv)
            .map(|(&m, uv)| part_of(m, uv))
            .collect();
        let mut coord: Vec<Vec3> = rest.clone();
        for ((corners, &part), uv) in triangles.iter().zip(&part).zip(&mesh.uv) {
            for (&v, uv) in corners.iter().zip(uv) {
                let v = usize::from(v);
                // the mouth's inside shares the lips' vertices, which are skin's
                coord[v] = match part {
                    Part::Skin => skin_coord(rest[v], lip(mesh, *uv)),
                    Part::Eye => {
                        let centre = vec3(EYE_X.copysign(rest[v].x), EYES.y, EYES.z);
                        (rest[v] - centre) / EYE_RADIUS
                    }
                    _ => coord[v],
                };
            }
        }
        let mut eyes = [Vec::new(), Vec::new()];
        for (t, _) in triangles
            .iter()
            .zip(&part)
            .filter(|(_, p)| **p == Part::Eye)
        {
            for &v in t {
                let side = &mut eyes[usize::from(rest[usize::from(v)].x < 0.0)];
                if !side.contains(&v) {
                    side.push(v);
                }
            }
        }
        let scalp = scalp_anchors(&rest, &triangles, &part)?;
        let copies = grow_neck(&mut rest, &mut triangles, &mut part, &mut coord);
        let follow = rest.iter().map(|p| smooth(5.75, 6.75, p.y)).collect();
        weave_hair(rest.len(), &mut triangles, &mut part);
        Ok((
            Self {
                rest,
                triangles,
                part,
                coord,
                follow,
                eyes,
                scalp,
            },
            copies,
        ))
    }

    /// The vertices of all triangles of a part.
    pub(super) fn vertices_of(&self, part: Part) -> BTreeSet<u16> {
        let of_part = self.triangles.iter().zip(&self.part);
        let of_part = of_part.filter(|&(_, &p)| p == part);
        of_part.flat_map(|(t, _)| *t).collect()
    }
}

/// 0 below `low`, 1 above `high`, smooth between.
pub fn smooth(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

fn part_of(material: u8, uv: &[[f32; 2]; 3]) -> Part {
    match material {
        0 if uv.iter().all(|c| c[1] < 0.14) => Part::Mouth, // an island of the texture of its own
        0 => Part::Skin,
        1 => Part::Eye,
        2 => Part::Teeth,
        3 => Part::Tongue,
        _ => Part::Lash,
    }
}

/// Coordinates of skin at a resting place.
pub fn skin_coord(p: Vec3, lip: f32) -> Vec3 {
    let around = p.x.atan2(p.z - AXIS_Z) / (2.0 * PI) + 0.5;
    vec3(around, (TOP - p.y) / HEIGHT, lip)
}

fn lip(mesh: &Mesh, [u, v]: [f32; 2]) -> f32 {
    if u < 0.2 {
        return 0.35; // the lining of the eye sockets: as pink as half a lip
    }
    let side = mesh.lips_side;
    let at = |x: f32| ((x * side as f32) as usize).min(side - 1);
    f32::from(mesh.lips[at(1.0 - v) * side + at(u)]) / 255.0
}

/// Continues the open edge of the neck down to shoulders. Returns the new vertices, each with the one it follows.
fn grow_neck(
    rest: &mut Vec<Vec3>,
    triangles: &mut Vec<[u16; 3]>,
    part: &mut Vec<Part>,
    coord: &mut Vec<Vec3>,
) -> Vec<(u16, u16)> {
    const RINGS: [(f32, f32, f32); 6] = [
        // height, width, depth
        (5.93, 1.04, 1.02),
        (5.80, 1.15, 1.08),
        (5.68, 1.45, 1.2),
        (5.52, 2.5, 1.4),
        (5.20, 3.3, 1.6),
        (4.20, 3.6, 1.7),
    ];
    let mut seen = HashSet::new();
    for t in triangles
        .iter()
        .zip(part.iter())
        .filter(|(_, p)| matches!(p, Part::Skin | Part::Mouth))
        .map(|(t, _)| t)
    {
        for k in 0..3 {
            seen.insert((t[k], t[(k + 1) % 3]));
        }
    }
    let mut open: Vec<(u16, u16)> = seen
        .iter()
        .copied()
        .filter(|&(a, b)| !seen.contains(&(b, a)))
        .collect();
    open.sort_unstable(); // a map's order is not the same from run to run
    let mut copies = Vec::new();
    let mut at: HashMap<u16, u16> = open.iter().map(|&(a, _)| (a, a)).collect();
    let centre = vec3(0.0, 0.0, 0.28);
    for (ring, &(height, width, depth)) in RINGS.iter().enumerate() {
        let mut next = HashMap::new();
        for &(a, _) in &open {
            let from = rest[usize::from(a)] - centre;
            let id = rest.len() as u16;
            rest.push(vec3(from.x * width, height, from.z * depth) + vec3(0.0, 0.0, centre.z));
            coord.push(vec3(
                from.x.atan2(from.z) / (2.0 * PI) + 0.5,
                ring as f32 + 1.0,
                0.0,
            ));
            copies.push((id, a));
            next.insert(a, id);
        }
        for &(a, b) in &open {
            triangles.push([at[&b], at[&a], next[&a]]);
            triangles.push([at[&b], next[&a], next[&b]]);
            part.extend([Part::Cloth; 2]);
        }
        at = next;
    }
    copies
}

/// Where rays from inside the head, one for each vertex of the grid, leave it.
fn scalp_anchors(
    rest: &[Vec3],
    triangles: &[[u16; 3]],
    part: &[Part],
) -> Result<Vec<Anchor>, SynthError> {
    let centre = EYES + SCALP_CENTRE;
    let skin: Vec<[u16; 3]> = triangles
        .iter()
        .zip(part)
        .filter(|&(t, &p)| p == Part::Skin && t.iter().any(|&v| rest[usize::from(v)].y > 6.2))
        .map(|(t, _)| *t)
        .collect();
    // where each triangle lies, to meet only those near a ray
    let around: Vec<Vec3> = skin
        .iter()
        .map(|t| {
            t.iter()
                .map(|&v| rest[usize::from(v)] - centre)
                .sum::<Vec3>()
                .normalize_or_zero()
        })
        .collect();
    let mut anchors = Vec::with_capacity(SCALP_ROWS * SCALP_COLUMNS);
    for row in 0..SCALP_ROWS {
        for column in 0..SCALP_COLUMNS {
            let azimuth = azimuth(column);
            let elevation = elevation(row, azimuth);
            let ray = vec3(
                elevation.cos() * azimuth.sin(),
                elevation.sin(),
                elevation.cos() * azimuth.cos(),
            );
            let hit = skin
                .iter()
                .zip(&around)
                .filter(|(_, towards)| towards.dot(ray) > 0.9)
                .filter_map(|(t, _)| {
                    meet(centre, ray, t.map(|v| rest[usize::from(v)]))
                        .map(|(far, weight)| (far, weight, *t))
                })
                .filter(|h| h.0 > 0.3)
                .min_by(|a, b| a.0.total_cmp(&b.0));
            let Some((_, weight, triangle)) = hit else {
                return Err(SynthError::Asset {
                    what: format!("no scalp at row {row}, column {column}"),
                });
            };
            anchors.push(Anchor { triangle, weight });
        }
    }
    Ok(anchors)
}

/// The direction of a column, 0 to the front, positive to the head's left.
pub fn azimuth(column: usize) -> f32 {
    let turn = column as f32 / SCALP_COLUMNS as f32;
    (if turn > 0.5 { turn - 1.0 } else { turn }) * 2.0 * PI
}

const CROWN: f32 = 88.0;
/// Hair radiates from here, relative to the middle between the eyes.
const SCALP_CENTRE: Vec3 = vec3(0.0, 0.35, AXIS_Z - EYES.z);

/// From the crown to the brow in front, the jaw's angle at the side, the nape behind.
fn elevation(row: usize, azimuth: f32) -> f32 {
    let down = row as f32 / (SCALP_ROWS - 1) as f32;
    (CROWN + (lowest(azimuth) - CROWN) * down).to_radians()
}

fn lowest(azimuth: f32) -> f32 {
    let a = azimuth.abs().to_degrees();
    -4.0 - 34.0 * smooth(35.0, 95.0, a) - 14.0 * smooth(95.0, 150.0, a)
}

/// Azimuth (radians) and way down from the crown (0) to the lowest row (1) of a resting place relative to [`EYES`].
pub fn scalp_place(p: Vec3) -> (f32, f32) {
    let q = p - SCALP_CENTRE;
    let azimuth = q.x.atan2(q.z);
    let elevation = q.y.atan2(q.x.hypot(q.z)).to_degrees();
    (azimuth, (CROWN - elevation) / (CROWN - lowest(azimuth)))
}

/// Distance and barycentric weights where a ray meets a triangle (Möller and Trumbore).
fn meet(from: Vec3, ray: Vec3, [a, b, c]: [Vec3; 3]) -> Option<(f32, Vec3)> {
    let (e1, e2) = (b - a, c - a);
    let p = ray.cross(e2);
    let det = e1.dot(p);
    if det.abs() < 1e-12 {
        return None;
    }
    let s = (from - a) / det;
    let v = s.dot(p);
    let q = s.cross(e1);
    let w = ray.dot(q);
    let far = e2.dot(q);
    let slack = -1e-4; // rays along an edge must hit one of its sides
    (v >= slack && w >= slack && v + w <= 1.0 - slack && far > 0.0)
        .then_some((far, vec3(1.0 - v - w, v, w)))
}

fn weave_hair(first: usize, triangles: &mut Vec<[u16; 3]>, part: &mut Vec<Part>) {
    let id =
        |row: usize, column: usize| (first + row * SCALP_COLUMNS + column % SCALP_COLUMNS) as u16;
    for row in 0..SCALP_ROWS + HANGING_ROWS - 1 {
        for column in 0..SCALP_COLUMNS {
            let (a, b) = (id(row, column), id(row, column + 1));
            let (c, d) = (id(row + 1, column), id(row + 1, column + 1));
            triangles.extend([[a, c, b], [b, c, d]]);
            part.extend([Part::Hair; 2]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::head::{Head, Part};
    use std::collections::HashMap;

    #[test]
    fn skin_is_closed_down_to_the_shoulders() {
        let rig = &Head::get().unwrap().rig;
        let mut edges: HashMap<(u16, u16), i32> = HashMap::new();
        for (t, part) in rig.triangles.iter().zip(&rig.part) {
            if matches!(part, Part::Skin | Part::Mouth | Part::Cloth) {
                for k in 0..3 {
                    *edges.entry((t[k], t[(k + 1) % 3])).or_default() += 1;
                }
            }
        }
        let open = edges.keys().filter(|&&(a, b)| !edges.contains_key(&(b, a)));
        assert!(open.clone().all(|&(a, _)| rig.rest[usize::from(a)].y < 4.3));
        assert!(
            edges.values().all(|&n| n == 1),
            "an edge is used twice in one direction"
        );
    }

    #[test]
    fn the_scalp_grid_stands_on_the_head() {
        let rig = &Head::get().unwrap().rig;
        for anchor in &rig.scalp {
            let p = anchor.of(&rig.rest);
            assert!(p.y > 6.0 && p.x.abs() < 0.9, "{p}");
        }
    }
}
