//! Makes a corpus of the videos in a directory, and tells what became of each row.
//!
//!     cargo run --release -p m3dfel-video --example prepare -- VIDEOS LABELS.csv OUT [LEAST_FRAMES]

use std::path::Path;

use m3dfel_video::prepare::{Options, Outcome, Watch, prepare};
use m3dfel_video::{Detector, Seeta};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [videos, labels, out, rest @ ..] = &arguments[..] else {
        return Err("usage: prepare VIDEOS LABELS.csv OUT [LEAST_FRAMES]".into());
    };
    let mut options = Options::default();
    if let Some(least) = rest.first() {
        options.least_frames = least.parse()?;
    }
    let begin = std::time::Instant::now();
    let prepared = prepare(
        Path::new(videos),
        Path::new(labels),
        Path::new(out),
        &options,
        &|| Ok(Box::new(Seeta::new()?) as Box<dyn Detector>),
        Watch::default(),
    )?;
    for warning in &prepared.warnings {
        println!("{labels}: {warning}");
    }
    for (row, outcome) in &prepared.rows {
        let name = format!("{}/{}", row.class, row.clip);
        match outcome {
            Outcome::Kept { clip, earlier } => {
                let made = if *earlier { "there already" } else { "made" };
                println!("{name}: {made}, {clip:?}");
            }
            Outcome::Dropped(reason) => println!("{name}: {reason}"),
            Outcome::NotReached => println!("{name}: not reached"),
        }
    }
    println!("{:?} in {:.1?}", prepared.counts(), begin.elapsed());
    Ok(())
}
