use glam::Vec3;
use std::collections::BTreeSet;

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

    /// The displacement of some vertices alone.
    pub(super) fn only(&self, vertices: &BTreeSet<u16>) -> Self {
        let moved = self.index.iter().zip(&self.delta);
        let (index, delta) = moved.filter(|(i, _)| vertices.contains(i)).unzip();
        Self { index, delta }
    }

    #[cfg(test)]
    pub(super) fn moves(&self, vertex: usize) -> bool {
        self.index.iter().any(|&v| usize::from(v) == vertex)
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
