//! Reports of what `m3dfel-train` hands back: of a finished run, or of an evaluation alone.

mod compared;
mod examples;
mod facts;
mod measures;
mod notes;

use m3dfel::weights::Header;
use m3dfel_data::{Clip, ClipOptions, Truth, Vocabulary};
use m3dfel_metrics::Predictions;
use m3dfel_train::{
    Corpus, Evaluation, Experiment, Finished, Outcome, Select, clip_options, pointing,
};

use crate::format::whole_percent;
use crate::{Example, Report, ResultRow};

/// What only the caller knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heading {
    pub title: String,
    pub subtitle: String,
    /// When, in the caller's words.
    pub created: String,
    /// Facts beyond those of experiment and corpus, name and value: wall time, machine, parameters.
    pub facts: Vec<(String, String)>,
}

/// A run that trained to its end.
pub struct FinishedRun<'a> {
    pub heading: Heading,
    pub experiment: &'a Experiment,
    pub corpus: &'a Corpus,
    pub finished: &'a Finished,
    /// A clip of the user's own.
    pub prediction: Option<Example>,
}

/// Weights from a file, evaluated.
pub struct EvaluatedWeights<'a> {
    pub heading: Heading,
    pub header: &'a Header,
    /// What they were evaluated on, its classes in the order of the header's.
    pub corpus: &'a Corpus,
    /// On the corpus's test clips.
    pub evaluation: &'a Evaluation,
}

/// An evaluation, and what is needed to look into it.
struct Judged<'a> {
    vocabulary: &'a Vocabulary,
    clips: &'a [Clip],
    evaluation: &'a Evaluation,
    options: ClipOptions,
    truth: Option<Truth>,
    /// None where they make no sense together, which an evaluation's do.
    predictions: Option<Predictions>,
}

impl Report {
    /// The report of a finished run. Reads `truth.csv` at the corpus's root and the frames of some test
    /// clips; what cannot be read is left out, since a report must not be what fails after hours of
    /// training.
    pub fn of_run(run: FinishedRun<'_>) -> Self {
        let FinishedRun {
            heading,
            experiment,
            corpus,
            finished,
            prediction,
        } = run;
        let Finished {
            outcome,
            evaluation,
            history,
        } = finished;
        let mut notes = vec![notes::choice(outcome)];
        let judged = Judged::new(corpus, evaluation, experiment.clip_options(), &mut notes);
        notes.extend(notes::figures(&judged));
        notes.extend(outcome.pointing.as_ref().map(measures::pointing));
        notes.extend(notes::people(judged.truth.as_ref(), corpus));
        notes.extend(notes::skipped(history));
        let mut summary = facts::of_experiment(experiment, corpus);
        summary.extend(heading.facts);
        Self {
            title: heading.title,
            subtitle: heading.subtitle,
            created: heading.created,
            summary,
            results: results(experiment, outcome),
            epochs: history.to_vec(),
            confusion_of: format!(
                "Last epoch ({}), {}",
                outcome.last.epoch,
                facts::test_clips(corpus.test.len())
            ),
            prediction,
            notes,
            config_toml: toml::to_string(experiment).ok(), // what was read from TOML can be written as it
            ..judged.report()
        }
    }

    /// The report of weights evaluated on a fold: no history, no experiment. As in
    /// [`of_run`](Self::of_run), what cannot be read is left out.
    pub fn of_evaluation(evaluated: EvaluatedWeights<'_>) -> Self {
        let EvaluatedWeights {
            heading,
            header,
            corpus,
            evaluation,
        } = evaluated;
        let mut notes = vec![notes::strangers(header, corpus)];
        let judged = Judged::new(corpus, evaluation, clip_options(header), &mut notes);
        notes.extend(notes::figures(&judged));
        let score = pointing(evaluation, corpus).and_then(|pointing| pointing.score);
        notes.extend(score.as_ref().map(measures::pointing));
        let mut summary = facts::of_weights(header, corpus);
        summary.extend(heading.facts);
        let confusion = &evaluation.confusion;
        Self {
            title: heading.title,
            subtitle: heading.subtitle,
            created: heading.created,
            summary,
            results: vec![ResultRow {
                name: "evaluated weights".into(),
                epoch: header.epoch,
                war: confusion.war(),
                uar: confusion.uar(),
                note: String::new(),
            }],
            confusion_of: facts::test_clips(corpus.test.len()),
            notes,
            ..judged.report()
        }
    }
}

impl<'a> Judged<'a> {
    /// A `truth.csv` that is damaged becomes a note.
    fn new(
        corpus: &'a Corpus,
        evaluation: &'a Evaluation,
        options: ClipOptions,
        notes: &mut Vec<String>,
    ) -> Self {
        let truth = Truth::read(&corpus.root).unwrap_or_else(|error| {
            notes.push(format!(
                "When expressions begin and end is not shown: {error}."
            ));
            None
        });
        Self {
            vocabulary: &corpus.vocabulary,
            clips: &corpus.test,
            evaluation,
            options,
            truth,
            predictions: evaluation
                .predictions(&corpus.test, &corpus.vocabulary)
                .ok(),
        }
    }

    fn report(self) -> Report {
        let examples = examples::choose(&self);
        let report = Report {
            classes: self.vocabulary.names().to_vec(),
            confusion: self.evaluation.confusion.clone(),
            examples_of: examples::told(&examples),
            examples,
            ..Report::default()
        };
        measures::fill(report, &self)
    }
}

fn results(experiment: &Experiment, outcome: &Outcome) -> Vec<ResultRow> {
    let row = |name: &str, score: &m3dfel_train::Score, note: String| ResultRow {
        name: name.into(),
        epoch: score.epoch,
        war: score.war,
        uar: score.uar,
        note,
    };
    let figure = figure(outcome.select);
    let chosen = match outcome.chosen_on.as_str() {
        "test" => format!("chosen by {figure} on the test clips themselves: optimistic"),
        "holdout" => format!(
            "chosen by {figure} on {} of the training clips, held out",
            whole_percent(experiment.data.holdout)
        ),
        other => format!("chosen by {figure} on {other}"),
    };
    vec![
        row(
            "last epoch",
            &outcome.last,
            "the weights that training ended with".into(),
        ),
        row("best epoch", &outcome.best, chosen),
    ]
}

fn figure(select: Select) -> &'static str {
    match select {
        Select::War => "WAR",
        Select::Uar => "UAR",
    }
}
