use std::path::Path;

use anyhow::Context;
use m3dfel_metrics::{Bootstrap, Comparison, Fold, Predictions, Side, Table, pool};
use m3dfel_report::Heading;

use super::report;
use super::tables::{self, INTERVALS, file_name, write};
use crate::args::Compare;
use crate::exit::WrongCall;

pub fn run(args: Compare) -> anyhow::Result<()> {
    let mut named: Vec<(String, Vec<Predictions>)> = Vec::new();
    for side in &args.sides {
        named.push(read_side(side)?);
    }
    let sides: Vec<Side> = named
        .iter()
        .map(|(name, seeds)| Side::new(name, seeds))
        .collect();
    let comparison = Comparison::of(&sides, &Bootstrap::default())?;
    let tables = tables::of(&comparison);
    for (path, text) in [
        (&args.markdown, tables::joined(&tables, Table::markdown)),
        (&args.latex, tables::joined(&tables, Table::latex)),
        (&args.csv, tables::joined(&tables, Table::csv)),
    ] {
        if let Some(path) = path {
            write(path, &text)?;
        }
    }
    let names: Vec<&str> = sides.iter().map(|side| side.name).collect();
    let seeds: Vec<&[Predictions]> = sides.iter().map(|side| side.seeds).collect();
    let heading = Heading {
        subtitle: "The same test clips, predicted by each".into(),
        ..report::heading(names.join(" and "), None)
    };
    let page = m3dfel_report::Comparison::of(heading, &comparison, &seeds);
    if let Some(path) = &args.report {
        m3dfel_report::write(&page, path)?;
    }
    if let Some(folder) = &args.figures {
        let others = page.others.iter().map(|rival| &rival.side);
        let confusions = std::iter::once(&page.first).chain(others).map(|side| {
            let name = format!("confusion-{}.csv", file_name(&side.name));
            (name, &side.confusion)
        });
        tables::write_figures(folder, &page, &page.classes, confusions)?;
    }
    if args.json {
        println!("{}", serde_json::to_string(&comparison)?);
        return Ok(());
    }
    println!("{}", tables::joined(&tables, Table::to_string));
    println!("{INTERVALS}");
    Ok(())
}

/// `name=run,run` or `run,run`, which is called by its first run.
fn read_side(side: &str) -> anyhow::Result<(String, Vec<Predictions>)> {
    // A path may have an equals sign in it, as those of `ablate` have.
    let (name, runs) = match side.split_once('=') {
        Some((name, runs)) if !Path::new(side).exists() && !name.contains(['/', '\\']) => {
            (Some(name.to_owned()), runs)
        }
        _ => (None, side),
    };
    let runs: Vec<&Path> = match Path::new(runs).exists() {
        true => vec![Path::new(runs)],
        false => runs.split(',').map(Path::new).collect(),
    };
    let of_path = |path: &Path| {
        let stem = path
            .file_stem()
            .filter(|_| path.is_file())
            .or(path.file_name());
        stem.map_or_else(
            || path.display().to_string(),
            |s| s.to_string_lossy().into_owned(),
        )
    };
    let name = name.unwrap_or_else(|| of_path(runs[0]));
    let seeds = runs.into_iter().map(read).collect::<anyhow::Result<_>>()?;
    Ok((name, seeds))
}

/// The predictions of a run, of all folds of one, or of a CSV file.
fn read(path: &Path) -> anyhow::Result<Predictions> {
    if path.is_file() {
        return Ok(Predictions::read_csv(path)?);
    }
    let file = path.join("predictions.csv");
    if file.exists() {
        return Ok(Predictions::read_csv(&file)?);
    }
    let entries = std::fs::read_dir(path).with_context(|| path.display().to_string())?;
    let mut folds: Vec<(String, Predictions)> = Vec::new();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let file = entry.path().join("predictions.csv");
        if name.starts_with("fold") && file.exists() {
            folds.push((name, Predictions::read_csv(&file)?));
        }
    }
    if folds.is_empty() {
        return Err(WrongCall(format!(
            "{}: neither predictions.csv nor folds with it are here; give a run's directory (one that is \
             done), or a CSV file of m3dfel eval",
            path.display()
        ))
        .into());
    }
    folds.sort_by(|a, b| a.0.cmp(&b.0));
    let folds: Vec<Fold> = folds
        .iter()
        .map(|(name, predictions)| Fold { name, predictions })
        .collect();
    Ok(pool(&folds)?)
}
