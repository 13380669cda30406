//! A folder a class, for anybody's own data:
//!
//! ```text
//! train/happy/0001/*.jpg, test/happy/0002/*.jpg       one split; both folders must be there
//! happy/0001/*.jpg                                    or no split: five folds are drawn
//! ```
//!
//! Classes are named by their folders, in the order of the names; `Anger` and `angry` are one. Any
//! folder within a class's is a clip; loose pictures are none.
//!
//! Folds are drawn by a hash of the clips' names, each with its share of each class, and are the
//! same on every machine as long as the clips are. They know nothing of people: one may be in the
//! clips trained on and in those tested on, which makes a model look better than it is.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use super::list::{List, Listing, Row};
use super::{OpenOptions, Reader, listed};
use crate::vocabulary::canonical;
use crate::{Clip, Error, Problem, Result, Vocabulary, list_frames};

pub struct Folder;

/// Folds drawn where there is no split.
const FOLDS: u8 = 5;
/// The folders of a split.
const PARTS: [&str; 2] = ["train", "test"];

impl Reader for Folder {
    fn name(&self) -> &'static str {
        "folder"
    }

    fn mark(&self) -> &'static str {
        "CLASS/CLIP/*.jpg, or train/CLASS/CLIP/*.jpg and test/CLASS/CLIP/*.jpg"
    }

    /// Two classes or more that hold a clip. Where there are lists, the folders are no classes.
    fn is_at(&self, root: &Path) -> bool {
        let split = root.join("train");
        let at = if split.is_dir() { &split } else { root };
        let holds_clip = |class: &PathBuf| {
            folders(class).is_ok_and(|clips| clips.iter().any(|clip| list_frames(clip).is_ok()))
        };
        let classes = folders(at).unwrap_or_default();
        !listed::has_lists(root)
            && classes
                .iter()
                .filter(|class| holds_clip(class))
                .nth(1)
                .is_some()
    }

    fn folds(&self, root: &Path) -> RangeInclusive<u8> {
        1..=if is_split(root) { 1 } else { FOLDS }
    }

    fn read(&self, root: &Path, fold: u8, options: &OpenOptions) -> Result<Listing> {
        options.refuse_label_base("classes are named by their folders")?;
        refuse_half_a_split(root)?;
        let mut problems = Vec::new();
        let [(train_at, train), (test_at, test)] = if is_split(root) {
            let [train, test] = PARTS.map(|part| {
                let at = root.join(part);
                classes(&at, &format!("{part}/"), &mut problems).map(|clips| (at, clips))
            });
            [train?, test?]
        } else {
            let clips = classes(root, "", &mut problems)?;
            if clips.len() < usize::from(FOLDS) {
                let what = format!(
                    "there are {} clips, and {FOLDS} folds to draw; looked for {}",
                    clips.len(),
                    self.mark()
                );
                return Err(Error::layout(root, what));
            }
            problems.push(Problem::PeopleMayCross {
                root: root.to_owned(),
                folds: FOLDS,
            });
            let (test, train) = draw(clips)
                .into_iter()
                .partition::<Vec<_>, _>(|(_, at)| *at == fold);
            [train, test].map(|clips| {
                (
                    root.to_owned(),
                    clips.into_iter().map(|(clip, _)| clip).collect(),
                )
            })
        };
        let names: BTreeSet<&str> = train
            .iter()
            .chain(&test)
            .map(|clip| clip.class.as_str())
            .collect();
        let vocabulary = Vocabulary::new(&names).map_err(|error| {
            Error::layout(root, format!("{error}; {} are looked for", self.mark()))
        })?;
        let list = |path: PathBuf, clips: &[Found]| {
            let rows = clips.iter().enumerate().map(|(index, clip)| Row {
                number: index + 1,
                clip: Clip {
                    id: clip.id.clone(),
                    dir: clip.dir.clone(),
                    label: names.range(..clip.class.as_str()).count(),
                },
            });
            List {
                path,
                rows: rows.collect(),
            }
        };
        let (train, test) = (list(train_at, &train), list(test_at, &test));
        Ok(Listing {
            vocabulary,
            label_base: None,
            train,
            test,
            problems,
        })
    }
}

/// A clip's directory that was found.
struct Found {
    id: String,
    class: String,
    dir: PathBuf,
}

fn is_split(root: &Path) -> bool {
    PARTS.iter().all(|part| root.join(part).is_dir())
}

/// Half a split would else be taken for a class.
fn refuse_half_a_split(root: &Path) -> Result<()> {
    let is_there = PARTS.map(|part| root.join(part).is_dir());
    let (there, missing) = match is_there {
        [true, false] => ("train", "test"),
        [false, true] => ("test", "train"),
        _ => return Ok(()),
    };
    let what = format!(
        "there is a folder \"{there}\" and no folder \"{missing}\"; make both, or put the classes into {} itself",
        root.display()
    );
    Err(Error::layout(root, what))
}

/// The clips in the folders of classes in `at`, by class and name.
fn classes(at: &Path, prefix: &str, problems: &mut Vec<Problem>) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for class_dir in folders(at)? {
        let clips = folders(&class_dir)?;
        if clips.is_empty() {
            problems.push(Problem::ClassWithoutClips { dir: class_dir });
            continue;
        }
        let class = file_name(&class_dir);
        found.extend(clips.into_iter().map(|dir| Found {
            id: format!("{prefix}{class}/{}", file_name(&dir)),
            class: canonical(&class),
            dir,
        }));
    }
    Ok(found)
}

/// The folders in a folder, by name; hidden ones left out.
fn folders(at: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(at).map_err(|e| Error::io(at, e))? {
        let path = entry.map_err(|e| Error::io(at, e))?.path();
        if path.is_dir() && !file_name(&path).starts_with('.') {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The fold that tests on each clip. Dealt out class after class in the order of the names' hashes,
/// so that a fold has its share of each class and of all.
fn draw(mut clips: Vec<Found>) -> Vec<(Found, u8)> {
    clips.sort_by_cached_key(|clip| {
        (
            clip.class.clone(),
            xxh3_64(clip.id.as_bytes()),
            clip.id.clone(),
        )
    });
    let fold = (1..=FOLDS).cycle();
    let mut drawn: Vec<(Found, u8)> = clips.into_iter().zip(fold).collect();
    drawn.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    drawn
}
