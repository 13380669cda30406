//! The directory written to: what it was made with, the clips in it, and what is not a clip yet.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use m3dfel_data::list_frames;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::disk::{
    clear_partials, entries, folders, is_hidden, json, make_parent, name, partial, rename,
    write_json, write_whole,
};
use super::error::{Error, Result};
use super::outcome::{Kept, Reason, Record, Source};
use super::row::{Part, Row};

/// Says what the corpus is made with; written first.
pub const SETTINGS: &str = "prepare.json";
/// In each clip's folder; a folder without is not ours.
const RECORD: &str = ".clip.json";
/// A record for each row without a clip.
const DROPPED: &str = ".dropped";
/// Locked by the call at work, and free again however that ends.
const LOCK: &str = ".lock";

/// What all clips of a corpus are made with.
#[derive(Serialize, Deserialize)]
pub struct Settings {
    /// Counts the ways this code made clips.
    pub format: u32,
    pub detector: String,
    pub size: usize,
    pub margin: f32,
    pub least_frames: usize,
    pub least_side: f32,
}

/// A directory that is ours as long as this is held.
pub struct Store {
    out: PathBuf,
    lock: File,
}

impl Drop for Store {
    fn drop(&mut self) {
        // Closing alone leaves it locked while a child process that is just being started (an ffmpeg) still holds the file.
        let _ = self.lock.unlock();
    }
}

/// A clip that is there.
pub struct Clip {
    pub dir: PathBuf,
    /// None where it cannot be read, or frames of the clip are gone: then the clip is made anew.
    pub record: Option<Record<Kept>>,
}

impl Store {
    /// Takes the directory, made if need be, and removes what calls that died left half done.
    pub fn open(out: &Path, settings: &Settings) -> Result<Self> {
        std::fs::create_dir_all(out).map_err(|e| Error::write(out, e))?;
        let path = out.join(SETTINGS);
        let is_new = !path.exists();
        if is_new && entries(out)?.iter().any(|path| !is_hidden(path)) {
            return Err(Error::NotEmpty {
                out: out.to_owned(),
            });
        }
        let lock_path = out.join(LOCK);
        let lock = File::create(&lock_path).map_err(|e| Error::write(&lock_path, e))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Busy {
                    out: out.to_owned(),
                });
            }
            // Some network file systems have no locks; one who works there alone need not care.
            Err(TryLockError::Error(e)) if e.kind() == ErrorKind::Unsupported => {}
            Err(TryLockError::Error(e)) => return Err(Error::write(&lock_path, e)),
        }
        let store = Self {
            out: out.to_owned(),
            lock,
        };
        for dir in [out.to_owned(), out.join(DROPPED)] {
            clear_partials(&dir)?;
        }
        if path.exists() {
            same_settings(out, &path, settings)?;
        } else {
            write_json(&path, settings)?;
        }
        Ok(store)
    }

    /// Where a row's clip belongs.
    pub fn place(&self, row: &Row) -> PathBuf {
        let mut place = self.out.clone();
        place.extend(row.part.map(Part::name));
        place.join(&row.class).join(&row.clip)
    }

    /// The clips made here, by their names.
    pub fn clips(&self) -> Result<BTreeMap<String, Clip>> {
        let parts = [Part::Train, Part::Test].map(Part::name);
        let mut clips = BTreeMap::new();
        for top in folders(&self.out)? {
            let is_part = parts.contains(&name(&top).as_str());
            let classes = if is_part { folders(&top)? } else { vec![top] };
            for class in classes {
                for dir in folders(&class)? {
                    let path = dir.join(RECORD);
                    if path.exists() {
                        let record = read_record(&path).filter(|record: &Record<Kept>| {
                            list_frames(&dir).is_ok_and(|f| f.len() == record.result.frames)
                        });
                        let clip = Clip { dir, record };
                        let two = |other: Clip| Error::Twice {
                            one: clip.dir.clone(),
                            other: other.dir,
                        };
                        let before = clips.remove(&name(&clip.dir));
                        before.map_or(Ok(()), |other| Err(two(other)))?;
                        clips.insert(name(&clip.dir), clip);
                    }
                }
            }
        }
        Ok(clips)
    }

    /// Brings a clip to another place: its row got another label or part.
    pub fn relocate(&self, from: &Path, to: &Path) -> Result<()> {
        rename(from, to)?;
        self.remove_if_empty(from);
        Ok(())
    }

    /// Removes a clip that is to be made anew; never in part.
    pub fn remove(&self, dir: &Path) -> Result<()> {
        let aside = partial(&self.out, &name(dir));
        rename(dir, &aside)?;
        self.remove_if_empty(dir);
        std::fs::remove_dir_all(&aside).map_err(|e| Error::write(&aside, e))
    }

    /// Removes the class's and the part's folder around a clip that is gone, where nothing else is in them.
    fn remove_if_empty(&self, clip: &Path) {
        let around = clip.ancestors().skip(1);
        for dir in around.take_while(|dir| *dir != self.out) {
            if std::fs::remove_dir(dir).is_err() {
                return;
            }
        }
    }

    /// Why an earlier call made no clip of a row.
    pub fn dropped(&self, row: &Row, source: &Source) -> Option<Reason> {
        let record: Record<Reason> = read_record(&self.dropped_path(row))?;
        (record.source == *source).then_some(record.result)
    }

    pub fn remember_dropped(&self, row: &Row, source: &Source, reason: &Reason) -> Result<()> {
        let record = Record {
            source: source.clone(),
            result: reason.clone(),
        };
        let path = self.dropped_path(row);
        make_parent(&path)?;
        write_json(&path, &record)
    }

    fn dropped_path(&self, row: &Row) -> PathBuf {
        self.out.join(DROPPED).join(format!("{}.json", row.clip))
    }

    pub fn aside(&self, row: &Row) -> Result<Aside> {
        let dir = partial(&self.out, &row.clip);
        std::fs::create_dir(&dir).map_err(|e| Error::write(&dir, e))?;
        Ok(Aside { dir })
    }

    /// Writes a file at the top, aside first.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        write_whole(&self.out.join(name), bytes)
    }
}

/// A clip that is being made, a folder for each face of which it may be; removed unless it becomes the clip.
pub struct Aside {
    dir: PathBuf,
}

impl Aside {
    /// Adds a frame of a face, by its number from 1.
    pub fn write(&self, face: u32, number: usize, jpeg: &[u8]) -> Result<()> {
        let dir = self.face(face);
        if number == 1 {
            std::fs::create_dir(&dir).map_err(|e| Error::write(&dir, e))?;
        }
        let path = dir.join(format!("{number:05}.jpg"));
        std::fs::write(&path, jpeg).map_err(|e| Error::write(&path, e))
    }

    /// Removes a face's frames.
    pub fn discard(&self, face: u32) -> Result<()> {
        let dir = self.face(face);
        std::fs::remove_dir_all(&dir).map_err(|e| Error::write(&dir, e))
    }

    /// Makes a face's frames the clip.
    pub fn become_clip(self, face: u32, record: &Record<Kept>, place: &Path) -> Result<()> {
        let dir = self.face(face);
        write_json(&dir.join(RECORD), record)?;
        rename(&dir, place)
    }

    fn face(&self, face: u32) -> PathBuf {
        self.dir.join(face.to_string())
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // What cannot be removed now is by the next call.
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn same_settings(out: &Path, path: &Path, settings: &Settings) -> Result<()> {
    let cannot = |what: String| Error::Settings {
        path: path.to_owned(),
        what,
    };
    let text = std::fs::read_to_string(path).map_err(|e| Error::read(path, e))?;
    let value = |text: &str| serde_json::from_str::<Value>(text).map_err(|e| cannot(e.to_string()));
    let then = value(&text)?;
    // Through text: a value made of an f32 is a longer number than the one written.
    let now = value(&json(path, settings)?)?;
    for (key, now) in now.as_object().into_iter().flatten() {
        let then = then.get(key).unwrap_or(&Value::Null);
        if then != now {
            return Err(Error::OtherSettings {
                out: out.to_owned(),
                key: key.replace('_', " "),
                then: then.to_string(),
                now: now.to_string(),
            });
        }
    }
    Ok(())
}

fn read_record<T: DeserializeOwned>(path: &Path) -> Option<Record<T>> {
    let text = std::fs::read_to_string(path).ok()?;
    serde_json::from_str(&text).ok()
}
