//! The list that says what the videos show.

use std::collections::BTreeMap;
use std::path::Path;

use m3dfel_data::is_frame;

use super::cells::{self, Column, delimiter, folder_name};
use super::error::{Error, Lines, Result};
use super::row::{Part, Row, Span, Warning};
use super::split;
use crate::decode::is_video;

/// A list that was read; it has at least one row.
#[derive(Clone, Debug, PartialEq)]
pub struct Labels {
    pub rows: Vec<Row>,
    pub warnings: Vec<Warning>,
}

impl Labels {
    /// Reads a list; see [`prepare`](super) for what is in it.
    ///
    /// # Errors
    /// A file that cannot be read or has no rows; by their lines, rows that cannot be.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|e| Error::read(path, e))?;
        Self::parse(bytes).map_err(|lines| Error::Labels {
            path: path.to_owned(),
            lines: Lines(lines),
        })
    }

    fn parse(bytes: Vec<u8>) -> Result<Self, Vec<(u64, String)>> {
        let text = String::from_utf8(bytes).map_err(|error| {
            let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = 1 + good.iter().filter(|&&b| b == b'\n').count() as u64;
            let what = "this is not UTF-8 text; save the list as \"CSV UTF-8\"";
            vec![(line, what.into())]
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let header = text.lines().find(|line| !line.trim().is_empty());
        let Some(header) = header else {
            return Err(vec![(1, "the list is empty".into())]);
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter(header))
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
        let line = |at: Option<&csv::Position>| {
            // A record's position is before the empty lines before it.
            let at = at.map_or(0, |at| at.byte() as usize);
            let rest = text.get(at..).unwrap_or_default();
            let at = at + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
            1 + ends.partition_point(|&end| end < at) as u64
        };
        let cannot = |e: csv::Error| vec![(line(e.position()), e.to_string())];
        let header = Header::of(reader.headers().map_err(cannot)?).map_err(|e| vec![(1, e)])?;
        let (mut rows, mut wrong) = (Vec::new(), Vec::new());
        for record in reader.records() {
            let record = record.map_err(cannot)?;
            if record.iter().all(str::is_empty) {
                continue;
            }
            let line = line(record.position());
            match header.row(line, &record) {
                Ok(row) => rows.push(row),
                Err(what) => wrong.push((line, what)),
            }
        }
        if rows.is_empty() && wrong.is_empty() {
            wrong.push((2, "the list has no rows".into()));
        }
        wrong.extend(equal_names(&rows));
        if !wrong.is_empty() {
            wrong.sort();
            return Err(wrong);
        }
        let mut warnings = split::assign(&mut rows)?;
        warnings.extend(one_class(&rows));
        Ok(Self { rows, warnings })
    }
}

/// Where the columns are.
struct Header {
    columns: Vec<Option<Column>>,
}

impl Header {
    fn of(names: &csv::StringRecord) -> Result<Self, String> {
        let columns: Vec<Option<Column>> = names.iter().map(Column::of).collect();
        for (index, column) in columns.iter().enumerate() {
            if column.is_some() && columns[..index].contains(column) {
                let name = names.get(index).unwrap_or_default();
                return Err(format!("\"{name}\" names a column that is there before"));
            }
        }
        for (column, name) in [(Column::Video, "video"), (Column::Label, "label")] {
            if !columns.contains(&Some(column)) {
                let names: Vec<&str> = names.iter().collect();
                return Err(format!(
                    "there is no column \"{name}\"; the columns are {}",
                    names.join(", ")
                ));
            }
        }
        Ok(Self { columns })
    }

    fn row(&self, line: u64, record: &csv::StringRecord) -> Result<Row, String> {
        if record.len() > self.columns.len() {
            return Err(format!(
                "there are {} cells for {} columns; put a name that has the delimiter in it between quotes",
                record.len(),
                self.columns.len()
            ));
        }
        let cell = |column: Column| {
            let at = self.columns.iter().position(|c| *c == Some(column));
            at.and_then(|at| record.get(at)).unwrap_or_default()
        };
        let video = cell(Column::Video);
        if !is_inside(video) {
            return Err(format!(
                "\"{video}\" is no path of a video from the videos' directory on"
            ));
        }
        let class = cells::class(cell(Column::Label))?;
        let span = cells::span(cell(Column::Start), cell(Column::End))?;
        let clip = match cell(Column::Clip) {
            "" => default_name(video, &span),
            clip => clip.to_owned(),
        };
        folder_name(&clip, "clip's name")
            .map_err(|what| format!("{what}; give it another in the column \"clip\""))?;
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Ok(Row {
            line,
            video: video.to_owned(),
            class,
            span,
            clip,
            part: cells::part(cell(Column::Split))?,
            subject: some(cell(Column::Subject)),
        })
    }
}

fn is_inside(video: &str) -> bool {
    use std::path::Component::{CurDir, Normal};
    let mut parts = Path::new(video).components();
    !video.is_empty() && parts.all(|part| matches!(part, Normal(_) | CurDir))
}

/// `day1/talk.mp4` from 12.5 s on is `day1_talk_12.5`.
fn default_name(video: &str, span: &Span) -> String {
    let folders: Vec<&str> = video
        .split('/')
        .filter(|f| !["", "."].contains(f))
        .collect();
    let name = folders.join("_");
    let name = match name.rsplit_once('.') {
        Some((stem, _)) if is_video(&name) || is_frame(&name) => stem,
        _ => &name,
    };
    match span.start {
        Some(start) => format!("{name}_{start}"),
        None => name.to_owned(),
    }
}

fn equal_names(rows: &[Row]) -> Vec<(u64, String)> {
    let mut first = BTreeMap::new();
    let mut wrong = Vec::new();
    for row in rows {
        // Some file systems know no capitals.
        if let Some(before) = first.insert(row.clip.to_lowercase(), row.line) {
            let what = format!(
                "the clip of line {before} is called \"{}\" as well; name them in the column \"clip\"",
                row.clip
            );
            wrong.push((row.line, what));
        }
    }
    wrong
}

fn one_class(rows: &[Row]) -> Option<Warning> {
    let mut trained = rows.iter().filter(|row| row.part != Some(Part::Test));
    let class = &trained.next()?.class;
    trained
        .all(|row| row.class == *class)
        .then(|| Warning::OneClass {
            class: class.clone(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Labels, String> {
        Labels::parse(text.into()).map_err(|lines| Lines(lines).to_string())
    }

    #[test]
    fn reads_all_ways_of_writing_a_list() {
        for text in [
            "video,label,start,end\na.mp4,Happy,0,1.5\nb/c.mp4,anger,,\n",
            "\u{feff}video;label;start;end\r\na.mp4;happiness;0;1,5\r\nb/c.mp4;angry;;\r\n",
            " Label , notes, Video ,end,start\n\n happy ,, a.mp4 , 1.5 , 0 \nANGRY,x,\"b/c.mp4\"\n,,,,\n",
            "file\tlabel\tstart\tend\na.mp4\tJoy\t0:00\t0:01.5\n./b/c.mp4\tanger\n",
        ] {
            let labels = parse(text).unwrap();
            let rows: Vec<_> = labels
                .rows
                .iter()
                .map(|r| (r.clip.as_str(), r.class.as_str(), r.span))
                .collect();
            let span = Span {
                start: Some(0.0),
                end: Some(1.5),
            };
            let expected = [("a_0", "happy", span), ("b_c", "angry", Span::default())];
            assert_eq!(rows, expected, "{text:?}");
            assert_eq!(labels.warnings, []);
        }
    }

    #[test]
    fn names_the_line_of_what_cannot_be() {
        for (text, line, what) in [
            ("", 1, "empty"),
            ("\n \n", 1, "empty"),
            ("video,label\n", 2, "no rows"),
            ("video,name\na,happy\n", 1, "no column \"label\""),
            ("label\nhappy\n", 1, "no column \"video\""),
            ("video,label,Label\na,b,c\n", 1, "there before"),
            ("video,label\na,happy\n\nb,\n", 4, "label is empty"),
            ("video,label\na,happy\nb,../x\n", 3, "../x"),
            ("video,label\n,happy\n", 2, "no path"),
            ("video,label\n../a,happy\n", 2, "../a"),
            ("video,label\n/a,happy\n", 2, "/a"),
            ("video,label,start\na,happy,x\n", 2, "\"x\""),
            ("video,label,start,end\na,happy,2,1\n", 2, "not after"),
            ("video,label,split\na,happy,val\n", 2, "\"val\""),
            ("video,label,clip\na,happy,x/y\n", 2, "x/y"),
            ("video,label,clip\na,happy,.x\n", 2, "point"),
            ("video,label\na,happy\na.mp4,sad\n", 3, "line 2"),
            ("video,label,clip\na,happy,X\nb,sad,x\n", 3, "line 2"),
            ("video,label\na,b,happy\n", 2, "3 cells"),
        ] {
            let error = parse(text).unwrap_err();
            let expected = format!("line {line}: ");
            assert!(
                error.starts_with(&expected) && error.contains(what),
                "{text:?}: {error}"
            );
        }
        let error = Labels::parse(b"video,label\na,\xFF\n".to_vec()).unwrap_err();
        assert_eq!(error[0].0, 2);
    }

    #[test]
    fn all_lines_are_told_at_once() {
        let rows: String = (0..14).map(|k| format!("v{k},\n")).collect();
        let error = parse(&format!("video,label\n{rows}")).unwrap_err();
        assert!(
            error.contains("line 11:") && error.ends_with("and 4 more lines"),
            "{error}"
        );
    }

    #[test]
    fn one_class_is_told() {
        let labels = parse("video,label\na,happy\nb,joy\n").unwrap();
        assert!(matches!(&labels.warnings[..], [Warning::OneClass { class }] if class == "happy"));
    }
}
