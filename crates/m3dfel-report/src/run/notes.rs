//! What a reader must know to judge the numbers.

use m3dfel::weights::Header;
use m3dfel_data::{Clip, Truth};
use m3dfel_metrics::{Bootstrap, Interval, Predictions, Scores, Side};
use m3dfel_train::{Corpus, EpochRecord, Outcome};

use super::facts::{count, test_clips};
use super::{Judged, figure};
use crate::format::{decimal, percent};

/// On what the best epoch was chosen, and what follows.
pub fn choice(outcome: &Outcome) -> String {
    let figure = figure(outcome.select);
    match outcome.chosen_on.as_str() {
        "test" => format!(
            "The best epoch was chosen by its {figure} on the test clips themselves, as the field does. \
             Its figures are optimistic: on clips that took no part in the choice they would likely be lower. \
             The last epoch was not chosen, so its figures are the ones to quote."
        ),
        "holdout" => format!(
            "The best epoch was chosen by its {figure} on clips held out of training. The test clips had \
             no part in the choice, so the figures of both epochs can be quoted."
        ),
        other => format!("The best epoch was chosen by its {figure} on {other}."),
    }
}

/// Whether weights from a file may have seen the test clips.
pub fn strangers(header: &Header, corpus: &Corpus) -> String {
    let name = &corpus.name;
    match header.trained_on.as_str() {
        "" => "The weights do not say what they were trained on. Had they seen these clips, the figures \
               would say nothing of clips they have not seen."
            .into(),
        trained if trained == name => {
            format!("The weights were trained on “{trained}”, and these are its test clips.")
        }
        trained => format!(
            "The weights were trained on “{trained}” and evaluated on “{name}”. If these are folds of one \
             corpus, test clips of one are training clips of the other, and the figures say nothing of \
             clips that the model has not seen."
        ),
    }
}

/// How far the figures can be trusted.
pub fn figures(judged: &Judged) -> Vec<String> {
    let confusion = &judged.evaluation.confusion;
    let total = confusion.total();
    if total == 0 {
        return vec!["No clip was evaluated.".into()];
    }
    let mut notes: Vec<String> = judged
        .predictions
        .as_ref()
        .and_then(intervals)
        .into_iter()
        .collect();
    let scores = confusion.scores();
    let filled = || scores.iter().zip(judged.vocabulary.names());
    let there = filled().filter(|(score, _)| score.clips > 0).count();
    let rarest = filled()
        .filter(|(score, _)| score.clips > 0)
        .min_by_key(|(score, _)| score.clips);
    if let Some((score, class)) = rarest {
        let recall = 100.0 / score.clips as f64;
        notes.push(format!(
            "The rarest class, {class}, has {}: each is {} points of its recall and {} of UAR.",
            test_clips(score.clips as usize),
            decimal(recall, 1),
            decimal(recall / there as f64, 1)
        ));
    }
    let unread = confusion.total_unread() as usize;
    if unread > 0 {
        let verb = if unread == 1 {
            "counts as an error"
        } else {
            "count as errors"
        };
        notes.push(format!(
            "{} could not be read and {verb}.",
            test_clips(unread)
        ));
    }
    notes
}

/// How sure WAR and UAR are.
fn intervals(predictions: &Predictions) -> Option<String> {
    let side = Side::new("these", std::slice::from_ref(predictions));
    let scores = Scores::of(side, &Bootstrap::default()).ok()?;
    let from_to = |interval: Interval| {
        format!(
            "{} to {}",
            percent(interval.low, 1),
            percent(interval.high, 1)
        )
    };
    Some(format!(
        "With other test clips of the same kind, as many of each class, WAR would lie from {} and UAR from {} in \
         95 of 100 cases (bootstrap over the clips). Of training again from another seed these intervals say \
         nothing.",
        from_to(scores.war),
        from_to(scores.uar)
    ))
}

/// Whether the people of the test were seen in training, where the corpus knows its people.
pub fn people(truth: Option<&Truth>, corpus: &Corpus) -> Option<String> {
    let truth = truth?;
    let (train, test) = (|| ids(&corpus.train), || ids(&corpus.test));
    let (trained, tested) = (truth.identities(train()), truth.identities(test()));
    if trained == 0 || tested == 0 {
        return None;
    }
    let people = |n| count(n, "person", "people");
    let show = format!(
        "The test clips show {}, the training clips {}",
        people(tested),
        people(trained)
    );
    Some(match truth.shared_identities(train(), test()) {
        0 => format!("{show}; nobody is in both, so the test is of strangers."),
        shared => {
            format!("{show}; {shared} of them in both, so the test is not only of strangers.")
        }
    })
}

fn ids(clips: &[Clip]) -> impl Iterator<Item = &str> {
    clips.iter().map(|clip| clip.id.as_str())
}

/// Training clips that took no part.
pub fn skipped(history: &[EpochRecord]) -> Option<String> {
    let most = history.iter().map(|record| record.skipped_clips).max()?;
    (most > 0).then(|| {
        format!(
            "{} had no readable frame and took no part in training.",
            count(most, "training clip", "training clips")
        )
    })
}
