use std::path::PathBuf;
use std::time::Instant;

use m3dfel_data::OpenOptions;
use m3dfel_metrics::{
    Bootstrap, Calibration, Interval, PointingScore, Predictions, Scores, Side, Table,
};
use m3dfel_report::{EvaluatedWeights, Report};
use m3dfel_train::{Corpus, clip_options, evaluate, pointing, vocabulary};
use serde_json::json;

use super::report;
use super::tables::write_figures;
use super::weights::{predictor, whole_model};
use crate::args::Eval;
use crate::progress::{Watcher, catch_ctrl_c};
use crate::text::percent;

pub fn run(args: Eval) -> anyhow::Result<()> {
    let start = Instant::now();
    let (checkpoint, header) = whole_model(&args.weights.file, &args.weights.unsaid)?;
    let classes = vocabulary(&header)?;
    let mut watcher = Watcher::new(false);
    let options = OpenOptions {
        label_base: args.label_base,
    };
    let corpus = Corpus::open(&args.data, args.layout, args.fold, &options, &mut watcher)?
        .with_vocabulary(&classes)?;
    let mut predictor = predictor(checkpoint, &header, args.compute)?;
    catch_ctrl_c();
    let evaluation = evaluate(
        &mut predictor,
        &corpus.test,
        classes.len(),
        &clip_options(&header),
        &mut watcher,
    )?;
    watcher.finish();

    let stem = args.weights.file.file_stem().unwrap_or("weights".as_ref());
    let csv = args.csv.unwrap_or_else(|| {
        PathBuf::from(format!("{}-fold{}.csv", stem.to_string_lossy(), args.fold))
    });
    let predictions = evaluation.predictions(&corpus.test, &classes)?;
    predictions.write_csv(&csv)?;
    let pointing = pointing(&evaluation, &corpus).and_then(|pointing| pointing.score);
    if args.report.is_some() || args.figures.is_some() {
        let title = format!("{}: {}", stem.to_string_lossy(), corpus.name);
        let report = Report::of_evaluation(EvaluatedWeights {
            heading: report::heading(title, Some(start.elapsed())),
            header: &header,
            corpus: &corpus,
            evaluation: &evaluation,
        });
        if let Some(path) = &args.report {
            m3dfel_report::write(&report, path)?;
        }
        if let Some(folder) = &args.figures {
            let confusion = [("confusion.csv".to_string(), &report.confusion)];
            write_figures(folder, &report, &report.classes, confusion)?;
        }
    }
    if args.json {
        let confusion = predictions.confusion();
        let seeds = std::slice::from_ref(&predictions);
        let intervals = Scores::of(Side::new("these", seeds), &Bootstrap::default())?;
        let scores: serde_json::Map<_, _> = (0..classes.len())
            .map(|k| {
                let score = confusion.class(k);
                let name = classes.name(k).unwrap_or_default();
                let score = json!({"clips": score.clips, "recall": score.recall, "precision": score.precision});
                (name.to_string(), score)
            })
            .collect();
        println!(
            "{}",
            json!({
                "weights": args.weights.file, "data": args.data, "fold": args.fold,
                "clips": confusion.total(), "unread": confusion.total_unread(),
                "war": confusion.war(), "uar": confusion.uar(), "classes": classes.names(),
                "per_class": scores, "confusion": confusion.counts, "csv": csv,
                "intervals": {"war": intervals.war, "uar": intervals.uar},
                "calibration_error": Calibration::of(&predictions).map(|c| c.ece),
                "pointing": pointing,
            })
        );
        return Ok(());
    }
    println!("{}", corpus.name);
    print!("{}", figures(&predictions, pointing.as_ref())?);
    println!("logits of each clip: {}", csv.display());
    Ok(())
}

/// WAR and UAR with their intervals, and a row a class: clips, recall, precision, what it was called.
pub fn figures(
    predictions: &Predictions,
    pointing: Option<&PointingScore>,
) -> anyhow::Result<String> {
    let (confusion, classes) = (predictions.confusion(), predictions.classes());
    let unread = confusion.total_unread();
    let mut header = ["true class", "clips", "recall", "precision"]
        .map(String::from)
        .to_vec();
    header.extend(classes.names().iter().map(|name| format!("→{name}")));
    if unread > 0 {
        header.push("unread".into());
    }
    let or_dash = |rate: Option<f64>| rate.map_or("–".into(), percent);
    let mut table = Table::new(header);
    for (k, name) in classes.names().iter().enumerate() {
        let score = confusion.class(k);
        let mut row = vec![
            name.clone(),
            score.clips.to_string(),
            or_dash(score.recall),
            or_dash(score.precision),
        ];
        row.extend(confusion.counts[k].iter().map(u64::to_string));
        if unread > 0 {
            row.push(confusion.unread(k).to_string());
        }
        table.push(row);
    }
    let seeds = std::slice::from_ref(predictions);
    let scores = Scores::of(Side::new("these", seeds), &Bootstrap::default())?;
    let mut out = format!(
        "WAR {}  UAR {}  over {} clips (95 % intervals)\n\n{table}\n",
        interval(&scores.war),
        interval(&scores.uar),
        confusion.total(),
    );
    if let Some(calibration) = Calibration::of(predictions) {
        let ece = percent(calibration.ece);
        out += &format!("calibration error {ece}: how far confidence and accuracy lie apart\n");
    }
    if let Some(pointing) = pointing {
        out += &format!(
            "the instance that decides shows the expression in {} of {} clips; chance is {}\n",
            interval(&pointing.hits),
            pointing.clips,
            percent(pointing.chance.estimate)
        );
    }
    Ok(out)
}

/// In percent: `76.25 [70.42, 81.67]`.
fn interval(interval: &Interval) -> String {
    let [estimate, low, high] = [interval.estimate, interval.low, interval.high].map(percent);
    format!("{estimate} [{low}, {high}]")
}
