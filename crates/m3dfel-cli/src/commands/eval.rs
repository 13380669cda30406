use std::path::PathBuf;
use std::time::Instant;

use burn::tensor::Device;
use m3dfel_data::{OpenOptions, Vocabulary};
use m3dfel_report::{EvaluatedWeights, Report};
use m3dfel_train::{Confusion, Corpus, Predictor, clip_options, evaluate, vocabulary};
use serde_json::json;

use super::report;
use super::weights::whole_model;
use crate::args::Eval;
use crate::progress::{Watcher, catch_ctrl_c};
use crate::table::{percent, table};

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
    let mut predictor = Predictor::from_checkpoint(checkpoint, &header, &Device::flex())?;
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
    evaluation
        .predictions(&corpus.test, &classes)?
        .write_csv(&csv)?;
    if let Some(path) = &args.report {
        let title = format!("{}: {}", stem.to_string_lossy(), corpus.name);
        let report = Report::of_evaluation(EvaluatedWeights {
            heading: report::heading(title, start.elapsed()),
            header: &header,
            corpus: &corpus,
            evaluation: &evaluation,
        });
        m3dfel_report::write(&report, path)?;
    }
    let confusion = &evaluation.confusion;
    if args.json {
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
            })
        );
        return Ok(());
    }
    println!("{}", corpus.name);
    print!("{}", figures(confusion, &classes));
    println!("logits of each clip: {}", csv.display());
    Ok(())
}

/// WAR, UAR, and a row a class: clips, recall, precision, what it was called.
pub fn figures(confusion: &Confusion, classes: &Vocabulary) -> String {
    let unread = confusion.total_unread();
    let mut header = ["true class", "clips", "recall", "precision"]
        .map(String::from)
        .to_vec();
    header.extend(classes.names().iter().map(|name| format!("→{name}")));
    if unread > 0 {
        header.push("unread".into());
    }
    let or_dash = |rate: Option<f64>| rate.map_or("–".into(), percent);
    let mut rows = vec![header];
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
            row.push(confusion.unread[k].to_string());
        }
        rows.push(row);
    }
    format!(
        "WAR {}  UAR {}  over {} clips\n\n{}\n",
        percent(confusion.war()),
        percent(confusion.uar()),
        confusion.total(),
        table(&rows)
    )
}
