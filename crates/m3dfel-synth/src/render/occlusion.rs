//! What stands between a vertex and the light, by depth pictures taken from the light.

use super::raster::Samples;
use glam::{Quat, Vec3, vec3};

/// A depth picture of a scene seen from far along a direction.
struct View {
    turn: Quat,
    samples: Samples,
    scale: f32,
    centre: Vec3,
}

const SPAN: f32 = 3.0; // decimetres across: the head with its hair

impl View {
    fn new(side: usize) -> Self {
        Self {
            turn: Quat::IDENTITY,
            samples: Samples::new(side),
            scale: side as f32 / SPAN,
            centre: Vec3::ZERO,
        }
    }

    fn look(&mut self, from: Vec3, centre: Vec3) {
        self.turn = Quat::from_rotation_arc(from, Vec3::Z);
        self.centre = centre;
        self.samples.clear();
    }

    /// Place in samples; z grows towards the light and stays positive.
    fn place(&self, p: Vec3) -> Vec3 {
        let q = self.turn * (p - self.centre);
        let half = self.samples.side() as f32 / 2.0;
        vec3(q.x * self.scale + half, half - q.y * self.scale, q.z + 10.0)
    }

    /// Whether nothing lies nearer to the light than `depth` at a sample.
    fn sees(&self, x: f32, y: f32, depth: f32) -> bool {
        let side = self.samples.side() as f32;
        if !(x >= 0.0 && y >= 0.0 && x < side && y < side) {
            return true;
        }
        Samples::depth(self.samples.row(y as usize)[x as usize]) <= depth
    }
}

/// How much of the surroundings each vertex sees, 0 to 1, weighted by the angle to its normal.
/// `opaque` are the triangles that hide.
pub fn ambient_occlusion(
    points: &[Vec3],
    normals: &[Vec3],
    opaque: &[[u16; 3]],
    centre: Vec3,
) -> Vec<f32> {
    const DIRECTIONS: usize = 20;
    const BIAS: f32 = 0.035;
    let mut view = View::new(96);
    let mut seen = vec![0.0; points.len()];
    let mut all = vec![1e-6; points.len()];
    let mut places = Vec::with_capacity(points.len());
    for k in 0..DIRECTIONS {
        // a spiral over the sphere but for its rear
        let z = 1.0 - 1.3 * (k as f32 + 0.5) / DIRECTIONS as f32;
        let turn = k as f32 * 2.399_963; // the golden angle
        let r = (1.0 - z * z).sqrt();
        let towards = vec3(r * turn.cos(), r * turn.sin(), z);
        view.look(towards, centre);
        places.clear();
        places.extend(points.iter().map(|&p| view.place(p)));
        for t in opaque {
            let [a, b, c] = [usize::from(t[0]), usize::from(t[1]), usize::from(t[2])];
            let [a, b, c] = [places[a], places[b], places[c]];
            if faces_light(a, b, c) {
                view.samples.draw(0, [a, b, c]);
            }
        }
        for (v, (p, n)) in places.iter().zip(normals).enumerate() {
            let facing = n.dot(towards);
            if facing > 0.0 {
                all[v] += facing;
                if view.sees(p.x, p.y, p.z + BIAS + 0.03 * (1.0 - facing)) {
                    seen[v] += facing;
                }
            }
        }
    }
    seen.iter().zip(&all).map(|(s, a)| s / a).collect()
}

/// What turns away lies behind what faces the light, and need not be drawn.
#[inline]
fn faces_light(a: Vec3, b: Vec3, c: Vec3) -> bool {
    (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y) < 0.0
}

/// A shadow map, kept from frame to frame for its memory.
pub struct Shadow {
    view: View,
    places: Vec<Vec3>,
}

impl Default for Shadow {
    fn default() -> Self {
        Self {
            view: View::new(144),
            places: Vec::new(),
        }
    }
}

/// How much of a far light reaches each vertex, 0 to 1, with soft edges. Written to `out`.
pub fn shadows(
    shadow: &mut Shadow,
    points: &[Vec3],
    normals: &[Vec3],
    opaque: &[[u16; 3]],
    towards: Vec3,
    out: &mut Vec<f32>,
) {
    let Shadow { view, places } = shadow;
    view.look(towards, vec3(0.0, -0.3, -0.6));
    places.clear();
    places.extend(points.iter().map(|&p| view.place(p)));
    for t in opaque {
        let [a, b, c] = [usize::from(t[0]), usize::from(t[1]), usize::from(t[2])];
        let [a, b, c] = [places[a], places[b], places[c]];
        if faces_light(a, b, c) {
            view.samples.draw(0, [a, b, c]);
        }
    }
    out.clear();
    out.extend(places.iter().zip(normals).map(|(p, n)| {
        let facing = n.dot(towards);
        if facing < -0.3 {
            return 0.0;
        }
        let depth = p.z + 0.05 + 0.05 * (1.0 - facing.max(0.0));
        let mut seen = 0;
        for y in -1..=1 {
            for x in -1..=1 {
                seen += i32::from(view.sees(p.x + x as f32 * 1.9, p.y + y as f32 * 1.9, depth));
            }
        }
        seen as f32 / 9.0
    }));
}
