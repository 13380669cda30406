//! What is there of the clips listed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::finding::{Code, Findings};
use super::folds::Clips;
use super::inspect::{Inspector, OnDisk};
use super::{AuditOptions, Length, Size};

/// Looks into every clip, in the order of `clips`.
pub fn look(
    clips: &Clips,
    options: &AuditOptions,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Vec<OnDisk> {
    let (done, total) = (AtomicUsize::new(0), clips.clips.len());
    let inspector = || Inspector::new(options.deep, options.examples);
    clips
        .clips
        .par_iter()
        .map_init(inspector, |inspector, clip| {
            let seen = inspector.inspect(&clip.dir);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
            seen
        })
        .collect()
}

pub struct Disk {
    pub frames: usize,
    pub bytes: u64,
    pub length: Option<Length>,
    pub sizes: Vec<Size>,
}

/// Sums up what is on disk, and finds what is missing, unreadable or short.
pub fn tally(
    clips: &Clips,
    on_disk: &[OnDisk],
    options: &AuditOptions,
    findings: &mut Findings,
) -> Disk {
    let (mut lengths, mut bytes, mut sizes) = (Vec::new(), 0, BTreeMap::new());
    for (clip, seen) in clips.clips.iter().zip(on_disk) {
        match seen {
            OnDisk::Missing => findings.add(Code::MissingClip, || clip.dir.display().to_string()),
            OnDisk::Empty(why) => findings.add(Code::EmptyClip, || why.clone()),
            OnDisk::There(seen) => {
                lengths.push((seen.frames, &clip.id));
                bytes += seen.bytes;
                for (size, frames) in &seen.sizes {
                    *sizes.entry(*size).or_default() += frames;
                }
                for at in 0..seen.bad_count {
                    // Examples beyond those a clip keeps are not wanted either: it keeps as many.
                    findings.add(Code::UnreadableFrame, || {
                        seen.bad.get(at).cloned().unwrap_or_default()
                    });
                }
            }
        }
    }
    lengths.sort();
    for (frames, id) in lengths
        .iter()
        .take_while(|(frames, _)| *frames < options.frames)
    {
        let s = if *frames == 1 { "" } else { "s" };
        findings.add(Code::ShortClip, || format!("{id}: {frames} frame{s}"));
    }
    let length = |at: usize| lengths.get(at).map(|(frames, _)| *frames);
    let size = |((width, height), frames)| Size {
        width,
        height,
        frames,
    };
    let mut sizes: Vec<Size> = sizes.into_iter().map(size).collect();
    sizes.sort_by_key(|size| std::cmp::Reverse(size.frames));
    Disk {
        frames: lengths.iter().map(|(frames, _)| frames).sum(),
        bytes,
        length: length(0)
            .zip(length(lengths.len() / 2))
            .zip(lengths.last())
            .map(|((least, median), (most, _))| Length {
                least,
                median,
                most: *most,
            }),
        sizes,
    }
}
