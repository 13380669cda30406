//! Where the videos listed are.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::error::{Error, Result};
use crate::decode::is_video;

/// What a name in the list stands for.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// A path from the videos' directory on, with its ending; of a file, or of a folder of frames.
    One(String),
    None,
    /// Several endings, none of them said.
    Several(Vec<String>),
}

/// A directory of videos.
pub struct Videos<'a> {
    root: &'a Path,
    /// What is in its folders, as far as they were asked for.
    folders: BTreeMap<PathBuf, Vec<OsString>>,
}

impl<'a> Videos<'a> {
    /// # Errors
    /// A directory that cannot be read.
    pub fn new(root: &'a Path) -> Result<Self> {
        std::fs::read_dir(root).map_err(|e| Error::read(root, e))?;
        Ok(Self {
            root,
            folders: BTreeMap::new(),
        })
    }

    pub fn find(&mut self, name: &str) -> Found {
        // `./a//b` is `a/b`.
        let path: PathBuf = Path::new(name)
            .components()
            .filter(|part| matches!(part, std::path::Component::Normal(_)))
            .collect();
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let whole = self.root.join(&path);
        if whole.is_file() || m3dfel_data::list_frames(&whole).is_ok() {
            return Found::One(text(&path));
        }
        let (Some(folder), Some(stem)) = (path.parent(), path.file_name()) else {
            return Found::None;
        };
        let root = self.root;
        let names = self.folders.entry(folder.to_owned()).or_insert_with(|| {
            let entries = std::fs::read_dir(root.join(folder)).into_iter().flatten();
            let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
            names.sort();
            names
        });
        let mut found: Vec<String> = names
            .iter()
            .map(Path::new)
            .filter(|name| name.file_stem() == Some(stem) && is_video(name))
            .map(|name| text(&folder.join(name)))
            .collect();
        match found.len() {
            0 => Found::None,
            1 => Found::One(found.remove(0)),
            _ => Found::Several(found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_may_be_left_out_where_it_is_clear() {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["day 1", "frames"] {
            std::fs::create_dir(dir.path().join(folder)).unwrap();
        }
        for name in [
            "a.mp4",
            "a.srt",
            "b.MOV",
            "b.webm",
            "c.odd",
            "day 1/x.y.mkv",
            "frames/1.png",
        ] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let mut videos = Videos::new(dir.path()).unwrap();
        let one = |name: &str| Found::One(name.to_owned());
        assert_eq!(videos.find("a"), one("a.mp4"));
        assert_eq!(videos.find("./a.mp4"), one("a.mp4"));
        assert_eq!(
            videos.find("b"),
            Found::Several(vec!["b.MOV".into(), "b.webm".into()])
        );
        assert_eq!(videos.find("b.webm"), one("b.webm"));
        assert_eq!(videos.find("c"), Found::None);
        assert_eq!(videos.find("c.odd"), one("c.odd"));
        assert_eq!(videos.find("day 1/x.y"), one("day 1/x.y.mkv"));
        assert_eq!(videos.find("day 1/x"), Found::None);
        assert_eq!(videos.find("day 2/x"), Found::None);
        assert_eq!(videos.find("day 1"), Found::None);
        assert_eq!(videos.find("frames"), one("frames"));
        assert_eq!(videos.find("frames/1.png"), one("frames/1.png"));
        assert!(Videos::new(&dir.path().join("no")).is_err());
    }
}
