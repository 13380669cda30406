//! The parametric head: mesh, identity targets and face units.

mod asset;
mod identity;
mod morph;
mod rig;
mod unit;

pub use asset::Head;
pub use identity::Identity;
#[cfg(test)]
pub use rig::skin_coord;
pub use rig::{
    AXIS_Z, EYE_X, EYES, HANGING_ROWS, Part, Rig, SCALP_COLUMNS, SCALP_ROWS, azimuth, scalp_place,
    smooth,
};
pub use unit::{Muscle, Unit, UnitWeights};
