//! Files and folders that are whole or not there.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::error::{Error, Result};

pub fn json(path: &Path, value: &impl Serialize) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(|e| Error::write(path, e.into()))
}

pub fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let text = json(path, value)? + "\n";
    write_whole(path, text.as_bytes())
}

pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let aside = partial(path.parent().unwrap_or(Path::new("")), &name(path));
    std::fs::write(&aside, bytes).map_err(|e| {
        // Half a file on a full disk helps nobody.
        let _ = std::fs::remove_file(&aside);
        Error::write(path, e)
    })?;
    std::fs::rename(&aside, path).map_err(|e| Error::write(path, e))
}

pub fn rename(from: &Path, to: &Path) -> Result<()> {
    make_parent(to)?;
    std::fs::rename(from, to).map_err(|e| Error::write(to, e))
}

pub fn make_parent(path: &Path) -> Result<()> {
    match path.parent() {
        Some(parent) => std::fs::create_dir_all(parent).map_err(|e| Error::write(parent, e)),
        None => Ok(()),
    }
}

/// What is not whole yet lies beside where it will be.
pub fn partial(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!(".{name}.partial-{}", std::process::id()))
}

pub fn clear_partials(dir: &Path) -> Result<()> {
    if !dir.exists() {
        return Ok(());
    }
    for path in entries(dir)? {
        if is_hidden(&path) && name(&path).contains(".partial-") {
            let removed = if path.is_dir() {
                std::fs::remove_dir_all(&path)
            } else {
                std::fs::remove_file(&path)
            };
            removed.map_err(|e| Error::write(&path, e))?;
        }
    }
    Ok(())
}

pub fn entries(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(dir).map_err(|e| Error::read(dir, e))?;
    entries
        .map(|entry| Ok(entry.map_err(|e| Error::read(dir, e))?.path()))
        .collect()
}

/// The folders in a folder, hidden ones left out.
pub fn folders(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = entries(dir)?;
    found.retain(|path| path.is_dir() && !is_hidden(path));
    Ok(found)
}

pub fn is_hidden(path: &Path) -> bool {
    name(path).starts_with('.')
}

pub fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
