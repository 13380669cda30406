//! The packed head (see `assets/README.md`), unpacked once.

use super::{
    morph::Morph,
    rig::{EYES, Part, Rig, smooth},
    unit::Unit,
};
use crate::{
    SynthError,
    packed::{damaged, floats, once, open, tensor, unpack, words},
};
use glam::Vec3;
use safetensors::{Dtype, SafeTensors};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

const PACKED: &[u8] = include_bytes!("../../assets/head.safetensors.z");

/// The head with everything that can move it.
pub struct Head {
    pub rig: Rig,
    /// By [`Unit`], in order.
    pub units: Vec<Morph>,
    /// What a sneer does to the brow of its side, without the nose: its inner end goes down, its outer end stays.
    pub slanted_brows: [Morph; 2],
    /// What an open jaw does to the lower teeth.
    pub lower_teeth: Morph,
    /// The vertices of all teeth.
    pub teeth: BTreeSet<u16>,
    /// Ancestry, sex and age; weight. By name.
    pub macros: BTreeMap<String, Morph>,
    /// Details of one feature, by `family.name`.
    pub shapes: BTreeMap<String, Morph>,
}

/// The mesh as packed.
pub(super) struct Mesh {
    pub positions: Vec<Vec3>,
    pub triangles: Vec<[u16; 3]>,
    pub material: Vec<u8>,
    pub uv: Vec<[[f32; 2]; 3]>,
    pub lips: Vec<u8>,
    pub lips_side: usize,
}

impl Head {
    /// The built-in head, unpacked at the first call.
    pub fn get() -> Result<&'static Self, SynthError> {
        static HEAD: OnceLock<Head> = OnceLock::new();
        once(&HEAD, || Self::unpack(PACKED))
    }

    fn unpack(packed: &[u8]) -> Result<Self, SynthError> {
        let bytes = unpack(packed)?;
        let file = open(&bytes)?;
        let mesh = read_mesh(&file)?;
        let (rig, copies) = Rig::new(&mesh)?;

        let mut morphs = BTreeMap::new();
        for name in file.names() {
            if let Some(target) = name.strip_suffix(".index") {
                let mut morph = read_morph(&file, target, mesh.positions.len())?;
                morph.extend(&copies);
                morphs.insert(target.to_owned(), morph);
            }
        }
        let units: Vec<Morph> = Unit::ALL
            .iter()
            .map(|u| {
                let name = format!("unit.{}", u.name());
                morphs
                    .remove(&name)
                    .ok_or_else(|| damaged(format!("no {name}")))
            })
            .collect::<Result<_, _>>()?;
        let slanted_brows = [Unit::NoseSneerLeft, Unit::NoseSneerRight].map(|sneer| {
            let sneer: &Morph = &units[sneer as usize];
            sneer.weighted(|v| {
                let above = rig.rest.get(usize::from(v)).map_or(0.0, |p| p.y - EYES.y);
                smooth(0.0, 0.12, above)
            })
        });
        let teeth = rig.vertices_of(Part::Teeth);
        let lower_teeth = units[Unit::JawOpen as usize].only(&teeth);
        let mut of_kind = |kind: &str| -> BTreeMap<String, Morph> {
            let names: Vec<_> = morphs
                .keys()
                .filter(|n| n.starts_with(kind))
                .cloned()
                .collect();
            names
                .into_iter()
                .filter_map(|n| morphs.remove(&n).map(|m| (n[kind.len()..].to_owned(), m)))
                .collect()
        };
        Ok(Self {
            rig,
            units,
            slanted_brows,
            lower_teeth,
            teeth,
            macros: of_kind("macro."),
            shapes: of_kind("shape."),
        })
    }
}

fn read_mesh(file: &SafeTensors) -> Result<Mesh, SynthError> {
    let positions = vectors(&floats(&tensor(file, "positions", Dtype::F32)?));
    let triangles: Vec<[u16; 3]> = words(&tensor(file, "triangles", Dtype::U16)?)
        .chunks_exact(3)
        .map(|c| [c[0], c[1], c[2]])
        .collect();
    let material = tensor(file, "material", Dtype::U8)?.data().to_vec();
    let uv: Vec<[[f32; 2]; 3]> = floats(&tensor(file, "uv", Dtype::F32)?)
        .chunks_exact(6)
        .map(|c| [[c[0], c[1]], [c[2], c[3]], [c[4], c[5]]])
        .collect();
    let lips = tensor(file, "lips", Dtype::U8)?;
    let lips_side = lips.shape().first().copied().unwrap_or(0);
    let lips = lips.data().to_vec();
    if triangles.len() != material.len()
        || triangles.len() != uv.len()
        || lips_side == 0
        || lips.len() != lips_side * lips_side
    {
        return Err(damaged("tensors disagree about the number of triangles"));
    }
    if triangles
        .iter()
        .flatten()
        .any(|&i| usize::from(i) >= positions.len())
    {
        return Err(damaged("a triangle names a vertex that is not there"));
    }
    Ok(Mesh {
        positions,
        triangles,
        material,
        uv,
        lips,
        lips_side,
    })
}

fn read_morph(file: &SafeTensors, name: &str, vertices: usize) -> Result<Morph, SynthError> {
    let index = words(&tensor(file, &format!("{name}.index"), Dtype::U16)?);
    let scale = floats(&tensor(file, &format!("{name}.scale"), Dtype::F32)?);
    let &[scale] = scale.as_slice() else {
        return Err(damaged(format!("{name}.scale is not one number")));
    };
    let steps: Vec<f32> = tensor(file, &format!("{name}.delta"), Dtype::I16)?
        .data()
        .chunks_exact(2)
        .map(|b| f32::from(i16::from_le_bytes([b[0], b[1]])) * scale)
        .collect();
    let delta = vectors(&steps);
    if delta.len() != index.len() || index.iter().any(|&i| usize::from(i) >= vertices) {
        return Err(damaged(format!("{name} does not fit the mesh")));
    }
    Ok(Morph { index, delta })
}

fn vectors(values: &[f32]) -> Vec<Vec3> {
    values.chunks_exact(3).map(Vec3::from_slice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_head_loads_whole() {
        let head = Head::get().unwrap();
        assert_eq!(head.units.len(), 52);
        assert_eq!(head.macros.len(), 28);
        assert_eq!(head.shapes.len(), 328);
        assert!(PACKED.len() < 1_500_000);
    }

    #[test]
    fn a_damaged_head_is_an_error() {
        for packed in [&PACKED[..PACKED.len() / 2], &PACKED[1..], &[][..]] {
            assert!(matches!(
                Head::unpack(packed),
                Err(SynthError::Asset { .. })
            ));
        }
    }
}
