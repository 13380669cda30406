//! Predictions as a file:
//!
//! ```text
//! clip,label,predicted,logit_happy,logit_sad,error
//! 00001,happy,happy,1.25,-0.5,
//! 00002,sad,,,,00002 has no frame: no .jpg, .jpeg or .png file
//! ```

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use m3dfel_data::Vocabulary;

use super::{JudgedClip, Predictions};
use crate::table::csv_text;
use crate::{Error, Result};

const FIRST: [&str; 3] = ["clip", "label", "predicted"];
const LOGIT: &str = "logit_";
const LAST: &str = "error";
const WANTED: &str = "clip,label,predicted,logit_NAME,...,error with a logit_NAME for each class";

impl Predictions {
    /// One row per clip: its name, its class, the predicted class, a logit for each class, and why it
    /// could not be read, if so. Logits are written so that they read back as the same floats.
    pub fn to_csv(&self) -> String {
        let names = self.classes.names().iter();
        let header = FIRST.map(str::to_owned).into_iter();
        let header = header
            .chain(names.map(|name| format!("{LOGIT}{name}")))
            .chain([LAST.to_owned()]);
        let rows = self.clips.iter().map(|clip| self.row(clip));
        csv_text([header.collect()].into_iter().chain(rows))
    }

    fn row(&self, clip: &JudgedClip) -> Vec<String> {
        let predicted = clip.predicted().map_or("", |class| self.class(class));
        let mut row = [&clip.id, self.class(clip.label), predicted]
            .map(str::to_owned)
            .to_vec();
        match &clip.outcome {
            Ok(logits) => {
                row.extend(logits.iter().map(f32::to_string));
                row.push(String::new());
            }
            Err(reason) => {
                row.resize(FIRST.len() + self.classes.len(), String::new());
                row.push(reason.clone());
            }
        }
        row
    }

    /// Writes [`Self::to_csv`] beside the path and renames it, so that no half a file is ever there.
    ///
    /// # Errors
    /// A path that cannot be written.
    pub fn write_csv(&self, path: &Path) -> Result<()> {
        let mut name = path.file_name().unwrap_or_default().to_os_string();
        name.push(format!(".{}.part", std::process::id()));
        let aside: PathBuf = path.with_file_name(name);
        let write = || {
            let mut file = File::create(&aside)?;
            file.write_all(self.to_csv().as_bytes())?;
            file.sync_all()?;
            std::fs::rename(&aside, path)
        };
        write().map_err(|source| {
            std::fs::remove_file(&aside).ok();
            Error::Io {
                doing: "write",
                path: path.to_owned(),
                source,
            }
        })
    }

    /// Reads what [`Self::write_csv`] wrote.
    ///
    /// # Errors
    /// A file that cannot be read, or is no file of predictions: by file, row and what is wrong.
    pub fn read_csv(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|source| Error::Io {
            doing: "read",
            path: path.to_owned(),
            source,
        })?;
        Self::from_csv(path, &bytes)
    }

    /// As [`Self::read_csv`], from memory; `path` is for messages.
    pub fn from_csv(path: &Path, bytes: &[u8]) -> Result<Self> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut records = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true) // so that a row of other length is told in our words
            .from_reader(bytes)
            .into_records();
        let header = match records.next() {
            Some(header) => header.map_err(|e| unreadable(path, &e))?,
            None => {
                let what = format!("the file is empty; it should start with {WANTED}");
                return Err(Error::file(path, what));
            }
        };
        let classes = classes(path, &header)?;
        let mut clips = Vec::new();
        for record in records {
            let record = record.map_err(|e| unreadable(path, &e))?;
            let clip = clip(&classes, &record).map_err(|what| Error::Row {
                path: path.to_owned(),
                row: record.position().map_or(0, |at| at.line()),
                what,
            })?;
            clips.push(clip);
        }
        if clips.is_empty() {
            let what = "it has a header but no clip; evaluate the model again";
            return Err(Error::file(path, what));
        }
        Self::new(classes, clips)
    }
}

fn classes(path: &Path, header: &StringRecord) -> Result<Vocabulary> {
    let cells: Vec<&str> = header.iter().collect();
    let names = cells
        .strip_prefix(&FIRST)
        .and_then(|cells| cells.strip_suffix(&[LAST]))
        .and_then(|logits| {
            let names = logits.iter().map(|cell| cell.strip_prefix(LOGIT));
            names.collect::<Option<Vec<&str>>>()
        });
    let Some(names) = names else {
        let found = cells.join(",");
        let what = format!(
            "this is no file of predictions: it should start with {WANTED}, but starts with {}",
            shortened(&found)
        );
        return Err(Error::file(path, what));
    };
    Vocabulary::new(names).map_err(|e| Error::file(path, format!("the columns {LOGIT}...: {e}")))
}

fn clip(classes: &Vocabulary, record: &StringRecord) -> Result<JudgedClip, String> {
    let columns = FIRST.len() + classes.len() + 1;
    if record.len() != columns {
        let found = record.len();
        return Err(format!(
            "it has {found} cells, but the header has {columns}; the file may be cut short: evaluate again"
        ));
    }
    let cell = |column: usize| record.get(column).unwrap_or_default();
    let class = |column: usize| {
        classes.index(cell(column)).ok_or_else(|| {
            let (name, found) = (FIRST[column], shortened(cell(column)));
            format!("{name} is {found}, which is not among {classes}")
        })
    };
    let logits = record.iter().skip(FIRST.len()).take(classes.len());
    let label = class(1)?;
    let unread = cell(2).is_empty() && logits.clone().all(str::is_empty);
    let outcome = match unread {
        true => Err(cell(columns - 1).to_owned()),
        false => Ok(logits
            .zip(classes.names())
            .map(|(text, name)| logit(text, name))
            .collect::<Result<Vec<f32>, String>>()?),
    };
    let clip = JudgedClip {
        id: cell(0).to_owned(),
        label,
        outcome,
    };
    if let Some(fault) = clip.fault(classes) {
        return Err(fault);
    }
    match clip.predicted() {
        Some(_) if !cell(columns - 1).is_empty() => Err(format!(
            "it has logits and an error, {}; a clip has one or the other: evaluate again",
            shortened(cell(columns - 1))
        )),
        Some(predicted) if predicted != class(2)? => Err(format!(
            "predicted is {}, but the largest logit is that of {}; the file was changed: evaluate again",
            shortened(cell(2)),
            classes.name(predicted).unwrap_or_default()
        )),
        _ => Ok(clip),
    }
}

fn logit(text: &str, name: &str) -> Result<f32, String> {
    text.trim().parse().map_err(|_| {
        format!(
            "{LOGIT}{name} is {}, which is no number; evaluate again",
            shortened(text)
        )
    })
}

fn unreadable(path: &Path, error: &csv::Error) -> Error {
    match (error.kind(), error.position()) {
        (csv::ErrorKind::Utf8 { .. }, Some(at)) => Error::Row {
            path: path.to_owned(),
            row: at.line(),
            what: "this is not UTF-8 text; save the file as UTF-8".into(),
        },
        _ => Error::file(path, format!("this is no CSV: {error}")),
    }
}

/// A cell as a message quotes it: a file of the wrong kind may have one cell of megabytes.
fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{:?}...", &text[..end]),
        None => format!("{text:?}"),
    }
}

#[cfg(test)]
mod tests;
