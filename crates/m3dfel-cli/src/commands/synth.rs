use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

use m3dfel_synth::{CorpusOptions, CorpusSummary, write_corpus};

use crate::args::Synth;
use crate::progress::{Counter, catch_ctrl_c, stopping};

pub fn run(args: Synth) -> anyhow::Result<()> {
    let options = CorpusOptions {
        clips: args.clips,
        seed: args.seed,
        difficulty: args.difficulty,
        size: args.size,
        frames: args.frames,
    };
    catch_ctrl_c();
    let start = Instant::now();
    let summary = make(&args.out, &options)?;
    let seconds = start.elapsed().as_secs_f64();
    if args.json {
        let classes: serde_json::Map<_, _> = summary
            .classes
            .iter()
            .map(|(class, clips)| (class.to_string(), (*clips).into()))
            .collect();
        println!(
            "{}",
            serde_json::json!({
                "out": args.out, "clips": summary.clips, "frames": summary.frames,
                "identities": summary.identities, "classes": classes, "seconds": seconds,
            })
        );
        return Ok(());
    }
    let classes: Vec<String> = summary
        .classes
        .iter()
        .map(|(class, clips)| format!("{class} {clips}"))
        .collect();
    println!(
        "{}: {} clips ({}), {} frames of {} people, in {seconds:.1} s",
        args.out.display(),
        summary.clips,
        classes.join(", "),
        summary.frames,
        summary.identities,
    );
    println!(
        "next: m3dfel train configs/demo.toml --data {} --fold 1",
        args.out.display()
    );
    Ok(())
}

/// Renders a corpus, and shows how far it is.
pub fn make(out: &Path, options: &CorpusOptions) -> anyhow::Result<CorpusSummary> {
    let counter = Mutex::new(Counter::new("rendering", "clips", options.clips, 0));
    let progress = |done: usize| {
        // Told from many threads: the one that finds it taken need not wait to say as much.
        if let Ok(mut counter) = counter.try_lock() {
            counter.set(done, "");
        }
        if stopping() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let summary = write_corpus(out, options, &progress);
    if let Ok(counter) = counter.into_inner() {
        counter.finish();
    }
    Ok(summary?)
}
