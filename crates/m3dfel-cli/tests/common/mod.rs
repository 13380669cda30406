//! The real binary, run in a fresh directory, on a corpus that it made itself.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

pub fn m3dfel(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_m3dfel"));
    command.args(args);
    command
}

pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

pub fn run_in(dir: &Path, args: &[&str]) -> Ran {
    let Output {
        status,
        stdout,
        stderr,
    } = m3dfel(args).current_dir(dir).output().unwrap();
    Ran {
        code: status.code().expect("ended by itself"),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    }
}

impl Ran {
    /// The call went well.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{}\n{}", self.out, self.err);
        self
    }

    /// The call failed with this exit code, said so in these words, and did not panic.
    #[track_caller]
    pub fn fails(self, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        for word in words {
            assert!(self.err.contains(word), "no {word:?} in:\n{}", self.err);
        }
        self
    }
}

/// 42 clips of 32 pixels, made once for each test program; nobody may write into it.
pub fn corpus() -> &'static Path {
    static CORPUS: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = CORPUS.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("corpus");
        let call = ["synth", "--out", "corpus", "--clips", "42", "--size", "32"];
        run_in(dir.path(), &call).ok();
        (dir, path)
    });
    path
}

/// A corpus of one's own, to spoil.
pub fn own_corpus(dir: &Path) -> PathBuf {
    let root = dir.join("own");
    copy(corpus(), &root);
    root
}

pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The directory of a clip of the corpus.
pub fn clip(root: &Path, number: usize) -> PathBuf {
    root.join(format!("Clip/clip_224x224/{number:05}"))
}

/// As small as the model gets on the kernels.
pub const TINY: &str = r#"
[data]
crop = 32
[model]
base_width = 8
[augment]
crop_scale = [0.5, 1.0]
[train]
epochs = 2
warmup_epochs = 1
batch_size = 8
micro_batch = 4
learning_rate = 1e-3
"#;

/// Writes the tiny experiment, and gives the arguments that train it on `data`.
pub fn tiny<'a>(dir: &Path, data: &'a Path, out: &'a str) -> Vec<&'a str> {
    std::fs::write(dir.join("tiny.toml"), TINY).unwrap();
    let data = data.to_str().unwrap();
    vec!["train", "tiny.toml", "--data", data, "--out", out]
}

/// Weights of the tiny model after one epoch, trained once for each test program.
pub fn weights() -> &'static str {
    static WEIGHTS: OnceLock<(TempDir, String)> = OnceLock::new();
    let (_, path) = WEIGHTS.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let mut args = tiny(dir.path(), corpus(), "run");
        args.extend(["--set", "train.epochs=1", "--set", "train.warmup_epochs=0"]);
        run_in(dir.path(), &args).ok();
        let path = dir.path().join("run/last.safetensors");
        let path = path.to_str().unwrap().to_string();
        (dir, path)
    });
    path
}
