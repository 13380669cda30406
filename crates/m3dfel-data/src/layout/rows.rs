//! Lists of a clip a line, as code for training has them:
//!
//! ```text
//! path label              blanks, tabs or commas between the cells, the same in all of a list
//! path frames label
//! ```
//!
//! A first line whose last cell is `label`, `class` or the like is a header.

use std::path::Path;

use super::list::{self, LABEL_HEADERS};
use crate::{Error, Result};

/// A line of a list; what its label means is up to the layout.
#[derive(Debug, PartialEq, Eq)]
pub struct RawRow {
    /// As an editor counts lines, from 1.
    pub number: usize,
    /// The clip's path, without a video's extension; it stays inside the corpus.
    pub path: String,
    pub label: String,
}

/// Reads a list. One without rows is no error here.
///
/// # Errors
/// A file that cannot be read; a line that is no row, or names no clip inside the corpus.
pub fn read(path: &Path) -> Result<Vec<RawRow>> {
    let text = list::read_text(path)?;
    let lines = text
        .lines()
        .enumerate()
        .map(|(i, line)| (i + 1, line.trim()));
    let mut between: Option<Between> = None;
    let mut rows = Vec::new();
    for (number, line) in lines.filter(|(_, line)| !line.is_empty()) {
        let is_first = between.is_none();
        let between = *between.get_or_insert_with(|| Between::of(line));
        let cells = between.cells(line);
        if is_first && cells.last().is_some_and(|cell| is_header(cell)) {
            continue;
        }
        rows.push(row(number, &cells, between).map_err(|what| Error::row(path, number, what))?);
    }
    Ok(rows)
}

fn is_header(label: &str) -> bool {
    LABEL_HEADERS
        .iter()
        .any(|known| label.eq_ignore_ascii_case(known))
}

fn row(number: usize, cells: &[String], between: Between) -> Result<RawRow, String> {
    let (path, label) = match cells {
        [path, label] => (path, label),
        [path, frames, label] if frames.parse::<u32>().is_ok() => (path, label),
        [_, frames, _] => {
            return Err(format!(
                "\"{frames}\", between path and label, is no number of frames"
            ));
        }
        _ => {
            return Err(format!(
                "a row is \"path label\" or \"path frames label\" with {between} between, as in the first row; here are {} cells",
                cells.len()
            ));
        }
    };
    let inside = list::without_extension(path.trim_start_matches("./").trim_end_matches('/'));
    if Path::new(inside).is_absolute() {
        return Err(format!(
            "\"{path}\" begins at another machine's root; write the clip's path from the corpus's root on"
        ));
    }
    if !list::is_inside(inside) {
        return Err(format!("\"{path}\" is not a clip's path"));
    }
    Ok(RawRow {
        number,
        path: inside.to_owned(),
        label: label.clone(),
    })
}

/// What is between the cells of a list, told by its first line.
#[derive(Clone, Copy)]
enum Between {
    Commas,
    Tabs,
    Blanks,
}

impl Between {
    fn of(line: &str) -> Self {
        match line {
            _ if line.contains(',') => Self::Commas,
            _ if line.contains('\t') => Self::Tabs,
            _ => Self::Blanks,
        }
    }

    fn cells(self, line: &str) -> Vec<String> {
        let own = |cell: &str| cell.trim().to_owned();
        match self {
            Self::Commas => match list::parse_line(line) {
                Ok(record) => record.iter().map(own).collect(),
                // No error comes of one line in memory; a line without a cell is a bad row.
                Err(_) => Vec::new(),
            },
            Self::Tabs => line.split('\t').map(own).collect(),
            Self::Blanks => line.split_whitespace().map(own).collect(),
        }
    }
}

impl std::fmt::Display for Between {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Commas => "commas",
            Self::Tabs => "tabs",
            Self::Blanks => "blanks",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Vec<(usize, String, String)>> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("train.txt");
        std::fs::write(&path, text).unwrap();
        let rows = read(&path)?;
        Ok(rows
            .into_iter()
            .map(|row| (row.number, row.path, row.label))
            .collect())
    }

    #[test]
    fn reads_all_ways_of_writing_a_list() {
        for text in [
            "a/1.mp4 happy\nb/2.mp4 3\n",
            "\u{feff}a/1 happy\r\nb/2 3\r\n",
            "a/1.avi 64 happy\nb/2/ 7 3",
            "a/1\thappy\nb/2\t3\n",
            "a/1.FLV,happy\n./b/2,3\n",
            "\"a/1\", 16, happy\nb/2,1,3\n",
        ] {
            let rows = read_text(text).unwrap();
            let expected = [(1, "a/1", "happy"), (2, "b/2", "3")];
            assert_eq!(
                rows,
                expected.map(|(n, p, l)| (n, p.into(), l.into())),
                "{text:?}"
            );
        }
        let rows = read_text("path,label\n\nDaily Life/1,happy\n").unwrap();
        assert_eq!(rows, [(3, "Daily Life/1".into(), "happy".into())]);
        let rows = read_text("clip frames class\na 16 sad\n").unwrap();
        assert_eq!(rows, [(2, "a".into(), "sad".into())]);
        assert_eq!(read_text("\n \n").unwrap(), []);
    }

    #[test]
    fn names_file_and_row_of_what_is_no_row() {
        for (bad, what) in [
            ("a happy\nb\n", "1 cells"),
            ("a happy\nDaily Life/1 16 sad\n", "4 cells"),
            ("a happy\nb,sad\n", "blanks"),
            ("a,happy\nb sad\n", "commas"),
            ("a happy\nb -1 sad\n", "\"-1\""),
            ("a happy\n../../b sad\n", "../../b"),
            ("a happy\n/home/me/b sad\n", "corpus's root"),
            ("a happy\nclip label x y\n", "4 cells"),
        ] {
            let error = read_text(bad).unwrap_err().to_string();
            assert!(
                error.contains("train.txt, row 2") && error.contains(what),
                "{bad:?}: {error}"
            );
        }
    }
}
