//! Reports of an invented run over clips that are really there.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use m3dfel::weights::Header;
use m3dfel_data::{Clip, Normalise, Vocabulary, load_clip_pixels};
use m3dfel_report::{EvaluatedWeights, Example, FinishedRun, Heading, Report, render};
use m3dfel_train::{
    ClipResult, Confusion, Corpus, EpochRecord, Evaluation, Experiment, Finished, InstanceShare,
    Outcome, Prediction, Score, Select,
};
use tempfile::TempDir;

const CLASSES: [&str; 3] = ["happy", "sad", "neutral"];

/// A run whose clips are in a directory of their own, and whose numbers are invented.
struct Run {
    _dir: TempDir,
    experiment: Experiment,
    corpus: Corpus,
    finished: Finished,
}

/// Label, predicted class, confidence. The clips' numbers count from 1.
const RESULTS: [(usize, Option<usize>, f32); 12] = [
    (0, Some(0), 0.9),
    (0, Some(0), 0.8),
    (0, Some(1), 0.95),
    (0, Some(1), 0.94),
    (0, Some(2), 0.93),
    (0, Some(2), 0.92),
    (1, Some(1), 0.5),
    (1, Some(0), 0.6),
    (2, Some(2), 0.7),
    (2, Some(0), 0.55),
    (2, None, 0.0),
    (1, Some(1), 0.99),
];

fn write_clip(dir: &Path, frames: usize) {
    fs::create_dir_all(dir).unwrap();
    for k in 0..frames {
        let pixels = vec![(40 + 4 * k) as u8; 24 * 24 * 3];
        let mut file = Vec::new();
        jpeg_encoder::Encoder::new(&mut file, 90)
            .encode(&pixels, 24, 24, jpeg_encoder::ColorType::Rgb)
            .unwrap();
        fs::write(dir.join(format!("{:05}.jpg", k + 1)), file).unwrap();
    }
}

fn prediction(class: usize, confidence: f32) -> Prediction {
    let mut probabilities = vec![(1.0 - confidence) / 2.0; 3];
    probabilities[class] = confidence;
    Prediction {
        logits: probabilities.iter().map(|p| p.ln()).collect(),
        probabilities,
        class,
        instances: [0.1, 0.2, 0.6, 0.1]
            .map(|share| InstanceShare {
                contribution: share,
                share,
            })
            .into(),
        feature: Vec::new(),
    }
}

/// Test clips of 32 frames, of which every second is sampled; training clips that are not there.
fn run() -> Run {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().to_path_buf();
    let clip = |number: usize, label: usize| Clip {
        id: format!("{number:05}"),
        dir: root.join(format!("{number:05}")),
        label,
    };
    let mut experiment = Experiment::default();
    experiment.data.crop = 16;
    let mut confusion = Confusion::new(3);
    let mut results = Vec::new();
    let mut test = Vec::new();
    for (k, &(label, predicted, confidence)) in RESULTS.iter().enumerate() {
        let clip = clip(k + 1, label);
        confusion.add(label, predicted);
        let outcome = match predicted {
            Some(class) => {
                write_clip(&clip.dir, 32);
                let names = (0..16).map(|i| format!("{:05}.jpg", 2 * i + 1));
                Ok((prediction(class, confidence), names.collect()))
            }
            None => Err("no frame".into()),
        };
        results.push(ClipResult {
            clip: k,
            label,
            outcome,
        });
        test.push(clip);
    }
    let train: Vec<Clip> = (101..=104).map(|number| clip(number, number % 3)).collect();
    let epoch = |epoch: usize| EpochRecord {
        epoch,
        loss: 1.5 / epoch as f64,
        learning_rate: 5e-4,
        war: Some(0.5),
        uar: Some(0.4),
        holdout_war: None,
        holdout_uar: None,
        seconds: 3.0,
        clips_per_second: 20.0,
        step_seconds: 0.5,
        waited_seconds: 0.1,
        skipped_clips: 1,
    };
    let score = |epoch, war| Score {
        epoch,
        war,
        uar: 0.4,
    };
    Run {
        experiment,
        corpus: Corpus {
            vocabulary: Vocabulary::new(CLASSES).unwrap(),
            train: train.into(),
            test: test.into(),
            name: "dfew, fold 1".into(),
            root,
        },
        finished: Finished {
            outcome: Outcome {
                last: score(3, confusion.war()),
                best: score(2, 0.5),
                select: Select::Uar,
                chosen_on: "test".into(),
                pointing: None,
            },
            evaluation: Evaluation {
                confusion,
                clips: results,
            },
            history: (1..=3).map(epoch).collect(),
        },
        _dir: dir,
    }
}

impl Run {
    fn dir(&self, number: usize) -> PathBuf {
        self.corpus.test[number - 1].dir.clone()
    }

    fn write_truth(&self, rows: &str) {
        let header = "clip,fold,label,identity,onset,apex,offset,intensity,frames\n";
        fs::write(
            self.corpus.root.join("truth.csv"),
            format!("{header}{rows}"),
        )
        .unwrap();
    }

    fn report(&self) -> Report {
        Report::of_run(FinishedRun {
            heading: Heading {
                title: "A run".into(),
                facts: vec![("Machine".into(), "two cores".into())],
                ..Heading::default()
            },
            experiment: &self.experiment,
            corpus: &self.corpus,
            finished: &self.finished,
            prediction: None,
        })
    }
}

fn ids(examples: &[Example]) -> Vec<usize> {
    examples.iter().map(|e| e.clip.parse().unwrap()).collect()
}

fn apex_of(report: &Report, id: &str) -> Option<usize> {
    let shown = report.examples.iter().find(|e| e.clip == id);
    shown.expect(id).apex
}

fn span_of(report: &Report, id: &str) -> Option<(usize, usize)> {
    let shown = report.examples.iter().find(|e| e.clip == id);
    shown.expect(id).truth_span
}

#[test]
fn a_run_becomes_a_page() {
    let run = run();
    let report = run.report();
    assert_eq!(report.classes, CLASSES);
    assert_eq!(report.epochs, run.finished.history);
    assert_eq!(report.confusion, run.finished.evaluation.confusion);
    assert_eq!(report.confusion_of, "Last epoch (3), 12 test clips");
    let fact = |name: &str| {
        let found = report.summary.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    for (name, value) in [
        ("Corpus", "dfew, fold 1"),
        ("Clips", "4 for training, 12 for the test"),
        ("Classes", "3: happy, sad, neutral"),
        (
            "Model",
            "M3DFEL, 16 frames in 4 instances of 4, first layer of 64 channels",
        ),
        ("Input", "16 × 16 pixels, 0 to 1"),
        (
            "Loss",
            "cross-entropy, smoothing 0.1, + 0.1 × intensity-aware",
        ),
        ("Epochs", "300, 20 of them warm-up"),
        ("Batch", "256 clips, 8 at a time"),
        ("Optimiser", "AdamW, learning rate 5e-4 to 5e-6, decay 0.05"),
        ("Seed", "0"),
        ("Machine", "two cores"),
    ] {
        assert_eq!(fact(name), value, "{name}");
    }
    let config = report.config_toml.as_deref().unwrap();
    assert_eq!(
        Experiment::parse(config, "x", &[]).unwrap(),
        run.experiment,
        "what the page shows can be run again"
    );
    let page = render(&report).unwrap();
    // Eight examples and three clips confused, of 16 frames each.
    let pictures = page.matches("data:image/jpeg;base64,").count();
    assert_eq!(pictures, (8 + 3) * 16);
    for words in ["<h1>A run</h1>", "Rings mark", "the model was surest of"] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn examples_are_of_different_classes_first() {
    let report = run().report();
    // Wrong: the surest of each class (happy 3, sad 8, neutral 10), then the next surest.
    // Right: the first of each class (happy 1, sad 7, neutral 9), then the next in the list.
    assert_eq!(ids(&report.examples), [3, 8, 10, 4, 1, 7, 9, 2]);
    let first = &report.examples[0];
    assert_eq!(
        (first.truth.as_deref(), first.predicted.as_str()),
        (Some("happy"), "sad")
    );
    assert_eq!(first.frames.len(), 16);
    let ranges: Vec<_> = first
        .instances
        .iter()
        .map(|i| (i.first_frame, i.last_frame))
        .collect();
    assert_eq!(ranges, [(0, 3), (4, 7), (8, 11), (12, 15)]);
    assert!((first.instances[2].share - 0.6).abs() < 1e-6);
    assert!((first.probabilities[1] - 0.95).abs() < 1e-6);
}

#[test]
fn a_clip_that_cannot_be_shown_makes_room_for_the_next() {
    let run = run();
    fs::remove_dir_all(run.dir(3)).unwrap(); // gone
    fs::write(run.dir(8).join("00001.jpg"), "damaged").unwrap(); // other frames than were evaluated
    let report = run.report();
    assert_eq!(ids(&report.examples), [10, 4, 5, 6, 1, 7, 9, 2]);
    for number in 1..=12 {
        fs::remove_dir_all(run.dir(number)).ok();
    }
    let report = run.report();
    assert!(report.examples.is_empty() && report.examples_of.is_empty());
    render(&report).unwrap();
}

#[test]
fn spans_count_sampled_frames() {
    let run = run();
    // Sampled are the frames 0, 2, 4, ..., 30 of 32.
    run.write_truth(
        "1,1,happy,7,9,12,20,0.5,32\n2,1,happy,7,10,10,10,0.5,32\n3,1,happy,7,11,11,11,0.5,32\n\
         4,1,happy,7,0,1,31,0.5,32\n7,1,sad,7,3,4,5,0.5,31\n9,1,neutral,8,,,,0.0,32\n",
    );
    let report = run.report();
    assert_eq!(span_of(&report, "00001"), Some((5, 10)), "frames 10 to 20");
    assert_eq!(apex_of(&report, "00001"), Some(6), "frame 12");
    assert_eq!(span_of(&report, "00002"), Some((5, 5)));
    assert_eq!(
        span_of(&report, "00003"),
        None,
        "between two sampled frames"
    );
    assert_eq!(span_of(&report, "00004"), Some((0, 15)));
    let next = "frame 1 was not sampled; of 0 and 2, as near, the first";
    assert_eq!(apex_of(&report, "00004"), Some(0), "{next}");
    assert_eq!(
        span_of(&report, "00007"),
        None,
        "truth.csv is about a clip of 31 frames"
    );
    assert_eq!(span_of(&report, "00009"), None, "neutral");
    assert_eq!(
        span_of(&report, "00008"),
        None,
        "truth.csv does not know it"
    );
    render(&report).unwrap();
}

#[test]
fn a_frame_that_was_replaced_counts_as_the_one_in_its_place() {
    let mut run = run();
    fs::write(run.dir(1).join("00011.jpg"), "damaged").unwrap();
    let options = run.experiment.clip_options();
    let names = load_clip_pixels(&run.dir(1), &options).unwrap().frame_names;
    assert_eq!(names[5], "00010.jpg", "frame 9 stands in for frame 10");
    let Ok((_, frames)) = &mut run.finished.evaluation.clips[0].outcome else {
        panic!()
    };
    *frames = names;
    run.write_truth("1,1,happy,7,10,12,20,0.5,32\n");
    assert_eq!(span_of(&run.report(), "00001"), Some((6, 10)));
}

#[test]
fn notes_say_how_far_the_figures_go() {
    let mut run = run();
    let notes = |run: &Run| run.report().notes.join("\n");
    let on_test = notes(&run);
    for words in [
        "chosen by its UAR on the test clips themselves",
        "optimistic",
        // Three clips of three classes: a third of a recall, a ninth of UAR.
        "The rarest class, sad, has 3 test clips: each is 33.3 points of its recall and 11.1 of UAR.",
        "1 test clip could not be read and counts as an error.",
        "1 training clip had no readable frame",
        "WAR would lie from",
    ] {
        assert!(on_test.contains(words), "{words}: {on_test}");
    }
    assert!(!on_test.contains("people"), "nobody knows them");
    let rows = run.report().results;
    assert_eq!((rows[0].epoch, rows[1].epoch), (3, 2));
    assert!(rows[1].note.contains("UAR on the test clips") && rows[1].note.contains("optimistic"));

    run.finished.outcome.chosen_on = "holdout".into();
    run.finished.outcome.select = Select::War;
    run.experiment.data.holdout = 0.1;
    let held_out = notes(&run);
    assert!(held_out.contains("chosen by its WAR on clips held out"));
    assert!(!held_out.contains("optimistic"), "{held_out}");
    assert_eq!(
        run.report().results[1].note,
        "chosen by WAR on 10\u{202f}% of the training clips, held out"
    );
}

#[test]
fn people_are_told_of_where_they_are_known() {
    let run = run();
    run.write_truth(
        "1,1,happy,7,9,12,20,0.5,32\n2,1,happy,8,9,12,20,0.5,32\n101,2,sad,9,9,12,20,0.5,32\n",
    );
    let apart = run.report().notes.join("\n");
    let expected = "The test clips show 2 people, the training clips 1 person; nobody is in both";
    assert!(apart.contains(expected), "{apart}");
    run.write_truth("1,1,happy,7,9,12,20,0.5,32\n101,2,sad,7,9,12,20,0.5,32\n");
    let mixed = run.report().notes.join("\n");
    assert!(mixed.contains("1 of them in both"), "{mixed}");

    run.write_truth("1,1,happy\n");
    let report = run.report();
    let damaged = report.notes.join("\n");
    assert!(
        damaged.contains("truth.csv") && damaged.contains("row 2"),
        "{damaged}"
    );
    assert_eq!(
        report.examples.len(),
        8,
        "a damaged truth.csv costs spans only"
    );
}

#[test]
fn an_evaluation_alone_becomes_a_page() {
    let run = run();
    let mut header = Header {
        model: run.experiment.model.clone(),
        classes: CLASSES.map(String::from).into(),
        crop: 16,
        normalise: Normalise::Kinetics,
        trained_on: "dfew, fold 2".into(),
        epoch: 17,
    };
    let report = |header: &Header| {
        Report::of_evaluation(EvaluatedWeights {
            heading: Heading::default(),
            header,
            corpus: &run.corpus,
            evaluation: &run.finished.evaluation,
        })
    };
    let other = report(&header);
    assert!(other.epochs.is_empty() && other.config_toml.is_none());
    assert_eq!((other.results.len(), other.results[0].epoch), (1, 17));
    assert_eq!(other.examples.len(), 8);
    assert!(other.notes[0].contains("folds of one corpus"));
    assert!(other.summary.contains(&(
        "Input".into(),
        "16 × 16 pixels, normalised as Kinetics".into()
    )));
    let page = render(&other).unwrap();
    assert!(!page.contains("id=\"training\"") && page.contains("id=\"classes\""));

    header.trained_on = "dfew, fold 1".into();
    assert!(report(&header).notes[0].contains("these are its test clips"));
    (header.trained_on, header.epoch) = (String::new(), 0);
    let unknown = report(&header);
    assert!(unknown.notes[0].contains("do not say"));
    assert!(
        render(&unknown)
            .unwrap()
            .contains("<td class=\"number\">–</td>")
    );
}

#[test]
fn nothing_evaluated_is_said() {
    let mut run = run();
    run.corpus.test = Arc::new([]);
    run.finished.evaluation = Evaluation {
        confusion: Confusion::new(3),
        clips: vec![],
    };
    let report = run.report();
    assert!(report.notes.iter().any(|n| n == "No clip was evaluated."));
    render(&report).unwrap();
}

#[test]
fn a_clip_of_the_users_own_is_shown_as_the_model_saw_it() {
    let run = run();
    let options = run.experiment.clip_options();
    let pixels = load_clip_pixels(&run.dir(1), &options).unwrap();
    let made =
        |prediction: &Prediction| Example::new("mine", &run.corpus.vocabulary, prediction, &pixels);
    let example = made(&prediction(1, 0.8)).unwrap();
    assert_eq!((example.truth.as_deref(), example.truth_span), (None, None));
    assert_eq!(
        (example.predicted.as_str(), example.frames.len()),
        ("sad", 16)
    );
    let mut odd = prediction(1, 0.8);
    odd.class = 3;
    assert!(made(&odd).unwrap_err().to_string().contains("mine"));
    odd = prediction(1, 0.8);
    odd.instances.pop();
    let error = made(&odd).unwrap_err().to_string();
    assert!(
        error.contains("16 frames do not fall into 3 instances"),
        "{error}"
    );
    let mut cut = pixels.clone();
    cut.pixels.pop();
    let error = Example::new("mine", &run.corpus.vocabulary, &prediction(1, 0.8), &cut);
    assert!(error.unwrap_err().to_string().contains("square pictures"));
}
