//! What people write into the cells of a list.

use m3dfel_data::Vocabulary;

use super::row::{Part, Span};

/// The columns that mean something, and the other names they go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Video,
    Label,
    Start,
    End,
    Split,
    Clip,
    Subject,
}

const COLUMNS: [(Column, &[&str]); 7] = [
    (Column::Video, &["video", "file", "filename", "path"]),
    (Column::Label, &["label", "class", "emotion", "expression"]),
    (Column::Start, &["start"]),
    (Column::End, &["end"]),
    (Column::Split, &["split"]),
    (Column::Clip, &["clip"]),
    (Column::Subject, &["subject"]),
];

impl Column {
    pub fn of(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        COLUMNS
            .iter()
            .find(|(_, names)| names.contains(&name.as_str()))
            .map(|(column, _)| *column)
    }
}

/// What is between the cells, told by the header.
pub fn delimiter(header: &str) -> u8 {
    let count = |c: &u8| header.bytes().filter(|b| b == c).count();
    // Of as many, the last.
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(count)
        .unwrap_or(b',')
}

/// Seconds: `83.5`, `83,5` or `1:23.5`.
fn seconds(cell: &str) -> Result<f64, String> {
    let bad = || format!("\"{cell}\" is not a time in seconds, as 83.5 or 1:23.5");
    let mut sum = 0.0;
    for part in cell.replace(',', ".").split(':') {
        let digits = part.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let value: f64 = part.trim().parse().map_err(|_| bad())?;
        if !digits || !value.is_finite() {
            return Err(bad());
        }
        sum = sum * 60.0 + value;
    }
    Ok(sum)
}

/// A part of a video; an empty cell is the video's own start or end.
pub fn span(start: &str, end: &str) -> Result<Span, String> {
    let cell = |cell: &str| match cell {
        "" => Ok(None),
        cell => seconds(cell).map(Some),
    };
    let (start, end) = (cell(start)?, cell(end)?);
    match end {
        Some(end) if end <= start.unwrap_or(0.0) => Err(format!(
            "the end, {end} s, is not after the start, {} s",
            start.unwrap_or(0.0)
        )),
        _ => Ok(Span { start, end }),
    }
}

pub fn part(cell: &str) -> Result<Option<Part>, String> {
    match cell.to_lowercase().as_str() {
        "" => Ok(None),
        "train" | "training" => Ok(Some(Part::Train)),
        "test" | "testing" => Ok(Some(Part::Test)),
        _ => Err(format!("split \"{cell}\" is neither train nor test")),
    }
}

/// The folder of a class. What DFEW calls otherwise gets DFEW's name, any other class small letters; that other words
/// may mean it is for the layout to know, which reads the folders.
pub fn class(label: &str) -> Result<String, String> {
    if label.is_empty() {
        return Err("the label is empty".into());
    }
    let dfew = Vocabulary::default();
    let class = match dfew.index(label).and_then(|class| dfew.name(class)) {
        Some(name) => name.to_owned(),
        None => label.to_lowercase(),
    };
    folder_name(&class, "label")?;
    Ok(class)
}

/// A folder's name must be one folder in every file system, and seen by the layout.
pub fn folder_name(name: &str, what: &str) -> Result<(), String> {
    let why = if name.is_empty() {
        "is empty"
    } else if name.starts_with('.') {
        "begins with a point, which hides a folder"
    } else if name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|'])
        || name.chars().any(char::is_control)
    {
        "has a character that no folder's name may have"
    } else if name.ends_with(['.', ' ']) {
        "ends with a point or a space"
    } else if name.len() > MOST_BYTES {
        "is too long for a folder's name"
    } else {
        return Ok(());
    };
    Err(format!("the {what} \"{}\" {why}", name.escape_debug()))
}

/// File systems take 255; what is written aside has a longer name.
const MOST_BYTES: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_people_write_them() {
        for (cell, expected) in [
            ("1.5", 1.5),
            ("83,5", 83.5),
            ("1:23.5", 83.5),
            ("1:00:02", 3602.0),
            ("0", 0.0),
        ] {
            assert_eq!(seconds(cell), Ok(expected), "{cell}");
        }
        for cell in ["NaN", "-1", "inf", "1e3", "1::2", "x", "1.5s", ":"] {
            assert!(seconds(cell).is_err(), "{cell}");
        }
    }

    #[test]
    fn spans_are_half_open_and_share_no_frame() {
        let (one, two) = (span("", "1.2").unwrap(), span("1.2", "").unwrap());
        for number in 0..100 {
            let time = f64::from(number) / 30.0;
            assert!(one.holds(time) != two.holds(time), "{time}");
        }
        // A sum of fractions that is a little less than 1.2 is 1.2.
        let sum = (0..36).fold(0.0, |sum, _| sum + 1.0 / 30.0);
        assert!(two.holds(sum - 1e-9) && !one.holds(sum - 1e-9));
        assert!(span("2", "2").is_err() && span("", "0").is_err());
    }

    #[test]
    fn classes_get_the_names_of_dfew() {
        for (label, expected) in [
            ("Anger", "angry"),
            ("Happiness", "happy"),
            ("Contempt", "contempt"),
            ("Ärger", "ärger"),
        ] {
            assert_eq!(class(label), Ok(expected.to_owned()));
        }
        for label in ["", "../x", "a/b", "..", ".x", "C:\\x", "a\nb", "x."] {
            assert!(class(label).is_err(), "{label:?}");
        }
    }

    #[test]
    fn the_header_tells_the_delimiter() {
        assert_eq!(delimiter("video,label"), b',');
        assert_eq!(delimiter("video;label;start"), b';');
        assert_eq!(delimiter("video\tlabel"), b'\t');
        assert_eq!(delimiter("video"), b',');
    }
}
