//! Our own file: safetensors under the published names, with a header that says what the model is.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, Metadata, View};
use serde::{Deserialize, Serialize};

use super::names::{self, BATCHES};
use super::state::{Array, StateDict};
use super::torch::{Kind, read_torch};
use crate::{Error, ModelConfig, Result, Variance};

/// Key of the header within the safetensors' metadata.
const HEADER_KEY: &str = "m3dfel";

/// What a weight file says of its model, so that nobody has to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    pub model: ModelConfig,
    /// Names in the order of the logits.
    pub classes: Vec<String>,
    /// Side of the square that frames are resized to.
    pub crop: usize,
    /// Whether inputs are normalised by Kinetics' mean and deviation after `x / 255`.
    pub normalise: bool,
    /// What it was trained on, for people.
    pub trained_on: String,
    /// Epochs of training behind it.
    pub epoch: usize,
}

impl Header {
    /// The header of weights that carry none: what the published code used.
    ///
    /// # Errors
    /// Weights whose bag and classes do not fit `instance_length` and `classes`.
    pub fn infer(
        state: &StateDict,
        instance_length: usize,
        classes: Vec<String>,
        variance: Variance,
    ) -> Result<Self> {
        let side = |name: &str, axis: usize| -> Result<usize> {
            let array = state.get(name).ok_or_else(|| Error::Missing {
                name: name.into(),
                expected: vec![],
                hint: "; is this a checkpoint of the whole M3DFEL, not of a backbone?".into(),
            })?;
            array.shape.get(axis).copied().ok_or_else(|| Error::Shape {
                name: name.into(),
                found: array.shape.clone(),
                expected: vec![],
            })
        };
        let bag_size = side("pwconv.weight", 1)?;
        let found = side("fc.weight", 0)?;
        if found != classes.len() {
            return Err(Error::Config(format!(
                "the checkpoint has {found} classes but {} names were given: {}",
                classes.len(),
                classes.join(",")
            )));
        }
        let model = ModelConfig {
            frames: bag_size * instance_length,
            bag_size,
            base_width: side("features.0.0.weight", 0)?,
            variance,
        };
        model.validate()?;
        Ok(Self {
            model,
            classes,
            crop: 112,
            normalise: false,
            trained_on: String::new(),
            epoch: 0,
        })
    }
}

/// A weight file in memory.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// None: the file says nothing of its model ([`Header::infer`] fills in what was published).
    pub header: Option<Header>,
    pub kind: Kind,
    pub state: StateDict,
    /// PyTorch's count of training batches, carried along.
    pub batches: i64,
}

/// Reads our safetensors, a published-code checkpoint or torchvision's `r3d_18`, told by content.
///
/// # Errors
/// A file that is none of these, is cut off or damaged. Nothing in a file is ever run.
pub fn load(path: &Path) -> Result<Checkpoint> {
    let io = |source| Error::Io {
        path: path.into(),
        source,
    };
    let mut file = File::open(path).map_err(io)?;
    let length = file.metadata().map_err(io)?.len();
    let mut start = [0u8; 9];
    let got = file.read(&mut start).map_err(io)?;
    if got == start.len() && start[8] == b'{' {
        return read_safetensors(path, file, length);
    }
    if start.starts_with(b"PK") || start[0] == 0x80 {
        return read_torch(path);
    }
    Err(Error::Format {
        path: path.into(),
        reason: "neither safetensors nor a PyTorch file (.pth): it starts like none of them".into(),
    })
}

fn read_safetensors(path: &Path, mut file: File, length: u64) -> Result<Checkpoint> {
    let io = |source| Error::Io {
        path: path.into(),
        source,
    };
    let bad = |reason: String| Error::Format {
        path: path.into(),
        reason,
    };
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    let mut size = [0u8; 8];
    file.read_exact(&mut size).map_err(io)?;
    let header_length = u64::from_le_bytes(size);
    if header_length > length.saturating_sub(8) || header_length > 100_000_000 {
        return Err(bad(format!(
            "not safetensors, or cut off: its header claims {header_length} bytes in a file of {length}"
        )));
    }
    let mut buffer = size.to_vec();
    buffer.resize(8 + header_length as usize, 0);
    file.read_exact(&mut buffer[8..]).map_err(io)?;
    let metadata: Metadata = serde_json::from_slice(&buffer[8..])
        .map_err(|e| bad(format!("its safetensors header is damaged: {e}")))?;
    let data_length = metadata.data_len() as u64;
    let data_start = 8 + header_length;
    if length - data_start != data_length {
        return Err(bad(format!(
            "cut off or damaged: its tensors need {data_length} bytes, the file has {}",
            length - data_start
        )));
    }
    let header = match metadata.metadata().as_ref().and_then(|m| m.get(HEADER_KEY)) {
        Some(json) => {
            let header: Header = serde_json::from_str(json)
                .map_err(|e| bad(format!("its m3dfel header is damaged: {e}")))?;
            header.model.validate()?;
            Some(header)
        }
        None => None,
    };
    // One tensor at a time: the file is never in memory beside its tensors.
    let mut state = StateDict::new();
    let mut batches = 0;
    for name in metadata.offset_keys() {
        let Some(info) = metadata.info(&name) else {
            continue;
        };
        let (begin, end) = info.data_offsets;
        let mut bytes = vec![0u8; end - begin];
        file.seek(SeekFrom::Start(data_start + begin as u64))
            .map_err(io)?;
        file.read_exact(&mut bytes).map_err(io)?;
        if name.ends_with(BATCHES) {
            if let Ok(count) = <[u8; 8]>::try_from(bytes.as_slice()) {
                batches = i64::from_le_bytes(count);
            }
            continue;
        }
        let data = to_f32(&bytes, info.dtype).ok_or_else(|| {
            bad(format!(
                "tensor {name} is of type {:?}, which is no float",
                info.dtype
            ))
        })?;
        state.insert(
            name,
            Array {
                shape: info.shape.clone(),
                data,
            },
        );
    }
    let (state, kind) = names::publish(state);
    Ok(Checkpoint {
        header,
        kind,
        state,
        batches,
    })
}

/// Little-endian bytes of a float tensor, or none for another type.
fn to_f32(bytes: &[u8], dtype: Dtype) -> Option<Vec<f32>> {
    Some(match dtype {
        Dtype::F32 => bytes
            .as_chunks::<4>()
            .0
            .iter()
            .map(|b| f32::from_le_bytes(*b))
            .collect(),
        Dtype::F16 => bytes
            .as_chunks::<2>()
            .0
            .iter()
            .map(|b| half::f16::from_le_bytes(*b).to_f32())
            .collect(),
        Dtype::BF16 => bytes
            .as_chunks::<2>()
            .0
            .iter()
            .map(|b| half::bf16::from_le_bytes(*b).to_f32())
            .collect(),
        Dtype::F64 => bytes
            .as_chunks::<8>()
            .0
            .iter()
            .map(|b| f64::from_le_bytes(*b) as f32)
            .collect(),
        _ => return None,
    })
}

enum Out<'a> {
    Float(&'a Array),
    Count([u8; 8]),
}

impl View for Out<'_> {
    fn dtype(&self) -> Dtype {
        match self {
            Out::Float(_) => Dtype::F32,
            Out::Count(_) => Dtype::I64,
        }
    }
    fn shape(&self) -> &[usize] {
        match self {
            Out::Float(array) => &array.shape,
            Out::Count(_) => &[],
        }
    }
    fn data(&self) -> Cow<'_, [u8]> {
        match self {
            Out::Float(array) => bytemuck::cast_slice(&array.data).into(),
            Out::Count(bytes) => bytes.as_slice().into(),
        }
    }
    fn data_len(&self) -> usize {
        match self {
            Out::Float(array) => 4 * array.data.len(),
            Out::Count(_) => 8,
        }
    }
}

impl Checkpoint {
    /// Writes safetensors that PyTorch's `load_state_dict(strict=True)` accepts; aside, then renamed,
    /// so that a reader never sees half a file.
    pub fn save(&self, path: &Path) -> Result<()> {
        let mut tensors: Vec<(String, Out)> = Vec::new();
        for (name, array) in &self.state {
            tensors.push((name.clone(), Out::Float(array)));
            if let Some(norm) = name.strip_suffix("running_var") {
                tensors.push((
                    format!("{norm}{BATCHES}"),
                    Out::Count(self.batches.to_le_bytes()),
                ));
            }
        }
        let metadata = self.header.as_ref().map(|header| {
            let json = serde_json::to_string(header).expect("a header is plain data");
            HashMap::from([
                ("format".to_string(), "pt".to_string()),
                (HEADER_KEY.to_string(), json),
            ])
        });
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
    let finish = || -> std::io::Result<()> {
        File::open(&aside)?.sync_all()?;
        std::fs::rename(&aside, path)
    };
    let result = write(&aside).and_then(|()| finish().map_err(io));
    if result.is_err() {
        std::fs::remove_file(&aside).ok();
    }
    result
}
