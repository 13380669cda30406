use std::path::{Path, PathBuf};

use m3dfel_metrics::{Bootstrap, Comparison, PointingScore, Predictions, Side, Table};
use m3dfel_report::{Ablation, Heading};
use m3dfel_train::{Experiment, RunDir, Sweep, Variant};
use serde_json::json;

use super::report;
use super::tables::{self, INTERVALS, write};
use super::train::Run;
use crate::args::Ablate;
use crate::exit::{SomeFailed, told};
use crate::progress::stopping;
use crate::text::percent;

/// A variant whose runs are done.
struct Done {
    variant: Variant,
    runs: Vec<PathBuf>,
    seeds: Vec<Predictions>,
    /// Of the seeds whose corpus knows
    pointing: Vec<PointingScore>,
}

pub fn run(args: Ablate) -> anyhow::Result<()> {
    let sweep = Sweep::parse(&args.axes, &args.also)?;
    let seeds: Vec<Option<&str>> = match sweep.seeds.as_slice() {
        [] => vec![None],
        seeds => seeds.iter().map(|seed| Some(seed.as_str())).collect(),
    };
    // All of them before the first: a wrong value ends no night's work.
    let mut planned = Vec::new();
    for variant in &sweep.variants {
        for &seed in &seeds {
            let set = [args.set.clone(), variant.set(seed)].concat();
            let experiment = Experiment::load(&args.experiment, &set)?;
            planned.push((variant, args.out.join(variant.directory(seed)), experiment));
        }
    }
    let (mut done, mut failed): (Vec<Done>, usize) = (Vec::new(), 0);
    let count = planned.len();
    for (k, (variant, out, experiment)) in planned.into_iter().enumerate() {
        let say = |what: &str| eprintln!("run {} of {count}, {}: {what}", k + 1, out.display());
        let result = match RunDir::result(&out)? {
            Some(result) => {
                RunDir::open(&out, &experiment, true)?; // or it is another experiment's
                say("done already");
                result
            }
            None => {
                say("training");
                match train(&args, &experiment, &out) {
                    Ok(result) => result,
                    Err(error) if stopping() => return Err(error),
                    Err(error) => {
                        say(&format!("failed: {}", told(&error)));
                        failed += 1;
                        continue;
                    }
                }
            }
        };
        if done.last().is_none_or(|last| last.variant != *variant) {
            done.push(Done {
                variant: variant.clone(),
                runs: vec![],
                seeds: vec![],
                pointing: vec![],
            });
        }
        if let Some(last) = done.last_mut() {
            last.runs.push(out);
            last.seeds.push(result.1);
            last.pointing.extend(result.0.pointing);
        }
    }
    if !done.is_empty() {
        summarise(&args, &done)?;
    }
    match failed {
        0 => Ok(()),
        _ => Err(SomeFailed.into()),
    }
}

fn train(
    args: &Ablate,
    experiment: &Experiment,
    out: &Path,
) -> anyhow::Result<(m3dfel_train::Outcome, Predictions)> {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    let run = Run {
        experiment,
        name: &name,
        data: &args.data,
        fold: args.fold,
        out,
        resume: true,
        devices: &args.on.device,
        json: false,
    };
    run.train()?;
    RunDir::result(out)?.ok_or_else(|| anyhow::anyhow!("{}: no result was written", out.display()))
}

fn summarise(args: &Ablate, done: &[Done]) -> anyhow::Result<()> {
    let names: Vec<String> = done.iter().map(|d| d.variant.name()).collect();
    let sides: Vec<Side> = done
        .iter()
        .zip(&names)
        .map(|(d, name)| Side::new(name, &d.seeds))
        .collect();
    let comparison = Comparison::of(&sides, &Bootstrap::default())?;
    let mut tables = tables::of(&comparison);
    tables.extend(pointing(done, &names));
    let keys: Vec<&str> = args
        .axes
        .iter()
        .filter_map(|axis| axis.split_once('='))
        .map(|(key, _)| key)
        .filter(|key| *key != "train.seed")
        .collect();
    let stem = args
        .experiment
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy();
    let heading = Heading {
        subtitle: "One experiment, run once for each value".into(),
        ..report::heading(format!("{stem}: {}", keys.join(" and ")), None)
    };
    let mut page = Ablation::of(heading, &keys.join(", "), &comparison);
    page.notes.extend(pointing_told(done, &names));
    m3dfel_report::write(&page, &args.out.join("report.html"))?;
    write(
        &args.out.join("table.md"),
        &tables::joined(&tables, Table::markdown),
    )?;
    write(
        &args.out.join("table.tex"),
        &tables::joined(&tables, Table::latex),
    )?;
    write(
        &args.out.join("table.csv"),
        &tables::joined(&tables, Table::csv),
    )?;
    let runs: Vec<_> = done
        .iter()
        .zip(&names)
        .map(|(d, name)| json!({"name": name, "set": d.variant.set, "runs": d.runs, "pointing": d.pointing}))
        .collect();
    let all = json!({"experiment": args.experiment, "data": args.data, "fold": args.fold, "set": args.set,
        "comparison": comparison, "variants": runs});
    write(&args.out.join("ablation.json"), &format!("{all:#}\n"))?;
    if args.json {
        println!("{all}");
        return Ok(());
    }
    println!("{}", tables::joined(&tables, Table::to_string));
    println!("{INTERVALS}");
    println!(
        "the same: {}, .tex, .csv",
        args.out.join("table.md").display()
    );
    Ok(())
}

/// The same in a sentence.
fn pointing_told(done: &[Done], names: &[String]) -> Option<String> {
    let table = pointing(done, names)?;
    let of = |row: &Vec<m3dfel_metrics::Cell>| {
        let text = |k: usize| row.get(k).map_or("", |cell| cell.text.as_str());
        format!("{}: {} (chance {})", text(0), text(2), text(3))
    };
    let all: Vec<String> = table.rows.iter().map(of).collect();
    Some(format!(
        "Clips with an expression whose decisive instance shows it, in percent: {}.",
        all.join("; ")
    ))
}

/// How often the decisive instance shows the expression, where the corpus knows: means over seeds.
fn pointing(done: &[Done], names: &[String]) -> Option<Table> {
    let mut table = Table::new([
        "decisive instance within the expression",
        "clips",
        "hits",
        "chance",
        "gain",
    ]);
    for (done, name) in done.iter().zip(names) {
        let n = done.pointing.len() as f64;
        let Some(first) = done.pointing.first() else {
            continue;
        };
        let mean = |of: fn(&PointingScore) -> f64| done.pointing.iter().map(of).sum::<f64>() / n;
        let gain = match done.pointing.as_slice() {
            [one] => {
                let [low, high] = [one.gain.low, one.gain.high].map(percent);
                format!("{} [{low}, {high}]", percent(one.gain.estimate))
            }
            _ => percent(mean(|p| p.gain.estimate)),
        };
        table.push([
            name.clone(),
            first.clips.to_string(),
            percent(mean(|p| p.hits.estimate)),
            percent(mean(|p| p.chance.estimate)),
            gain,
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}
