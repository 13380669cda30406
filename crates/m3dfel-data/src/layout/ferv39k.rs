//! FERV39k (Wang et al., *FERV39k: A Large-Scale Multi-Scene Dataset for Facial Expression
//! Recognition in Videos*, CVPR 2022).
//!
//! ```text
//! 2_ClipsforFaceCrop/Action/Sad/0010/*.jpg
//! 4_setups/All_scenes/train_All.csv, test_All.csv       Action/Sad/0010 Sad
//! ```
//!
//! One split, so one fold. The lists have no header, and labels are names.

use std::ops::RangeInclusive;
use std::path::Path;

use super::list::{self, List, Listing, Row};
use super::{OpenOptions, Published, PublishedSplit, Reader};
use crate::{Clip, Error, Result, Vocabulary};

pub struct Ferv39k;

impl Reader for Ferv39k {
    fn name(&self) -> &'static str {
        "ferv39k"
    }

    fn mark(&self) -> &'static str {
        "4_setups"
    }

    fn folds(&self, _root: &Path) -> RangeInclusive<u8> {
        1..=1
    }

    fn published(&self, _fold: u8) -> Option<Published> {
        let split = |clips| PublishedSplit {
            clips,
            classes: None,
        };
        Some(Published {
            train: split(31_088),
            test: split(7_847),
        })
    }

    fn read(&self, root: &Path, _fold: u8, options: &OpenOptions) -> Result<Listing> {
        options.refuse_label_base("FERV39k's labels are names, not numbers")?;
        // FERV39k's own order, in the names used here.
        let vocabulary = Vocabulary::new([
            "angry", "disgust", "fear", "happy", "neutral", "sad", "surprise",
        ])?;
        let read = |part: &str| {
            let path = root
                .join(self.mark())
                .join("All_scenes")
                .join(format!("{part}_All.csv"));
            read(&path, &root.join("2_ClipsforFaceCrop"), &vocabulary)
        };
        let (train, test) = (read("train")?, read("test")?);
        Ok(Listing {
            vocabulary,
            label_base: None,
            train,
            test,
            problems: Vec::new(),
        })
    }
}

fn read(path: &Path, clips: &Path, vocabulary: &Vocabulary) -> Result<List> {
    let text = list::read_text(path)?;
    let mut rows = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let (number, line) = (index + 1, line.trim());
        if line.is_empty() {
            continue;
        }
        let Some((id, label)) = line.rsplit_once([' ', '\t', ',']) else {
            return Err(Error::row(
                path,
                number,
                "a row is a clip's path, a space and its label",
            ));
        };
        let id = id.trim_end().trim_matches('/');
        let Some(label) = vocabulary.index(label) else {
            return Err(Error::row(
                path,
                number,
                format!("label \"{label}\" is not one of {vocabulary}"),
            ));
        };
        if !list::is_inside(id) {
            return Err(Error::row(
                path,
                number,
                format!("\"{id}\" is not a clip's path"),
            ));
        }
        rows.push(Row {
            number,
            clip: Clip {
                id: id.to_owned(),
                dir: clips.join(id),
                label,
            },
        });
    }
    Ok(List {
        path: path.to_owned(),
        rows,
    })
}
