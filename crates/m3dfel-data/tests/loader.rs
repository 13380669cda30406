//! The loader's promises: the same batches whatever the workers, from any batch on, with bad clips
//! and without; nothing lost silently; no hang.

mod common;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use common::{clip, jpeg, write};
use m3dfel_data::{
    AugmentOptions, Batch, Clip, ClipOptions, Error, Loader, LoaderOptions, Mode, Normalise,
    load_clip_dir, order, throughput,
};

const CLIP: ClipOptions = ClipOptions {
    frames: 4,
    size: 16,
    normalise: Normalise::Unit,
};
const VALUES: usize = 4 * 3 * 16 * 16;

fn train() -> Mode {
    Mode::Train(AugmentOptions::default())
}

/// With all that is off by default.
fn strong() -> Mode {
    Mode::Train(AugmentOptions {
        greyscale: 0.5,
        blur: 0.5,
        noise: 10.0,
        low_resolution: 0.5,
        jpeg: 0.5,
        cutout: 0.5,
        ..Default::default()
    })
}

fn options(mode: Mode, workers: usize) -> LoaderOptions {
    LoaderOptions {
        batch_size: 4,
        workers,
        seed: 7,
        epoch: 3,
        ..LoaderOptions::new(mode, CLIP)
    }
}

/// Eleven clips of 1 to 21 frames; the fourth has no readable frame, the eighth one bad frame.
fn corpus(root: &Path) -> Arc<[Clip]> {
    let clips: Vec<Clip> = (0..11)
        .map(|k| {
            clip(
                root,
                &format!("{k:05}"),
                k % 7,
                1 + 2 * k as u8,
                10 * k as u8,
            )
        })
        .collect();
    for entry in std::fs::read_dir(&clips[3].dir).unwrap() {
        write(entry.unwrap().path(), "not a picture");
    }
    write(clips[7].dir.join("1.jpg"), &jpeg(40, 32, 9)[..300]);
    clips.into()
}

fn run(clips: &Arc<[Clip]>, order: Vec<usize>, options: LoaderOptions) -> Vec<Batch> {
    Loader::new(clips.clone(), order, options)
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

/// All of a batch that can be compared.
fn facts(batch: &Batch) -> impl PartialEq + std::fmt::Debug {
    let bits: Vec<u32> = batch.inputs.iter().map(|x| x.to_bits()).collect();
    let failed: Vec<_> = batch
        .failed
        .iter()
        .map(|f| (f.clip, f.label, f.error.to_string()))
        .collect();
    (
        bits,
        batch.labels.clone(),
        batch.clips.clone(),
        batch.frames.clone(),
        failed,
        batch.problems.clone(),
    )
}

fn same(a: &[Batch], b: &[Batch]) {
    assert_eq!(a.len(), b.len());
    for (i, (a, b)) in a.iter().zip(b).enumerate() {
        // Not assert_eq: on failure it would print thousands of numbers.
        assert!(
            facts(a) == facts(b),
            "batch {i}: clips {:?} and {:?}",
            a.clips,
            b.clips
        );
    }
}

#[test]
fn batches_are_the_same_whatever_the_number_of_workers() {
    let root = tempfile::tempdir().unwrap();
    let clips = corpus(root.path());
    for mode in [train(), strong(), Mode::Eval] {
        let order = order::shuffled(clips.len(), 7, 3);
        let one = run(&clips, order.clone(), options(mode.clone(), 1));
        assert_eq!(
            one.iter().map(|batch| batch.labels.len()).sum::<usize>(),
            10
        );
        for workers in [2, 5, 16] {
            same(
                &one,
                &run(&clips, order.clone(), options(mode.clone(), workers)),
            );
        }
    }
}

#[test]
fn seed_and_epoch_change_what_is_drawn_in_training_only() {
    let root = tempfile::tempdir().unwrap();
    let clips = corpus(root.path());
    let inputs = |mode: Mode, seed, epoch| {
        let options = LoaderOptions {
            seed,
            epoch,
            ..options(mode, 2)
        };
        run(&clips, order::sequential(clips.len()), options)
            .swap_remove(1)
            .inputs
    };
    assert!(inputs(train(), 7, 3) == inputs(train(), 7, 3));
    assert!(inputs(train(), 7, 3) != inputs(train(), 7, 4));
    assert!(inputs(train(), 7, 3) != inputs(train(), 8, 3));
    assert!(inputs(Mode::Eval, 7, 3) == inputs(Mode::Eval, 8, 4));
}

#[test]
fn a_run_goes_on_in_the_middle_of_an_epoch() {
    let root = tempfile::tempdir().unwrap();
    let clips = corpus(root.path());
    // With repeats, whose count must not start anew.
    let order: Vec<usize> = order::shuffled(11, 1, 1)
        .into_iter()
        .chain(order::shuffled(11, 1, 2))
        .collect();
    for mode in [train(), strong()] {
        let whole = run(&clips, order.clone(), options(mode.clone(), 2));
        assert_eq!(whole.len(), 6);
        for start_batch in [1, 3, 5] {
            let rest = LoaderOptions {
                start_batch,
                ..options(mode.clone(), 3)
            };
            same(&whole[start_batch..], &run(&clips, order.clone(), rest));
        }
    }
    assert!(
        run(
            &clips,
            order,
            LoaderOptions {
                start_batch: 6,
                ..options(train(), 2)
            }
        )
        .is_empty()
    );
}

#[test]
fn clips_that_are_skipped_are_not_decoded() {
    let root = tempfile::tempdir().unwrap();
    let clips = corpus(root.path());
    let order = order::sequential(11);
    // The first batch's clips are gone: nothing may ask for them.
    clips[..4]
        .iter()
        .for_each(|clip| std::fs::remove_dir_all(&clip.dir).unwrap());
    let rest = run(
        &clips,
        order,
        LoaderOptions {
            start_batch: 1,
            ..options(train(), 2)
        },
    );
    assert!(rest.iter().all(|batch| batch.failed.is_empty()));
    assert_eq!(
        rest.iter()
            .flat_map(|batch| batch.clips.clone())
            .collect::<Vec<_>>(),
        (4..11).collect::<Vec<_>>()
    );
}

#[test]
fn a_repeated_clip_is_another_draw() {
    let root = tempfile::tempdir().unwrap();
    let clips = corpus(root.path());
    let batch = run(&clips, vec![10, 10, 10, 2], options(train(), 2)).swap_remove(0);
    let rows: Vec<&[f32]> = batch.inputs.chunks_exact(VALUES).collect();
    assert!(rows[0] != rows[1] && rows[1] != rows[2] && rows[0] != rows[2]);
    let batch = run(&clips, vec![10, 10], options(Mode::Eval, 2)).swap_remove(0);
    assert!(batch.inputs[..VALUES] == batch.inputs[VALUES..]);
}

#[test]
fn a_clip_without_a_readable_frame_is_said_to_have_failed() {
    let root = tempfile::tempdir().unwrap();
    let clips = corpus(root.path());
    for mode in [train(), Mode::Eval] {
        let batches = run(&clips, order::sequential(clips.len()), options(mode, 2));
        assert_eq!(
            batches
                .iter()
                .map(|batch| batch.labels.len())
                .collect::<Vec<_>>(),
            [3, 4, 3]
        );
        assert!(
            batches
                .iter()
                .all(|batch| batch.inputs.len() == batch.labels.len() * VALUES)
        );
        assert_eq!(batches[0].clips, [0, 1, 2]);
        let [failed] = &batches[0].failed[..] else {
            panic!("{:?}", batches[0].failed)
        };
        let text = failed.error.to_string();
        assert_eq!((failed.clip, failed.label), (3, 3));
        assert!(
            text.contains("none of its 7 frames") && text.contains("00003/1.jpg"),
            "{text}"
        );
        assert!(batches[1].failed.is_empty() && batches[2].failed.is_empty());
    }
}

#[test]
fn missing_and_empty_clips_fail_and_a_batch_of_them_is_empty() {
    let root = tempfile::tempdir().unwrap();
    let clips = corpus(root.path());
    std::fs::remove_dir_all(&clips[0].dir).unwrap();
    clips[1]
        .dir
        .read_dir()
        .unwrap()
        .for_each(|entry| std::fs::remove_file(entry.unwrap().path()).unwrap());
    let batches = run(&clips, vec![0, 1, 3, 0, 5], options(train(), 2));
    assert!(batches[0].is_empty() && batches[0].inputs.is_empty());
    assert!(matches!(batches[0].failed[0].error, Error::Io { .. }));
    assert!(matches!(batches[0].failed[1].error, Error::NoFrames { .. }));
    assert_eq!(batches[0].failed.len(), 4);
    assert_eq!(batches[1].clips, [5]);
}

#[test]
fn evaluation_reads_what_prediction_reads() {
    let root = tempfile::tempdir().unwrap();
    let clips = corpus(root.path());
    let batch = run(&clips, vec![9], options(Mode::Eval, 1)).swap_remove(0);
    let alone = load_clip_dir(&clips[9].dir, &CLIP).unwrap();
    assert!(batch.inputs == alone.data);
    assert_eq!(batch.frames, std::slice::from_ref(&alone.frame_names));
    assert_eq!(alone.frame_names, ["1.jpg", "5.jpg", "10.jpg", "15.jpg"]);
}

/// What is drawn of old stays as it is with what is new on, and what is new is seen.
#[test]
fn a_strong_augmentation_changes_pixels_and_not_which_frames_are_read() {
    let root = tempfile::tempdir().unwrap();
    let clips = corpus(root.path());
    let order = order::sequential(clips.len());
    let plain = run(&clips, order.clone(), options(train(), 2));
    let strong = run(&clips, order, options(strong(), 2));
    for (plain, strong) in plain.iter().zip(&strong) {
        assert_eq!(plain.frames, strong.frames);
        assert_eq!(plain.labels, strong.labels);
        assert!(plain.inputs != strong.inputs);
    }
}

#[test]
fn frames_of_differing_sizes_make_a_clip() {
    let root = tempfile::tempdir().unwrap();
    for (k, (width, height)) in [(40, 32), (80, 64), (17, 90), (1, 1)]
        .into_iter()
        .enumerate()
    {
        write(
            root.path().join(format!("{k}.jpg")),
            jpeg(width, height, 60),
        );
    }
    let clips: Arc<[Clip]> = [Clip {
        id: "mixed".into(),
        dir: root.path().into(),
        label: 0,
    }]
    .into();
    for mode in [train(), strong(), Mode::Eval] {
        let batch = run(&clips, vec![0; 40], options(mode, 2)).swap_remove(0);
        assert_eq!(batch.inputs.len(), 4 * VALUES);
        assert!(batch.failed.is_empty() && batch.problems.is_empty());
    }
}

#[test]
fn batches_hold_the_clips_asked_for() {
    let root = tempfile::tempdir().unwrap();
    let clips = corpus(root.path());
    let sizes = |count, drop_last| {
        let options = LoaderOptions {
            drop_last,
            ..options(Mode::Eval, 2)
        };
        let loader = Loader::new(clips.clone(), vec![5; count], options).unwrap();
        let promised = loader.len();
        let sizes: Vec<usize> = loader.map(|batch| batch.unwrap().labels.len()).collect();
        assert_eq!(promised, sizes.len());
        sizes
    };
    assert_eq!(sizes(9, false), [4, 4, 1]);
    assert_eq!(sizes(9, true), [4, 4]);
    assert_eq!(sizes(8, true), [4, 4]);
    assert_eq!(sizes(3, true), []);
    assert_eq!(sizes(0, false), []);
}

#[test]
fn a_loader_dropped_early_stops_its_workers() {
    let root = tempfile::tempdir().unwrap();
    let clips = corpus(root.path());
    for taken in [0, 1, 2] {
        let options = LoaderOptions {
            batch_size: 64,
            ..options(train(), 3)
        };
        let (done, finished) = std::sync::mpsc::channel();
        let clips_of_thread = clips.clone();
        std::thread::spawn(move || {
            let mut loader = Loader::new(clips_of_thread, vec![10; 100_000], options).unwrap();
            (0..taken).for_each(|_| drop(loader.next().unwrap().unwrap()));
            drop(loader);
            done.send(()).unwrap();
        });
        finished
            .recv_timeout(Duration::from_secs(20))
            .expect("a loader dropped early hangs");
        // Each worker held the clips: all are gone.
        assert_eq!(Arc::strong_count(&clips), 1);
    }
}

#[test]
fn refuses_options_without_meaning() {
    let clips: Arc<[Clip]> = [Clip {
        id: "a".into(),
        dir: "a".into(),
        label: 0,
    }]
    .into();
    let refused = |order: Vec<usize>, options: LoaderOptions| match Loader::new(
        clips.clone(),
        order,
        options,
    ) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("accepted"),
    };
    let good = options(train(), 1);
    assert!(refused(vec![0, 1], good.clone()).contains("clip 1"));
    assert!(
        refused(
            vec![0],
            LoaderOptions {
                batch_size: 0,
                ..good.clone()
            }
        )
        .contains("batch_size")
    );
    assert!(
        refused(
            vec![0],
            LoaderOptions {
                workers: 0,
                ..good.clone()
            }
        )
        .contains("workers")
    );
    let clip = ClipOptions { frames: 0, ..CLIP };
    assert!(
        refused(
            vec![0],
            LoaderOptions {
                clip,
                ..good.clone()
            }
        )
        .contains("frames")
    );
    let mode = Mode::Train(AugmentOptions {
        flip: 2.0,
        ..Default::default()
    });
    assert!(refused(vec![0], LoaderOptions { mode, ..good }).contains("flip"));
    assert!(
        load_clip_dir(Path::new("a"), &ClipOptions { size: 0, ..CLIP })
            .unwrap_err()
            .to_string()
            .contains("size")
    );
}

#[test]
fn throughput_counts_clips() {
    let root = tempfile::tempdir().unwrap();
    let clips = corpus(root.path());
    let loader = Loader::new(clips, order::sequential(11), options(train(), 2)).unwrap();
    let measured = throughput::measure(loader).unwrap();
    assert_eq!((measured.clips, measured.failed), (10, 1));
    assert!(measured.clips_per_second() > 0.0 && measured.time > Duration::ZERO);
}
