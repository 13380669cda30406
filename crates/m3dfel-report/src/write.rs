use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::{Document, ReportError, Result, figures, render};

/// Renders a page into a file, whole or not at all: written aside in the same folder, then renamed, so
/// that a full disk leaves an earlier page as it was.
///
/// # Errors
/// As [`render`], and where the folder is missing, read-only or full.
pub fn write(document: &impl Document, path: &Path) -> Result<()> {
    whole(&render(document)?, path)
}

/// Writes every figure into a folder that is there, as `NAME.svg`. Returns the files' paths.
///
/// # Errors
/// As [`figures`], and where the folder is missing, read-only or full.
pub fn write_figures(document: &impl Document, folder: &Path) -> Result<Vec<PathBuf>> {
    let files = figures(document)?.into_iter();
    let written = files.map(|figure| {
        let path = folder.join(&figure.name).with_extension("svg");
        whole(&figure.svg, &path).map(|()| path)
    });
    written.collect()
}

fn whole(text: &str, path: &Path) -> Result<()> {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or("report.html".as_ref()));
    name.push(format!(".{}.tmp", std::process::id()));
    let aside = path.with_file_name(name);
    put(text, &aside)
        .and_then(|()| fs::rename(&aside, path))
        .map_err(|source| {
            fs::remove_file(&aside).ok(); // what is half-written helps nobody
            ReportError::Io {
                path: path.to_owned(),
                source,
            }
        })
}

fn put(text: &str, path: &Path) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
