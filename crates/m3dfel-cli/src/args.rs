//! What the user may say. Parsed here and nowhere else; each command turns it into what the libraries take.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use m3dfel::device::{DeviceName, DeviceNames};
#[cfg(feature = "people")]
use m3dfel::weights::PEOPLE;
use m3dfel::{Precision, Variance};
use m3dfel_data::{Layout, Vocabulary};
use m3dfel_synth::Difficulty;

/// Dynamic facial expression recognition: M3DFEL, trained, evaluated and applied.
///
/// A clip is a bag of short instances whose label is true only somewhere in it. Start with `m3dfel
/// demo`: it needs nothing and shows everything.
#[derive(Debug, Parser)]
#[command(name = "m3dfel", version, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 done; 1 the work failed, or a part of it; 2 the call was wrong."
)]
pub struct Cli {
    /// Threads to work with [default: all cores]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,

    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Demo(Demo),
    Synth(Synth),
    Check(Check),
    Train(Train),
    Ablate(Ablate),
    Eval(Eval),
    Compare(Compare),
    Predict(Predict),
    Adapt(Adapt),
    Prepare(Prepare),
    Convert(Convert),
    #[command(subcommand)]
    Bench(Bench),
}

/// Show everything, from nothing: make a corpus, train on it, evaluate, predict, report.
///
/// Renders an easy corpus of people, trains a small model on four fifths of it, tests it on people it
/// has never seen, and writes a report to look at. Minutes on two cores. Interrupted, it goes on where
/// it was left when called again.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  m3dfel demo --out my-demo")]
pub struct Demo {
    /// Where corpus, run and report go
    #[arg(long, value_name = "DIR", default_value = "m3dfel-demo")]
    pub out: PathBuf,
    /// Another seed is another corpus of other people, and other initial weights
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub seed: u64,
}

/// Render a corpus of people whose expressions rise and fall, in DFEW's layout with five folds.
///
/// Identities never cross folds. truth.csv says of each clip when the expression begins, is strongest
/// and ends, and who acts as rendered. CC0: do with it what you like.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  m3dfel synth --out corpus --clips 2000 --difficulty wild --seed 7"
)]
pub struct Synth {
    /// A new or empty directory
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Clips in all five folds
    #[arg(long, value_name = "N", default_value_t = 700)]
    pub clips: usize,
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub seed: u64,
    /// easy (near-frontal, steady light, clear expressions), or wild (as faces cut out of films, classes equal in number)
    #[arg(long, value_name = "HOW", default_value_t = Difficulty::Easy)]
    pub difficulty: Difficulty,
    /// Side of a frame in pixels, 32 to 512
    #[arg(long, value_name = "PIXELS", default_value_t = 224)]
    pub size: u32,
    /// At most so many frames of a clip, evenly spread, one of them the apex; 1 makes stills [default: all, 24 to 60]
    #[arg(long, value_name = "N")]
    pub frames: Option<NonZeroUsize>,
    /// Print a summary as JSON
    #[arg(long)]
    pub json: bool,
}

/// Look a corpus over before hours of training.
///
/// Layout, folds, clips and classes of each split beside the published counts; what is missing, unreadable,
/// short or listed twice; leakage: the same clip, or the same frames, in training and in test. Exit code 1
/// where something makes results wrong or loses clips.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  m3dfel check DFEW\n  m3dfel check my-clips --layout folder --json"
)]
pub struct Check {
    /// The corpus's root directory
    #[arg(value_name = "DATA")]
    pub data: PathBuf,
    /// How the corpus lies on disk [default: found out]
    #[arg(long, value_name = "NAME")]
    pub layout: Option<Layout>,
    /// The number of the first class, where labels are numbers and their range does not tell
    #[arg(long, value_name = "0|1", value_parser = clap::value_parser!(u8).range(0..=1))]
    pub label_base: Option<u8>,
    /// Look at one fold only [default: all]
    #[arg(long, value_name = "K")]
    pub fold: Option<u8>,
    /// Frames that a model is shown: a clip of fewer is short
    #[arg(long, value_name = "N", default_value_t = 16)]
    pub frames: usize,
    /// Decode every pixel, not only read every file: many times as long
    #[arg(long)]
    pub deep: bool,
    /// Print what was found as JSON
    #[arg(long)]
    pub json: bool,
}

/// Train an experiment on one fold of a corpus, and evaluate it on the fold's test clips.
///
/// The run directory has the resolved experiment, metrics.jsonl (a line per epoch), last.safetensors,
/// best.safetensors, predictions.csv and report.html. A run that was stopped or killed goes on with
/// --resume, to the same weights as one that was not.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  m3dfel train configs/dfew.toml --data DFEW --fold 1 --init r3d_18.pth\n  \
    m3dfel train configs/dfew.toml --data DFEW --fold all --init r3d_18.pth --out runs/dfew\n  \
    m3dfel train configs/demo.toml --data corpus --fold 2 --set train.epochs=5 --set model.bag_size=8"
)]
pub struct Train {
    /// The experiment file; see configs/
    #[arg(value_name = "EXPERIMENT.toml")]
    pub experiment: PathBuf,
    /// The corpus's root directory
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Which fold's test clips to be judged by; all: each fold in turn, then their figures together
    #[arg(long, value_name = "K|all", default_value = "1")]
    pub fold: Folds,
    /// Weights to start from: torchvision's r3d_18 (.pth) for the backbone, a whole model, or `people`, the model in the
    /// program
    #[arg(long, value_name = "FILE")]
    pub init: Option<PathBuf>,
    /// The run's directory; for all folds, that of their directories [default: runs/EXPERIMENT-foldK]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Go on with the run in --out
    #[arg(long)]
    pub resume: bool,
    /// Override a key of the experiment; may be given again
    #[arg(long, value_name = "SECTION.KEY=VALUE")]
    pub set: Vec<String>,
    #[command(flatten)]
    pub on: On,
    /// Print each epoch, and the result, as a line of JSON
    #[arg(long)]
    pub json: bool,
}

/// One fold or all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folds {
    One(u8),
    All,
}

impl std::str::FromStr for Folds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "all" => Ok(Self::All),
            _ => text
                .parse()
                .map(Self::One)
                .map_err(|_| format!("\"{text}\" is neither the number of a fold nor \"all\"")),
        }
    }
}

/// Train an experiment once for each value of some keys, and put the results into one table.
///
/// Several keys: every combination. Values of train.seed are repeats: a variant's figures are then means
/// over its seeds. Each run has its directory in --out; called again, it skips the runs that are done
/// and goes on with the others. Writes table.md, table.tex, table.csv, ablation.json and report.html.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  m3dfel ablate configs/demo.toml model.bag_size=1,2,4,8 --data corpus --out runs/bags\n  \
    m3dfel ablate configs/demo.toml loss.intensity_weight=0,0.1 train.seed=0,1,2 --data corpus --out runs/loss\n  \
    m3dfel ablate configs/dfew.toml model.bag_size=1,2,4,8,16 --also \"model.bag_size=1 model.join=mean\" \\\n      \
    --data DFEW --out runs/bags"
)]
pub struct Ablate {
    /// The experiment file; see configs/
    #[arg(value_name = "EXPERIMENT.toml")]
    pub experiment: PathBuf,
    /// What is varied
    #[arg(value_name = "SECTION.KEY=VALUE,VALUE,...", required = true)]
    pub axes: Vec<String>,
    /// One more variant, beside the combinations; may be given again
    #[arg(long, value_name = "\"SECTION.KEY=VALUE ...\"")]
    pub also: Vec<String>,
    /// The corpus's root directory
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Which fold's test clips to be judged by
    #[arg(long, value_name = "K", default_value_t = 1)]
    pub fold: u8,
    /// Where runs and table go
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Override a key of the experiment in all runs; may be given again
    #[arg(long, value_name = "SECTION.KEY=VALUE")]
    pub set: Vec<String>,
    #[command(flatten)]
    pub on: On,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// Compare runs on the same test clips: WAR, UAR, recalls, differences with 95 % intervals, McNemar's test.
///
/// A run is a directory of `train`, one of all its folds, or the CSV of `eval`. Runs joined by commas are
/// seeds of one way of training: their mean counts, and the intervals speak of other seeds too. Everything is
/// held against the first.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  m3dfel compare runs/cross-entropy runs/with-intensity\n  \
    m3dfel compare ce=runs/ce-0,runs/ce-1,runs/ce-2 ia=runs/ia-0,runs/ia-1,runs/ia-2 --latex table.tex"
)]
pub struct Compare {
    #[arg(value_name = "[NAME=]RUN[,RUN...]", required = true)]
    pub sides: Vec<String>,
    /// Write a page: tables, differences as a figure, confusions side by side, what it means in words
    #[arg(long, value_name = "FILE.html")]
    pub report: Option<PathBuf>,
    /// Write every figure as SVG, and each side's confusion as CSV
    #[arg(long, value_name = "DIR")]
    pub figures: Option<PathBuf>,
    /// Write the tables for GitHub
    #[arg(long, value_name = "FILE.md")]
    pub markdown: Option<PathBuf>,
    /// Write the tables for a paper
    #[arg(long, value_name = "FILE.tex")]
    pub latex: Option<PathBuf>,
    /// Write the tables for other programs
    #[arg(long, value_name = "FILE.csv")]
    pub csv: Option<PathBuf>,
    /// Print the comparison as JSON
    #[arg(long)]
    pub json: bool,
}

/// What trains.
#[derive(Clone, Debug, Default, Args)]
pub struct On {
    /// What computes: cpu, or what this m3dfel was built with of cuda[:N], vulkan[:N], metal. Several, joined by
    /// commas, share the parts of each batch
    #[arg(long, value_name = "DEVICE,...", default_value_t)]
    pub device: DeviceNames,
}

/// What predicts, and how.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct OnIn {
    /// What computes: cpu, or what this m3dfel was built with of cuda[:N], vulkan[:N], metal
    #[arg(long, value_name = "DEVICE", default_value_t)]
    pub device: DeviceName,
    /// What convolutions compute in: float32, or bf16 where the device has it
    #[arg(long, value_name = "WHICH", default_value = "float32")]
    pub precision: Precision,
}

/// Where weights are, and what only a file without our header leaves unsaid.
#[derive(Debug, Args)]
pub struct Weights {
    /// Weights: our .safetensors, a .pth of the published code, or `people`, the model in the program
    #[arg(long = "weights", value_name = "FILE")]
    #[cfg_attr(feature = "people", arg(default_value = PEOPLE))]
    pub file: PathBuf,
    #[command(flatten)]
    pub unsaid: Unsaid,
}

const UNSAID: &str = "For weights without our header";

/// What a weight file of the published code leaves unsaid. Ours say it themselves.
#[derive(Debug, Default, Args)]
pub struct Unsaid {
    /// Frames of an instance [default: 4]
    #[arg(long, help_heading = UNSAID, value_name = "N")]
    pub instance_length: Option<usize>,
    /// Class names in the order of the logits [default: happy,sad,neutral,angry,surprise,disgust,fear]
    #[arg(long, help_heading = UNSAID, value_name = "NAME,NAME,...")]
    pub classes: Option<Vocabulary>,
    /// biased (the paper) or unbiased (the published code) [default: unbiased; biased for a bag of one]
    #[arg(long, help_heading = UNSAID, value_name = "WHICH")]
    pub variance: Option<Variance>,
}

/// Evaluate weights on the test clips of a fold: WAR, UAR, each class, confusion, logits of each clip.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  m3dfel eval --weights runs/dfew-fold1/best.safetensors --data DFEW --fold 1"
)]
pub struct Eval {
    #[command(flatten)]
    pub weights: Weights,
    /// The corpus's root directory
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// How the corpus lies on disk; m3dfel check tells [default: found out]
    #[arg(long, value_name = "NAME")]
    pub layout: Option<Layout>,
    /// The number of the first class, where labels are numbers and their range does not tell
    #[arg(long, value_name = "0|1", value_parser = clap::value_parser!(u8).range(0..=1))]
    pub label_base: Option<u8>,
    #[arg(long, value_name = "K", default_value_t = 1)]
    pub fold: u8,
    /// Where the logits of each clip go [default: WEIGHTS-foldK.csv, here]
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Write a page with the figures and examples too
    #[arg(long, value_name = "FILE.html")]
    pub report: Option<PathBuf>,
    /// Write every figure as SVG, and the confusion as CSV
    #[arg(long, value_name = "DIR")]
    pub figures: Option<PathBuf>,
    #[command(flatten)]
    pub compute: OnIn,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// Say what faces express, and which instances say so: of clips, of a photograph, or of every face of a video.
///
/// A clip is a directory of frames (JPEG or PNG, in natural order of their names), cropped to the face; with
/// --find-face, uncropped. A JPEG or PNG by itself is a photograph, of which the largest face is read, as a clip that stands
/// still. Any other file is a video: its faces are found and followed, and a window slides over each, an
/// instance at a time. A directory of videos stands for them all. H.264 in MP4 needs nothing; for other videos an
/// ffmpeg on the PATH is called. What cannot be read is reported, and the rest is done.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  m3dfel predict talk.mp4\n  m3dfel predict photo.jpg\n  \
    m3dfel predict talk.mp4 --csv talk.csv --report talk.html --annotate talk-annotated.mp4\n  \
    m3dfel predict --weights best.safetensors clips/00012 clips/00013 --json\n  \
    m3dfel predict --weights best.safetensors videos/ --report videos.html"
)]
pub struct Predict {
    #[command(flatten)]
    pub weights: Weights,
    /// Directories of frames, photographs, videos, and directories of videos
    #[arg(value_name = "DIR_OR_FILE", required = true)]
    pub inputs: Vec<PathBuf>,
    /// How long a window over a video is
    #[arg(long, value_name = "SECONDS", default_value_t = 2.4, value_parser = seconds)]
    pub window: f64,
    /// Directories hold uncropped frames: find the largest face and read that
    #[arg(long)]
    pub find_face: bool,
    #[command(flatten)]
    pub find: Find,
    /// Write the windows of all videos as a table
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Write a page: a timeline of each face, with stills
    #[arg(long, value_name = "FILE.html")]
    pub report: Option<PathBuf>,
    /// Write the video with boxes, labels and curves; for one video, needs an ffmpeg on the PATH
    #[arg(long, value_name = "FILE.mp4")]
    pub annotate: Option<PathBuf>,
    #[command(flatten)]
    pub compute: OnIn,
    /// Print a line of JSON for each clip, and for each window of each face of a video
    #[arg(long)]
    pub json: bool,
}

/// Make weights at home among your faces, without labels.
///
/// Cameras, light and faces differ from those that a model was trained on, and so do the means and variances of all that it
/// computes. This takes them from your clips (the statistics of its batch norms; AdaBN, Li et al. 2016) and leaves the weights as they
/// are. Give what you will predict, or more like it: cropped clips as `predict` reads them, of several people and expressions, 30 or more.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  m3dfel adapt clips/ --out mine.safetensors\n  \
    m3dfel predict --weights mine.safetensors clips/00012"
)]
pub struct Adapt {
    #[command(flatten)]
    pub weights: Weights,
    /// Directories of frames, and directories that hold such
    #[arg(value_name = "DIR", required = true)]
    pub inputs: Vec<PathBuf>,
    /// Where the weights go
    #[arg(long, value_name = "FILE.safetensors")]
    pub out: PathBuf,
    /// What computes: cpu, or what this m3dfel was built with of cuda[:N], vulkan[:N], metal
    #[arg(long, value_name = "DEVICE", default_value_t)]
    pub device: DeviceName,
}

/// How faces are found.
#[derive(Debug, Args)]
pub struct Find {
    /// seeta (in the binary), or yunet:FILE.onnx (its file is yours)
    #[arg(long, value_name = "WHO", default_value = "seeta")]
    pub detector: Finder,
}

/// Who finds faces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finder {
    Seeta,
    #[cfg(feature = "onnx")]
    YuNet(PathBuf),
}

impl std::str::FromStr for Finder {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "seeta" => Ok(Self::Seeta),
            #[cfg(feature = "onnx")]
            Some(("yunet", file)) if !file.is_empty() => Ok(Self::YuNet(file.into())),
            #[cfg(not(feature = "onnx"))]
            Some(("yunet", _)) => {
                Err("this m3dfel was built without YuNet; build it with `--features onnx`".into())
            }
            _ => Err("give seeta, or yunet:FILE.onnx".into()),
        }
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.1..=600.0).contains(&seconds) => Ok(seconds),
        _ => Err("give seconds, 0.1 to 600".into()),
    }
}

/// Make a corpus of face clips out of raw videos and a list of what they show.
///
/// The list is a CSV with a header: video (a path from --videos on; or one of a folder of frames, 25 a second, or of a
/// photograph) and label, and, if you like, start and end (seconds, or 1:23.5), split (train or test), subject, clip.
/// Of each row the largest face is followed and cut out, frame by frame. Where there are subjects and no split, a fifth
/// of the subjects is tested on. OUT is read by `train` and `check` (layout folder); clips.csv says what was kept,
/// dropped.csv what was not and why; exit code 1 where a row has no clip. A call that was stopped goes on when made
/// again.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  m3dfel prepare --videos videos --labels labels.csv --out corpus\n  \
    m3dfel train configs/dfew.toml --data corpus --set data.layout=folder"
)]
pub struct Prepare {
    /// The directory of the videos
    #[arg(long, value_name = "DIR")]
    pub videos: PathBuf,
    /// What they show: video,label[,start,end][,split][,subject][,clip]
    #[arg(long, value_name = "FILE.csv")]
    pub labels: PathBuf,
    /// The corpus's directory: new, empty, or one that this command made
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Side of a clip's frames in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 224, value_parser = clap::value_parser!(u16).range(16..=1024))]
    pub size: u16,
    /// A face seen on fewer frames is no clip; photographs need 1
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..))]
    pub least_frames: u16,
    #[command(flatten)]
    pub find: Find,
    /// Print what became of the rows as JSON
    #[arg(long)]
    pub json: bool,
}

/// Convert weights to safetensors under the published names.
///
/// Reads torchvision's r3d_18 (.pth), checkpoints of the published code, and safetensors. Nothing in a
/// file is run. The result loads into the published model with strict=True.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  m3dfel convert model_best.pth m3dfel-dfew-fold1.safetensors")]
pub struct Convert {
    #[arg(value_name = "IN")]
    pub input: PathBuf,
    #[arg(value_name = "OUT.safetensors")]
    pub output: PathBuf,
    /// Write matrices and kernels as float16: half the size, three digits
    #[arg(long)]
    pub half: bool,
    #[command(flatten)]
    pub unsaid: Unsaid,
}

/// Measure speed on this machine. The last word printed is seconds per clip.
#[derive(Debug, Subcommand)]
pub enum Bench {
    /// One prediction: the full model, 16 frames of 112 x 112, a bag of 4, weights of any value
    #[command(after_help = "Example:\n  m3dfel bench infer --threads 2")]
    Infer(BenchModel),
    /// One step of training: forward, backward, AdamW
    #[command(after_help = "Example:\n  m3dfel bench train --batch 4")]
    Train(BenchModel),
    /// The loader: decode, crop, resize, flip, jitter
    #[command(after_help = "Example:\n  m3dfel bench load --data corpus --mode train")]
    Load(BenchLoad),
    /// A video: decode, find, follow and crop faces, read windows of them; the time of each stage
    #[command(after_help = "Example:\n  m3dfel bench pipeline talk.mp4")]
    Pipeline(BenchPipeline),
}

impl Bench {
    /// What is measured.
    pub fn device(&self) -> DeviceName {
        match self {
            Self::Infer(args) | Self::Train(args) => args.compute.device,
            Self::Pipeline(args) => args.compute.device,
            Self::Load(_) => DeviceName::default(),
        }
    }
}

#[derive(Debug, Args)]
pub struct BenchModel {
    /// Clips at a time [default: 1 for infer, 4 for train]
    #[arg(long, value_name = "B", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub batch: Option<u16>,
    /// How long to measure, after a warm-up
    #[arg(long, value_name = "S", default_value_t = 3.0)]
    pub seconds: f64,
    /// Channels of R3D-18's first layer
    #[arg(long, value_name = "W", default_value_t = 64)]
    pub base_width: usize,
    /// Side of a frame
    #[arg(long, value_name = "PIXELS", default_value_t = 112)]
    pub crop: usize,
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub bag_size: usize,
    #[command(flatten)]
    pub compute: OnIn,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct BenchLoad {
    /// A corpus to read [default: 64 clips of 224 x 224, rendered for the purpose]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    #[arg(long, value_name = "K", default_value_t = 1)]
    pub fold: u8,
    /// What the loader does to a clip
    #[arg(long, value_enum, default_value_t = LoadMode::Train)]
    pub mode: LoadMode,
    /// How long to measure
    #[arg(long, value_name = "S", default_value_t = 5.0)]
    pub seconds: f64,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct BenchPipeline {
    /// A video with faces in it
    #[arg(value_name = "VIDEO")]
    pub video: PathBuf,
    /// Weights of the model to read faces with [default: the full model, weights of any value]
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    /// How long a window is
    #[arg(long, value_name = "SECONDS", default_value_t = 2.4, value_parser = seconds)]
    pub window: f64,
    #[command(flatten)]
    pub find: Find,
    #[command(flatten)]
    pub compute: OnIn,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LoadMode {
    /// Jittered frames, random resized crop, flip, colour jitter
    Train,
    /// Even frames, resized
    Eval,
}
