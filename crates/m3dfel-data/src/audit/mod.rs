//! A corpus looked over before hours of training: what is listed, what is there, and whether any
//! result on it could be believed.
//!
//! ```no_run
//! use m3dfel_data::audit::{AuditOptions, audit};
//!
//! # fn main() -> Result<(), m3dfel_data::Error> {
//! let root = std::path::Path::new("DFEW");
//! let audit = audit(root, None, &AuditOptions::default(), &|done, clips| eprint!("\r{done}/{clips}"))?;
//! for finding in &audit.findings {
//!     println!("{finding}");
//!     finding.examples.iter().for_each(|example| println!("    {example}"));
//! }
//! assert!(audit.is_sound());
//! # Ok(())
//! # }
//! ```
//!
//! Each file is read once, by all cores. Of a frame that is not decoded its header is read, and its
//! end looked for: so a file cut off is found. Some of those damaged in the middle are with
//! [`deep`](AuditOptions::deep), and only some.

mod disk;
mod finding;
mod folds;
mod inspect;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Serialize;

pub use finding::{Code, Finding, Severity};

use crate::layout::PublishedSplit;
use crate::layout::list::Listing;
use crate::{Error, Layout, OpenOptions, Problem, Result, Vocabulary, truth};
use finding::Findings;
use folds::Clips;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditOptions {
    /// Decode every pixel of every frame: takes many times as long. Finds all damage in a PNG, which
    /// has checksums; a JPEG has none, and only damage that no decoder can go on from is found.
    pub deep: bool,
    /// Look at one fold only; else at all.
    pub fold: Option<u8>,
    /// A clip of fewer frames is short: as many as a model is shown.
    pub frames: usize,
    /// How many examples of each finding are kept.
    pub examples: usize,
    pub open: OpenOptions,
}

impl Default for AuditOptions {
    fn default() -> Self {
        Self {
            deep: false,
            fold: None,
            frames: 16,
            examples: 5,
            open: OpenOptions::default(),
        }
    }
}

/// What a corpus is, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Audit {
    pub root: PathBuf,
    pub layout: Layout,
    /// Rendered by `m3dfel synth`, as its `truth.csv` tells.
    pub synthetic: bool,
    pub vocabulary: Vocabulary,
    /// The folds that could be read.
    pub folds: Vec<FoldAudit>,
    /// Clips listed in any of them, each counted once.
    pub clips: usize,
    /// Frames of all clips.
    pub frames: usize,
    /// Of all frames' files.
    pub bytes: u64,
    /// None where no clip has a frame.
    pub length: Option<Length>,
    /// Frames by width and height, the most frequent first; those that cannot be read left out.
    pub sizes: Vec<Size>,
    /// The worst first.
    pub findings: Vec<Finding>,
}

impl Audit {
    /// Whether nothing was found that makes results wrong or loses clips.
    pub fn is_sound(&self) -> bool {
        let is_error = |finding: &Finding| finding.severity == Severity::Error;
        !self.findings.iter().any(is_error)
    }
}

/// One fold as it is listed, with what is missing on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FoldAudit {
    pub fold: u8,
    /// The number of the first class in the lists; none where labels are names.
    pub label_base: Option<u8>,
    pub train: SplitAudit,
    pub test: SplitAudit,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SplitAudit {
    /// Rows of the list.
    pub clips: usize,
    /// Of each class, in the vocabulary's order.
    pub classes: Vec<usize>,
    /// As the corpus's authors have it, where that is known and the corpus is not rendered.
    pub published: Option<PublishedSplit>,
}

/// Frames a clip, over the clips that have any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Length {
    pub least: usize,
    pub median: usize,
    pub most: usize,
}

/// How many frames are of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Size {
    pub width: usize,
    pub height: usize,
    pub frames: usize,
}

/// Looks a corpus over; its layout is detected where it is not given.
///
/// `progress` hears how many clips are done, and of how many, from any thread. Uses rayon's current
/// pool.
///
/// # Errors
/// A corpus that cannot be opened at all: no known layout, no such fold, not one fold whose lists can
/// be read. Everything else is a finding.
pub fn audit(
    root: &Path,
    layout: Option<Layout>,
    options: &AuditOptions,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Audit> {
    let layout = layout.map_or_else(|| Layout::detect(root), Ok)?;
    let synthetic = truth::is_rendered(root);
    let mut findings = Findings::new(options.examples);
    if synthetic {
        findings.add(Code::Synthetic, || truth::FILE.into());
    }
    let listings = listings(root, layout, options, &mut findings)?;
    let clips = Clips::new(&listings);
    let on_disk = disk::look(&clips, options, progress);
    let wanted = layout.folds(root).count();
    let folds = folds::compare(layout, synthetic, &clips, &on_disk, wanted, &mut findings);
    let disk = disk::tally(&clips, &on_disk, options, &mut findings);
    // There is a listing: `listings` has given no error.
    let vocabulary = listings
        .into_iter()
        .next()
        .map(|(_, listing)| listing.vocabulary);
    Ok(Audit {
        root: root.to_owned(),
        layout,
        synthetic,
        vocabulary: vocabulary.unwrap_or_default(),
        folds,
        clips: on_disk.len(),
        frames: disk.frames,
        bytes: disk.bytes,
        length: disk.length,
        sizes: disk.sizes,
        findings: findings.finish(),
    })
}

/// The lists of all folds that can be read.
fn listings(
    root: &Path,
    layout: Layout,
    options: &AuditOptions,
    findings: &mut Findings,
) -> Result<Vec<(u8, Listing)>> {
    let folds = options
        .fold
        .map_or_else(|| layout.folds(root), |fold| fold..=fold);
    let mut listings = Vec::new();
    let mut problems: Vec<Problem> = Vec::new();
    let mut first_error = None;
    for fold in folds {
        match layout.list(root, fold, &options.open) {
            Ok(listing) => {
                for problem in &listing.problems {
                    if !problems.contains(problem) {
                        findings.add(Code::Layout, || problem.to_string());
                        problems.push(problem.clone());
                    }
                }
                listings.push((fold, listing));
            }
            Err(error @ (Error::Options(_) | Error::Fold { .. })) => return Err(error),
            Err(error) => {
                let code = match &error {
                    Error::Io { source, .. } if source.kind() == ErrorKind::NotFound => {
                        Code::MissingList
                    }
                    _ => Code::UnreadableList,
                };
                findings.add(code, || format!("fold {fold}: {error}"));
                first_error = first_error.or(Some(error));
            }
        }
    }
    match first_error {
        Some(error) if listings.is_empty() => Err(error),
        _ => Ok(listings),
    }
}
