//! What the paths of a call are.

use std::path::{Path, PathBuf};

use m3dfel_data::{is_frame, list_frames};
use m3dfel_video::is_video;

use super::super::is_hidden;

/// The inputs of a call, sorted by kind.
#[derive(Debug, Default, PartialEq)]
pub struct Inputs {
    /// Directories of frames.
    pub clips: Vec<PathBuf>,
    /// Photographs, uncropped.
    pub pictures: Vec<PathBuf>,
    pub videos: Vec<PathBuf>,
}

impl Inputs {
    /// A file is a picture if its name ends as a frame's, else a video. A directory without frames that holds videos stands
    /// for them, in the order of their names; what is neither is taken for a clip, whose reader says what is wrong with it.
    pub fn of(paths: &[PathBuf]) -> Self {
        let mut inputs = Self::default();
        for path in paths {
            if path.is_file() {
                match is_frame(path) {
                    true => inputs.pictures.push(path.clone()),
                    false => inputs.videos.push(path.clone()),
                }
                continue;
            }
            let videos = match list_frames(path) {
                Ok(_) => Vec::new(),
                Err(_) => videos_in(path),
            };
            if videos.is_empty() {
                inputs.clips.push(path.clone());
            } else {
                inputs.videos.extend(videos);
            }
        }
        inputs
    }

    pub fn len(&self) -> usize {
        self.clips.len() + self.pictures.len() + self.videos.len()
    }
}

fn videos_in(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let counts = |path: &PathBuf| is_video(path) && !is_hidden(path) && path.is_file();
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut videos: Vec<PathBuf> = paths.filter(counts).collect();
    videos.sort();
    videos
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_of_videos_stands_for_them_and_a_picture_for_itself() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        for folder in ["videos", "clip", "empty"] {
            std::fs::create_dir(at(folder)).unwrap();
        }
        for file in [
            "videos/b.MP4",
            "videos/a.webm",
            "videos/.c.mp4",
            "videos/notes.txt",
            "clip/1.jpg",
            "clip/making-of.mp4",
            "talk",
            "me.JPG",
        ] {
            std::fs::write(at(file), "").unwrap();
        }
        let inputs = Inputs::of(&["videos", "clip", "empty", "gone", "talk", "me.JPG"].map(at));
        assert_eq!(
            inputs.videos,
            ["videos/a.webm", "videos/b.MP4", "talk"].map(at)
        );
        assert_eq!(inputs.clips, ["clip", "empty", "gone"].map(at));
        assert_eq!(inputs.pictures, ["me.JPG"].map(at));
        assert_eq!(inputs.len(), 7);
    }
}
