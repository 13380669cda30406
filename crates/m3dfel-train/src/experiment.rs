//! An experiment file: what is trained, on what, how.

use std::path::{Path, PathBuf};

use m3dfel::{LossConfig, ModelConfig, Precision};
use m3dfel_data::{AugmentOptions, ClipOptions, Layout, Normalise, OpenOptions};
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// A whole experiment. The defaults are the paper's on DFEW; an unknown key is an error.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Experiment {
    pub data: DataConfig,
    pub augment: AugmentOptions,
    pub model: ModelConfig,
    pub loss: LossConfig,
    pub train: TrainConfig,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DataConfig {
    /// How the corpus lies on disk; found out where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// The number of the first class, where labels are numbers; told by their range where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_base: Option<u8>,
    /// Side of the square that the network sees.
    pub crop: usize,
    pub normalise: Normalise,
    /// Part of each class's training clips that is held out to choose the best epoch by. With 0 it is
    /// chosen on the test fold, as the field does, and called so.
    pub holdout: f64,
}

impl Default for DataConfig {
    fn default() -> Self {
        Self {
            layout: None,
            label_base: None,
            crop: 112,
            normalise: Normalise::Unit,
            holdout: 0.0,
        }
    }
}

/// Which figure the best epoch is chosen by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Select {
    #[default]
    War,
    Uar,
}

/// What is taken of the weights to start from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InitPart {
    /// All there is: of a whole model, everything.
    #[default]
    All,
    /// R3D-18 alone: the model may be of other classes, another bag, another way to join it.
    Backbone,
}

/// Which clips an epoch goes through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sampling {
    /// Each once, in random order.
    #[default]
    Shuffled,
    /// As many, but as many of each class: those of small classes come again, those of large ones wait
    /// for another epoch.
    Balanced,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainConfig {
    pub epochs: usize,
    pub warmup_epochs: usize,
    /// Clips to a step.
    pub batch_size: usize,
    /// Clips in memory at a time; gradients add up to a batch. The same step as with the whole batch
    /// at once, but for BatchNorm, whose statistics are those of the part. 0: the whole batch.
    pub micro_batch: usize,
    /// What the convolutions compute in; bf16 needs a device that has it.
    pub precision: Precision,
    pub learning_rate: f64,
    /// The learning rate that the cosine ends at.
    pub min_learning_rate: f64,
    pub weight_decay: f64,
    pub sampling: Sampling,
    pub seed: u64,
    /// Weights to start from: torchvision's `r3d_18` for the backbone, or a whole model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub init: Option<PathBuf>,
    /// What is taken of them.
    pub init_part: InitPart,
    /// Evaluate after every so many epochs, and after the last.
    pub evaluate_every: usize,
    pub select: Select,
    /// Save at least so often within an epoch too.
    pub save_minutes: f64,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            epochs: 300,
            warmup_epochs: 20,
            batch_size: 256,
            micro_batch: 8,
            precision: Precision::Float32,
            learning_rate: 5e-4,
            min_learning_rate: 5e-6,
            weight_decay: 0.05,
            sampling: Sampling::Shuffled,
            seed: 0,
            init: None,
            init_part: InitPart::All,
            evaluate_every: 1,
            select: Select::War,
            save_minutes: 10.0,
        }
    }
}

impl Experiment {
    /// Reads a file, then puts in `--set section.key=value` in order.
    ///
    /// # Errors
    /// A file that is missing or no TOML; an unknown section or key; a value that cannot be.
    pub fn load(path: &Path, set: &[String]) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::Io {
            path: path.into(),
            source,
        })?;
        Self::parse(&text, &path.display().to_string(), set)
    }

    /// As [`load`](Self::load), from text; `name` is what errors call it.
    pub fn parse(text: &str, name: &str, set: &[String]) -> Result<Self> {
        let say = |e: &dyn std::fmt::Display| {
            Error::Experiment(format!("{name}: {}", e.to_string().trim_end()))
        };
        // The file first by itself, so that an error in it names its line.
        toml::from_str::<Self>(text).map_err(|e| say(&e))?;
        let mut table: toml::Table = toml::from_str(text).map_err(|e| say(&e))?;
        for assignment in set {
            put(&mut table, assignment)?;
        }
        let experiment: Self = table.try_into().map_err(|e: toml::de::Error| {
            Error::Experiment(format!("--set {}: {}", set.join(" --set "), e.message()))
        })?;
        experiment.validate()?;
        Ok(experiment)
    }

    pub fn validate(&self) -> Result<()> {
        self.model.validate()?;
        self.loss.validate()?;
        self.augment.validate()?;
        self.clip_options().validate()?;
        let refuse = |message: String| Err(Error::Experiment(message));
        if !(0.0..1.0).contains(&self.data.holdout) {
            return refuse(format!(
                "data.holdout = {}: must be in [0, 1)",
                self.data.holdout
            ));
        }
        let t = &self.train;
        for (name, value) in [
            ("epochs", t.epochs),
            ("batch_size", t.batch_size),
            ("evaluate_every", t.evaluate_every),
        ] {
            if !(1..=1_000_000).contains(&value) {
                return refuse(format!("train.{name} = {value}: must be 1 to 1000000"));
            }
        }
        for (name, value) in [
            ("learning_rate", t.learning_rate),
            ("min_learning_rate", t.min_learning_rate),
            ("weight_decay", t.weight_decay),
            ("save_minutes", t.save_minutes),
        ] {
            if !(value.is_finite() && value >= 0.0) {
                return refuse(format!("train.{name} = {value}: must be zero or more"));
            }
        }
        let micro = self.micro_batch();
        if !t.batch_size.is_multiple_of(micro) {
            return refuse(format!(
                "train.batch_size = {} must be a multiple of train.micro_batch = {micro}",
                t.batch_size
            ));
        }
        if t.warmup_epochs >= t.epochs {
            return refuse(format!(
                "train.warmup_epochs = {}: must be less than train.epochs = {}, or the learning rate never arrives",
                t.warmup_epochs, t.epochs
            ));
        }
        Ok(())
    }

    pub fn clip_options(&self) -> ClipOptions {
        ClipOptions {
            frames: self.model.frames,
            size: self.data.crop,
            normalise: self.data.normalise,
        }
    }

    pub fn open_options(&self) -> OpenOptions {
        OpenOptions {
            label_base: self.data.label_base,
        }
    }

    /// Clips in memory at a time.
    pub fn micro_batch(&self) -> usize {
        match self.train.micro_batch {
            0 => self.train.batch_size,
            micro => micro.min(self.train.batch_size),
        }
    }
}

/// Puts `section.key=value` into a table. A value that is no TOML is a string: `model.variance=biased`.
fn put(table: &mut toml::Table, assignment: &str) -> Result<()> {
    let bad = |why: &str| {
        Error::Experiment(format!(
            "--set {assignment}: {why}; write it as train.epochs=20"
        ))
    };
    let (key, value) = assignment
        .split_once('=')
        .ok_or_else(|| bad("there is no \"=\""))?;
    let (section, key) = key
        .trim()
        .split_once('.')
        .ok_or_else(|| bad("the key has no section"))?;
    let value = value.trim();
    let value = toml::from_str::<toml::Table>(&format!("v = {value}"))
        .ok()
        .and_then(|mut t| t.remove("v"))
        .unwrap_or_else(|| toml::Value::String(value.into()));
    // An integer where a float belongs: `train.learning_rate=1`.
    let value = match (table_default(section, key), value) {
        (Some(toml::Value::Float(_)), toml::Value::Integer(i)) => toml::Value::Float(i as f64),
        (_, value) => value,
    };
    let section = table
        .entry(section)
        .or_insert_with(|| toml::Value::Table(toml::Table::new()));
    let section = section
        .as_table_mut()
        .ok_or_else(|| bad("that is no section"))?;
    section.insert(key.into(), value);
    Ok(())
}

fn table_default(section: &str, key: &str) -> Option<toml::Value> {
    toml::Table::try_from(Experiment::default())
        .ok()?
        .get(section)?
        .get(key)
        .cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, set: &[&str]) -> std::result::Result<Experiment, String> {
        let set: Vec<String> = set.iter().map(|s| s.to_string()).collect();
        Experiment::parse(text, "x.toml", &set).map_err(|e| e.to_string())
    }

    #[test]
    fn an_empty_file_is_the_papers_experiment() {
        let experiment = parse("", &[]).unwrap();
        assert_eq!(experiment, Experiment::default());
        assert_eq!(
            (experiment.train.epochs, experiment.train.batch_size),
            (300, 256)
        );
    }

    #[test]
    fn set_overrides_and_keeps_types() {
        let set = [
            "train.epochs=30",
            "train.learning_rate=1",
            "model.variance=unbiased",
            "augment.crop_scale=[0.5, 1.0]",
        ];
        let experiment = parse("[train]\nepochs = 40\nbatch_size = 4", &set).unwrap();
        assert_eq!(
            (experiment.train.epochs, experiment.train.batch_size),
            (30, 4)
        );
        assert_eq!(experiment.train.learning_rate, 1.0);
        assert_eq!(experiment.model.variance, m3dfel::Variance::Unbiased);
        assert_eq!(experiment.augment.crop_scale, [0.5, 1.0]);
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        for (text, set, expected) in [
            ("[train]\nepoch = 3", vec![], "epoch"),
            ("[trian]\nepochs = 3", vec![], "trian"),
            ("epochs", vec![], "x.toml"),
            ("", vec!["train.epoch=3"], "epoch"),
            ("", vec!["epochs=3"], "section"),
            ("", vec!["train.epochs"], "="),
            ("", vec!["train.epochs=many"], "many"),
            ("", vec!["model.frames=15"], "15"),
            ("", vec!["model.bag_size=3"], "1, 2, 4, 8, 16"),
            (
                "",
                vec!["model.bag_size=1", "model.variance=unbiased"],
                "bag of one",
            ),
            ("", vec!["train.batch_size=0"], "batch_size"),
            ("", vec!["train.learning_rate=nan"], "learning_rate"),
            ("", vec!["train.epochs=20"], "warmup_epochs"),
            ("", vec!["data.crop=0"], "size"),
            ("", vec!["loss.smoothing=1.0"], "smoothing"),
        ] {
            let error = parse(text, &set).unwrap_err();
            assert!(error.contains(expected), "{text} {set:?}: {error}");
        }
    }
}
