use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use crate::{Report, ReportError, Result, render};

/// Renders the report into a file, whole or not at all: written aside in the same folder, then
/// renamed, so that a full disk leaves an earlier report as it was.
///
/// # Errors
/// As [`render`], and where the folder is missing, read-only or full.
pub fn write(report: &Report, path: &Path) -> Result<()> {
    let page = render(report)?;
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or("report.html".as_ref()));
    name.push(format!(".{}.tmp", std::process::id()));
    let aside = path.with_file_name(name);
    put(&page, &aside)
        .and_then(|()| fs::rename(&aside, path))
        .map_err(|source| {
            fs::remove_file(&aside).ok(); // what is half-written helps nobody
            ReportError::Io {
                path: path.to_owned(),
                source,
            }
        })
}

fn put(page: &str, path: &Path) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(page.as_bytes())?;
    file.sync_all()
}
