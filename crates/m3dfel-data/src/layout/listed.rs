//! Corpora without lists of their own, which everybody splits anew: CREMA-D, RAVDESS, AFEW.
//!
//! ```text
//! train.txt, test.txt                       one split
//! fold_1/train.txt, fold_1/test.txt ...     or several, which come first if both are there
//! ```
//!
//! `.csv` will do for `.txt`; a line is as [`rows`] says. Its path is from the corpus's root on, or
//! from one of [`PLACES`] in it; the clip is a directory of frames.
//!
//! Labels are names or numbers. Repositories number these corpora in conflicting orders, so a
//! number means nothing by itself. It is read
//!
//! 1. by `classes.txt` at the root, a line a class, number and name: `0 angry`; or
//! 2. by the clips' own names, where the corpus names its clips by class: the number that stands
//!    beside angry clips is angry's. One that stands beside clips of two classes is an error.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use super::list::{self, List, Listing, Row};
use super::rows::{self, RawRow};
use super::{OpenOptions, Reader};
use crate::{Clip, Error, Result, Vocabulary};

/// What is a corpus's own.
pub struct Listed {
    pub name: &'static str,
    /// See [`Reader::mark`].
    pub mark: &'static str,
    /// In the order of the corpus's paper, in the names used here.
    pub classes: &'static [&'static str],
    /// Other words for classes, which only this corpus has.
    pub codes: &'static [(&'static str, &'static str)],
    /// The list to test on is the first of these that is there.
    pub test_lists: &'static [&'static str],
    /// The class told by a clip's path, where it is as this corpus names its clips. Most clips of a
    /// list tell theirs: by this the layout is known.
    pub class_of_path: fn(&str) -> Option<&'static str>,
}

/// Where the clips are looked for.
const PLACES: [&str; 5] = ["", "frames", "clips", "faces", "data"];

const NUMBERS: &str = "classes.txt";

impl Reader for Listed {
    fn name(&self) -> &'static str {
        self.name
    }

    fn mark(&self) -> &'static str {
        self.mark
    }

    fn is_at(&self, root: &Path) -> bool {
        let dir = dir_of(root, *self.folds(root).start());
        let rows = find(&dir, &["train"]).and_then(|path| rows::read(&path).ok());
        rows.is_some_and(|rows| {
            let told = rows
                .iter()
                .filter(|row| (self.class_of_path)(&row.path).is_some());
            told.count() * 2 > rows.len()
        })
    }

    fn folds(&self, root: &Path) -> RangeInclusive<u8> {
        1..=last_fold(root).unwrap_or(1)
    }

    fn read(&self, root: &Path, fold: u8, options: &OpenOptions) -> Result<Listing> {
        options.refuse_label_base("its numbers are read by classes.txt or by the clips' names")?;
        let vocabulary = Vocabulary::new(self.classes)?;
        let dir = dir_of(root, fold);
        let train = self.read_list(&dir, &["train"], &vocabulary)?;
        let test = self.read_list(&dir, self.test_lists, &vocabulary)?;
        let numbers = self.numbers(root, &[&train, &test], &vocabulary)?;

        let ids = train
            .rows
            .iter()
            .chain(&test.rows)
            .map(|(row, _)| row.path.clone());
        let clips = list::place(root, &PLACES, ids);
        let resolve = |list: RawList| -> Result<List> {
            let mut rows = Vec::with_capacity(list.rows.len());
            for (row, label) in list.rows {
                let label = match label {
                    Label::Class(class) => class,
                    Label::Number(number) => *numbers.get(&number).ok_or_else(|| {
                        Error::row(&list.path, row.number, self.unknown_number(number, root))
                    })?,
                };
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
            Ok(List {
                path: list.path,
                rows,
            })
        };
        let (train, test) = (resolve(train)?, resolve(test)?);
        let label_base = numbers
            .keys()
            .next()
            .and_then(|&first| u8::try_from(first).ok());
        Ok(Listing {
            vocabulary,
            label_base,
            train,
            test,
            problems: Vec::new(),
        })
    }
}

struct RawList {
    path: PathBuf,
    rows: Vec<(RawRow, Label)>,
}

#[derive(Clone, Copy)]
enum Label {
    Class(usize),
    Number(i64),
}

/// Number to class.
type Numbers = BTreeMap<i64, usize>;

impl Listed {
    fn read_list(&self, dir: &Path, stems: &[&str], vocabulary: &Vocabulary) -> Result<RawList> {
        let path = find(dir, stems).ok_or_else(|| {
            let names: Vec<String> = stems.iter().map(|stem| format!("{stem}.txt")).collect();
            Error::layout(
                dir,
                format!(
                    "there is no {}; {} is read from train.txt and test.txt, or from fold_1/train.txt, fold_1/test.txt \
                     and so on, with a line \"path label\" a clip",
                    names.join(" or "),
                    self.name
                ),
            )
        })?;
        let mut labelled = Vec::new();
        for row in rows::read(&path)? {
            let class = self.class(&row.label, vocabulary).map(Label::Class);
            let label = class.or_else(|| row.label.parse().ok().map(Label::Number));
            let Some(label) = label else {
                let what = format!(
                    "label \"{}\" is neither a number nor one of {vocabulary}",
                    row.label
                );
                return Err(Error::row(&path, row.number, what));
            };
            labelled.push((row, label));
        }
        Ok(RawList {
            path,
            rows: labelled,
        })
    }

    fn class(&self, word: &str, vocabulary: &Vocabulary) -> Option<usize> {
        let code = self
            .codes
            .iter()
            .find(|(code, _)| word.eq_ignore_ascii_case(code));
        vocabulary.index(code.map_or(word, |(_, name)| name))
    }

    /// What the numbers in the lists mean.
    fn numbers(&self, root: &Path, lists: &[&RawList], vocabulary: &Vocabulary) -> Result<Numbers> {
        let is_number = |(_, label): &(RawRow, Label)| matches!(label, Label::Number(_));
        if !lists.iter().any(|list| list.rows.iter().any(is_number)) {
            return Ok(Numbers::new());
        }
        let path = root.join(NUMBERS);
        if path.exists() {
            return self.read_numbers(&path, vocabulary);
        }
        let mut numbers = Numbers::new();
        for list in lists {
            for (row, label) in &list.rows {
                let told = (self.class_of_path)(&row.path).and_then(|name| vocabulary.index(name));
                let (&Label::Number(number), Some(told)) = (label, told) else {
                    continue;
                };
                let known = *numbers.entry(number).or_insert(told);
                if known != told {
                    let name = |class| vocabulary.name(class).unwrap_or_default();
                    let what = format!(
                        "label {number} is {} by this clip's name, and {} by that of one before; say what the numbers \
                         mean in {}: a line a class, number and name, as \"{number} {}\"",
                        name(told),
                        name(known),
                        path.display(),
                        name(known)
                    );
                    return Err(Error::row(&list.path, row.number, what));
                }
            }
        }
        self.no_class_twice(&numbers, vocabulary).map_err(|what| {
            let what = format!(
                "{what}, by the clips' names; say what the numbers mean in {}",
                path.display()
            );
            Error::layout(&lists[0].path, what)
        })?;
        Ok(numbers)
    }

    fn read_numbers(&self, path: &Path, vocabulary: &Vocabulary) -> Result<Numbers> {
        let mut numbers = Numbers::new();
        for (index, line) in list::read_text(path)?.lines().enumerate() {
            let bad = |what: String| Error::row(path, index + 1, what);
            let cells: Vec<&str> = line
                .split([' ', '\t', ','])
                .filter(|cell| !cell.is_empty())
                .collect();
            let (number, name) = match cells[..] {
                [] => continue,
                [number, name] => (number, name),
                _ => {
                    return Err(bad(
                        "a line is a class's number and its name, as \"0 angry\"".into(),
                    ));
                }
            };
            let number = number
                .parse()
                .map_err(|_| bad(format!("\"{number}\" is not a number")))?;
            let class = self
                .class(name, vocabulary)
                .ok_or_else(|| bad(format!("\"{name}\" is not one of {vocabulary}")))?;
            if numbers.insert(number, class).is_some() {
                return Err(bad(format!("{number} is told of twice")));
            }
        }
        self.no_class_twice(&numbers, vocabulary)
            .map_err(|what| Error::layout(path, what))?;
        Ok(numbers)
    }

    fn no_class_twice(&self, numbers: &Numbers, vocabulary: &Vocabulary) -> Result<(), String> {
        let mut first = BTreeMap::new();
        for (number, class) in numbers {
            if let Some(other) = first.insert(class, number) {
                let name = vocabulary.name(*class).unwrap_or_default();
                return Err(format!("{name} has two numbers, {other} and {number}"));
            }
        }
        Ok(())
    }

    fn unknown_number(&self, number: i64, root: &Path) -> String {
        format!(
            "label {number}: nothing tells which class that is, for {} is numbered in many orders; write names, or \
             say what the numbers mean in {}: a line a class, number and name, as \"{number} {}\"",
            self.name,
            root.join(NUMBERS).display(),
            self.classes[0]
        )
    }
}

/// The directory with the lists of a fold.
fn dir_of(root: &Path, fold: u8) -> PathBuf {
    match last_fold(root) {
        Some(_) => root.join(format!("fold_{fold}")),
        None => root.to_owned(),
    }
}

/// The highest N of the directories `fold_N`: one that is missing before it is then an error.
fn last_fold(root: &Path) -> Option<u8> {
    let entries = std::fs::read_dir(root).ok()?;
    let number = |entry: std::fs::DirEntry| -> Option<u8> {
        let name = entry.file_name();
        let number = name.to_str()?.strip_prefix("fold_")?.parse().ok()?;
        // Not fold_01, which `dir_of` would not find again.
        (entry.path().is_dir() && number > 0 && name == *format!("fold_{number}")).then_some(number)
    };
    entries.flatten().filter_map(number).max()
}

/// The first list there is of these.
fn find(dir: &Path, stems: &[&str]) -> Option<PathBuf> {
    let names = stems
        .iter()
        .flat_map(|stem| ["txt", "csv"].map(|e| format!("{stem}.{e}")));
    names.map(|name| dir.join(name)).find(|path| path.is_file())
}

/// Whether lists of this kind are at `root`: then its directories are no classes.
pub fn has_lists(root: &Path) -> bool {
    last_fold(root).is_some() || find(root, &["train", "test"]).is_some()
}
