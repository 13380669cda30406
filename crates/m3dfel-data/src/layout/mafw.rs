//! MAFW (Liu et al., *MAFW: A Large-scale, Multi-modal, Compound Affective Database for Dynamic
//! Facial Expression Recognition in the Wild*, ACM MM 2022): its eleven single expressions.
//!
//! ```text
//! single/no_caption/set_1/train.txt, test.txt ... set_5        03747.mp4 anger
//! data/frames/03747/*.jpg
//! ```
//!
//! The lists may lie in `Train & Test Set`, as they are handed out, or in `label` or `labels`. MAFW
//! is handed out as videos, so the frames lie where whoever cut them put them: [`PLACES`].

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use super::list::{self, List, Listing, Row};
use super::{OpenOptions, Reader, rows};
use crate::{Clip, Error, Result, Vocabulary};

pub struct Mafw;

/// MAFW's own order, in the names used here.
const CLASSES: [&str; 11] = [
    "angry",
    "disgust",
    "fear",
    "happy",
    "neutral",
    "sad",
    "surprise",
    "contempt",
    "anxiety",
    "helplessness",
    "disappointment",
];

/// Where the frames are looked for.
const PLACES: [&str; 8] = [
    "data/frames",
    "frames",
    "data/faces",
    "faces",
    "data/clips",
    "clips",
    "data",
    "",
];

const MARK: &str = "single/no_caption";

impl Reader for Mafw {
    fn name(&self) -> &'static str {
        "mafw"
    }

    fn mark(&self) -> &'static str {
        MARK
    }

    fn is_at(&self, root: &Path) -> bool {
        lists_of(root).is_dir()
    }

    fn folds(&self, _root: &Path) -> RangeInclusive<u8> {
        1..=5
    }

    fn read(&self, root: &Path, fold: u8, options: &OpenOptions) -> Result<Listing> {
        options.refuse_label_base("MAFW's labels are names, not numbers")?;
        let vocabulary = Vocabulary::new(CLASSES)?;
        let [train, test] = ["train", "test"].map(|part| {
            let path = lists_of(root).join(format!("set_{fold}/{part}.txt"));
            rows::read(&path).map(|rows| (path, rows))
        });
        let (train, test) = (train?, test?);
        let ids = train.1.iter().chain(&test.1).map(|row| row.path.clone());
        let clips = list::place(root, &PLACES, ids);
        let resolve = |(path, raw): (PathBuf, Vec<rows::RawRow>)| -> Result<List> {
            let mut rows = Vec::with_capacity(raw.len());
            for row in raw {
                let label = vocabulary.index(&row.label).ok_or_else(|| {
                    let what = format!("label \"{}\" is not one of {vocabulary}", row.label);
                    Error::row(&path, row.number, what)
                })?;
                let clip = Clip {
                    dir: clips.join(&row.path),
                    id: row.path,
                    label,
                };
                rows.push(Row {
                    number: row.number,
                    clip,
                });
            }
            Ok(List { path, rows })
        };
        let (train, test) = (resolve(train)?, resolve(test)?);
        Ok(Listing {
            vocabulary,
            label_base: None,
            train,
            test,
            problems: Vec::new(),
        })
    }
}

/// Where the lists are; MAFW's own place if there are none.
fn lists_of(root: &Path) -> PathBuf {
    ["", "Train & Test Set", "label", "labels"]
        .into_iter()
        .map(|place| root.join(place).join(MARK))
        .find(|lists| lists.is_dir())
        .unwrap_or_else(|| root.join(MARK))
}
