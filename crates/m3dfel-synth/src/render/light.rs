use glam::{Vec3, Vec4, vec3};

/// A far light.
#[derive(Clone, Copy, Debug)]
pub struct Light {
    /// Towards the light, of length 1. x right, y up, z towards the viewer.
    pub towards: Vec3,
    /// Linear colour times strength.
    pub colour: Vec3,
}

/// All the light on a face at a moment.
#[derive(Clone, Copy, Debug)]
pub struct Lighting {
    /// Throws shadows.
    pub key: Light,
    /// Softens them.
    pub fill: Light,
    /// From above and from below.
    pub sky: Vec3,
    pub ground: Vec3,
}

/// What a vertex receives: light that the surface scatters, linear; and, last, what it mirrors to the viewer before
/// the surface's own gloss.
pub type Lit = Vec4;

/// Light scattered under the skin comes out beyond the edge of the shade, red furthest.
const WRAP: Vec3 = vec3(0.30, 0.16, 0.12);

/// Lights every vertex. `open` is how much of the surroundings it sees, `bright` how much of the key light.
pub fn shade_vertices(
    lighting: &Lighting,
    normals: &[Vec3],
    open: &[f32],
    bright: &[f32],
    out: &mut Vec<Lit>,
) {
    let half_key = (lighting.key.towards + Vec3::Z).normalize_or_zero();
    let half_fill = (lighting.fill.towards + Vec3::Z).normalize_or_zero();
    out.clear();
    out.extend(
        normals
            .iter()
            .zip(open)
            .zip(bright)
            .map(|((&n, &open), &bright)| {
                let up = 0.5 + 0.5 * n.y;
                let around = lighting.ground.lerp(lighting.sky, up) * open;
                let facing = n.dot(lighting.key.towards);
                let wrapped = ((Vec3::splat(facing) + WRAP) / (Vec3::ONE + WRAP)).max(Vec3::ZERO);
                let filled = n.dot(lighting.fill.towards).max(0.0) * open;
                let grazing = 1.0 - n.z.clamp(0.0, 1.0);
                let sheen = grazing * grazing * grazing * 0.25 * open;
                let key = power16(n.dot(half_key)) * bright * lighting.key.colour.y;
                let fill = power16(n.dot(half_fill)) * open * lighting.fill.colour.y;
                let diffuse =
                    around + lighting.key.colour * wrapped * bright + lighting.fill.colour * filled;
                diffuse.extend(key + fill + sheen * lighting.sky.y)
            }),
    );
}

fn power16(x: f32) -> f32 {
    let x2 = x.max(0.0) * x.max(0.0);
    let x4 = x2 * x2;
    let x8 = x4 * x4;
    x8 * x8
}
