//! The page of a run, with what only the command knows: when, where, how long.

use std::path::Path;
use std::time::Duration;

use m3dfel_report::{Example, FinishedRun, Heading, Report};
use m3dfel_train::{Corpus, Experiment, Finished};

use crate::text::duration;

/// Title and facts; of work that took long, how long, on this machine.
pub fn heading(title: String, took: Option<Duration>) -> Heading {
    let took = took.map(|took| ("Wall time".to_string(), duration(took.as_secs_f64())));
    Heading {
        title,
        subtitle: "M3DFEL: a clip as a bag of instances, its label true somewhere in it".into(),
        created: format!("made by m3dfel {}", env!("CARGO_PKG_VERSION")),
        facts: took
            .into_iter()
            .chain([(
                "Machine".into(),
                format!(
                    "{} threads, {} {}",
                    rayon::current_num_threads(),
                    std::env::consts::OS,
                    std::env::consts::ARCH
                ),
            )])
            .collect(),
    }
}

/// Writes a finished run's page.
pub fn write(
    page: &Path,
    heading: Heading,
    experiment: &Experiment,
    corpus: &Corpus,
    finished: &Finished,
    prediction: Option<Example>,
) -> anyhow::Result<()> {
    let report = Report::of_run(FinishedRun {
        heading,
        experiment,
        corpus,
        finished,
        prediction,
    });
    Ok(m3dfel_report::write(&report, page)?)
}
