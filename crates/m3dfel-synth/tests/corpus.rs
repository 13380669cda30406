//! A whole corpus on disk: layout, folds, truth, and that nothing depends on threads.

use m3dfel_synth::{
    CorpusOptions, Difficulty, Expression, FOLDS, SynthError, was_made_with, write_corpus,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    num::NonZeroUsize,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

fn options(clips: usize, difficulty: Difficulty) -> CorpusOptions {
    CorpusOptions {
        clips,
        seed: 11,
        difficulty,
        size: 32,
        frames: None,
    }
}

fn go_on(_: usize) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(
                    path.strip_prefix(root).unwrap().to_path_buf(),
                    fs::read(&path).unwrap(),
                );
            }
        }
    }
    found
}

#[test]
fn the_same_on_any_number_of_threads() {
    let place = tempfile::tempdir().unwrap();
    for difficulty in [Difficulty::Easy, Difficulty::Wild] {
        let made = [1, 3].map(|threads| {
            let out = place.path().join(format!("{difficulty}{threads}"));
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| write_corpus(&out, &options(9, difficulty), &go_on))
                .unwrap();
            files(&out)
        });
        assert!(made[0].len() > 9 * 24);
        assert!(
            made[0] == made[1],
            "{difficulty}: threads change the corpus"
        );
    }
}

#[test]
fn laid_out_as_dfew() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("made/for/this");
    let summary = write_corpus(&out, &options(36, Difficulty::Easy), &go_on).unwrap();
    assert_eq!(summary.clips, 36);

    let rows = |split: &str, fold: usize| -> BTreeMap<usize, u8> {
        let path = out.join(format!(
            "EmoLabel_DataSplit/{split}(single-labeled)/set_{fold}.csv"
        ));
        let text = fs::read_to_string(path).unwrap();
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("video_name,label"));
        lines
            .map(|l| l.split_once(',').unwrap())
            .map(|(n, l)| (n.parse().unwrap(), l.parse().unwrap()))
            .collect()
    };
    let truth = fs::read_to_string(out.join("truth.csv")).unwrap();
    let truth: Vec<Vec<&str>> = truth
        .lines()
        .skip(1)
        .map(|l| l.split(',').collect())
        .collect();
    let identity: BTreeMap<usize, &str> = truth
        .iter()
        .map(|r| (r[0].parse().unwrap(), r[3]))
        .collect();
    let mut tested = BTreeSet::new();
    for fold in 1..=FOLDS {
        let (train, test) = (rows("train", fold), rows("test", fold));
        assert_eq!(train.len() + test.len(), 36);
        assert!(
            test.keys().all(|name| tested.insert(*name)),
            "a clip is tested twice"
        );
        let classes: BTreeSet<u8> = test.values().copied().collect();
        assert_eq!(classes, (1..=7).collect(), "fold {fold} lacks a class");
        let seen: BTreeSet<_> = train.keys().map(|n| identity[n]).collect();
        assert!(
            test.keys().all(|n| !seen.contains(identity[n])),
            "an identity crosses folds"
        );
    }
    assert_eq!(tested, (1..=36).collect());

    let mut frames_in_all = 0;
    for row in &truth {
        let [
            clip,
            fold,
            label,
            _,
            onset,
            apex,
            offset,
            intensity,
            frames,
            male,
            age,
            skin,
        ] = row[..]
        else {
            panic!("{row:?}")
        };
        for (cell, least, most) in [(male, 0.0, 1.0), (age, 0.0, 1.0), (skin, -90.0, 90.0)] {
            assert!(
                (least..=most).contains(&cell.parse::<f32>().unwrap()),
                "{row:?}"
            );
        }
        let (clip, fold, frames): (usize, usize, usize) = (
            clip.parse().unwrap(),
            fold.parse().unwrap(),
            frames.parse().unwrap(),
        );
        let number = rows("test", fold)[&clip];
        assert_eq!(Expression::ALL[usize::from(number) - 1].name(), label);
        let folder = out.join(format!("Clip/clip_224x224/{clip:05}"));
        let names: BTreeSet<_> = fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(names, (1..=frames).map(|k| format!("{k:05}.jpg")).collect());
        assert!((24..=60).contains(&frames));
        frames_in_all += frames;
        if label == "neutral" {
            assert_eq!([onset, apex, offset], [""; 3]);
            assert_eq!(intensity, "0.000");
        } else {
            let [onset, apex, offset] = [onset, apex, offset].map(|t| t.parse::<usize>().unwrap());
            assert!(onset < apex && apex < offset && offset < frames);
            assert!((0.15..=1.0).contains(&intensity.parse::<f32>().unwrap()));
        }
    }
    assert_eq!(frames_in_all, summary.frames);
}

#[test]
fn of_a_clip_a_few_frames_or_its_apex_alone_may_be_written() {
    let place = tempfile::tempdir().unwrap();
    for most in [1, 6] {
        let out = place.path().join(most.to_string());
        let options = CorpusOptions {
            frames: NonZeroUsize::new(most),
            ..options(8, Difficulty::Wild)
        };
        let summary = write_corpus(&out, &options, &go_on).unwrap();
        assert_eq!(summary.frames, 8 * most);
        let pictures = files(&out)
            .into_keys()
            .filter(|p| p.extension() == Some("jpg".as_ref()));
        assert_eq!(pictures.count(), 8 * most);
        let truth = fs::read_to_string(out.join("truth.csv")).unwrap();
        for row in truth.lines().skip(1) {
            let cells: Vec<&str> = row.split(',').collect();
            assert_eq!(cells[8], most.to_string(), "{row}");
            let course: Vec<usize> = cells[4..7].iter().filter_map(|c| c.parse().ok()).collect();
            assert_eq!(course.is_empty(), cells[2] == "neutral", "{row}");
            assert!(
                course.is_sorted() && course.iter().all(|&f| f < most),
                "{row}"
            );
        }
        assert!(was_made_with(&out, &options));
        let whole = CorpusOptions {
            frames: None,
            ..options
        };
        assert!(!was_made_with(&out, &whole));
    }
}

#[test]
fn frames_decode_at_the_size_asked_for() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("corpus");
    write_corpus(
        &out,
        &CorpusOptions {
            size: 48,
            ..options(2, Difficulty::Wild)
        },
        &go_on,
    )
    .unwrap();
    for (path, bytes) in files(&out)
        .iter()
        .filter(|(p, _)| p.extension().is_some_and(|e| e == "jpg"))
    {
        let mut decoder = zune_jpeg::JpegDecoder::new(std::io::Cursor::new(bytes));
        let pixels = decoder.decode().unwrap();
        assert_eq!(pixels.len(), 48 * 48 * 3, "{}", path.display());
        let (least, most) = (pixels.iter().min().unwrap(), pixels.iter().max().unwrap());
        assert!(most - least > 30, "{} shows nothing", path.display());
    }
}

#[test]
fn what_cannot_be_done_is_refused_and_nothing_is_left() {
    let place = tempfile::tempdir().unwrap();
    let here = place.path();
    let write = |out: &Path, o: CorpusOptions| write_corpus(out, &o, &go_on).unwrap_err();
    let good = options(2, Difficulty::Easy);

    let full = here.join("full");
    fs::create_dir(&full).unwrap();
    fs::write(full.join("thesis.tex"), "dear to me").unwrap();
    assert!(matches!(write(&full, good), SynthError::NotEmpty { path } if path == full));
    let file = here.join("file");
    fs::write(&file, "").unwrap();
    assert!(matches!(
        write(&file, good),
        SynthError::NotADirectory { .. }
    ));
    assert!(matches!(
        write(&file.join("below"), good),
        SynthError::NotADirectory { .. } | SynthError::Write { .. }
    ));
    let new = here.join("new");
    assert!(matches!(
        write(&new, CorpusOptions { clips: 0, ..good }),
        SynthError::NoClips
    ));
    assert!(matches!(
        write(
            &new,
            CorpusOptions {
                clips: 100_000,
                ..good
            }
        ),
        SynthError::TooManyClips { .. }
    ));
    for size in [0, 31, 513, u32::MAX] {
        assert!(matches!(
            write(&new, CorpusOptions { size, ..good }),
            SynthError::Size { .. }
        ));
    }
    let stop = |done| {
        if done >= 1 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    assert!(matches!(
        write_corpus(&new, &options(30, Difficulty::Easy), &stop),
        Err(SynthError::Cancelled)
    ));

    let names: BTreeSet<_> = fs::read_dir(here)
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(
        names,
        ["full", "file"].map(Into::into).into(),
        "something was left behind"
    );
    assert_eq!(
        fs::read_to_string(full.join("thesis.tex")).unwrap(),
        "dear to me"
    );
}

#[test]
fn an_empty_directory_is_a_place_to_write_to() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("empty");
    fs::create_dir(&out).unwrap();
    write_corpus(&out, &options(1, Difficulty::Easy), &go_on).unwrap();
    assert!(out.join("corpus.json").is_file());
}

#[test]
fn what_a_killed_process_left_goes_and_what_another_writes_stays() {
    let place = tempfile::tempdir().unwrap();
    let here = place.path();
    let [dead, older, living, other] = [
        ".new.partial-1",
        ".new.partial-2",
        ".new.partial-3",
        ".newer.partial-1",
    ]
    .map(|name| {
        fs::create_dir_all(here.join(name).join("Clip")).unwrap();
        here.join(name)
    });
    fs::write(dead.join(".lock"), "").unwrap();
    let lock = fs::File::create(living.join(".lock")).unwrap();
    lock.lock().unwrap();

    let out = here.join("new");
    write_corpus(&out, &options(1, Difficulty::Easy), &go_on).unwrap();
    assert!(!dead.exists() && !older.exists());
    assert!(living.join("Clip").exists() && other.join("Clip").exists());
    assert!(!out.join(".lock").exists() && out.join("corpus.json").is_file());
}
