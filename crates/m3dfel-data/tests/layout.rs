//! Corpora as people have them: whole, renumbered, incomplete, spoilt.

mod common;

use std::path::Path;

use common::write;
use m3dfel_data::{Corpus, Layout, OpenOptions, Problem, Result};

const TRAIN: &str = "EmoLabel_DataSplit/train(single-labeled)/set_1.csv";
const TEST: &str = "EmoLabel_DataSplit/test(single-labeled)/set_1.csv";

/// A corpus in DFEW's layout with these lists, and a directory for each of the clips 1 to 12.
fn dfew(train: &str, test: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    write(root.path().join(TRAIN), train);
    write(root.path().join(TEST), test);
    for number in 1..=12 {
        write(
            root.path()
                .join(format!("Clip/clip_224x224/{number:05}/00001.jpg")),
            "",
        );
    }
    root
}

fn open(root: &Path) -> Result<Corpus> {
    Layout::detect(root)?.open(root, 1, &OpenOptions::default())
}

fn error(train: &str, test: &str) -> String {
    open(dfew(train, test).path()).unwrap_err().to_string()
}

/// Names and labels of the clips to train on, and of those to test on.
fn listed(corpus: &Corpus) -> [Vec<(&str, usize)>; 2] {
    [&corpus.train, &corpus.test].map(|clips| {
        clips
            .iter()
            .map(|clip| (clip.id.as_str(), clip.label))
            .collect()
    })
}

#[test]
fn reads_dfew() {
    let root = dfew(
        "video_name,label\n1,1\n12,7\n3,4\n",
        "video_name,label\n4,3\n",
    );
    assert_eq!(Layout::detect(root.path()).unwrap(), Layout::DFEW);
    let corpus = open(root.path()).unwrap();
    assert_eq!(
        listed(&corpus),
        [
            vec![("00001", 0), ("00012", 6), ("00003", 3)],
            vec![("00004", 2)]
        ]
    );
    assert_eq!(
        corpus.vocabulary.to_string(),
        "happy, sad, neutral, angry, surprise, disgust, fear"
    );
    assert_eq!(
        corpus.train[1].dir,
        root.path().join("Clip/clip_224x224/00012")
    );
    assert_eq!(corpus.problems, []);
}

#[test]
fn reads_lists_as_spreadsheets_and_scripts_write_them() {
    let expected = [vec![("00001", 0), ("00002", 6)], vec![("00003", 2)]];
    for (train, test) in [
        (
            "\u{feff}video_name,label\r\n1,1\r\n2,7\r\n",
            "video_name,label\r\n3,3\r\n",
        ),
        (
            "video_name,label\n\n1,1\n \n2,7\n,\n\n",
            "\nvideo_name,label\n3,3",
        ),
        ("1,1\n2,7\n", "00003,3\n"),
        (
            "Video_Name , Label\n 1 , 1\n\"2\",\"7\"\n",
            "name,emotion\n3,3\n",
        ),
        (
            ",label,video_name\n0,1,1\n1,7,2\n",
            "label,video_name,x\n3,3,9\n",
        ),
        (
            "clip number,its class\n1.mp4,1\n2.mp4,7\n",
            "clip,class\n3,3\n",
        ),
        (
            "video_name,label\n1,Happiness\n2,fear\n",
            "video_name,label\n3,NEUTRAL\n",
        ),
        ("video_name,label\n1,0\n2,6\n", "video_name,label\n3,2\n"),
    ] {
        let root = dfew(train, test);
        assert_eq!(
            listed(&open(root.path()).unwrap()),
            expected,
            "{train:?} {test:?}"
        );
    }
}

#[test]
fn tells_the_label_base_by_the_range_over_both_lists_or_asks() {
    let corpus = |train, test, label_base| {
        let root = dfew(train, test);
        Layout::DFEW.open(root.path(), 1, &OpenOptions { label_base })
    };
    let first = |corpus: Result<Corpus>| corpus.unwrap().train[0].label;
    // Only the test list tells.
    assert_eq!(first(corpus("1,3\n", "2,7\n", None)), 2);
    assert_eq!(first(corpus("1,3\n", "2,0\n", None)), 3);
    // Nothing tells.
    let asked = corpus("1,3\n", "2,6\n", None).unwrap_err().to_string();
    assert!(
        asked.contains("from 3 to 6") && asked.contains("label_base"),
        "{asked}"
    );
    assert_eq!(first(corpus("1,3\n", "2,6\n", Some(1))), 2);
    assert_eq!(first(corpus("1,3\n", "2,6\n", Some(0))), 3);
    // What is said is held to.
    let wrong = corpus("1,3\n", "video_name,label\n2,7\n", Some(0))
        .unwrap_err()
        .to_string();
    assert!(
        wrong.contains("test(single-labeled)")
            && wrong.contains("row 2")
            && wrong.contains("label 7"),
        "{wrong}"
    );
    assert!(corpus("1,3\n", "2,7\n", Some(2)).is_err());
    let both = corpus("1,0\n", "2,7\n", None).unwrap_err().to_string();
    assert!(both.contains("row 1") && both.contains("label 0"), "{both}");
}

#[test]
fn names_file_and_row_of_a_bad_label() {
    let good = "video_name,label\n1,1\n2,7\n";
    for (bad, row, what) in [
        ("video_name,label\r\n1,1\r\n\r\n2,glad\r\n", 4, "\"glad\""),
        ("video_name,label\n1,9\n", 2, "label 9"),
        ("video_name,label\n1,-1\n", 2, "label -1"),
        ("video_name,label\n1,3.5\n", 2, "\"3.5\""),
        ("video_name,label\n1,\n", 2, "\"\""),
        ("video_name,label\n1,1\n2\n", 3, "comma"),
        ("1,hapy\n", 1, "\"hapy\""),
        ("video_name,label\n../../etc,1\n", 2, "../../etc"),
    ] {
        for text in [error(bad, good), error(good, bad)] {
            assert!(
                text.contains("set_1.csv")
                    && text.contains(&format!("row {row}"))
                    && text.contains(what),
                "{text}"
            );
        }
    }
    let root = dfew(good, good);
    write(root.path().join(TRAIN), b"video_name,label\n1,1\n2,\xff\n");
    let text = open(root.path()).unwrap_err().to_string();
    assert!(text.contains("row 3") && text.contains("UTF-8"), "{text}");
}

#[test]
fn a_list_without_rows_is_an_error() {
    for empty in ["", "video_name,label\n", "\u{feff}", "\r\n\r\n"] {
        let text = error("1,1\n2,7\n", empty);
        assert!(
            text.contains("test(single-labeled)") && text.contains("lists no clip"),
            "{text}"
        );
    }
}

#[test]
fn names_a_clip_that_is_missing_and_goes_on() {
    let root = dfew(
        "video_name,label\n1,1\n77,2\n2,7\n",
        "video_name,label\n88,3\n3,1\n",
    );
    let corpus = open(root.path()).unwrap();
    // A clip that cannot be trained on is left out; one that was to be tested on still counts.
    assert_eq!(
        listed(&corpus),
        [
            vec![("00001", 0), ("00002", 6)],
            vec![("00088", 2), ("00003", 0)]
        ]
    );
    let text: Vec<String> = corpus.problems.iter().map(ToString::to_string).collect();
    assert_eq!(text.len(), 2);
    assert!(
        text[0].contains("row 3") && text[0].contains("00077"),
        "{text:?}"
    );
    assert!(
        text[1].contains("row 2") && text[1].contains("00088"),
        "{text:?}"
    );
}

#[test]
fn a_corpus_without_its_clips_is_an_error() {
    let text = error("77,1\n78,7\n", "79,3\n");
    assert!(
        text.contains("none of the 3 clips") && text.contains("clip_224x224/00077"),
        "{text}"
    );
}

#[test]
fn a_corpus_without_a_place_for_clips_names_the_usual_one() {
    let root = tempfile::tempdir().unwrap();
    write(root.path().join(TRAIN), "1,1\n");
    write(root.path().join(TEST), "2,7\n");
    let text = open(root.path()).unwrap_err().to_string();
    assert!(text.contains("Clip/clip_224x224/00001"), "{text}");
}

#[test]
fn notes_a_clip_that_is_in_both_lists() {
    let root = dfew("1,1\n2,7\n", "3,1\n2,7\n");
    let problems = open(root.path()).unwrap().problems;
    let [
        Problem::ListedTwice {
            row: 2,
            first_row: 2,
            id,
            first_list,
            ..
        },
    ] = &problems[..]
    else {
        panic!("{problems:?}")
    };
    assert_eq!(
        (id.as_str(), first_list.clone()),
        ("00002", root.path().join(TRAIN))
    );
}

#[test]
fn finds_the_clips_of_a_copy() {
    for place in ["Clip/clip_224x224_16f", "clip_224x224", "Clip"] {
        let root = tempfile::tempdir().unwrap();
        write(root.path().join(TRAIN), "1,1\n");
        write(root.path().join(TEST), "2,7\n");
        write(root.path().join(place).join("00001/1.jpg"), "");
        assert_eq!(
            open(root.path()).unwrap().train[0].dir,
            root.path().join(place).join("00001")
        );
    }
}

#[test]
fn names_the_folds_there_are() {
    let root = dfew("1,1\n", "2,7\n");
    for fold in [0, 6, 9] {
        let error = Layout::DFEW
            .open(root.path(), fold, &OpenOptions::default())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(&format!("fold {fold}")) && error.contains("1 to 5"),
            "{error}"
        );
    }
    let error = Layout::FERV39K
        .open(root.path(), 2, &OpenOptions::default())
        .unwrap_err()
        .to_string();
    assert!(error.contains("ferv39k has no fold 2"), "{error}");
    // A fold DFEW has, but this copy has not.
    let error = Layout::DFEW
        .open(root.path(), 3, &OpenOptions::default())
        .unwrap_err()
        .to_string();
    assert!(error.contains("set_3.csv"), "{error}");
}

#[test]
fn knows_a_layout_by_its_name_or_its_files() {
    let empty = tempfile::tempdir().unwrap();
    let error = Layout::detect(empty.path()).unwrap_err().to_string();
    assert!(
        Layout::all().all(|layout| error.contains(&format!("({layout})"))),
        "{error}"
    );
    assert!(
        Layout::detect(&empty.path().join("nowhere"))
            .unwrap_err()
            .to_string()
            .contains("nowhere")
    );
    for layout in Layout::all() {
        assert_eq!(
            layout.to_string().to_uppercase().parse::<Layout>().unwrap(),
            layout
        );
        let json = serde_json::to_string(&layout).unwrap();
        assert_eq!(serde_json::from_str::<Layout>(&json).unwrap(), layout);
    }
    let error = "dfwe".parse::<Layout>().unwrap_err().to_string();
    assert!(
        error.contains("dfwe") && error.contains("dfew, ferv39k"),
        "{error}"
    );
}

fn ferv39k(train: &str, test: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    write(root.path().join("4_setups/All_scenes/train_All.csv"), train);
    write(root.path().join("4_setups/All_scenes/test_All.csv"), test);
    for clip in [
        "Action/Sad/0010",
        "Action/Angry/0001",
        "Daily Life/Surprise/0300",
    ] {
        write(
            root.path()
                .join("2_ClipsforFaceCrop")
                .join(clip)
                .join("1.jpg"),
            "",
        );
    }
    root
}

#[test]
fn reads_ferv39k_by_name() {
    let root = ferv39k(
        "\u{feff}Action/Sad/0010 Sad\r\nAction/Angry/0001 Angry\r\n\r\n",
        "Daily Life/Surprise/0300 Surprise\n",
    );
    let corpus = open(root.path()).unwrap();
    assert_eq!(
        corpus.vocabulary.to_string(),
        "angry, disgust, fear, happy, neutral, sad, surprise"
    );
    assert_eq!(
        listed(&corpus),
        [
            vec![("Action/Sad/0010", 5), ("Action/Angry/0001", 0)],
            vec![("Daily Life/Surprise/0300", 6)]
        ]
    );
    assert_eq!(
        corpus.train[0].dir,
        root.path().join("2_ClipsforFaceCrop/Action/Sad/0010")
    );
    assert_eq!(corpus.problems, []);

    // The same clips for a model trained on DFEW.
    let corpus = corpus.with_vocabulary(&Default::default()).unwrap();
    assert_eq!(
        corpus
            .train
            .iter()
            .chain(&corpus.test)
            .map(|clip| clip.label)
            .collect::<Vec<_>>(),
        [1, 3, 4]
    );
}

#[test]
fn names_file_and_row_of_what_is_wrong_in_ferv39k() {
    let good = "Action/Sad/0010 Sad\n";
    for (bad, row, what) in [
        ("Action/Sad/0010 Sad\nAction/Angry/0001 3\n", 2, "\"3\""),
        ("Action/Sad/0010\n", 1, "a space and its label"),
        ("../../0010 Sad\n", 1, "../../0010"),
    ] {
        let error = open(ferv39k(bad, good).path()).unwrap_err().to_string();
        assert!(
            error.contains("train_All.csv")
                && error.contains(&format!("row {row}"))
                && error.contains(what),
            "{error}"
        );
    }
    let root = ferv39k(good, good);
    let options = OpenOptions {
        label_base: Some(0),
    };
    assert!(
        Layout::FERV39K
            .open(root.path(), 1, &options)
            .unwrap_err()
            .to_string()
            .contains("label_base")
    );
}
