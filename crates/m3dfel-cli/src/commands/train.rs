use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use m3dfel::device::DeviceNames;
use m3dfel::weights::load;
use m3dfel_data::Layout;
use m3dfel_metrics::Fold;
use m3dfel_train::{Corpus, Error, Experiment, Finished, Init, RunDir, Score, train};

use super::report;
use super::tables::write;
use crate::args::{Folds, Train};
use crate::progress::{Watcher, catch_ctrl_c};
use crate::text::{duration, percent};

pub fn run(args: Train) -> anyhow::Result<()> {
    let mut experiment = Experiment::load(&args.experiment, &args.set)?;
    if args.init.is_some() {
        experiment.train.init = args.init.clone();
    }
    let stem = args.experiment.file_stem().unwrap_or("run".as_ref());
    let name = stem.to_string_lossy().into_owned();
    match args.fold {
        Folds::One(fold) => one(args, experiment, &name, fold),
        Folds::All => all(args, experiment, &name),
    }
}

fn one(args: Train, experiment: Experiment, name: &str, fold: u8) -> anyhow::Result<()> {
    let start = Instant::now();
    let default = || PathBuf::from("runs").join(format!("{name}-fold{fold}"));
    let out = args.out.unwrap_or_else(default);
    let run = Run {
        experiment: &experiment,
        name,
        data: &args.data,
        fold,
        out: &out,
        resume: args.resume,
        devices: &args.on.device,
        json: args.json,
    };
    let (corpus, finished) = run.train()?;
    if args.json {
        println!("{}", serde_json::to_string(&finished.outcome)?);
        return Ok(());
    }
    println!("{}", corpus.name);
    print!("{}", figures(&corpus, &finished)?);
    println!("{}", verdict(&finished));
    println!("took {}", duration(start.elapsed().as_secs_f64()));
    println!("report: {}", out.join("report.html").display());
    println!("weights: {}", out.join("best.safetensors").display());
    Ok(())
}

/// One fold after the other; those that are done are not done again.
fn all(args: Train, experiment: Experiment, name: &str) -> anyhow::Result<()> {
    let out = args.out.unwrap_or_else(|| PathBuf::from("runs").join(name));
    let layout = match experiment.data.layout {
        Some(layout) => layout,
        None => Layout::detect(&args.data)?,
    };
    let mut predictions = Vec::new();
    let folds = layout.folds(&args.data);
    for fold in folds.clone() {
        let out = out.join(format!("fold{fold}"));
        if !args.resume || RunDir::result(&out)?.is_none() {
            eprintln!("fold {fold} of {}", folds.end());
            let run = Run {
                experiment: &experiment,
                name,
                data: &args.data,
                fold,
                out: &out,
                resume: args.resume,
                devices: &args.on.device,
                json: args.json,
            };
            run.train()?;
        }
        let (_, predicted) = RunDir::result(&out)?.context("a run that is done has a result")?;
        predictions.push((format!("fold {fold}"), predicted));
    }
    let folds: Vec<Fold> = predictions
        .iter()
        .map(|(name, predictions)| Fold { name, predictions })
        .collect();
    let folds = m3dfel_metrics::Folds::of(&folds)?;
    write(
        &out.join("folds.json"),
        &format!("{:#}\n", serde_json::json!(folds)),
    )?;
    write(&out.join("folds.md"), &folds.table().markdown())?;
    if args.json {
        println!("{}", serde_json::to_string(&folds)?);
        return Ok(());
    }
    println!("{}", folds.table());
    println!(
        "the same: {} and folds.json",
        out.join("folds.md").display()
    );
    Ok(())
}

/// A run to be trained.
pub struct Run<'a> {
    pub experiment: &'a Experiment,
    pub name: &'a str,
    pub data: &'a Path,
    pub fold: u8,
    pub out: &'a Path,
    pub resume: bool,
    pub devices: &'a DeviceNames,
    /// Print each epoch as a line of JSON.
    pub json: bool,
}

impl Run<'_> {
    /// Trains, from the start or from where it was left, and writes the report.
    pub fn train(&self) -> anyhow::Result<(Corpus, Finished)> {
        let start = Instant::now();
        let mut watcher = Watcher::new(self.json);
        let (layout, options) = (self.experiment.data.layout, self.experiment.open_options());
        let corpus = Corpus::open(self.data, layout, self.fold, &options, &mut watcher)?;
        let finished = in_directory(
            self.experiment,
            &corpus,
            self.out,
            self.resume,
            self.devices,
            "the same call with --resume goes on",
            &mut watcher,
        )?;
        watcher.finish();
        let heading = report::heading(
            format!("{}: {}", self.name, corpus.name),
            Some(start.elapsed()),
        );
        let page = self.out.join("report.html");
        report::write(&page, heading, self.experiment, &corpus, &finished, None)?;
        Ok((corpus, finished))
    }
}

/// Trains in a run directory, new or left; `go_on` is what the user does where it is interrupted.
pub fn in_directory(
    experiment: &Experiment,
    corpus: &Corpus,
    out: &Path,
    resume: bool,
    devices: &DeviceNames,
    go_on: &str,
    watcher: &mut Watcher,
) -> anyhow::Result<Finished> {
    let devices = devices.open()?;
    for device in &devices {
        experiment.train.precision.check(device)?;
    }
    let init = match &experiment.train.init {
        Some(file) => Init::Weights(Box::new(load(file).context("the weights to start from")?)),
        None => Init::Random,
    };
    let run = RunDir::open(out, experiment, resume)?;
    catch_ctrl_c();
    train(experiment, corpus, init, &run, &devices, watcher).map_err(|error| match error {
        Error::Interrupted => anyhow::anyhow!(
            "interrupted; all that was done is saved in {}: {go_on}",
            out.display()
        ),
        error => error.into(),
    })
}

/// The last epoch's figures on the test clips.
pub fn figures(corpus: &Corpus, finished: &Finished) -> anyhow::Result<String> {
    let predictions = finished
        .evaluation
        .predictions(&corpus.test, &corpus.vocabulary)?;
    super::eval::figures(&predictions, finished.outcome.pointing.as_ref())
}

/// The last epoch and the best, each with both figures, and on what the best was chosen.
pub fn verdict(finished: &Finished) -> String {
    let line = |name: &str, score: &Score| {
        format!(
            "{name} epoch ({}): WAR {}  UAR {}",
            score.epoch,
            percent(score.war),
            percent(score.uar)
        )
    };
    let outcome = &finished.outcome;
    let chosen = match outcome.chosen_on.as_str() {
        "test" => "chosen on the test clips themselves, so optimistic",
        _ => "chosen on clips held out of the training set",
    };
    format!(
        "{}\n{}, {chosen}",
        line("last", &outcome.last),
        line("best", &outcome.best)
    )
}
