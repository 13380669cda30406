use std::sync::Mutex;

use m3dfel_data::OpenOptions;
use m3dfel_data::audit::{Audit, AuditOptions, SplitAudit, audit};
use m3dfel_metrics::Table;
use serde_json::json;

use crate::args::Check;
use crate::exit::SomeFailed;
use crate::progress::Counter;

pub fn run(args: Check) -> anyhow::Result<()> {
    let options = AuditOptions {
        deep: args.deep,
        fold: args.fold,
        frames: args.frames,
        open: OpenOptions {
            label_base: args.label_base,
        },
        ..AuditOptions::default()
    };
    let counter: Mutex<Option<Counter>> = Mutex::new(None);
    let progress = |done: usize, all: usize| {
        // Where another thread is at it, this count will do without.
        if let Ok(mut counter) = counter.try_lock() {
            let counter = counter.get_or_insert_with(|| Counter::new("checking", "clips", all, 0));
            counter.set(done, "");
        }
    };
    let audit = audit(&args.data, args.layout, &options, &progress)?;
    if let Some(counter) = counter.into_inner().ok().flatten() {
        counter.finish();
    }
    if args.json {
        let mut all = serde_json::to_value(&audit)?;
        all["sound"] = json!(audit.is_sound());
        println!("{all}");
    } else {
        print!("{}", told(&audit));
    }
    match audit.is_sound() {
        true => Ok(()),
        false => Err(SomeFailed.into()),
    }
}

fn told(audit: &Audit) -> String {
    let mut out = format!(
        "{}: layout {}{}, {} clips, {} frames, {:.1} MB\n",
        audit.root.display(),
        audit.layout,
        if audit.synthetic { ", rendered" } else { "" },
        audit.clips,
        audit.frames,
        audit.bytes as f64 / 1e6
    );
    if let Some(length) = &audit.length {
        let (least, median, most) = (length.least, length.median, length.most);
        out += &format!("frames a clip: {least} to {most}, median {median}\n");
    }
    let sizes: Vec<String> = audit
        .sizes
        .iter()
        .take(5)
        .map(|size| format!("{} x {} ({})", size.width, size.height, size.frames))
        .collect();
    let more = match audit.sizes.len() {
        0..=5 => String::new(),
        n => format!(" and {} more", n - 5),
    };
    out += &format!(
        "frames by size: {}{more}\n\n{}\n",
        sizes.join(", "),
        counts(audit)
    );
    if audit
        .folds
        .iter()
        .any(|fold| published(&fold.train).or(published(&fold.test)).is_some())
    {
        out += "in brackets: as published\n\n";
    }
    for finding in &audit.findings {
        out += &format!("{finding}\n");
        for example in &finding.examples {
            out += &format!("  {example}\n");
        }
        if finding.count > finding.examples.len() && !finding.examples.is_empty() {
            out += &format!("  and {} more\n", finding.count - finding.examples.len());
        }
    }
    out += match audit.is_sound() {
        true => "sound: nothing makes results wrong or loses clips\n",
        false => "not sound: mend what is called an error before training\n",
    };
    out
}

fn published(split: &SplitAudit) -> Option<usize> {
    split.published.map(|published| published.clips)
}

/// A row a split: clips, and those of each class, beside the published counts.
fn counts(audit: &Audit) -> Table {
    let mut header = vec!["fold".to_string(), "labels from".into(), "clips".into()];
    header.extend(audit.vocabulary.names().iter().cloned());
    let mut table = Table::new(header);
    let beside = |count: usize, published: Option<usize>| match published {
        Some(published) => format!("{count} ({published})"),
        None => count.to_string(),
    };
    for fold in &audit.folds {
        for (name, split) in [("train", &fold.train), ("test", &fold.test)] {
            let base = fold
                .label_base
                .map_or("names".into(), |base| base.to_string());
            let mut row = vec![format!("{} {name}", fold.fold), base];
            row.push(beside(split.clips, published(split)));
            let classes = split.published.and_then(|published| published.classes);
            row.extend(
                split
                    .classes
                    .iter()
                    .enumerate()
                    .map(|(k, &count)| beside(count, classes.and_then(|c| c.get(k).copied()))),
            );
            table.push(row);
        }
    }
    table
}
