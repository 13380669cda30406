use glam::{Vec3, vec3};

/// A pinhole before the face, looking along -z.
#[derive(Clone, Copy, Debug)]
pub struct Camera {
    /// Distance from the origin (between the eyes), decimetres.
    pub distance: f32,
    /// Samples to a decimetre at the origin.
    pub scale: f32,
    /// Where the origin falls on the picture, in samples.
    pub centre: (f32, f32),
}

impl Camera {
    /// Places on the picture; z becomes the inverse distance, which is linear over a triangle.
    pub fn project(&self, points: &[Vec3], out: &mut Vec<Vec3>) {
        let focal = self.scale * self.distance;
        out.clear();
        out.extend(points.iter().map(|p| {
            let near = 1.0 / (self.distance - p.z).max(0.1);
            vec3(
                self.centre.0 + p.x * focal * near,
                self.centre.1 - p.y * focal * near,
                near,
            )
        }));
    }
}

/// Normals of vertices: the mean of their triangles' normals, by area. Written to `out`, one for each point.
pub fn smooth_normals(points: &[Vec3], triangles: &[[u16; 3]], out: &mut Vec<Vec3>) {
    out.clear();
    out.resize(points.len(), Vec3::ZERO);
    for t in triangles {
        let [a, b, c] = t.map(usize::from);
        let normal = (points[b] - points[a]).cross(points[c] - points[a]);
        out[a] += normal;
        out[b] += normal;
        out[c] += normal;
    }
    out.iter_mut().for_each(|n| *n = n.normalize_or_zero());
}
