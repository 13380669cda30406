//! PyTorch's files: torchvision's `r3d_18` and the published code's checkpoints, zip and legacy.

use std::path::Path;

use pytorch_reader::{DType, PytorchReader};

use super::checkpoint::Checkpoint;
use super::file::Float;
use super::names::{self, BATCHES};
use super::state::{Array, StateDict};
use crate::{Error, Result};

/// What a weight file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The whole M3DFEL.
    Model,
    /// torchvision's R3D-18: the backbone to start training from.
    Backbone,
}

/// Reads a `.pth`. Its pickle is interpreted, never run: classes that it names are not built.
///
/// # Errors
/// A file that is cut off, damaged or holds no weights of either kind.
pub fn read_torch(path: &Path) -> Result<Checkpoint> {
    let bad = |reason: String| Error::Format {
        path: path.into(),
        reason,
    };
    let reader =
        PytorchReader::new(path).map_err(|e| bad(format!("not a readable PyTorch file: {e}")))?;
    let mut state = StateDict::new();
    let mut batches = 0;
    let tensors = reader.into_tensors();
    // A checkpoint keeps other tensors beside its weights: an optimiser's state, a best accuracy.
    let wrapped = tensors.keys().any(|name| name.starts_with(STATE_DICT));
    for (full, tensor) in tensors {
        let Some(name) = weight_name(&full, wrapped) else {
            continue;
        };
        let damaged = |e| bad(format!("tensor {full} cannot be read: {e}"));
        if name.ends_with(BATCHES) {
            let bytes = tensor.read().map_err(damaged)?;
            batches = <[u8; 8]>::try_from(bytes.as_slice()).map_or(batches, i64::from_le_bytes);
            continue;
        }
        let (dtype, shape) = (tensor.dtype(), tensor.shape().to_vec());
        let float = match dtype {
            DType::F16 => Float::F16,
            DType::BF16 => Float::BF16,
            DType::F32 => Float::F32,
            DType::F64 => Float::F64,
            _ => {
                return Err(bad(format!(
                    "tensor {full} is of type {dtype:?}, which is no float"
                )));
            }
        };
        let data = float.decode(tensor.read().map_err(damaged)?);
        state.insert(name.to_string(), Array { shape, data });
    }
    let (state, kind) = names::publish(state);
    if !state.keys().any(|name| name.starts_with("features.")) {
        return Err(bad(
            "a PyTorch file, but without the weights of an M3DFEL (features.*, or under \"state_dict\") \
             or of torchvision's r3d_18 (stem.*, layer1.*, ...)"
                .into(),
        ));
    }
    Ok(Checkpoint {
        header: None,
        kind,
        state,
        batches,
    })
}

const STATE_DICT: &str = "state_dict.";

/// The name of a weight: without the dictionary that holds it and without `DataParallel`'s prefix.
/// None for what is not in that dictionary, where there is one.
fn weight_name(full: &str, wrapped: bool) -> Option<&str> {
    let name = if wrapped {
        full.strip_prefix(STATE_DICT)?
    } else {
        full
    };
    Some(name.strip_prefix("module.").unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_wrapping() {
        assert_eq!(
            weight_name("state_dict.module.fc.bias", true),
            Some("fc.bias")
        );
        assert_eq!(weight_name("module.fc.bias", false), Some("fc.bias"));
        assert_eq!(weight_name("fc.bias", false), Some("fc.bias"));
        assert_eq!(weight_name("optimizer.state.0.exp_avg", true), None);
    }
}
