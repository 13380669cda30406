//! Predictions as a file:
//!
//! ```text
//! clip,label,predicted,logit_happy,logit_sad,error
//! 00001,happy,happy,1.25,-0.5,
//! 00002,sad,,,,00002 has no frame: no .jpg, .jpeg or .png file
//! ```

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
        std::fs::write(&aside, self.to_csv())
            .and_then(|()| std::fs::rename(&aside, path))
            .map_err(|source| {
                std::fs::remove_file(&aside).ok();
                let (doing, path) = ("write", path.to_owned());
                Error::Io {
                    doing,
                    path,
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
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    const GOOD: &str = "clip,label,predicted,logit_happy,logit_sad,error\n\
                        00001,happy,sad,-1.5,0.25,\n\
                        00002,sad,,,,\"no frame, \"\"none\"\"\"\n";

    fn parse(text: &str) -> Result<Predictions> {
        Predictions::from_csv("p.csv".as_ref(), text.as_bytes())
    }

    #[test]
    fn reads_and_writes_the_same() {
        let predictions = parse(GOOD).unwrap();
        assert_eq!(predictions.classes().names(), ["happy", "sad"]);
        assert_eq!(predictions.clips()[0].outcome, Ok(vec![-1.5, 0.25]));
        assert_eq!(
            predictions.clips()[1].outcome,
            Err("no frame, \"none\"".to_owned())
        );
        assert_eq!(predictions.to_csv(), GOOD);
        // As a spreadsheet saves it.
        let saved = format!("\u{feff}{}", GOOD.replace('\n', "\r\n"));
        assert_eq!(parse(&saved).unwrap(), predictions);
    }

    #[test]
    fn a_logit_survives_as_it_was() {
        for x in [f32::MIN_POSITIVE, 1e-45, f32::MAX, -0.0, 0.1, 16_777_217.0] {
            let outcome = Ok(vec![x, -f32::MAX]);
            let (id, label) = ("a".to_owned(), 0);
            let clip = JudgedClip { id, label, outcome };
            let classes = Vocabulary::new(["happy", "sad"]).unwrap();
            let wrote = Predictions::new(classes, vec![clip]).unwrap();
            let read = parse(&wrote.to_csv()).unwrap();
            let Ok(logits) = &read.clips()[0].outcome else {
                panic!("{x} came back as unread")
            };
            assert_eq!(logits[0].to_bits(), x.to_bits());
        }
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let row = |row: &str| format!("{GOOD}{row}\n");
        for (text, says) in [
            (String::new(), "p.csv: the file is empty"),
            ("\n\n".into(), "p.csv: the file is empty"),
            (
                "00001,happy,sad,-1.5,0.25,\n".into(),
                "should start with clip,label",
            ),
            (
                "clip,label,predicted,error\n".into(),
                "p.csv: the columns logit_",
            ),
            (
                "clip,label,predicted,logit_a,logit_A,error\n".into(),
                "are the same",
            ),
            (
                "clip,label,predicted,logit_a,b,error\n".into(),
                "no file of predictions",
            ),
            (GOOD.lines().next().unwrap().into(), "a header but no clip"),
            (
                row("3,happy,sad,0,1"),
                "p.csv, row 4: it has 5 cells, but the header has 6",
            ),
            (row("3,happy,sad,0,1,,"), "row 4: it has 7 cells"),
            (
                row("3,joyful,sad,0,1,"),
                "row 4: label is \"joyful\", which is not among happy, sad",
            ),
            (row("3,,sad,0,1,"), "row 4: label is \"\""),
            (row("3,sad,calm,0,1,"), "row 4: predicted is \"calm\""),
            (row("3,sad,happy,0,1,"), "the largest logit is that of sad"),
            (row("3,sad,,0,1,"), "row 4: predicted is \"\""),
            (row("3,sad,sad,NaN,1,"), "row 4: the logit of happy is NaN"),
            (row("3,sad,sad,1,inf,"), "row 4: the logit of sad is inf"),
            (row("3,sad,sad,1,1e39,"), "row 4: the logit of sad is inf"),
            (
                row("3,sad,sad,1,x,"),
                "row 4: logit_sad is \"x\", which is no number",
            ),
            (row("3,sad,sad,1,,"), "row 4: logit_sad is \"\""),
        ] {
            let error = parse(&text).unwrap_err().to_string();
            assert!(error.contains(says), "{error}\n  lacks: {says}");
        }
    }

    #[test]
    fn bytes_of_all_kinds_are_no_panic() {
        let latin = [GOOD.as_bytes(), b"3,happy,sad,0,1,\xe9\n"].concat();
        let error = Predictions::from_csv("p.csv".as_ref(), &latin).unwrap_err();
        assert!(
            error.to_string().contains("row 4: this is not UTF-8"),
            "{error}"
        );
        let zeros = vec![0; 100_000];
        let error = Predictions::from_csv("p.csv".as_ref(), &zeros).unwrap_err();
        assert!(error.to_string().len() < 700, "{error}");
        // Cut anywhere, it reads as fewer clips or is refused; a logit is never a shorter number.
        let whole = parse(GOOD).unwrap();
        for end in 0..GOOD.len() {
            if let Ok(part) = parse(&GOOD[..end]) {
                assert_eq!(part.clips()[0], whole.clips()[0], "cut at {end}");
            }
        }
    }

    #[test]
    fn whatever_is_accepted_is_understood() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let alphabet = b"\"\n\r,;.-0123456789einfNaN\0\xff logit_hapysd";
        let mut accepted = 0;
        for _ in 0..20_000 {
            let mut bytes = GOOD.as_bytes().to_vec();
            for _ in 0..rng.random_range(1..4) {
                let at = rng.random_range(0..bytes.len());
                bytes[at] = alphabet[rng.random_range(0..alphabet.len())];
            }
            if let Ok(read) = Predictions::from_csv("p.csv".as_ref(), &bytes) {
                accepted += 1;
                assert_eq!(parse(&read.to_csv()).unwrap(), read);
            }
        }
        assert!(accepted > 1000, "{accepted}: too few to say anything");
    }

    #[test]
    fn writes_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("predictions.csv");
        let predictions = parse(GOOD).unwrap();
        predictions.write_csv(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), GOOD);
        assert_eq!(Predictions::read_csv(&path).unwrap(), predictions);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        let error = predictions.write_csv(dir.path()).unwrap_err().to_string();
        assert!(error.starts_with("cannot write "), "{error}");
        let error = Predictions::read_csv(&dir.path().join("no.csv")).unwrap_err();
        assert!(error.to_string().starts_with("cannot read "), "{error}");
    }
}
