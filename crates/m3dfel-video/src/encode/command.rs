//! The command line that makes a video.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use super::Track;
use super::format::{Codecs, Format, TICKS};

/// An ffmpeg that reads pictures of so many pixels from its standard input, and writes a video to `to`.
pub fn new(
    version: (u32, u32),
    codecs: &Codecs,
    format: Format,
    pixels: usize,
    track: Option<&Track>,
    to: &Path,
) -> Command {
    let mut command = Command::new("ffmpeg");
    command.args(["-hide_banner", "-nostats", "-loglevel", "error", "-copyts"]);
    // The header says all that there is to know of the pictures.
    command.args(["-probesize", "32", "-analyzeduration", "0"]);
    command.args(["-f", "matroska", "-i", "pipe:0"]);
    if let Some(track) = track {
        let moved = track.first_picture - track.sound.first_picture;
        command.arg("-itsoffset").arg(format!("{moved:.6}"));
        command.args(["-vn", "-protocol_whitelist", "file", "-i"]);
        command.arg(address(track.path));
    }
    // Untagged video is taken for BT.601 by some players and for BT.709 by others.
    let filter = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p";
    let tags = "-colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv";
    command.args(["-map", "0:v:0", "-vf", filter]);
    command.args(tags.split(' '));
    // Every picture at its own time.
    let mode = if version < (5, 1) {
        "-vsync"
    } else {
        "-fps_mode"
    };
    command.args([mode, "vfr", "-enc_time_base"]);
    command.arg(format!("1:{TICKS}"));
    command.args(codecs.video(pixels));
    if track.is_some() {
        command.args(["-map", "1:a:0"]).args(codecs.sound());
    }
    command.args(format.options()).arg("-y").arg(address(to));
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// Keeps a name from being taken for an address or an option.
fn address(path: &Path) -> OsString {
    let mut address = OsString::from("file:");
    address.push(path);
    address
}
