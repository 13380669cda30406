//! Our own file: safetensors under the published names, with a header that says what the model is.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use burn::tensor::Device;
use m3dfel_data::Normalise;
use serde::{Deserialize, Deserializer, Serialize};

use super::file::{Precision, TensorFile};
use super::names;
use super::people::{PEOPLE, people};
use super::state::StateDict;
use super::torch::{Kind, read_torch};
use crate::{Error, Join, M3dfel, ModelConfig, Result, Variance};

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
    /// What becomes of a frame's bytes.
    #[serde(deserialize_with = "normalise")]
    pub normalise: Normalise,
    /// What it was trained on, for people.
    pub trained_on: String,
    /// Epochs of training behind it.
    pub epoch: usize,
}

/// Earlier files say whether it is Kinetics' mean and deviation.
fn normalise<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Normalise, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Said {
        Kinetics(bool),
        Named(Normalise),
    }
    Ok(match Said::deserialize(deserializer)? {
        Said::Kinetics(true) => Normalise::Kinetics,
        Said::Kinetics(false) => Normalise::Unit,
        Said::Named(normalise) => normalise,
    })
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
            join: Join::Dliam,
        };
        model.validate()?;
        Ok(Self {
            model,
            classes,
            crop: 112,
            normalise: Normalise::Unit,
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

/// Reads our safetensors, a published-code checkpoint or torchvision's `r3d_18`, told by content. [`PEOPLE`] is the
/// model in the program; a file of that name is `./people`.
///
/// # Errors
/// A file that is none of these, is cut off or damaged. Nothing in a file is ever run.
pub fn load(path: &Path) -> Result<Checkpoint> {
    if path == Path::new(PEOPLE) {
        return people();
    }
    let io = |source| Error::Io {
        path: path.into(),
        source,
    };
    let mut start = [0u8; 9];
    let got = File::open(path)
        .and_then(|mut file| file.read(&mut start))
        .map_err(io)?;
    if start.starts_with(b"PK") || (got > 1 && start[0] == 0x80) && start[8] != b'{' {
        return read_torch(path);
    }
    if got < start.len() || start[8] != b'{' {
        return Err(Error::Format {
            path: path.into(),
            reason: "neither safetensors nor a PyTorch file (.pth): it starts like none of them"
                .into(),
        });
    }
    Checkpoint::from_tensors(TensorFile::read(path)?, path)
}

impl Checkpoint {
    /// What a safetensors file holds; `path` stands in errors.
    pub(super) fn from_tensors(file: TensorFile, path: &Path) -> Result<Self> {
        let bad = |reason: String| Error::Format {
            path: path.into(),
            reason,
        };
        let header = match file.metadata.get(HEADER_KEY) {
            Some(json) => Some(
                serde_json::from_str::<Header>(json)
                    .map_err(|e| bad(format!("its m3dfel header is damaged: {e}")))?,
            ),
            None => None,
        };
        if let Some(header) = &header {
            header.model.validate()?;
        }
        let (state, kind) = names::publish(file.tensors);
        Ok(Self {
            header,
            kind,
            state,
            batches: file.batches,
        })
    }

    /// Writes safetensors that PyTorch's `load_state_dict(strict=True)` accepts; aside, then renamed,
    /// so that a reader never sees half a file.
    pub fn save(self, path: &Path) -> Result<()> {
        self.save_as(Precision::Full, path)
    }

    /// The same, in another precision.
    pub fn save_as(self, precision: Precision, path: &Path) -> Result<()> {
        // One key alone: safetensors writes them in the order of a hash map, which each process draws
        // anew, and equal weights are to be equal files.
        let metadata = match &self.header {
            Some(header) => {
                let json =
                    serde_json::to_string(header).map_err(|e| Error::Config(e.to_string()))?;
                HashMap::from([(HEADER_KEY.to_string(), json)])
            }
            None => HashMap::from([("format".to_string(), "pt".to_string())]),
        };
        TensorFile {
            metadata,
            tensors: self.state,
            batches: self.batches,
            precision,
        }
        .write(path)
    }

    /// Whether these are the weights of the header's model.
    ///
    /// # Errors
    /// As [`M3dfel::load_state`].
    pub fn check(&self, header: &Header) -> Result<()> {
        let model = M3dfel::zeros(&header.model, header.classes.len(), &Device::default())?;
        model.check_state(&self.state)
    }

    /// The model, on a device.
    ///
    /// # Errors
    /// Tensors that are not those of the header's model; see [`M3dfel::load_state`].
    pub fn into_model(self, header: &Header, device: &Device) -> Result<M3dfel> {
        M3dfel::zeros(&header.model, header.classes.len(), device)?.load_state(self.state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_earlier_versions_are_understood() {
        let header = |normalise: &str| {
            let model = serde_json::to_string(&ModelConfig::default()).unwrap();
            serde_json::from_str::<Header>(&format!(
                r#"{{"model":{model},"classes":["happy"],"crop":112,"normalise":{normalise},"trained_on":"","epoch":1}}"#
            ))
        };
        for (said, meant) in [
            ("true", Normalise::Kinetics),
            ("false", Normalise::Unit),
            (r#""kinetics""#, Normalise::Kinetics),
            (r#""face""#, Normalise::Face),
        ] {
            assert_eq!(header(said).unwrap().normalise, meant, "{said}");
        }
        assert!(header(r#""grey""#).is_err());
    }
}
