//! The training loop.

use std::sync::Arc;
use std::time::Instant;

use burn::optim::GradientsAccumulator;
use burn::tensor::Device;
use m3dfel::weights::names::is_backbone;
use m3dfel::weights::{Checkpoint, Header, Kind, deal_classes, keep_middle_taps};
use m3dfel::{Loss, M3dfel, ModelConfig};
use m3dfel_data::{Clip, Loader, LoaderOptions, Mode, order};

use crate::adamw::AdamW;
use crate::ahead::Ahead;
use crate::corpus::Corpus;
use crate::evaluate::{Evaluation, evaluate};
use crate::experiment::{Experiment, InitPart, Sampling, Select};
use crate::observer::{Observer, Pace, Phase};
use crate::pointing::pointing;
use crate::predict::Predictor;
use crate::replicas::Replicas;
use crate::run_dir::{EpochRecord, Outcome, Position, RunDir, Score};
use crate::schedule::Schedule;
use crate::{Error, Result};

/// What a run starts from.
pub enum Init {
    Random,
    /// A backbone, or a whole model of the same shape.
    Weights(Box<Checkpoint>),
}

/// A run that came to its end.
#[derive(Clone, Debug)]
pub struct Finished {
    pub outcome: Outcome,
    /// Of the last epoch's weights on the test fold.
    pub evaluation: Evaluation,
    pub history: Vec<EpochRecord>,
}

/// Trains to the end, from the start or from where `run` was left, and evaluates the last weights.
///
/// On several devices, each computes some of a batch's parts (`train.micro_batch`), and the first one steps.
///
/// The same experiment on the same machine gives the same weights, bit for bit, however often it was
/// killed and resumed: every draw is keyed by seed, epoch and clip, and the state is saved whole.
///
/// # Errors
/// A corpus without a clip to train on; divergence; a run directory that cannot be written;
/// [`Error::Interrupted`], with all that was done saved.
pub fn train(
    experiment: &Experiment,
    corpus: &Corpus,
    init: Init,
    run: &RunDir,
    devices: &[Device],
    observer: &mut dyn Observer,
) -> Result<Finished> {
    experiment.validate()?;
    let config = &experiment.train;
    let (train_clips, holdout) = split(&corpus.train, experiment.data.holdout, config.seed);
    if train_clips.is_empty() {
        return Err(Error::NothingToRead("training set", "it is empty".into()));
    }
    let Some(device) = devices.first() else {
        return Err(Error::Experiment("there is no device to train on".into()));
    };
    let devices: Vec<Device> = devices.iter().map(|d| d.clone().autodiff()).collect();
    let micro = experiment.micro_batch();
    let micro_per_step = config.batch_size / micro;
    let steps_per_epoch = train_clips.len().div_ceil(config.batch_size);
    let schedule = Schedule {
        base: config.learning_rate,
        floor: config.min_learning_rate,
        warmup: config.warmup_epochs * steps_per_epoch,
        total: config.epochs * steps_per_epoch,
    };
    let fingerprint = fingerprint(corpus);
    if let Init::Weights(checkpoint) = &init
        && let Some(header) = &checkpoint.header
        && header.normalise != experiment.data.normalise
    {
        observer.warn(&format!(
            "the weights to start from were trained on frames {}, this experiment's are {}: see data.normalise",
            header.normalise.describe(),
            experiment.data.normalise.describe()
        ));
    }
    let model =
        start(experiment, corpus, init, &devices[0], observer)?.with_precision(config.precision)?;
    let (mut model, mut optimiser, mut position) =
        match run.load_state(model, config.weight_decay, fingerprint, device)? {
            Ok(saved) => saved,
            Err(model) => {
                let position = Position {
                    corpus: fingerprint,
                    ..Position::default()
                };
                (model, AdamW::new(config.weight_decay), position)
            }
        };
    let mut replicas = Replicas::new(&devices, &model, experiment.data.crop)?;
    let counts = count(&train_clips, corpus.vocabulary.len());
    let loss_of = Loss::new(&experiment.loss, &counts);
    let labels: Vec<usize> = train_clips.iter().map(|clip| clip.label).collect();
    let mut last_evaluation = None;

    while position.epochs < config.epochs {
        let epoch = position.epochs + 1;
        let phase = Phase::Training {
            epoch,
            epochs: config.epochs,
        };
        let order = match config.sampling {
            Sampling::Shuffled => order::shuffled(labels.len(), config.seed, epoch as u64),
            Sampling::Balanced => order::balanced(&labels, config.seed, epoch as u64),
        };
        let mut loading = LoaderOptions::new(
            Mode::Train(experiment.augment.clone()),
            experiment.clip_options(),
        );
        loading.batch_size = micro;
        loading.seed = config.seed;
        loading.epoch = epoch as u64;
        loading.start_batch = position.steps * micro_per_step;
        loading.workers = rayon::current_num_threads();
        let mut batches = Ahead::new(Loader::new(train_clips.clone(), order, loading)?)?;
        let waited_before = position.waited;
        observer.begin(
            phase,
            train_clips.len(),
            (position.clips + position.skipped).min(train_clips.len()),
        );

        let mut since = Instant::now();
        let mut saved = Instant::now();
        while position.steps < steps_per_epoch {
            // One step: the gradients of up to `micro_per_step` parts of a batch, added up.
            let mut gradients = GradientsAccumulator::new();
            let mut step_clips = 0;
            let mut left = micro_per_step;
            while left > 0 {
                // As many parts as there are devices; then what they come to, in order.
                let mut parts = Vec::new();
                let mut taken = 0;
                for batch in batches.by_ref().take(left.min(replicas.count())) {
                    let batch = batch?;
                    for problem in &batch.problems {
                        observer.warn(&problem.to_string());
                    }
                    for failed in &batch.failed {
                        observer.warn(&format!(
                            "clip {} is skipped: {}",
                            train_clips[failed.clip].id, failed.error
                        ));
                    }
                    position.skipped += batch.failed.len();
                    taken += batch.labels.len() + batch.failed.len();
                    if !batch.is_empty() {
                        parts.push(replicas.begin(parts.len(), &model, batch, &loss_of)?);
                    }
                }
                if taken == 0 {
                    break;
                }
                left = left.saturating_sub(replicas.count());
                for part in parts {
                    let clips = part.clips;
                    let value = replicas.add(part, &model, &mut gradients);
                    if !value.is_finite() {
                        return Err(Error::Diverged {
                            loss: value,
                            epoch,
                            step: position.steps + 1,
                        });
                    }
                    position.loss_sum += value * clips as f64;
                    position.clips += clips;
                    step_clips += clips;
                }
                observer.advance(taken, Some(pace(&position)));
            }
            if step_clips > 0 {
                position.learning_rate =
                    schedule.at(position.epochs * steps_per_epoch + position.steps);
                let scale = 1.0 / step_clips as f64;
                model = optimiser.step(model, gradients.grads(), scale, position.learning_rate);
                replicas.update(&model);
            }
            position.steps += 1;
            position.seconds += since.elapsed().as_secs_f64();
            position.waited = waited_before + batches.waited().as_secs_f64();
            since = Instant::now();

            let stop = observer.stop();
            if stop || saved.elapsed().as_secs_f64() > 60.0 * config.save_minutes {
                position.optimiser_steps = optimiser.steps();
                run.save_state(&model, &optimiser, &position)?;
                saved = Instant::now();
            }
            if stop {
                return Err(Error::Interrupted);
            }
        }
        observer.end(phase);
        if position.clips == 0 {
            return Err(Error::NothingToRead(
                "training set",
                "see the warnings above".into(),
            ));
        }

        let evaluated = epoch.is_multiple_of(config.evaluate_every) || epoch == config.epochs;
        let scores = if evaluated {
            let mut predictor = Predictor::new(&model)?;
            let mut score = |clips| judge(&mut predictor, clips, experiment, corpus, observer);
            let held = (!holdout.is_empty()).then(|| score(&holdout)).transpose();
            held.and_then(|held| Ok((Some(score(&corpus.test)?), held)))
        } else {
            Ok((None, None))
        };
        if matches!(scores, Err(Error::Interrupted)) {
            position.optimiser_steps = optimiser.steps();
            run.save_state(&model, &optimiser, &position)?;
        }
        let (test, held) = scores?;
        let record = EpochRecord {
            epoch,
            loss: position.loss_sum / position.clips as f64,
            learning_rate: position.learning_rate,
            war: test.as_ref().map(|e| e.confusion.war()),
            uar: test.as_ref().map(|e| e.confusion.uar()),
            holdout_war: held.as_ref().map(|e| e.confusion.war()),
            holdout_uar: held.as_ref().map(|e| e.confusion.uar()),
            seconds: position.seconds,
            clips_per_second: position.clips as f64 / position.seconds.max(1e-9),
            step_seconds: pace(&position).step_seconds,
            waited_seconds: position.waited,
            skipped_clips: position.skipped,
        };
        observer.epoch(&record);
        last_evaluation = test;
        position.history.push(record);
        position = Position {
            epochs: epoch,
            optimiser_steps: optimiser.steps(),
            history: position.history,
            corpus: fingerprint,
            ..Position::default()
        };
        // In this order: killed before the state is saved, the epoch is done again, to the same end.
        if best(&position.history, config.select).is_some_and(|record| record.epoch == epoch) {
            run.save_weights(
                "best.safetensors",
                &model,
                header(experiment, corpus, epoch),
                optimiser.steps(),
            )?;
        }
        run.save_state(&model, &optimiser, &position)?;
        publish(run, experiment, corpus, &model, &position)?;
    }

    let evaluation = match last_evaluation {
        Some(evaluation) => evaluation,
        // A run that was killed after its last epoch, or is looked at again.
        None => {
            let mut predictor = Predictor::new(&model)?;
            judge(&mut predictor, &corpus.test, experiment, corpus, observer)?
        }
    };
    let outcome = Outcome {
        pointing: pointing(&evaluation, corpus).and_then(|pointing| pointing.score),
        ..outcome(&position.history, &evaluation, config.select)
    };
    publish(run, experiment, corpus, &model, &position)?;
    evaluation
        .predictions(&corpus.test, &corpus.vocabulary)?
        .write_csv(&run.file("predictions.csv"))?;
    run.write(
        "result.json",
        &format!("{:#}\n", serde_json::json!(outcome)),
    )?;
    Ok(Finished {
        outcome,
        evaluation,
        history: position.history,
    })
}

/// How the epoch goes so far.
fn pace(position: &Position) -> Pace {
    Pace {
        loss: position.loss_sum / position.clips.max(1) as f64,
        step_seconds: position.seconds / position.steps.max(1) as f64,
        waited: position.waited / position.seconds.max(1e-9),
    }
}

/// Evaluates on clips of the corpus, loaded as the experiment says.
fn judge(
    predictor: &mut Predictor,
    clips: &Arc<[Clip]>,
    experiment: &Experiment,
    corpus: &Corpus,
    observer: &mut dyn Observer,
) -> Result<Evaluation> {
    let options = experiment.clip_options();
    evaluate(
        predictor,
        clips,
        corpus.vocabulary.len(),
        &options,
        observer,
    )
}

/// Clips of each class.
fn count(clips: &[Clip], classes: usize) -> Vec<usize> {
    let mut counts = vec![0; classes];
    clips.iter().for_each(|clip| counts[clip.label] += 1);
    counts
}

/// What can be told from the state alone, so written after it: a killed run writes it when resumed.
fn publish(
    run: &RunDir,
    experiment: &Experiment,
    corpus: &Corpus,
    model: &M3dfel,
    position: &Position,
) -> Result<()> {
    run.save_metrics(&position.history)?;
    run.save_weights(
        "last.safetensors",
        model,
        header(experiment, corpus, position.epochs),
        position.optimiser_steps,
    )
}

fn start(
    experiment: &Experiment,
    corpus: &Corpus,
    init: Init,
    device: &Device,
    observer: &mut dyn Observer,
) -> Result<M3dfel> {
    let model = M3dfel::init(
        &experiment.model,
        corpus.vocabulary.len(),
        experiment.train.seed,
        device,
    )?;
    let Init::Weights(mut checkpoint) = init else {
        return Ok(model);
    };
    if let Some(header) = &checkpoint.header {
        let (has, wants) = (header.model.base_width, experiment.model.base_width);
        if has != wants {
            return Err(Error::Experiment(format!(
                "the weights to start from are of a model {has} channels wide, the experiment's is {wants}: set model.base_width = {has}, \
                 or start from others"
            )));
        }
    }
    let of_stills = |model: &ModelConfig| model.instance_length() == 1;
    let from_stills = (checkpoint.header.as_ref()).is_some_and(|header| of_stills(&header.model));
    if from_stills && !of_stills(&experiment.model) {
        keep_middle_taps(&mut checkpoint.state);
    }
    if experiment.train.init_part == InitPart::Backbone {
        checkpoint.state.retain(|name, _| is_backbone(name));
        return Ok(model.load_backbone(checkpoint.state)?);
    }
    let classes = checkpoint.header.map(|header| header.classes);
    let wanted = corpus.vocabulary.names();
    if let Some(classes) = classes.filter(|classes| classes != wanted) {
        let unknown = deal_classes(&mut checkpoint.state, &classes, wanted, &model.state());
        if unknown.len() == wanted.len() {
            return Err(Error::Experiment(format!(
                "the weights to start from know none of the corpus's classes {}, but {}: start from their backbone alone, by \
                 train.init_part = \"backbone\"",
                corpus.vocabulary,
                classes.join(", ")
            )));
        }
        if !unknown.is_empty() {
            observer.warn(&format!(
                "the weights to start from know nothing of {}: learnt from nothing",
                unknown.join(", ")
            ));
        }
    }
    Ok(match checkpoint.kind {
        Kind::Backbone => model.load_backbone(checkpoint.state)?,
        Kind::Model => model.load_state(checkpoint.state)?,
    })
}

fn header(experiment: &Experiment, corpus: &Corpus, epoch: usize) -> Header {
    Header {
        model: experiment.model.clone(),
        classes: corpus.vocabulary.names().to_vec(),
        crop: experiment.data.crop,
        normalise: experiment.data.normalise,
        trained_on: corpus.name.clone(),
        epoch,
    }
}

/// Holds out a part of each class, by the seed.
fn split(clips: &Arc<[Clip]>, part: f64, seed: u64) -> (Arc<[Clip]>, Arc<[Clip]>) {
    if part == 0.0 {
        return (clips.clone(), Arc::new([]));
    }
    let classes = clips.iter().map(|clip| clip.label + 1).max().unwrap_or(0);
    let mut wanted = vec![0.0; classes];
    clips.iter().for_each(|clip| wanted[clip.label] += part);
    let mut held = vec![false; clips.len()];
    for index in order::shuffled(clips.len(), seed, 0) {
        let left = &mut wanted[clips[index].label];
        if *left >= 0.5 {
            *left -= 1.0;
            held[index] = true;
        }
    }
    let pick = |side: bool| {
        clips
            .iter()
            .zip(&held)
            .filter(|(_, h)| **h == side)
            .map(|(c, _)| c.clone())
            .collect()
    };
    (pick(false), pick(true))
}

/// FNV-1a over the names and labels of all clips.
fn fingerprint(corpus: &Corpus) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    let mut eat = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3);
    for clip in corpus.train.iter().chain(corpus.test.iter()) {
        clip.id
            .bytes()
            .chain([0, clip.label as u8])
            .for_each(&mut eat);
    }
    hash
}

fn figure(record: &EpochRecord, select: Select) -> Option<f64> {
    match select {
        Select::War => record.holdout_war.or(record.war),
        Select::Uar => record.holdout_uar.or(record.uar),
    }
}

/// The epoch with the best figure; the earliest of equals.
fn best(history: &[EpochRecord], select: Select) -> Option<&EpochRecord> {
    history
        .iter()
        .filter(|record| figure(record, select).is_some())
        .reduce(|best, record| {
            if figure(record, select) > figure(best, select) {
                record
            } else {
                best
            }
        })
}

fn outcome(history: &[EpochRecord], last: &Evaluation, select: Select) -> Outcome {
    let last = Score {
        epoch: history.last().map_or(0, |record| record.epoch),
        war: last.confusion.war(),
        uar: last.confusion.uar(),
    };
    let best = best(history, select);
    Outcome {
        last,
        best: best.map_or(last, |record| Score {
            epoch: record.epoch,
            war: record.war.unwrap_or_default(),
            uar: record.uar.unwrap_or_default(),
        }),
        select,
        chosen_on: if best.is_some_and(|record| record.holdout_war.is_some()) {
            "holdout"
        } else {
            "test"
        }
        .into(),
        pointing: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clips(labels: &[usize]) -> Arc<[Clip]> {
        let clip = |(i, &label): (usize, &usize)| Clip {
            id: i.to_string(),
            dir: i.to_string().into(),
            label,
        };
        labels.iter().enumerate().map(clip).collect()
    }

    #[test]
    fn holdout_takes_its_part_of_each_class_and_shares_nothing() {
        let labels: Vec<usize> = (0..100).map(|i| usize::from(i >= 80)).collect();
        let all = clips(&labels);
        let (train, held) = split(&all, 0.1, 3);
        assert_eq!((train.len(), held.len()), (90, 10));
        assert_eq!(held.iter().filter(|c| c.label == 1).count(), 2);
        assert!(held.iter().all(|h| train.iter().all(|t| t.id != h.id)));
        assert_eq!(split(&all, 0.1, 3).1, held, "by the seed");
        assert_ne!(split(&all, 0.1, 4).1, held);
        assert_eq!(split(&all, 0.0, 3).0.len(), 100);
    }

    #[test]
    fn best_is_chosen_on_the_holdout_where_there_is_one() {
        let record = |epoch, war, holdout_war| EpochRecord {
            epoch,
            loss: 1.0,
            learning_rate: 0.1,
            war,
            uar: war,
            holdout_war,
            holdout_uar: holdout_war,
            seconds: 1.0,
            clips_per_second: 1.0,
            step_seconds: 1.0,
            waited_seconds: 0.0,
            skipped_clips: 0,
        };
        let on_test = [
            record(1, Some(0.5), None),
            record(2, None, None),
            record(3, Some(0.5), None),
        ];
        assert_eq!(
            best(&on_test, Select::War).unwrap().epoch,
            1,
            "the earliest of equals"
        );
        let held = [
            record(1, Some(0.9), Some(0.1)),
            record(2, Some(0.5), Some(0.2)),
        ];
        assert_eq!(best(&held, Select::Uar).unwrap().epoch, 2);
        assert!(best(&[record(1, None, None)], Select::War).is_none());
    }
}
