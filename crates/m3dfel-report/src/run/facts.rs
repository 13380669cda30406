//! The facts of a run, name and value.

use m3dfel::weights::Header;
use m3dfel::{Join, ModelConfig};
use m3dfel_data::{Normalise, Vocabulary};
use m3dfel_train::{Corpus, Experiment, Sampling};

use crate::format::{short, whole_percent};

type Facts = Vec<(String, String)>;

pub fn of_experiment(experiment: &Experiment, corpus: &Corpus) -> Facts {
    let (data, train) = (&experiment.data, &experiment.train);
    let mut clips = format!(
        "{} for training, {} for the test",
        corpus.train.len(),
        corpus.test.len()
    );
    if data.holdout > 0.0 {
        clips += &format!(
            "; {} of each class's training clips held out",
            whole_percent(data.holdout)
        );
    }
    let mut loss = "cross-entropy".to_owned();
    if experiment.loss.smoothing > 0.0 {
        loss += &format!(", smoothing {}", short(experiment.loss.smoothing));
    }
    if experiment.loss.intensity_weight > 0.0 {
        loss += &format!(
            ", + {} × intensity-aware",
            short(experiment.loss.intensity_weight)
        );
    }
    if experiment.loss.focal_gamma > 0.0 {
        loss += &format!(", focal by {}", short(experiment.loss.focal_gamma));
    }
    if experiment.loss.logit_adjustment > 0.0 {
        let tau = short(experiment.loss.logit_adjustment);
        loss += &format!(", logits adjusted by {tau}");
    }
    let mut batch = count(train.batch_size, "clip", "clips");
    if experiment.micro_batch() < train.batch_size {
        batch += &format!(", {} at a time", experiment.micro_batch());
    }
    if train.sampling == Sampling::Balanced {
        batch += ", as many of each class in an epoch";
    }
    named([
        ("Corpus", corpus.name.clone()),
        ("Clips", clips),
        ("Classes", classes(&corpus.vocabulary)),
        ("Model", model(&experiment.model)),
        ("Input", input(data.crop, data.normalise)),
        ("Loss", loss),
        (
            "Epochs",
            format!("{}, {} of them warm-up", train.epochs, train.warmup_epochs),
        ),
        ("Batch", batch),
        (
            "Optimiser",
            format!(
                "AdamW, learning rate {} to {}, decay {}",
                short(train.learning_rate),
                short(train.min_learning_rate),
                short(train.weight_decay)
            ),
        ),
        (
            "Start",
            match &train.init {
                Some(file) => file.display().to_string(),
                None => "random weights".into(),
            },
        ),
        ("Seed", train.seed.to_string()),
    ])
}

pub fn of_weights(header: &Header, corpus: &Corpus) -> Facts {
    named([
        ("Corpus", corpus.name.clone()),
        ("Clips", test_clips(corpus.test.len())),
        ("Classes", classes(&corpus.vocabulary)),
        ("Model", model(&header.model)),
        ("Input", input(header.crop, header.normalise)),
        (
            "Trained on",
            match header.trained_on.as_str() {
                "" => "not known".into(),
                corpus => corpus.into(),
            },
        ),
    ])
}

/// `1 test clip`, `412 test clips`.
pub fn test_clips(n: usize) -> String {
    count(n, "test clip", "test clips")
}

/// A number and what it counts.
pub fn count(n: usize, one: &str, more: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { more })
}

fn named<const N: usize>(facts: [(&str, String); N]) -> Facts {
    facts.map(|(name, value)| (name.to_owned(), value)).into()
}

fn classes(vocabulary: &Vocabulary) -> String {
    format!("{}: {vocabulary}", vocabulary.len())
}

fn model(model: &ModelConfig) -> String {
    let instances = count(model.bag_size, "instance", "instances");
    let name = match model.join {
        Join::Dliam => "M3DFEL",
        Join::Mean => "R3D-18 and the mean",
    };
    format!(
        "{name}, {} frames in {instances} of {}, first layer of {} channels",
        model.frames,
        model.frames / model.bag_size.max(1),
        model.base_width
    )
}

fn input(crop: usize, normalise: Normalise) -> String {
    format!("{crop} × {crop} pixels, {}", normalise.describe())
}
