//! The model in the program: trained on rendered people and nothing else, so that anybody may use it. What it is good
//! for, and what it must not be used for, is in MODEL_CARD.md.

use super::checkpoint::Checkpoint;
use crate::Result;

/// What to call it instead of a file.
pub const PEOPLE: &str = "people";

#[cfg(feature = "people")]
static WEIGHTS: &[u8] = include_bytes!("../../assets/people.safetensors");

/// Reads it from the program.
///
/// # Errors
/// If this crate was built without the feature `people`.
#[cfg(feature = "people")]
pub fn people() -> Result<Checkpoint> {
    let name = PEOPLE.as_ref();
    Checkpoint::from_tensors(super::TensorFile::read_bytes(WEIGHTS, name)?, name)
}

/// Reads it from the program.
///
/// # Errors
/// If this crate was built without the feature `people`.
#[cfg(not(feature = "people"))]
pub fn people() -> Result<Checkpoint> {
    Err(crate::Error::Format {
        path: PEOPLE.into(),
        reason: "this m3dfel was built without the model of rendered people: build it with `--features people`, or \
                 give a file of weights (one of that name as ./people)"
            .into(),
    })
}
