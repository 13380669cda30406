//! What a person and the surroundings look like: colours, skin, brows, beard, hair, glasses, background.

mod background;
mod colour;
mod complexion;
mod glasses;
mod hair;
mod noise;
mod person;
mod skin;
mod wrinkles;

pub use background::Background;
pub use colour::{bytes, linear, to_srgb_table, typology_angle};
pub use complexion::Complexions;
#[cfg(test)]
pub use hair::Hair;
pub use hair::HairKind;
pub use noise::Noise;
pub use person::Looks;
pub use skin::{SkinTexture, TexelMap};
pub use wrinkles::{FAMILIES, WrinkleMaps, folds};
