use glam::Vec3;

/// A sparse displacement of the mesh: `vertex += weight * delta`.
#[derive(Clone, Debug)]
pub struct Morph {
    pub(super) index: Vec<u16>,
    pub(super) delta: Vec<Vec3>,
}

impl Morph {
    /// Moves `vertices` by `weight` times the displacement.
    pub fn apply(&self, vertices: &mut [Vec3], weight: f32) {
        for (&i, &d) in self.index.iter().zip(&self.delta) {
            if let Some(v) = vertices.get_mut(usize::from(i)) {
                *v += d * weight;
            }
        }
    }

    /// A part of the displacement: `share` of it at each vertex.
    pub(super) fn weighted(&self, share: impl Fn(u16) -> f32) -> Self {
        let delta = self.index.iter().zip(&self.delta);
        Self {
            index: self.index.clone(),
            delta: delta.map(|(&i, &d)| d * share(i)).collect(),
        }
    }

    /// Lets each of `copies` (new vertex, vertex it follows) take part in the displacement.
    pub(super) fn extend(&mut self, copies: &[(u16, u16)]) {
        for &(new, old) in copies {
            if let Some(at) = self.index.iter().position(|&i| i == old) {
                self.index.push(new);
                self.delta.push(self.delta[at]);
            }
        }
    }
}
