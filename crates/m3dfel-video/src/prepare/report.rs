//! What became of the rows, as tables beside the corpus.

use super::error::{Error, Result};
use super::outcome::Outcome;
use super::row::{Part, Row};
use super::store::Store;

/// The clips; a list that makes them again.
pub const CLIPS: &str = "clips.csv";
/// The rows without a clip, and why.
pub const DROPPED: &str = "dropped.csv";

pub fn write(store: &Store, rows: &[(Row, Outcome)]) -> Result<()> {
    let mut clips = Table::new(
        CLIPS,
        &[
            "clip",
            "video",
            "label",
            "split",
            "subject",
            "start",
            "end",
            "frames",
            "span_frames",
            "side",
            "faces",
            "problems",
        ],
    )?;
    let mut dropped = Table::new(
        DROPPED,
        &["line", "clip", "video", "label", "start", "end", "reason"],
    )?;
    for (row, outcome) in rows {
        let time = |time: Option<f64>| time.map(|t| t.to_string()).unwrap_or_default();
        let (start, end) = (time(row.span.start), time(row.span.end));
        match outcome {
            Outcome::Kept { clip, .. } => clips.add(&[
                &row.clip,
                &row.video,
                &row.class,
                row.part.map_or("", Part::name),
                row.subject.as_deref().unwrap_or_default(),
                &start,
                &end,
                &clip.frames.to_string(),
                &clip.span_frames.to_string(),
                &format!("{:.1}", clip.side),
                &clip.faces.to_string(),
                &clip.problems.join("; "),
            ])?,
            Outcome::Dropped(reason) => dropped.add(&[
                &row.line.to_string(),
                &row.clip,
                &row.video,
                &row.class,
                &start,
                &end,
                &reason.to_string(),
            ])?,
            Outcome::NotReached => {}
        }
    }
    clips.write(store)?;
    dropped.write(store)
}

struct Table {
    name: &'static str,
    writer: csv::Writer<Vec<u8>>,
}

impl Table {
    fn new(name: &'static str, header: &[&str]) -> Result<Self> {
        let writer = csv::Writer::from_writer(Vec::new());
        let mut table = Self { name, writer };
        table.add(header)?;
        Ok(table)
    }

    fn add(&mut self, cells: &[&str]) -> Result<()> {
        let written = self.writer.write_record(cells);
        written.map_err(|e| Error::write(self.name, e.into()))
    }

    fn write(self, store: &Store) -> Result<()> {
        let bytes = self.writer.into_inner();
        let bytes = bytes.map_err(|e| Error::write(self.name, e.into_error()))?;
        store.write(self.name, &bytes)
    }
}
