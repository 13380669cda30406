use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context;
use burn::tensor::Device;
use m3dfel::weights::load;
use m3dfel_train::{Corpus, Error, Experiment, Finished, Init, RunDir, Score, train};

use super::report;
use crate::args::Train;
use crate::progress::{Watcher, catch_ctrl_c};
use crate::table::{duration, percent};

pub fn run(args: Train) -> anyhow::Result<()> {
    let mut experiment = Experiment::load(&args.experiment, &args.set)?;
    if args.init.is_some() {
        experiment.train.init = args.init.clone();
    }
    let stem = args.experiment.file_stem().unwrap_or("run".as_ref());
    let out = args.out.unwrap_or_else(|| {
        PathBuf::from("runs").join(format!("{}-fold{}", stem.to_string_lossy(), args.fold))
    });
    let mut watcher = Watcher::new(args.json);
    let (layout, options) = (experiment.data.layout, experiment.open_options());
    let corpus = Corpus::open(&args.data, layout, args.fold, &options, &mut watcher)?;
    let start = Instant::now();
    let finished = in_directory(
        &experiment,
        &corpus,
        &out,
        args.resume,
        "the same call with --resume goes on",
        &mut watcher,
    )?;
    watcher.finish();
    let page = out.join("report.html");
    let title = format!("{}: {}", stem.to_string_lossy(), corpus.name);
    let heading = report::heading(title, start.elapsed());
    report::write(&page, heading, &experiment, &corpus, &finished, None)?;
    if args.json {
        println!("{}", serde_json::to_string(&finished.outcome)?);
        return Ok(());
    }
    println!("{}", corpus.name);
    print!(
        "{}",
        super::eval::figures(&finished.evaluation.confusion, &corpus.vocabulary)
    );
    println!("{}", verdict(&finished));
    println!("took {}", duration(start.elapsed().as_secs_f64()));
    println!("report: {}", page.display());
    println!("weights: {}", out.join("best.safetensors").display());
    Ok(())
}

/// Trains in a run directory, new or left; `go_on` is what the user does where it is interrupted.
pub fn in_directory(
    experiment: &Experiment,
    corpus: &Corpus,
    out: &std::path::Path,
    resume: bool,
    go_on: &str,
    watcher: &mut Watcher,
) -> anyhow::Result<Finished> {
    let init = match &experiment.train.init {
        Some(file) => Init::Weights(Box::new(load(file).context("the weights to start from")?)),
        None => Init::Random,
    };
    let run = RunDir::open(out, experiment, resume)?;
    catch_ctrl_c();
    train(experiment, corpus, init, &run, &Device::flex(), watcher).map_err(|error| match error {
        Error::Interrupted => anyhow::anyhow!(
            "interrupted; all that was done is saved in {}: {go_on}",
            out.display()
        ),
        error => error.into(),
    })
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
