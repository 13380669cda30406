//! Reading what is packed into the program, once: safetensors in a zlib stream.

use crate::SynthError;
use flate2::read::ZlibDecoder;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use std::{io::Read, sync::OnceLock};

/// The largest unpacks to 3.4 MB; a damaged stream must not fill the memory.
const LIMIT: u64 = 16 << 20;

/// What is read at the first call, and kept; after an error the next call tries again.
pub(crate) fn once<T>(
    kept: &'static OnceLock<T>,
    read: impl FnOnce() -> Result<T, SynthError>,
) -> Result<&'static T, SynthError> {
    if let Some(known) = kept.get() {
        return Ok(known);
    }
    let new = read()?;
    Ok(kept.get_or_init(|| new))
}

/// The bytes of a safetensors file.
pub(crate) fn unpack(packed: &[u8]) -> Result<Vec<u8>, SynthError> {
    let mut bytes = Vec::new();
    ZlibDecoder::new(packed)
        .take(LIMIT)
        .read_to_end(&mut bytes)
        .map_err(|e| damaged(e.to_string()))?;
    Ok(bytes)
}

pub(crate) fn open(bytes: &[u8]) -> Result<SafeTensors<'_>, SynthError> {
    SafeTensors::deserialize(bytes).map_err(|e| damaged(e.to_string()))
}

pub(crate) fn damaged(what: impl Into<String>) -> SynthError {
    SynthError::Asset { what: what.into() }
}

pub(crate) fn tensor<'a>(
    file: &SafeTensors<'a>,
    name: &str,
    kind: Dtype,
) -> Result<TensorView<'a>, SynthError> {
    let tensor = file
        .tensor(name)
        .map_err(|e| damaged(format!("{name}: {e}")))?;
    if tensor.dtype() != kind {
        return Err(damaged(format!(
            "{name} is {:?}, not {kind:?}",
            tensor.dtype()
        )));
    }
    Ok(tensor)
}

pub(crate) fn floats(tensor: &TensorView) -> Vec<f32> {
    let chunks = tensor.data().chunks_exact(4);
    chunks
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect()
}

pub(crate) fn words(tensor: &TensorView) -> Vec<u16> {
    let chunks = tensor.data().chunks_exact(2);
    chunks.map(|b| u16::from_le_bytes([b[0], b[1]])).collect()
}
