//! Safetensors files, read one tensor at a time and written aside.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, Metadata, View};

use super::names::BATCHES;
use super::state::{Array, StateDict};
use crate::{Error, Result};

/// A safetensors file in memory.
#[derive(Clone, Debug, Default)]
pub struct TensorFile {
    /// The header's text, by key.
    pub metadata: HashMap<String, String>,
    pub tensors: StateDict,
    /// PyTorch's count of training batches, kept in the file beside each BatchNorm.
    pub batches: i64,
    /// How it is written; what is read is float32 in any case.
    pub precision: Precision,
}

/// What floats are written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    #[default]
    Full,
    /// Matrices and kernels as float16; what is one value a channel stays float32: it is little, and variances may be
    /// too small.
    Half,
}

impl TensorFile {
    /// # Errors
    /// A file that is not safetensors, is cut off, or lies about its lengths; a tensor of no float type.
    pub fn read(path: &Path) -> Result<Self> {
        let io = |source| Error::Io {
            path: path.into(),
            source,
        };
        let file = File::open(path).map_err(io)?;
        let length = file.metadata().map_err(io)?.len();
        Self::read_from(file, length, path)
    }

    /// The same of bytes in memory; `name` stands in errors.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_bytes(bytes: &[u8], name: &Path) -> Result<Self> {
        Self::read_from(Cursor::new(bytes), bytes.len() as u64, name)
    }

    fn read_from(mut file: impl Read + Seek, length: u64, path: &Path) -> Result<Self> {
        let io = |source| Error::Io {
            path: path.into(),
            source,
        };
        let bad = |reason: String| Error::Format {
            path: path.into(),
            reason,
        };
        let mut size = [0u8; 8];
        file.read_exact(&mut size)
            .map_err(|_| bad(format!("not safetensors: only {length} bytes long")))?;
        let header_length = u64::from_le_bytes(size);
        if header_length > length.saturating_sub(8) || header_length > 100_000_000 {
            return Err(bad(format!(
                "not safetensors, or cut off: its header claims {header_length} bytes in a file of {length}"
            )));
        }
        let mut header = vec![0u8; header_length as usize];
        file.read_exact(&mut header).map_err(io)?;
        // Deserialising validates: offsets without gaps, lengths that fit shapes, no overflow.
        let header: Metadata = serde_json::from_slice(&header)
            .map_err(|e| bad(format!("its safetensors header is damaged: {e}")))?;
        let start = 8 + header_length;
        if length - start != header.data_len() as u64 {
            return Err(bad(format!(
                "cut off or damaged: its tensors need {} bytes, the file has {}",
                header.data_len(),
                length - start
            )));
        }
        // One tensor at a time: the file is never in memory beside its tensors.
        let mut out = Self {
            metadata: header.metadata().clone().unwrap_or_default(),
            ..Self::default()
        };
        for name in header.offset_keys() {
            let Some(info) = header.info(&name) else {
                continue;
            };
            let (begin, end) = info.data_offsets;
            let mut bytes = vec![0u8; end - begin];
            file.seek(SeekFrom::Start(start + begin as u64))
                .map_err(io)?;
            file.read_exact(&mut bytes).map_err(io)?;
            if name.ends_with(BATCHES) {
                if let Ok(count) = <[u8; 8]>::try_from(bytes.as_slice()) {
                    out.batches = i64::from_le_bytes(count);
                }
                continue;
            }
            let float = float_type(info.dtype).ok_or_else(|| {
                bad(format!(
                    "tensor {name} is of type {:?}, which is no float",
                    info.dtype
                ))
            })?;
            let shape = info.shape.clone();
            out.tensors.insert(
                name,
                Array {
                    shape,
                    data: float.decode(bytes),
                },
            );
        }
        Ok(out)
    }

    /// Writes the file aside and renames it. Beside each BatchNorm goes PyTorch's count of batches,
    /// without which its `load_state_dict(strict=True)` refuses.
    pub fn write(&self, path: &Path) -> Result<()> {
        let mut tensors: Vec<(String, Out)> = Vec::new();
        for (name, array) in &self.tensors {
            let many = array.shape.len() > 1;
            tensors.push((
                name.clone(),
                match self.precision {
                    Precision::Half if many => Out::Half(array),
                    _ => Out::Float(array),
                },
            ));
            if let Some(norm) = name.strip_suffix("running_var") {
                tensors.push((
                    format!("{norm}{BATCHES}"),
                    Out::Count(self.batches.to_le_bytes()),
                ));
            }
        }
        let metadata = Some(self.metadata.clone());
        write_aside(path, |aside| {
            safetensors::serialize_to_file(tensors, metadata, aside).map_err(|e| match e {
                safetensors::SafeTensorError::IoError(source) => Error::Io {
                    path: path.into(),
                    source,
                },
                other => Error::Format {
                    path: path.into(),
                    reason: other.to_string(),
                },
            })
        })
    }
}

/// A float as files keep it, little-endian.
#[derive(Clone, Copy)]
pub(super) enum Float {
    F16,
    BF16,
    F32,
    F64,
}

fn float_type(dtype: Dtype) -> Option<Float> {
    Some(match dtype {
        Dtype::F16 => Float::F16,
        Dtype::BF16 => Float::BF16,
        Dtype::F32 => Float::F32,
        Dtype::F64 => Float::F64,
        _ => return None,
    })
}

impl Float {
    pub(super) fn decode(self, bytes: Vec<u8>) -> Vec<f32> {
        let two = || bytes.as_chunks::<2>().0.iter();
        match self {
            Self::F16 => two()
                .map(|b| half::f16::from_le_bytes(*b).to_f32())
                .collect(),
            Self::BF16 => two()
                .map(|b| half::bf16::from_le_bytes(*b).to_f32())
                .collect(),
            Self::F32 => bytes
                .as_chunks::<4>()
                .0
                .iter()
                .map(|b| f32::from_le_bytes(*b))
                .collect(),
            Self::F64 => bytes
                .as_chunks::<8>()
                .0
                .iter()
                .map(|b| f64::from_le_bytes(*b) as f32)
                .collect(),
        }
    }
}

enum Out<'a> {
    Float(&'a Array),
    Half(&'a Array),
    Count([u8; 8]),
}

impl View for Out<'_> {
    fn dtype(&self) -> Dtype {
        match self {
            Out::Float(_) => Dtype::F32,
            Out::Half(_) => Dtype::F16,
            Out::Count(_) => Dtype::I64,
        }
    }
    fn shape(&self) -> &[usize] {
        match self {
            Out::Float(array) | Out::Half(array) => &array.shape,
            Out::Count(_) => &[],
        }
    }
    fn data(&self) -> Cow<'_, [u8]> {
        match self {
            Out::Float(array) if cfg!(target_endian = "little") => {
                bytemuck::cast_slice(&array.data).into()
            }
            Out::Float(array) => array
                .data
                .iter()
                .flat_map(|v| v.to_le_bytes())
                .collect::<Vec<u8>>()
                .into(),
            Out::Half(array) => array
                .data
                .iter()
                .flat_map(|v| half::f16::from_f32(*v).to_le_bytes())
                .collect::<Vec<u8>>()
                .into(),
            Out::Count(bytes) => bytes.as_slice().into(),
        }
    }
    fn data_len(&self) -> usize {
        match self {
            Out::Float(array) => 4 * array.data.len(),
            Out::Half(array) => 2 * array.data.len(),
            Out::Count(_) => 8,
        }
    }
}

/// Has `write` make a file beside `path`, then renames it to `path`, on the disk before it counts.
///
/// # Errors
/// What `write` says, or the file system; nothing is left beside `path` then.
pub fn write_aside<E: From<Error>>(
    path: &Path,
    write: impl FnOnce(&Path) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.part", std::process::id()));
    let aside = PathBuf::from(path).with_file_name(name);
    let io = |source| {
        E::from(Error::Io {
            path: path.into(),
            source,
        })
    };
    // The permissions of any new file: safetensors makes its own for its owner alone.
    let begin = || File::create(&aside)?.metadata().map(|m| m.permissions());
    let finish = |permissions| -> std::io::Result<()> {
        std::fs::set_permissions(&aside, permissions)?;
        File::open(&aside)?.sync_all()?;
        std::fs::rename(&aside, path)
    };
    let result = begin().map_err(io).and_then(|permissions| {
        write(&aside)?;
        finish(permissions).map_err(io)
    });
    if result.is_err() {
        std::fs::remove_file(&aside).ok();
    }
    result
}
