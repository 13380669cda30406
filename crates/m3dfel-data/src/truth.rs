//! What a rendered corpus knows of its clips beyond their class: who acts, and when.
//!
//! Corpora written by `m3dfel synth` have a `truth.csv` at their root, those filmed of people have not:
//!
//! ```text
//! clip,fold,label,identity,onset,apex,offset,intensity,frames
//! 12,1,happy,3,5,11,20,0.640,32
//! 13,1,neutral,3,,,,0.000,41
//! ```
//!
//! Further columns (who acts: `male,age,skin`) are for people and scripts.

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;
use std::path::Path;

use crate::layout::dfew::clip_id;
use crate::layout::list::{parse_line, read_text};
use crate::{Error, Result, list_frames};

/// The file's name at a corpus's root.
pub(crate) const FILE: &str = "truth.csv";
const COLUMNS: [&str; 9] = [
    "clip",
    "fold",
    "label",
    "identity",
    "onset",
    "apex",
    "offset",
    "intensity",
    "frames",
];

/// A corpus's `truth.csv`, by clip.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Truth {
    clips: HashMap<String, ClipTruth>,
}

/// What is known of one clip.
#[derive(Clone, Debug, PartialEq)]
pub struct ClipTruth {
    /// The fold that tests on it.
    pub fold: u8,
    /// Name of its class.
    pub label: String,
    /// Who acts: the same text is the same person.
    pub identity: String,
    /// None where the face is at rest throughout.
    pub span: Option<Span>,
    /// How strong the expression is at its apex, 0 to 1.
    pub intensity: f32,
    /// Frames of the clip.
    pub frames: usize,
}

/// When an expression shows, in frames of the clip counted from 0: `onset <= apex <= offset < frames`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first frame that shows it.
    pub onset: usize,
    pub apex: usize,
    /// The last frame that shows it.
    pub offset: usize,
}

impl Span {
    /// The frames that show the expression.
    pub fn frames(self) -> RangeInclusive<usize> {
        self.onset..=self.offset
    }
}

impl ClipTruth {
    /// Where the sampled frames stand among all frames of the clip in `dir`, counted from 0; none for a name
    /// that is not there. By names, which hold where a frame was replaced by its neighbour.
    ///
    /// None where the clip has not the frames that this is about: then its numbers mean nothing.
    pub fn places(&self, dir: &Path, sampled: &[String]) -> Option<Vec<Option<usize>>> {
        let all = list_frames(dir).ok()?;
        if all.len() != self.frames {
            return None;
        }
        let names = all
            .iter()
            .map(|path| path.file_name().unwrap_or_default().to_string_lossy());
        let at: HashMap<_, usize> = names.zip(0..).collect();
        Some(
            sampled
                .iter()
                .map(|name| at.get(name.as_str()).copied())
                .collect(),
        )
    }
}

impl Truth {
    /// Reads `truth.csv` at a corpus's root; none where there is no such file.
    ///
    /// # Errors
    /// A file that cannot be read, lacks a column, or has a row that cannot be true, by file and row.
    pub fn read(root: &Path) -> Result<Option<Self>> {
        let path = root.join(FILE);
        match read_text(&path) {
            Ok(text) => parse(&path, &text).map(Some),
            Err(Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// What is known of a clip, by the id that the corpus's layout gives it (`00012`).
    pub fn clip(&self, id: &str) -> Option<&ClipTruth> {
        self.clips.get(id)
    }

    /// When a clip's expression shows; none for a face at rest, and for an unknown clip.
    pub fn span(&self, id: &str) -> Option<Span> {
        self.clip(id)?.span
    }

    /// How many people act in the clips named. Clips that are not known are left out.
    pub fn identities<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> usize {
        self.identity_set(ids).len()
    }

    /// How many people act both in clips of `a` and in clips of `b`.
    pub fn shared_identities<'a>(
        &self,
        a: impl IntoIterator<Item = &'a str>,
        b: impl IntoIterator<Item = &'a str>,
    ) -> usize {
        let a = self.identity_set(a);
        self.identity_set(b).intersection(&a).count()
    }

    fn identity_set<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> HashSet<&str> {
        ids.into_iter()
            .filter_map(|id| Some(self.clip(id)?.identity.as_str()))
            .collect()
    }

    pub fn len(&self) -> usize {
        self.clips.len()
    }

    pub fn is_empty(&self) -> bool {
        self.clips.is_empty()
    }
}

/// Whether the corpus at `root` is rendered, by the file's being there.
pub fn is_rendered(root: &Path) -> bool {
    root.join(FILE).is_file()
}

fn parse(path: &Path, text: &str) -> Result<Truth> {
    let mut order: Option<[usize; COLUMNS.len()]> = None;
    let mut truth = Truth::default();
    for (index, line) in text.lines().enumerate() {
        let bad = |what: String| Error::row(path, index + 1, what);
        let record = parse_line(line)
            .map_err(|e| bad(format!("not a row of comma-separated values: {e}")))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        let Some(order) = order else {
            order = Some(columns(&record).map_err(bad)?);
            continue;
        };
        let (id, clip) = row(&record, order).map_err(bad)?;
        if truth.clips.contains_key(&id) {
            return Err(bad(format!("clip {id} is told of twice")));
        }
        truth.clips.insert(id, clip);
    }
    match order {
        Some(_) => Ok(truth),
        None => Err(Error::row(
            path,
            1,
            format!("the file is empty; its first row is {}", COLUMNS.join(",")),
        )),
    }
}

/// Where in a row each of [`COLUMNS`] is. Others may be there.
fn columns(header: &csv::StringRecord) -> Result<[usize; COLUMNS.len()], String> {
    let mut order = [0; COLUMNS.len()];
    for (place, name) in order.iter_mut().zip(COLUMNS) {
        *place = header
            .iter()
            .position(|cell| cell.eq_ignore_ascii_case(name))
            .ok_or_else(|| {
                format!(
                    "there is no column \"{name}\"; the first row is {}",
                    COLUMNS.join(",")
                )
            })?;
    }
    Ok(order)
}

fn row(
    record: &csv::StringRecord,
    order: [usize; COLUMNS.len()],
) -> Result<(String, ClipTruth), String> {
    let mut cells = [""; COLUMNS.len()];
    for ((cell, place), name) in cells.iter_mut().zip(order).zip(COLUMNS) {
        let missing = || format!("there is no {name}: the row ends before it");
        *cell = record.get(place).ok_or_else(missing)?;
    }
    let [
        clip,
        fold,
        label,
        identity,
        onset,
        apex,
        offset,
        intensity,
        frames,
    ] = cells;
    let id = clip_id(clip);
    if id.is_empty() {
        return Err("there is no clip: its cell is empty".into());
    }
    let frames: usize = number(frames, "frames", "a number of frames")?;
    let strength: f32 = number(intensity, "intensity", "a number")?;
    if !strength.is_finite() {
        return Err(format!("intensity \"{intensity}\" is not finite"));
    }
    let span = if [onset, apex, offset] == [""; 3] {
        None
    } else {
        let frame = |cell, name| number(cell, name, "the number of a frame");
        let (onset, apex, offset): (usize, usize, usize) = (
            frame(onset, "onset")?,
            frame(apex, "apex")?,
            frame(offset, "offset")?,
        );
        if !(onset <= apex && apex <= offset && offset < frames) {
            return Err(format!(
                "onset {onset}, apex {apex} and offset {offset} are not in this order within {frames} frames"
            ));
        }
        Some(Span {
            onset,
            apex,
            offset,
        })
    };
    Ok((
        id,
        ClipTruth {
            fold: number(fold, "fold", "the number of a fold")?,
            label: label.to_owned(),
            identity: identity.to_owned(),
            span,
            intensity: strength,
            frames,
        },
    ))
}

fn number<T: std::str::FromStr>(cell: &str, name: &str, what: &str) -> Result<T, String> {
    cell.parse()
        .map_err(|_| format!("{name} \"{cell}\" is not {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEADER: &str = "clip,fold,label,identity,onset,apex,offset,intensity,frames\n";
    const ROWS: &str = "12,1,happy,3,5,11,20,0.640,32\n13,2,neutral,3,,,,0.000,41\n";

    fn read(text: impl AsRef<[u8]>) -> Result<Truth> {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join(FILE), text).unwrap();
        Truth::read(root.path()).map(Option::unwrap)
    }

    #[test]
    fn a_clip_is_found_by_its_padded_id() {
        let truth = read(format!("{HEADER}{ROWS}")).unwrap();
        assert_eq!(truth.len(), 2);
        let span = truth.span("00012").unwrap();
        assert_eq!((span.onset, span.apex, span.offset), (5, 11, 20));
        assert_eq!(span.frames(), 5..=20);
        let clip = truth.clip("00012").unwrap();
        assert_eq!(
            (clip.fold, clip.label.as_str(), clip.frames),
            (1, "happy", 32)
        );
        assert_eq!((clip.identity.as_str(), clip.intensity), ("3", 0.64));
        assert_eq!(truth.span("00013"), None, "neutral has no span");
        assert!(truth.clip("00013").is_some());
        assert_eq!(truth.span("00014"), None);
    }

    #[test]
    fn people_are_counted_once() {
        let more = "14,2,sad,4,1,2,3,0.5,9\n";
        let truth = read(format!("{HEADER}{ROWS}{more}")).unwrap();
        let all = ["00012", "00013", "00014", "99999"];
        assert_eq!(truth.identities(all), 2);
        assert_eq!(truth.shared_identities(["00012"], ["00013", "00014"]), 1);
        assert_eq!(truth.shared_identities(["00012"], ["00014"]), 0);
    }

    #[test]
    fn no_file_is_no_truth() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(Truth::read(root.path()).unwrap(), None);
        std::fs::create_dir(root.path().join(FILE)).unwrap();
        assert!(matches!(
            Truth::read(root.path()).unwrap_err(),
            Error::Io { .. }
        ));
    }

    #[test]
    fn line_ends_order_of_columns_and_other_columns_do_not_matter() {
        let plain = read(format!("{HEADER}{ROWS}")).unwrap();
        let windows = format!("\u{feff}{HEADER}\n{ROWS}").replace('\n', "\r\n");
        assert_eq!(read(windows).unwrap(), plain);
        let other = "frames,note,clip,label,fold,identity,offset,apex,onset,intensity\n\
                     32,x,12,happy,1,3,20,11,5,0.640\n41,,13,neutral,2,3,,,,0.000\n";
        assert_eq!(read(other).unwrap(), plain);
        assert!(
            read(HEADER).unwrap().is_empty(),
            "a header alone is no damage"
        );
    }

    #[test]
    fn damage_is_named_by_file_and_row() {
        for (row, what) in [
            ("14,1,sad,3,5,11", "no offset"),
            ("14,1,sad,3,x,11,20,0.5,32", "onset \"x\""),
            ("14,1,sad,3,5,,20,0.5,32", "apex \"\""),
            ("14,1,sad,3,12,11,20,0.5,32", "not in this order"),
            ("14,1,sad,3,5,11,32,0.5,32", "within 32 frames"),
            ("14,1,sad,3,-5,11,20,0.5,32", "onset \"-5\""),
            ("14,1,sad,3,5,11,20,NaN,32", "intensity"),
            ("14,first,sad,3,5,11,20,0.5,32", "fold \"first\""),
            ("14,1,sad,3,5,11,20,0.5,", "frames \"\""),
            (",1,sad,3,5,11,20,0.5,32", "no clip"),
            ("12,1,sad,3,5,11,20,0.5,32", "twice"),
        ] {
            let error = read(format!("{HEADER}{ROWS}{row}\n"))
                .unwrap_err()
                .to_string();
            for part in [what, FILE, "row 4"] {
                assert!(error.contains(part), "{row}: {error}");
            }
        }
        let error = read("clip,fold,label\n1,1,sad\n").unwrap_err().to_string();
        assert!(
            error.contains("identity") && error.contains("row 1"),
            "{error}"
        );
        let error = read("").unwrap_err().to_string();
        assert!(error.contains("empty") && error.contains(FILE), "{error}");
        let error = read([HEADER.as_bytes(), b"12,1,\xff"].concat())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("UTF-8") && error.contains("row 2"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn damage_never_panics(cut in 0usize..200, at in 0usize..200, byte: u8) {
            let mut text = format!("{HEADER}{ROWS}").into_bytes();
            let end = text.len();
            text[at % end] = byte;
            text.truncate(cut.min(end));
            if let Ok(truth) = read(text) {
                for clip in truth.clips.values() {
                    prop_assert!(clip.span.is_none_or(|s| s.onset <= s.offset && s.offset < clip.frames));
                }
            }
        }
    }
}
