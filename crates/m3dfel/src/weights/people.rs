//! The model in the program: trained on rendered people and nothing else, so that anybody may use it. What it is good
//! for, and what it must not be used for, is in MODEL_CARD.md.

use std::path::Path;

use super::checkpoint::Checkpoint;
use super::file::TensorFile;
use crate::{Error, Result};

/// What to call it instead of a file.
pub const PEOPLE: &str = "people";

#[cfg(feature = "people")]
const WEIGHTS: Option<&[u8]> = Some(include_bytes!("../../assets/people.safetensors"));
#[cfg(not(feature = "people"))]
const WEIGHTS: Option<&[u8]> = None;

/// Reads it from the program.
///
/// # Errors
/// If this crate was built without the feature `people`.
pub(super) fn people() -> Result<Checkpoint> {
    let name = Path::new(PEOPLE);
    let weights = WEIGHTS.ok_or_else(|| Error::Format {
        path: name.into(),
        reason: "this m3dfel was built without the model of rendered people: build it with `--features people`, or \
                 give a file of weights (one of that name as ./people)"
            .into(),
    })?;
    Checkpoint::from_tensors(TensorFile::read_bytes(weights, name)?, name)
}
