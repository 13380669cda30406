//! Which clips are trained on and which are tested on.

use std::collections::{BTreeMap, BTreeSet};

use xxhash_rust::xxh3::xxh3_64;

use super::row::{Part, Row, Warning};

/// One of so many subjects is tested on.
const SHARE: usize = 5;

/// Sees that all rows have a part or none; where they have subjects and no part, draws it by subject.
///
/// The layout `folder` would draw folds by clip, and train and test on one person. The fifth of the subjects (at least
/// one) whose names have the smallest hashes is tested on: the same on every machine, as long as the subjects are.
pub fn assign(rows: &mut [Row]) -> Result<Vec<Warning>, Vec<(u64, String)>> {
    if rows.iter().all(|row| row.part.is_none()) {
        if rows.iter().all(|row| row.subject.is_none()) {
            refuse_classes_like_parts(rows)?;
            return Ok(Vec::new());
        }
        draw(rows)?;
        return Ok(Vec::new());
    }
    lines(
        rows,
        |row| row.part.is_none(),
        |_| "the split is empty here and not elsewhere; say train or test".into(),
    )?;
    for (part, other) in [(Part::Train, Part::Test), (Part::Test, Part::Train)] {
        if rows.iter().all(|row| row.part == Some(part)) {
            let what = format!(
                "all rows are {}, none is {}; a corpus has both: leave the column \"split\" out to have folds drawn",
                part.name(),
                other.name()
            );
            return Err(vec![(rows.first().map_or(1, |row| row.line), what)]);
        }
    }
    Ok(crossing(rows))
}

fn draw(rows: &mut [Row]) -> Result<(), Vec<(u64, String)>> {
    lines(
        rows,
        |row| row.subject.is_none(),
        |_| {
            "the subject is empty here and not elsewhere: nothing keeps this person apart; give it, or a split".into()
        },
    )?;
    let subjects: BTreeSet<&str> = rows.iter().filter_map(|r| r.subject.as_deref()).collect();
    let mut subjects: Vec<&str> = subjects.into_iter().collect();
    if subjects.len() < 2 {
        let what = "all rows are of one subject, who cannot be both trained on and tested on; \
                    leave the column \"subject\" out to have folds drawn by clip";
        return Err(vec![(rows.first().map_or(1, |row| row.line), what.into())]);
    }
    subjects.sort_by_cached_key(|subject| xxh3_64(subject.as_bytes()));
    let tested = (subjects.len() as f64 / SHARE as f64).round().max(1.0) as usize;
    let tested: BTreeSet<String> = subjects
        .iter()
        .take(tested)
        .map(|&s| s.to_owned())
        .collect();
    for row in rows {
        let is_tested = row.subject.as_ref().is_some_and(|s| tested.contains(s));
        row.part = Some(if is_tested { Part::Test } else { Part::Train });
    }
    Ok(())
}

/// The layout would take the folder of such a class for a part.
fn refuse_classes_like_parts(rows: &[Row]) -> Result<(), Vec<(u64, String)>> {
    let is_part = |row: &Row| {
        [Part::Train, Part::Test]
            .iter()
            .any(|p| p.name() == row.class)
    };
    lines(rows, is_part, |row| {
        format!(
            "a class cannot be called \"{}\" where there is no split",
            row.class
        )
    })
}

fn crossing(rows: &[Row]) -> Vec<Warning> {
    let mut first: BTreeMap<&str, BTreeMap<Part, u64>> = BTreeMap::new();
    for row in rows {
        if let (Some(subject), Some(part)) = (&row.subject, row.part) {
            first
                .entry(subject)
                .or_default()
                .entry(part)
                .or_insert(row.line);
        }
    }
    first
        .into_iter()
        .filter_map(|(subject, lines)| {
            Some(Warning::SubjectInBoth {
                subject: subject.to_owned(),
                train: *lines.get(&Part::Train)?,
                test: *lines.get(&Part::Test)?,
            })
        })
        .collect()
}

/// Refuses the rows that are `wrong`.
fn lines(
    rows: &[Row],
    wrong: impl Fn(&Row) -> bool,
    what: impl Fn(&Row) -> String,
) -> Result<(), Vec<(u64, String)>> {
    let wrong: Vec<_> = rows
        .iter()
        .filter(|row| wrong(row))
        .map(|row| (row.line, what(row)))
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prepare::row::Span;

    fn rows(of: &[(&str, Option<Part>)]) -> Vec<Row> {
        let row = |(index, &(subject, part)): (usize, &(&str, Option<Part>))| Row {
            line: index as u64 + 2,
            video: format!("{index}"),
            class: "happy".into(),
            span: Span::default(),
            clip: format!("{index}"),
            part,
            subject: (!subject.is_empty()).then(|| subject.to_owned()),
        };
        of.iter().enumerate().map(row).collect()
    }

    #[test]
    fn a_fifth_of_the_subjects_is_tested_on_and_nobody_is_in_both() {
        for (subjects, tested) in [(2, 1), (3, 1), (7, 1), (8, 2), (10, 2), (23, 5)] {
            let names: Vec<String> = (0..subjects * 3)
                .map(|k| format!("p{}", k % subjects))
                .collect();
            let of: Vec<_> = names.iter().map(|n| (n.as_str(), None)).collect();
            let mut rows = rows(&of);
            assert_eq!(assign(&mut rows), Ok(Vec::new()));
            let of_part = |part| -> BTreeSet<String> {
                let rows = rows.iter().filter(|r| r.part == Some(part));
                rows.filter_map(|r| r.subject.clone()).collect()
            };
            let (train, test) = (of_part(Part::Train), of_part(Part::Test));
            assert_eq!((train.len(), test.len()), (subjects - tested, tested));
            assert!(train.is_disjoint(&test));
        }
    }

    #[test]
    fn half_a_split_and_half_the_subjects_are_refused_by_line() {
        let (train, test) = (Some(Part::Train), Some(Part::Test));
        for (of, line) in [
            (&[("", train), ("", None), ("", test)][..], 3),
            (&[("", train), ("", train)], 2),
            (&[("", test)], 2),
            (&[("a", None), ("", None), ("b", None)], 3),
            (&[("a", None), ("a", None)], 2),
        ] {
            let error = assign(&mut rows(of)).unwrap_err();
            assert_eq!((error.len(), error[0].0), (1, line), "{error:?}");
        }
        let mut like_a_part = rows(&[("", None)]);
        like_a_part[0].class = "test".into();
        assert!(assign(&mut like_a_part).is_err());
    }

    #[test]
    fn who_is_in_both_parts_is_told() {
        let (train, test) = (Some(Part::Train), Some(Part::Test));
        let mut rows = rows(&[("a", train), ("b", train), ("a", test), ("c", test)]);
        let warnings = assign(&mut rows).unwrap();
        let expected = Warning::SubjectInBoth {
            subject: "a".into(),
            train: 2,
            test: 4,
        };
        assert_eq!(warnings, [expected]);
    }
}
