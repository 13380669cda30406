use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use m3dfel_data::{Clip, list_frames};
use m3dfel_train::adapt;

use super::is_hidden;
use super::weights::whole_model;
use crate::args::Adapt;
use crate::exit::{SomeFailed, WrongCall};
use crate::progress::{Watcher, catch_ctrl_c};

/// Of fewer clips the statistics are those of a few people and what they happen to show.
const FEW: usize = 30;

pub fn run(args: Adapt) -> anyhow::Result<()> {
    let (checkpoint, header) = whole_model(&args.weights.file, &args.weights.unsaid)?;
    let mut dirs = Vec::new();
    for input in &args.inputs {
        let before = dirs.len();
        find_clips(input, &mut dirs).with_context(|| input.display().to_string())?;
        if dirs.len() == before {
            return Err(WrongCall(format!(
                "{}: no directory of frames (.jpg, .jpeg or .png) in it",
                input.display()
            ))
            .into());
        }
    }
    if dirs.len() < FEW {
        eprintln!(
            "warning: {} clips are few: give {FEW} or more, of several people who show several expressions",
            dirs.len()
        );
    }
    let clips: Arc<[Clip]> = dirs.into_iter().map(Clip::unlabelled).collect();
    let device = args.device.open()?;
    let mut watcher = Watcher::new(false);
    catch_ctrl_c();
    let adapted = adapt(checkpoint, &header, &clips, &device, &mut watcher)?;
    watcher.finish();
    adapted.checkpoint.save(&args.out)?;
    println!(
        "{}: the statistics of {} clips",
        args.out.display(),
        adapted.read
    );
    if adapted.failed > 0 {
        eprintln!(
            "m3dfel: {} of {} clips could not be read",
            adapted.failed,
            clips.len()
        );
        return Err(SomeFailed.into());
    }
    Ok(())
}

/// Every directory of frames at or under `dir`, in order, hidden ones left out.
fn find_clips(dir: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut inner = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() && !is_hidden(&path) {
            inner.push(path);
        }
    }
    if list_frames(dir).is_ok() {
        found.push(dir.into());
    }
    inner.sort();
    inner.iter().try_for_each(|dir| find_clips(dir, found))
}
