//! Tables into files.

use std::path::Path;

use anyhow::Context;
use m3dfel::weights::write_aside;
use m3dfel_metrics::{Comparison, Confusion, Table};

/// Writes a text file aside and renames it.
pub fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    write_aside(path, |aside| {
        std::fs::write(aside, text).with_context(|| path.display().to_string())
    })
}

/// One after the other, an empty line between.
pub fn joined(tables: &[Table], text: impl Fn(&Table) -> String) -> String {
    tables.iter().map(text).collect::<Vec<_>>().join("\n")
}

/// The scores and, where there is more than one side, the differences to the first.
pub fn of(comparison: &Comparison) -> Vec<Table> {
    let mut tables = vec![comparison.scores_table()];
    if comparison.sides.len() > 1 {
        tables.push(comparison.differences_table());
    }
    tables
}

/// Writes a page's figures and, for each name, a confusion into a folder, which is made if need be.
pub fn write_figures<'a>(
    folder: &Path,
    page: &impl m3dfel_report::Document,
    classes: &[String],
    confusions: impl IntoIterator<Item = (String, &'a Confusion)>,
) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    m3dfel_report::write_figures(page, folder)?;
    for (name, confusion) in confusions {
        let text = m3dfel_report::confusion_csv(classes, confusion)?;
        write(&folder.join(name), &text)?;
    }
    Ok(())
}

/// A name with only what every file system takes.
pub fn file_name(name: &str) -> String {
    let taken = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '=' | '-');
    name.chars()
        .map(|c| if taken(c) { c } else { '-' })
        .collect()
}

/// What the intervals in the tables are.
pub const INTERVALS: &str = "Percent and percentage points; 95 % intervals by bootstrap over the test clips of each class, and over \
     seeds where there are several. Where an interval of a difference holds zero, these clips do not tell \
     the two apart.";
