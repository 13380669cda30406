//! Weights in and out, by the names of the published checkpoint.
//!
//! Inside the program weights are a [`StateDict`]; [`load`] reads one from our safetensors or from a
//! PyTorch file, [`Checkpoint::save`] writes ours, [`M3dfel::load_state`] and [`M3dfel::state`] carry it
//! to and from a model. Field names of the model differ from the checkpoint's only where those are
//! numbers or are packed; [`names`] holds that rule and nothing else does.

mod checkpoint;
mod file;
mod init;
pub mod names;
mod people;
mod state;
mod torch;

pub use checkpoint::{Checkpoint, Header, load};
pub use file::{Precision, TensorFile, write_aside};
pub use people::PEOPLE;
pub(crate) use state::floats;
pub use state::{Array, StateDict, deal_classes, keep_middle_taps};
pub use torch::{Kind, read_torch};

#[allow(unused_imports)]
use crate::M3dfel;
