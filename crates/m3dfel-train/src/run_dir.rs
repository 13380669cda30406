//! A run's directory: everything that is written is written aside and renamed.
//!
//! | file | |
//! |---|---|
//! | `experiment.toml` | the resolved experiment |
//! | `environment.json` | program, machine, command |
//! | `resume.safetensors` | weights, optimiser, position, history: a run goes on from this file alone |
//! | `metrics.jsonl` | one line per epoch |
//! | `events.out.tfevents.*` | the same for TensorBoard |
//! | `last.safetensors`, `best.safetensors` | weights |
//! | `predictions.csv` | the last epoch's logits of each test clip |
//! | `result.json` | last and best, when the run is done |

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use m3dfel::M3dfel;
use m3dfel::weights::{Checkpoint, Header, Kind, Precision, StateDict, TensorFile, write_aside};
use m3dfel_metrics::{PointingScore, Predictions, tensorboard};
use serde::{Deserialize, Serialize};

use crate::adamw::AdamW;
use crate::curves;
use crate::experiment::{Experiment, Select};
use crate::{Error, Result};

/// One line of `metrics.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// Counted from 1.
    pub epoch: usize,
    /// Mean over the epoch's clips.
    pub loss: f64,
    /// Of the epoch's last step.
    pub learning_rate: f64,
    /// On the test fold, as a fraction; none where the epoch was not evaluated.
    pub war: Option<f64>,
    pub uar: Option<f64>,
    /// On the part of the training set that is held out, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holdout_war: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holdout_uar: Option<f64>,
    /// Of training; evaluation not counted.
    pub seconds: f64,
    pub clips_per_second: f64,
    /// Of a step: the mean.
    #[serde(default)]
    pub step_seconds: f64,
    /// Of `seconds`, those in which nothing was computed because no batch was ready.
    #[serde(default)]
    pub waited_seconds: f64,
    /// Training clips without a readable frame.
    pub skipped_clips: usize,
}

/// An epoch's figures on the test fold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    pub epoch: usize,
    pub war: f64,
    pub uar: f64,
}

/// What a finished run is worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub last: Score,
    pub best: Score,
    /// By which figure the best epoch was chosen.
    pub select: Select,
    /// `test` or `holdout`: on what it was chosen. Chosen on the test fold, `best` is optimistic.
    pub chosen_on: String,
    /// Whether the last epoch's decisive instances show the expression, where the corpus knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointing: Option<PointingScore>,
}

/// Where a run is, beside its weights and its optimiser.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Position {
    /// Epochs done.
    pub epochs: usize,
    /// Steps done of the epoch at hand.
    pub steps: usize,
    pub optimiser_steps: u32,
    pub loss_sum: f64,
    pub clips: usize,
    pub skipped: usize,
    pub seconds: f64,
    #[serde(default)]
    pub waited: f64,
    pub learning_rate: f64,
    pub history: Vec<EpochRecord>,
    /// Names and labels of all clips, hashed: a run does not go on with other data.
    pub corpus: u64,
}

const STARTED: &str = "started_unix_seconds";
const POSITION: &str = "m3dfel_run";
const MODEL: &str = "model.";

pub struct RunDir {
    path: PathBuf,
}

impl RunDir {
    /// Makes the directory, or takes the one there: empty, or, to resume, a run's.
    ///
    /// # Errors
    /// A directory that cannot be made or written, that holds a run which is not to be resumed, or
    /// other things; another experiment than the one to resume.
    pub fn open(path: &Path, experiment: &Experiment, resume: bool) -> Result<Self> {
        let run = Self { path: path.into() };
        let io = |source| Error::Io {
            path: path.into(),
            source,
        };
        let text = toml::to_string(experiment).map_err(|e| Error::Experiment(e.to_string()))?;
        let experiment_file = run.file("experiment.toml");
        if experiment_file.exists() {
            if !resume {
                return Err(Error::Run {
                    path: path.into(),
                    reason: "holds a run already: add --resume to go on with it, or choose another --out".into(),
                });
            }
            let before = Experiment::load(&experiment_file, &[])?;
            if before != *experiment {
                return Err(Error::Run {
                    path: experiment_file,
                    reason: format!(
                        "is another experiment than the one to resume ({}): resume with the same file and --set, or choose another --out",
                        difference(&before, experiment)
                    ),
                });
            }
            return Ok(run);
        }
        std::fs::create_dir_all(path).map_err(io)?;
        if std::fs::read_dir(path).map_err(io)?.next().is_some() {
            return Err(Error::Run {
                path: path.into(),
                reason: "is not empty and holds no run: choose another --out, so that nothing is mixed up".into(),
            });
        }
        run.write("environment.json", &environment())?;
        run.write("experiment.toml", &text)?;
        Ok(run)
    }

    /// What a run that is done came to: none for one that is not.
    ///
    /// # Errors
    /// Results that are damaged.
    pub fn result(path: &Path) -> Result<Option<(Outcome, Predictions)>> {
        let file = path.join("result.json");
        let Ok(text) = std::fs::read_to_string(&file) else {
            return Ok(None);
        };
        let outcome = serde_json::from_str(&text).map_err(|e| Error::Run {
            path: file,
            reason: format!("is no run's result: {e}"),
        })?;
        let predictions = Predictions::read_csv(&path.join("predictions.csv"))?;
        Ok(Some((outcome, predictions)))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a text file aside and renames it.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        self.write_bytes(&self.file(name), text.as_bytes())
    }

    fn write_bytes(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        write_aside(path, |aside| {
            std::fs::write(aside, bytes).map_err(|source| Error::Io {
                path: path.into(),
                source,
            })
        })
    }

    /// When the run began, in seconds since 1970, as `environment.json` has it; 0 where that is gone.
    fn started(&self) -> f64 {
        std::fs::read(self.file("environment.json"))
            .ok()
            .and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok())
            .and_then(|facts| facts[STARTED].as_f64())
            .unwrap_or(0.0)
    }

    pub(crate) fn save_weights(
        &self,
        name: &str,
        model: &M3dfel,
        header: Header,
        batches: u32,
    ) -> Result<()> {
        let checkpoint = Checkpoint {
            header: Some(header),
            kind: Kind::Model,
            state: model.state(),
            batches: batches.into(),
        };
        Ok(checkpoint.save(&self.file(name))?)
    }

    /// Saves all that a run goes on from, in one file, so that no kill can leave two that disagree.
    pub(crate) fn save_state(
        &self,
        model: &M3dfel,
        optimiser: &AdamW,
        position: &Position,
    ) -> Result<()> {
        let mut tensors = optimiser.state();
        tensors.extend(
            model
                .state()
                .into_iter()
                .map(|(name, array)| (format!("{MODEL}{name}"), array)),
        );
        let json = serde_json::to_string(position).map_err(|e| Error::Experiment(e.to_string()))?;
        let metadata = HashMap::from([(POSITION.to_string(), json)]);
        Ok(TensorFile {
            metadata,
            tensors,
            batches: 0,
            precision: Precision::Full,
        }
        .write(&self.file("resume.safetensors"))?)
    }

    /// The state to go on from, if the run has come so far as to save one.
    pub(crate) fn load_state(
        &self,
        model: M3dfel,
        weight_decay: f64,
        corpus: u64,
        device: &Device,
    ) -> Result<std::result::Result<(M3dfel, AdamW, Position), M3dfel>> {
        let path = self.file("resume.safetensors");
        if !path.exists() {
            return Ok(Err(model));
        }
        let bad = |reason: String| Error::Run {
            path: path.clone(),
            reason,
        };
        let file = TensorFile::read(&path)?;
        let json = file
            .metadata
            .get(POSITION)
            .ok_or_else(|| bad("holds no run's state".into()))?;
        let position: Position = serde_json::from_str(json)
            .map_err(|e| bad(format!("its record of the run is damaged: {e}")))?;
        if position.corpus != corpus {
            return Err(bad(
                "was saved with other clips: the corpus or the fold has changed, so the run cannot go on as it was".into(),
            ));
        }
        let (mut weights, mut moments) = (StateDict::new(), StateDict::new());
        for (name, array) in file.tensors {
            match name.strip_prefix(MODEL) {
                Some(name) => weights.insert(name.into(), array),
                None => moments.insert(name, array),
            };
        }
        let model = model.load_state(weights)?;
        let optimiser = AdamW::restore(
            weight_decay,
            position.optimiser_steps,
            moments,
            &model,
            device,
        )?;
        Ok(Ok((model, optimiser, position)))
    }

    /// `metrics.jsonl`, and the same for TensorBoard.
    pub(crate) fn save_metrics(&self, history: &[EpochRecord]) -> Result<()> {
        let started = self.started();
        let events = self.file(&tensorboard::file_name(started, "m3dfel"));
        self.write_bytes(&events, &curves::events(history, started))?;
        let lines: Vec<String> = history
            .iter()
            .filter_map(|record| serde_json::to_string(record).ok())
            .collect();
        self.write("metrics.jsonl", &(lines.join("\n") + "\n"))
    }
}

/// The keys in which two experiments differ.
fn difference(a: &Experiment, b: &Experiment) -> String {
    let (Ok(a), Ok(b)) = (toml::Table::try_from(a), toml::Table::try_from(b)) else {
        return String::new();
    };
    let mut keys = Vec::new();
    for (section, values) in &b {
        let empty = toml::Table::new();
        let old = a.get(section).and_then(|s| s.as_table()).unwrap_or(&empty);
        for (key, value) in values.as_table().into_iter().flatten() {
            if old.get(key) != Some(value) {
                let was = old.get(key).map_or("nothing".into(), |v| v.to_string());
                keys.push(format!("{section}.{key} was {was}, is {value}"));
            }
        }
    }
    keys.join("; ")
}

fn environment() -> String {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    let started = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |d| d.as_secs());
    let facts = serde_json::json!({
        "m3dfel": env!("CARGO_PKG_VERSION"),
        "system": std::env::consts::OS,
        "architecture": std::env::consts::ARCH,
        "cores": threads,
        STARTED: started,
        "command": std::env::args().collect::<Vec<_>>(),
    });
    format!("{facts:#}\n")
}
