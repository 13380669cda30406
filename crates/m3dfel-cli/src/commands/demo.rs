use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use m3dfel::device::DeviceNames;
use m3dfel::weights::{PEOPLE, load};
use m3dfel_data::{Clip, Layout};
use m3dfel_synth::{CorpusOptions, Difficulty};
use m3dfel_train::{Corpus, Experiment};

use super::predict::Predicted;
use super::weights::predictor;
use super::{predict, report, synth, train};
use crate::args::{Demo, OnIn};
use crate::exit::WrongCall;
use crate::progress::Watcher;
use crate::text::duration;

/// As a user would copy it: configs/demo.toml.
const EXPERIMENT: &str = include_str!("../../../../configs/demo.toml");
/// Four fifths to train on.
const CLIPS: usize = 1200;
const FOLD: u8 = 1;

pub fn run(args: Demo) -> anyhow::Result<()> {
    let start = Instant::now();
    let set = [format!("train.seed={}", args.seed)];
    let experiment = Experiment::parse(EXPERIMENT, "configs/demo.toml", &set)?;
    let options = CorpusOptions {
        clips: CLIPS,
        seed: args.seed,
        difficulty: Difficulty::Easy,
        // Little more than the crop that is trained on.
        size: 96,
        frames: None,
    };
    let (root, out) = (args.out.join("corpus"), args.out.join("run"));
    eprintln!(
        "1. a corpus of {CLIPS} clips of rendered people: {}",
        root.display()
    );
    corpus(&args.out, &root, &options)?;

    let mut watcher = Watcher::new(false);
    let (layout, opening) = (Some(Layout::DFEW), experiment.open_options());
    let corpus = Corpus::open(&root, layout, FOLD, &opening, &mut watcher)?;
    eprintln!(
        "2. training a small M3DFEL on {} clips, testing on {} clips of other people: {}",
        corpus.train.len(),
        corpus.test.len(),
        out.display()
    );
    let resume = out.join("experiment.toml").exists();
    let finished = train::in_directory(
        &experiment,
        &corpus,
        &out,
        resume,
        &DeviceNames::default(),
        "the same call goes on",
        &mut watcher,
    )?;
    watcher.finish();

    let weights = out.join("last.safetensors");
    let clip = corpus.test.first().context("the test fold has no clip")?;
    eprintln!(
        "3. predicting one clip of the test fold by the weights written: {}",
        clip.dir.display()
    );
    let predicted = by(&weights, clip)?;
    let known = if cfg!(feature = "people") {
        eprintln!("4. the same by the model in the program, trained on many more of them");
        Some(by(Path::new(PEOPLE), clip)?)
    } else {
        None
    };

    let page = args.out.join("report.html");
    let title = "Demo: a small M3DFEL on rendered people".into();
    let heading = report::heading(title, Some(start.elapsed()));
    let example = Some(predicted.example);
    report::write(&page, heading, &experiment, &corpus, &finished, example)?;
    print!("{}", train::figures(&corpus, &finished)?);
    println!("{}", train::verdict(&finished));
    println!();
    println!("{}", predicted.line);
    if let Some(known) = &known {
        println!("by the model in the program:");
        println!("{}", known.line);
    }
    println!();
    println!("took {}", duration(start.elapsed().as_secs_f64()));
    println!("report:  {}", page.display());
    println!(
        "  results, curves, confusion, and clips right and wrong with the instances that decided"
    );
    println!("weights: {}", weights.display());
    println!(
        "try:     m3dfel predict --weights {} {}",
        weights.display(),
        clip.dir.display()
    );
    if known.is_some() {
        println!("and on a video of yours, by the model in the program:");
        println!("         m3dfel predict talk.mp4 --report talk.html");
    }
    Ok(())
}

/// Predicts a clip by weights of ours.
fn by(weights: &Path, clip: &Clip) -> anyhow::Result<Predicted> {
    let checkpoint = load(weights)?;
    let header = checkpoint
        .header
        .clone()
        .context("our weights have a header")?;
    let mut predictor = predictor(checkpoint, &header, OnIn::default())?;
    predict::one(&mut predictor, clip, &header)
}

/// Makes the corpus, or takes the one that an earlier call made with the same options.
fn corpus(out: &Path, root: &Path, options: &CorpusOptions) -> anyhow::Result<()> {
    if root.exists() {
        if m3dfel_synth::was_made_with(root, options) {
            eprintln!("   there already");
            return Ok(());
        }
        return Err(WrongCall(format!(
            "{} holds another corpus, or something else: choose another --out",
            root.display()
        ))
        .into());
    }
    let is_free = match std::fs::read_dir(out) {
        // A demo that was killed while it rendered left only what `write_corpus` had put aside.
        Ok(entries) => entries.flatten().all(|entry| {
            let name = entry.file_name();
            name.as_encoded_bytes().starts_with(b".corpus.partial-")
        }),
        Err(_) => true, // not there yet; if it cannot be made, making it says why
    };
    if !is_free {
        return Err(WrongCall(format!(
            "{} is not empty and holds no demo: choose another --out",
            out.display()
        ))
        .into());
    }
    synth::make(root, options)?;
    Ok(())
}
