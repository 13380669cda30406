//! DFEW (Jiang et al., *DFEW: A Large-Scale Database for Recognizing Dynamic Facial Expressions in
//! the Wild*, ACM MM 2020).
//!
//! ```text
//! Clip/clip_224x224/00001/*.jpg
//! EmoLabel_DataSplit/train(single-labeled)/set_1.csv ... set_5.csv     video_name,label
//! EmoLabel_DataSplit/test(single-labeled)/set_1.csv ... set_5.csv      1,3
//! ```
//!
//! Labels are 1 to 7; copies with 0 to 6 exist. Names in the lists are not padded, directories are.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use super::list::{self, LABEL_HEADERS, List, Listing, Row};
use super::{OpenOptions, Published, PublishedSplit, Reader};
use crate::{Clip, Error, Result, Vocabulary};

pub struct Dfew;

impl Reader for Dfew {
    fn name(&self) -> &'static str {
        "dfew"
    }

    fn mark(&self) -> &'static str {
        "EmoLabel_DataSplit"
    }

    fn folds(&self, _root: &Path) -> RangeInclusive<u8> {
        1..=5
    }

    fn published(&self, fold: u8) -> Option<Published> {
        (fold == 1).then_some(Published {
            train: PublishedSplit {
                clips: 9356,
                classes: Some(&[1956, 1515, 2135, 1738, 1175, 116, 721]),
            },
            test: PublishedSplit {
                clips: 2341,
                classes: None,
            },
        })
    }

    fn read(&self, root: &Path, fold: u8, options: &OpenOptions) -> Result<Listing> {
        let vocabulary = Vocabulary::default();
        let lists = ["train", "test"].map(|part| {
            root.join(self.mark())
                .join(format!("{part}(single-labeled)"))
                .join(format!("set_{fold}.csv"))
        });
        let [train_path, test_path] = &lists;
        let train = read(train_path, &vocabulary)?;
        let test = read(test_path, &vocabulary)?;
        let base = label_base(
            &[(train_path, &train), (test_path, &test)],
            vocabulary.len(),
            options,
        )?;
        let ids = train.iter().chain(&test).map(|row| row.id.clone());
        let clips = list::place(root, &PLACES, ids);
        let numbered = train.iter().chain(&test).any(RawRow::is_numbered);
        let resolve = |path: &PathBuf, raw: Vec<RawRow>| -> Result<List> {
            let rows = raw
                .into_iter()
                .map(|row| resolve(path, row, &clips, base, &vocabulary));
            Ok(List {
                path: path.clone(),
                rows: rows.collect::<Result<_>>()?,
            })
        };
        let (train, test) = (resolve(train_path, train)?, resolve(test_path, test)?);
        Ok(Listing {
            vocabulary,
            label_base: numbered.then_some(u8::from(base == 1)),
            train,
            test,
            problems: Vec::new(),
        })
    }
}

/// Where the clips are; DFEW's own place first, then those of copies.
const PLACES: [&str; 4] = [
    "Clip/clip_224x224",
    "Clip/clip_224x224_16f",
    "clip_224x224",
    "Clip",
];

struct RawRow {
    number: usize,
    id: String,
    label: RawLabel,
}

impl RawRow {
    fn is_numbered(&self) -> bool {
        matches!(self.label, RawLabel::Number(_))
    }
}

enum RawLabel {
    Number(i64),
    Class(usize),
}

/// The columns of a list: name, label.
type Columns = (usize, usize);

fn read(path: &Path, vocabulary: &Vocabulary) -> Result<Vec<RawRow>> {
    let text = list::read_text(path)?;
    let mut columns: Option<Columns> = None;
    let mut rows = Vec::new();
    // Line by line: the csv crate's own count of them goes astray over CRLF and blank lines.
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let record = list::parse_line(line).map_err(|e| {
            Error::row(
                path,
                number,
                format!("not a row of comma-separated values: {e}"),
            )
        })?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        let columns = match columns {
            Some(columns) => columns,
            None => {
                let header = header(&record, vocabulary);
                columns = Some(header.unwrap_or((0, 1)));
                if header.is_some() {
                    continue;
                }
                (0, 1)
            }
        };
        let (Some(name), Some(label)) = (record.get(columns.0), record.get(columns.1)) else {
            return Err(Error::row(
                path,
                number,
                "a row is a clip's name, a comma and its label",
            ));
        };
        let label = parse_label(label, vocabulary).ok_or_else(|| {
            Error::row(
                path,
                number,
                format!("label \"{label}\" is neither a number nor one of {vocabulary}"),
            )
        })?;
        let id = clip_id(list::without_extension(name));
        if !list::is_inside(&id) {
            let what = format!("\"{name}\" is not a clip's name");
            return Err(Error::row(path, number, what));
        }
        rows.push(RawRow { number, id, label });
    }
    if rows.is_empty() {
        return Err(Error::NoRows {
            path: path.to_owned(),
        });
    }
    Ok(rows)
}

/// The columns named by a first row that is a header: where neither its name nor its label could be one.
fn header(record: &csv::StringRecord, vocabulary: &Vocabulary) -> Option<Columns> {
    let find = |known: &[&str]| {
        record
            .iter()
            .position(|cell| known.contains(&cell.to_lowercase().as_str()))
    };
    let name = find(&[
        "video_name",
        "video",
        "clip_name",
        "clip",
        "name",
        "order",
        "id",
    ]);
    let label = find(&LABEL_HEADERS);
    match (name, label) {
        (Some(name), Some(label)) => Some((name, label)),
        _ => {
            let is_row = record.get(0).is_some_and(|cell| number_of(cell).is_some())
                || record
                    .get(1)
                    .is_none_or(|cell| parse_label(cell, vocabulary).is_some());
            (!is_row).then_some((0, 1))
        }
    }
}

fn parse_label(cell: &str, vocabulary: &Vocabulary) -> Option<RawLabel> {
    cell.parse()
        .ok()
        .map(RawLabel::Number)
        .or_else(|| vocabulary.index(cell).map(RawLabel::Class))
}

/// The number of the first class: what the options say, else what the range of all labels leaves open.
fn label_base(
    lists: &[(&PathBuf, &Vec<RawRow>)],
    classes: usize,
    options: &OpenOptions,
) -> Result<i64> {
    match options.label_base {
        Some(base @ (0 | 1)) => return Ok(base.into()),
        Some(base) => {
            return Err(Error::Options(format!(
                "label_base = {base}: must be 0 or 1"
            )));
        }
        None => {}
    }
    let last = classes as i64;
    let (mut min, mut max) = (i64::MAX, i64::MIN);
    let mut zero = None;
    for (path, rows) in lists {
        for row in *rows {
            let RawLabel::Number(label) = row.label else {
                continue;
            };
            if !(0..=last).contains(&label) {
                let what = format!(
                    "label {label} is no class of DFEW, which are 1 to {last} (or 0 to {})",
                    last - 1
                );
                return Err(Error::row(path, row.number, what));
            }
            if label == 0 {
                zero = zero.or(Some((*path, row.number)));
            }
            (min, max) = (min.min(label), max.max(label));
        }
    }
    match (zero, max == last) {
        (Some((path, row)), true) => {
            let what = format!(
                "label 0, though other rows have {last}: classes are 1 to {last} or 0 to {}",
                last - 1
            );
            Err(Error::row(path, row, what))
        }
        (Some(_), false) => Ok(0),
        (None, true) => Ok(1),
        // Names only: the base does not matter.
        (None, false) if max == i64::MIN => Ok(1),
        (None, false) => Err(Error::LabelBase {
            path: lists[0].0.clone(),
            min,
            max,
        }),
    }
}

fn resolve(
    path: &Path,
    row: RawRow,
    clips: &Path,
    base: i64,
    vocabulary: &Vocabulary,
) -> Result<Row> {
    let label = match row.label {
        RawLabel::Class(class) => class,
        RawLabel::Number(label) => {
            let class = label
                .checked_sub(base)
                .and_then(|class| usize::try_from(class).ok());
            class
                .filter(|&class| class < vocabulary.len())
                .ok_or_else(|| {
                    let last = base + vocabulary.len() as i64 - 1;
                    Error::row(
                        path,
                        row.number,
                        format!("label {label} is no class: they are {base} to {last}"),
                    )
                })?
        }
    };
    Ok(Row {
        number: row.number,
        clip: Clip {
            dir: clips.join(&row.id),
            id: row.id,
            label,
        },
    })
}

/// A clip's id, by its name in a list: a number is padded, as its directory's name is.
pub fn clip_id(name: &str) -> String {
    number_of(name).map_or_else(|| name.to_owned(), |number| format!("{number:05}"))
}

fn number_of(name: &str) -> Option<u32> {
    name.parse().ok()
}
