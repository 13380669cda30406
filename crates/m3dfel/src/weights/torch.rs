//! PyTorch's files: torchvision's `r3d_18` and the published code's checkpoints, zip and legacy.

use std::path::Path;

use pytorch_reader::{DType, PytorchReader};

use super::checkpoint::Checkpoint;
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
    for (full, tensor) in reader.into_tensors() {
        let Some(name) = weight_name(&full) else {
            continue;
        };
        let damaged = |e| bad(format!("tensor {full} cannot be read: {e}"));
        if name.ends_with(BATCHES) {
            let bytes = tensor.read().map_err(damaged)?;
            batches = <[u8; 8]>::try_from(bytes.as_slice()).map_or(batches, i64::from_le_bytes);
            continue;
        }
        let (dtype, shape) = (tensor.dtype(), tensor.shape().to_vec());
        if !matches!(dtype, DType::F32 | DType::F64 | DType::F16 | DType::BF16) {
            return Err(bad(format!(
                "tensor {full} is of type {dtype:?}, which is no float"
            )));
        }
        let bytes = tensor.read().map_err(damaged)?;
        let data: Vec<f32> = match dtype {
            DType::F64 => bytes
                .as_chunks::<8>()
                .0
                .iter()
                .map(|b| f64::from_le_bytes(*b) as f32)
                .collect(),
            DType::F16 => bytes
                .as_chunks::<2>()
                .0
                .iter()
                .map(|b| half::f16::from_le_bytes(*b).to_f32())
                .collect(),
            DType::BF16 => bytes
                .as_chunks::<2>()
                .0
                .iter()
                .map(|b| half::bf16::from_le_bytes(*b).to_f32())
                .collect(),
            _ => bytes
                .as_chunks::<4>()
                .0
                .iter()
                .map(|b| f32::from_le_bytes(*b))
                .collect(),
        };
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

/// The name of a weight: without the dictionary that holds it and without `DataParallel`'s prefix.
/// None for what a checkpoint keeps besides (an optimiser's state).
fn weight_name(full: &str) -> Option<&str> {
    let name = full.strip_prefix("state_dict.").unwrap_or(full);
    let name = name.strip_prefix("module.").unwrap_or(name);
    (!full.starts_with("optimizer")).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_wrapping() {
        assert_eq!(weight_name("state_dict.module.fc.bias"), Some("fc.bias"));
        assert_eq!(weight_name("module.fc.bias"), Some("fc.bias"));
        assert_eq!(weight_name("fc.bias"), Some("fc.bias"));
        assert_eq!(weight_name("optimizer.state.0.exp_avg"), None);
    }
}
