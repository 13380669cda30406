//! What all layouts do with their lists: read the text, find the clips, match the rows with the disk.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use super::Corpus;
use crate::{Clip, Error, Problem, Result, Vocabulary};

/// One fold as its layout lists it, before the disk is searched for its clips.
pub struct Listing {
    pub vocabulary: Vocabulary,
    /// The number of the first class; none where labels are names.
    pub label_base: Option<u8>,
    pub train: List,
    pub test: List,
    /// What the layout itself has to say; that of the clips is found by [`assemble`].
    pub problems: Vec<Problem>,
}

/// A list of clips, resolved.
pub struct List {
    /// The list's file; the directory that is listed where a layout has no lists.
    pub path: PathBuf,
    pub rows: Vec<Row>,
}

pub struct Row {
    /// As an editor counts lines, from 1.
    pub number: usize,
    pub clip: Clip,
}

/// What the column of labels is called in lists that have a header.
pub const LABEL_HEADERS: [&str; 6] = [
    "label",
    "labels",
    "emotion",
    "expression",
    "class",
    "annotation",
];

/// A clip's name without the extension of the video it was cut from.
pub fn without_extension(name: &str) -> &str {
    const VIDEO: [&str; 7] = ["mp4", "avi", "flv", "mov", "mkv", "webm", "wmv"];
    match name.rsplit_once('.') {
        Some((stem, extension)) if VIDEO.iter().any(|v| extension.eq_ignore_ascii_case(v)) => stem,
        _ => name,
    }
}

/// Where a corpus's clips are: the first of `places` that holds one of those listed, else the first
/// that is there. Copies differ in this more than in anything else.
pub fn place(root: &Path, places: &[&str], ids: impl Iterator<Item = String> + Clone) -> PathBuf {
    let places: Vec<PathBuf> = places.iter().map(|place| root.join(place)).collect();
    let there: Vec<&PathBuf> = places.iter().filter(|place| place.is_dir()).collect();
    let holds = |place: &&&PathBuf| ids.clone().any(|id| place.join(id).is_dir());
    there
        .iter()
        .find(holds)
        .or(there.first())
        .copied()
        // None is there: then the first is named in what is said of the missing clips.
        .or(places.first())
        .map_or_else(|| root.to_owned(), Clone::clone)
}

/// The text of a list, without its byte-order mark.
pub fn read_text(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).map_err(|e| Error::io(path, e))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text
            .strip_prefix('\u{feff}')
            .map(str::to_owned)
            .unwrap_or(text)),
        Err(error) => {
            let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let row = 1 + good.iter().filter(|&&c| c == b'\n').count();
            Err(Error::row(
                path,
                row,
                "this is not UTF-8 text; save the list as UTF-8",
            ))
        }
    }
}

/// The cells of one line of comma-separated values, without the blanks around them.
pub fn parse_line(line: &str) -> Result<csv::StringRecord, csv::Error> {
    let mut record = csv::StringRecord::new();
    csv::ReaderBuilder::new()
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(line.as_bytes())
        .read_record(&mut record)?;
    Ok(record)
}

/// Whether a clip named in a list stays inside the corpus: `a/b`, not `../b` or `/b`.
pub fn is_inside(name: &str) -> bool {
    !name.is_empty()
        && Path::new(name)
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
}

/// A fold as it is used: sees which clips are there, and notes what is amiss.
///
/// # Errors
/// Not one clip there.
pub fn assemble(listing: Listing) -> Result<Corpus> {
    let Listing {
        vocabulary,
        label_base,
        train,
        test,
        mut problems,
    } = listing;
    note_doubles(&train, &test, &mut problems);
    let count = train.rows.len() + test.rows.len();
    let first = train.rows.iter().chain(&test.rows).next();
    let first = first.map_or_else(|| train.path.clone(), |row| row.clip.dir.clone());

    let mut missing = 0;
    let mut see = |list: &List, row: &Row| {
        let there = row.clip.dir.is_dir();
        if !there {
            missing += 1;
            let (list, dir) = (list.path.clone(), row.clip.dir.clone());
            problems.push(Problem::MissingClip {
                list,
                row: row.number,
                dir,
            });
        }
        there
    };
    let kept: Vec<bool> = train.rows.iter().map(|row| see(&train, row)).collect();
    test.rows.iter().for_each(|row| {
        see(&test, row);
    });
    if missing == count {
        return Err(Error::NoClips { count, first });
    }
    let train: Vec<Clip> = train
        .rows
        .into_iter()
        .zip(kept)
        .filter_map(|(row, there)| there.then_some(row.clip))
        .collect();
    let test = test.rows.into_iter().map(|row| row.clip).collect();
    Ok(Corpus {
        vocabulary,
        label_base,
        train,
        test,
        problems,
    })
}

/// A clip listed twice weighs double; one in both lists is trained on and then tested on.
fn note_doubles(train: &List, test: &List, problems: &mut Vec<Problem>) {
    let mut seen: HashMap<&Path, (&List, usize)> = HashMap::new();
    for list in [train, test] {
        for row in &list.rows {
            match seen.get(row.clip.dir.as_path()) {
                Some((first_list, first_row)) => problems.push(Problem::ListedTwice {
                    list: list.path.clone(),
                    row: row.number,
                    id: row.clip.id.clone(),
                    first_list: first_list.path.clone(),
                    first_row: *first_row,
                }),
                None => {
                    seen.insert(&row.clip.dir, (list, row.number));
                }
            }
        }
    }
}
