//! Writes a corpus and says how fast.
//!
//!     cargo run --release -p m3dfel-synth --example write_corpus -- OUT [clips] [easy|wild] [size] [seed]

use m3dfel_synth::{CorpusOptions, write_corpus};
use std::{ops::ControlFlow, path::Path, time::Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let get = |k: usize, default: &str| arguments.get(k).cloned().unwrap_or(default.to_owned());
    let out = get(0, "corpus");
    let options = CorpusOptions {
        clips: get(1, "700").parse()?,
        difficulty: get(2, "easy").parse()?,
        size: get(3, "224").parse()?,
        frames: arguments.get(5).and_then(|n| n.parse().ok()),
        seed: get(4, "0").parse()?,
    };
    let start = Instant::now();
    let summary = write_corpus(Path::new(&out), &options, &|_| ControlFlow::Continue(()))?;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{summary:?}\n{seconds:.1} s, {:.0} frames/s",
        summary.frames as f64 / seconds
    );
    Ok(())
}
