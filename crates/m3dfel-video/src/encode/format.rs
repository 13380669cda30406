//! Kinds of video files, and how pictures and sound are coded in them.

use std::collections::HashSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::{Error, Result};

/// Ticks of a written video's clock a second: all usual rates are whole numbers of them or nearly so, and MPEG-4's
/// clock has no more than 65,535.
pub const TICKS: u32 = 60_000;

const KNOWN: &str = ".mp4, .mov, .mkv or .webm";

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Mp4,
    QuickTime,
    Matroska,
    WebM,
}

/// Who codes what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codecs {
    video: &'static str,
    sound: &'static str,
}

/// Encoders of pictures, the best first. Those of graphics cards are left out: that they are listed does not say that
/// there is such a card.
const H264: &[&str] = &[
    "libx264",
    "libopenh264",
    "h264_videotoolbox",
    "h264_mf",
    "mpeg4",
];
const VP: &[&str] = &["libvpx-vp9", "libvpx"];

impl Format {
    /// As a path ends.
    ///
    /// # Errors
    /// Names the endings that are known.
    pub fn of(path: &Path) -> Result<Self> {
        let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        Ok(match ending.as_deref() {
            Some("mp4" | "m4v") => Self::Mp4,
            Some("mov") => Self::QuickTime,
            Some("mkv") => Self::Matroska,
            Some("webm") => Self::WebM,
            _ => {
                return Err(Error::Ending {
                    path: path.to_owned(),
                    known: KNOWN,
                });
            }
        })
    }

    /// Of those that the ffmpeg on the PATH has, for sound that is coded as said.
    ///
    /// # Errors
    /// If it has none.
    pub fn codecs(self, path: &Path, sound: Option<&str>) -> Result<Codecs> {
        let choose = |wanted: &[&'static str]| {
            let found = wanted.iter().find(|name| encoders().contains(**name));
            found.copied().ok_or_else(|| Error::NoEncoder {
                path: path.to_owned(),
                wanted: wanted.join(", "),
                known: KNOWN,
            })
        };
        Ok(Codecs {
            video: choose(if self == Self::WebM { VP } else { H264 })?,
            sound: match sound {
                Some(codec) if !self.holds(codec) => choose(match self {
                    Self::WebM => &["libopus", "libvorbis"],
                    _ => &["aac"],
                })?,
                _ => "copy",
            },
        })
    }

    /// Whether sound that is coded so may be in such a file, and players then play it.
    fn holds(self, codec: &str) -> bool {
        let common = ["aac", "mp3", "ac3", "eac3", "alac"].contains(&codec);
        match self {
            Self::Mp4 => common || codec == "opus",
            Self::QuickTime => {
                common || codec.starts_with("pcm_s16") || codec.starts_with("pcm_s24")
            }
            Self::Matroska => true,
            Self::WebM => ["opus", "vorbis"].contains(&codec),
        }
    }

    /// ffmpeg's options for such a file.
    pub fn options(self) -> Vec<String> {
        let tables_first = format!("-movflags +faststart -video_track_timescale {TICKS}");
        let options = match self {
            Self::Mp4 => format!("{tables_first} -f mp4"),
            Self::QuickTime => format!("{tables_first} -f mov"),
            Self::Matroska => "-f matroska".into(),
            Self::WebM => "-f webm".into(),
        };
        options.split(' ').map(str::to_owned).collect()
    }
}

impl Codecs {
    /// ffmpeg's options for pictures of so many pixels: a quality at which flat colours and text stay clean.
    pub fn video(&self, pixels: usize) -> Vec<String> {
        let by_size = format!("-b:v {}", (pixels * 6).max(400_000));
        let options = match self.video {
            // Without frames out of order, whose tables give a varying rate a wrong length.
            "libx264" => "-preset veryfast -crf 20 -bf 0".into(),
            "libvpx-vp9" => "-b:v 0 -crf 30 -deadline realtime -cpu-used 6 -row-mt 1".into(),
            "libvpx" => format!("{by_size} -crf 10 -deadline realtime -cpu-used 6"),
            "mpeg4" => "-q:v 3".into(),
            _ => by_size,
        };
        let options = format!("-c:v {} {options}", self.video);
        options.split(' ').map(str::to_owned).collect()
    }

    /// ffmpeg's options for sound.
    pub fn sound(&self) -> Vec<String> {
        let mut options = vec!["-c:a".to_owned(), self.sound.to_owned()];
        if self.sound != "copy" {
            options.extend(["-b:a".to_owned(), "160k".to_owned()]);
        }
        options
    }
}

/// The encoders of the ffmpeg on the PATH.
fn encoders() -> &'static HashSet<String> {
    static ENCODERS: OnceLock<HashSet<String>> = OnceLock::new();
    ENCODERS.get_or_init(|| {
        let mut command = Command::new("ffmpeg");
        command
            .args(["-hide_banner", "-encoders"])
            .stdin(Stdio::null());
        let text = command
            .output()
            .map(|output| output.stdout)
            .unwrap_or_default();
        listed(&String::from_utf8_lossy(&text))
    })
}

/// Encoders out of ffmpeg's list: ` V....D libx264   libx264 H.264 / AVC`.
fn listed(text: &str) -> HashSet<String> {
    let name = |line: &str| line.split_whitespace().nth(1).map(str::to_owned);
    text.lines().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_the_kind_of_file() {
        for (name, format) in [
            ("a.mp4", Format::Mp4),
            ("b/a.MOV", Format::QuickTime),
            ("a.b.mkv", Format::Matroska),
            ("a.webm", Format::WebM),
        ] {
            assert_eq!(Format::of(name.as_ref()).unwrap(), format, "{name}");
        }
        for name in ["a", "a.avi", "mp4", ".mp4"] {
            let error = Format::of(name.as_ref()).unwrap_err().to_string();
            assert!(error.contains(".mkv"), "{name}: {error}");
        }
    }

    #[test]
    fn sound_is_copied_where_it_may_be() {
        assert!(Format::Mp4.holds("aac") && Format::WebM.holds("opus"));
        assert!(Format::QuickTime.holds("pcm_s16le") && Format::Matroska.holds("pcm_alaw"));
        assert!(!Format::Mp4.holds("pcm_s16le") && !Format::WebM.holds("aac"));
    }

    #[test]
    fn encoders_are_read_from_the_list() {
        let found = listed(
            "Encoders:\n V..... = Video\n ------\n V....D libx264              libx264 H.264 / AVC\n A..... aac   AAC\n",
        );
        assert!(found.contains("libx264") && found.contains("aac") && !found.contains("H.264"));
    }
}
