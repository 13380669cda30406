//! MAFW, CREMA-D, RAVDESS and AFEW: lists of a clip a line, and labels that are numbers.

mod common;

use std::path::Path;

use common::write;
use m3dfel_data::{Corpus, Error, Layout, OpenOptions, Problem, Result};

/// A corpus of these files, and a directory with a frame for each of these clips.
fn corpus(files: &[(&str, &str)], clips: &[&str]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write(root.path().join(name), text);
    }
    for clip in clips {
        write(root.path().join(clip).join("1.jpg"), "");
    }
    root
}

fn open(root: &Path, fold: u8) -> Result<Corpus> {
    Layout::detect(root)?.open(root, fold, &OpenOptions::default())
}

fn named(name: &str, root: &Path) -> Result<Corpus> {
    name.parse::<Layout>()?
        .open(root, 1, &OpenOptions::default())
}

/// Names and classes of all clips, those to train on first.
fn listed(corpus: &Corpus) -> Vec<(&str, &str)> {
    let clips = corpus.train.iter().chain(&corpus.test);
    clips
        .map(|clip| (&*clip.id, corpus.vocabulary.name(clip.label).unwrap()))
        .collect()
}

const MAFW: &str = "single/no_caption/set_2";

#[test]
fn reads_mafw_wherever_its_lists_and_frames_are() {
    for (lists, frames) in [
        ("", "data/frames"),
        ("Train & Test Set/", "frames"),
        ("label/", "clips"),
    ] {
        let train = "03747.mp4 anger\r\n00012.mp4 helplessness\r\n00013.mp4 Happiness\r\n";
        let root = corpus(
            &[
                (&format!("{lists}{MAFW}/train.txt"), train),
                (
                    &format!("{lists}{MAFW}/test.txt"),
                    "00002.mp4 disappointment\n",
                ),
                // Videos beside the frames are no clips.
                ("data/clips/03747.mp4", ""),
            ],
            &["03747", "00012", "00013", "00002"].map(|clip| format!("{frames}/{clip}"))[..]
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>(),
        );
        assert_eq!(Layout::detect(root.path()).unwrap().name(), "mafw");
        let corpus = open(root.path(), 2).unwrap();
        assert_eq!(
            listed(&corpus),
            [
                ("03747", "angry"),
                ("00012", "helplessness"),
                ("00013", "happy"),
                ("00002", "disappointment")
            ]
        );
        assert_eq!(corpus.vocabulary.len(), 11);
        assert_eq!(
            corpus.train[0].dir,
            root.path().join(frames).join("03747"),
            "{lists}"
        );
        assert_eq!(corpus.problems, []);
        let error = open(root.path(), 1).unwrap_err().to_string();
        assert!(error.contains("set_1/train.txt"), "{error}");
    }
}

#[test]
fn names_what_is_wrong_in_mafw() {
    let (train, test) = (
        format!("{MAFW}/train.txt").replace("set_2", "set_1"),
        "single/no_caption/set_1/test.txt",
    );
    for (bad, row, what) in [
        ("1.mp4 anger\n2.mp4 3\n", 2, "\"3\""),
        ("1.mp4 anger\n\n2.mp4\n", 3, "1 cells"),
        ("../1.mp4 anger\n", 1, "../1.mp4"),
        ("1.mp4 rage\n", 1, "\"rage\""),
    ] {
        let root = corpus(&[(&train, bad), (test, "9.mp4 fear\n")], &["frames/9"]);
        let error = open(root.path(), 1).unwrap_err().to_string();
        assert!(
            error.contains(&format!("train.txt, row {row}")) && error.contains(what),
            "{error}"
        );
    }
    let root = corpus(
        &[(&train, "1.mp4 anger\n"), (test, "9.mp4 fear\n")],
        &["frames/9"],
    );
    let corpus = open(root.path(), 1).unwrap();
    assert_eq!(listed(&corpus), [("9", "fear")]);
    assert!(
        matches!(&corpus.problems[..], [Problem::MissingClip { row: 1, dir, .. }] if dir.ends_with("frames/1"))
    );
    write(root.path().join(test), "\n");
    let error = open(root.path(), 1).unwrap_err();
    assert!(matches!(error, Error::NoRows { .. }), "{error}");
}

#[test]
fn a_layout_is_known_by_how_its_clips_are_named() {
    for (name, clips, classes) in [
        (
            "cremad",
            ["1001_DFA_ANG_XX", "a/1002_IEO_HAP_HI"],
            ["angry", "happy"],
        ),
        (
            "ravdess",
            ["01-01-02-01-02-01-12", "Actor_01/02-01-06-02-02-01-01"],
            ["calm", "fear"],
        ),
        (
            "afew",
            ["Train_AFEW/Angry/000046280", "val/Surprise/123456789"],
            ["angry", "surprise"],
        ),
    ] {
        // By numbers of one order or another: the clips' names tell which.
        for numbers in [[0, 3], [1, 0], [7, 8]] {
            let list = |at: usize| format!("{}.mp4 64 {}\n", clips[at], numbers[at]);
            let root = corpus(&[("train.txt", &list(0)), ("test.txt", &list(1))], &clips);
            assert_eq!(Layout::detect(root.path()).unwrap().name(), name);
            let corpus = open(root.path(), 1).unwrap();
            assert_eq!(
                listed(&corpus),
                [(clips[0], classes[0]), (clips[1], classes[1])]
            );
            assert_eq!(corpus.problems, []);
        }
        // By names, a fold a directory, in one of the usual places.
        let list = |at: usize| format!("{},{}\n", clips[at], classes[at]);
        let files = [
            ("fold_1/train.csv", list(0)),
            ("fold_1/test.csv", list(1)),
            ("fold_2/train.csv", list(1)),
            ("fold_2/test.csv", list(0)),
        ];
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, &**text)).collect();
        let root = corpus(
            &files,
            &clips
                .map(|clip| format!("frames/{clip}"))
                .each_ref()
                .map(|c| &**c),
        );
        let layout = Layout::detect(root.path()).unwrap();
        assert_eq!((layout.name(), layout.folds(root.path())), (name, 1..=2));
        let corpus = open(root.path(), 2).unwrap();
        assert_eq!(
            listed(&corpus),
            [(clips[1], classes[1]), (clips[0], classes[0])]
        );
        assert!(
            open(root.path(), 3)
                .unwrap_err()
                .to_string()
                .contains("1 to 2")
        );
    }
}

#[test]
fn numbers_that_nothing_explains_are_refused_with_the_way_out() {
    let files = [("train.txt", "a 0\nb 1\n"), ("test.txt", "c 1\n")];
    let root = corpus(&files, &["a", "b", "c"]);
    let error = Layout::detect(root.path()).unwrap_err().to_string();
    assert!(error.contains("1001_DFA_ANG_XX (cremad)"), "{error}");
    for name in ["cremad", "ravdess", "afew"] {
        let error = named(name, root.path()).unwrap_err().to_string();
        assert!(
            error.contains("train.txt, row 1") && error.contains("classes.txt"),
            "{error}"
        );
        write(root.path().join("classes.txt"), "0 sad\n\n1, Anger\n");
        let corpus = named(name, root.path()).unwrap();
        assert_eq!(
            listed(&corpus),
            [("a", "sad"), ("b", "angry"), ("c", "angry")]
        );
        for (classes, row, what) in [
            ("0 sad\none angry\n", 2, "\"one\""),
            ("0 sad\n0 angry\n", 2, "twice"),
            ("0 sad\n1\n", 2, "0 angry"),
            ("0 glad\n", 1, "\"glad\""),
        ] {
            write(root.path().join("classes.txt"), classes);
            let error = named(name, root.path()).unwrap_err().to_string();
            assert!(
                error.contains(&format!("classes.txt, row {row}")) && error.contains(what),
                "{error}"
            );
        }
        write(root.path().join("classes.txt"), "0 sad\n1 sad\n");
        let error = named(name, root.path()).unwrap_err().to_string();
        assert!(error.contains("two numbers"), "{error}");
        write(root.path().join("classes.txt"), "0 sad\n");
        let error = named(name, root.path()).unwrap_err().to_string();
        assert!(
            error.contains("row 2") && error.contains("label 1"),
            "{error}"
        );
        std::fs::remove_file(root.path().join("classes.txt")).unwrap();
    }
}

#[test]
fn numbers_that_the_clips_contradict_are_refused() {
    let [angry, sad, other] = ["1001_DFA_ANG_XX", "1001_DFA_SAD_XX", "1002_DFA_ANG_XX"];
    let clips = [angry, sad, other];
    let error = |train: &str, test: &str| {
        let root = corpus(&[("train.txt", train), ("test.txt", test)], &clips);
        open(root.path(), 1).unwrap_err().to_string()
    };
    let text = error(&format!("{angry} 0\n"), &format!("{sad} 0\n"));
    for part in [
        "test.txt, row 1",
        "label 0 is sad",
        "angry by that",
        "classes.txt",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let text = error(&format!("{angry} 0\n{sad} 1\n"), &format!("{other} 2\n"));
    assert!(text.contains("angry has two numbers, 0 and 2"), "{text}");

    // What classes.txt says, and names, are believed: perceived emotions are not those acted.
    let root = corpus(
        &[
            ("train.txt", &format!("{angry} 0\n{sad} 0\n")),
            ("test.txt", &format!("{other} DIS\n")),
            ("classes.txt", "0 SAD\n"),
        ],
        &clips,
    );
    let corpus = open(root.path(), 1).unwrap();
    assert_eq!(
        listed(&corpus),
        [(angry, "sad"), (sad, "sad"), (other, "disgust")]
    );
}

#[test]
fn lists_that_are_missing_or_bad_are_named() {
    let clip = "Train_AFEW/Angry/000046280";
    let row = format!("{clip} angry\n");
    let root = corpus(&[("train.txt", &row)], &[clip]);
    let error = open(root.path(), 1).unwrap_err().to_string();
    assert!(
        error.contains("no test.txt or val.txt") && error.contains("fold_1"),
        "{error}"
    );
    write(root.path().join("val.txt"), format!("{clip} glad\n"));
    let error = open(root.path(), 1).unwrap_err().to_string();
    assert!(
        error.contains("val.txt, row 1") && error.contains("\"glad\""),
        "{error}"
    );
    write(
        root.path().join("val.txt"),
        format!("{row}Val_AFEW/Sad/000000001 sad\n"),
    );
    let problems = open(root.path(), 1).unwrap().problems;
    let [
        Problem::ListedTwice { .. },
        Problem::MissingClip { row: 2, .. },
    ] = &problems[..]
    else {
        panic!("{problems:?}")
    };
    // A fold that is left out is not passed over.
    write(root.path().join("fold_2/train.txt"), &row);
    let layout: Layout = "afew".parse().unwrap();
    assert_eq!(layout.folds(root.path()), 1..=2);
    let error = open_named(layout, root.path()).unwrap_err().to_string();
    assert!(
        error.contains("fold_1") && error.contains("train.txt"),
        "{error}"
    );
    let options = OpenOptions {
        label_base: Some(0),
    };
    let error = layout
        .open(root.path(), 1, &options)
        .unwrap_err()
        .to_string();
    assert!(error.contains("label_base"), "{error}");
}

fn open_named(layout: Layout, root: &Path) -> Result<Corpus> {
    layout.open(root, 1, &OpenOptions::default())
}
