//! A corpus to train on, out of raw videos and a list of what they show.
//!
//! The list is a CSV file (commas, semicolons or tabs) with a header and a row a clip:
//!
//! | column | |
//! |---|---|
//! | `video` | a path from the videos' directory on; the ending may be left out where it is clear. A folder of frames (25 a second) or a photograph will do |
//! | `label` | the class's name; what DFEW calls otherwise gets DFEW's (`Anger` is `angry`) |
//! | `start`, `end` | optional: a part of the video, in seconds (`83.5`) or as `1:23.5` |
//! | `split` | optional: `train` or `test` |
//! | `subject` | optional: who is seen |
//! | `clip` | optional: the clip's name; else made of the video's and the start |
//!
//! Other columns are not looked at. Where there are subjects and no split, it is drawn by subject: a fifth of them is
//! tested on, so that nobody is in both parts. Without either, whoever reads the corpus draws folds by clip.
//!
//! A clip is the face that is largest by its mean area times how long it is seen within the span, followed by
//! [`Faces`](crate::Faces), cut out by [`crop`](mod@crate::crop) on each frame that shows it. After a cut to another person
//! in the span's middle, the one of both who is larger by that measure is the clip, and the other's frames are left out.
//!
//! A face is believed when it was found three times, a sixth of a second apart, up to a second before and after the span
//! included. Of a video of 16 frames or less each is looked at, and a face on all frames of one that has fewer than three is believed.
//!
//! What is written is read by `m3dfel-data`'s layout `folder`:
//!
//! ```text
//! happy/talk_12.5/00001.jpg ...     or train/happy/..., test/happy/... where there is a split
//! clips.csv                         the clips: frames, the face's size, faces seen, what was wrong with the video
//! dropped.csv                       the rows without a clip, and why
//! prepare.json                      what the clips are made with
//! ```
//!
//! A call that was killed or stopped goes on when it is made again, and so does one after the list was changed: a clip
//! whose label or split is another is moved, one whose span or video is another is made anew. What became of a video is
//! kept, too, but for what the next call may find mended (a video that is missing or cannot be read). All clips are the
//! same whatever the number of threads and however often the call was killed.
//!
//! Of a video, memory holds the frames that [`Faces`](crate::Faces) holds; crops go to disk as they come.

mod cells;
mod cut;
mod disk;
mod error;
mod find;
mod labels;
mod outcome;
mod plan;
mod report;
mod row;
mod split;
mod store;
mod take;
mod work;

use std::path::Path;

pub use error::{Error, Lines, Result};
pub use labels::Labels;
pub use outcome::{Counts, Kept, Outcome, Prepared, Reason};
pub use row::{Part, Row, Span, Warning};
use store::{Settings, Store};
pub use work::MakeDetector;
use work::Work;

use crate::crop::CropOptions;

/// How clips are made, and which are none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    pub crop: CropOptions,
    /// A face that is seen on fewer frames of the span is no clip.
    pub least_frames: usize,
    /// A face whose mean side is less, in the video's pixels, is no clip.
    pub least_side: f32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            crop: CropOptions::default(),
            least_frames: 8,
            least_side: 32.0,
        }
    }
}

impl Options {
    fn check(&self) -> Result<()> {
        let CropOptions { size, margin } = self.crop;
        let what = if !(1..=4096).contains(&size) {
            format!("the clips' size must be 1 to 4096 pixels, not {size}")
        } else if !(-0.4..=4.0).contains(&margin) {
            format!("the margin must be -0.4 to 4 of the face's side, not {margin}")
        } else if self.least_frames == 0 {
            "a clip has one frame at least".into()
        } else if !(self.least_side >= 0.0 && self.least_side.is_finite()) {
            format!(
                "the least side of a face is a number of pixels, not {}",
                self.least_side
            )
        } else {
            return Ok(());
        };
        Err(Error::Options(what))
    }
}

/// How far a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Frames decoded by this call.
    pub frames: usize,
    /// Rows that have their outcome, those of earlier calls included.
    pub rows_done: usize,
    pub rows: usize,
}

/// Who looks on. Both are called from several threads, at each frame, and had better be quick.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Whether to stop; then clips that are not whole are left for the next call.
    pub stop: &'a (dyn Fn() -> bool + Sync),
}

impl Default for Watch<'_> {
    fn default() -> Self {
        Self {
            progress: &|_| {},
            stop: &|| false,
        }
    }
}

/// Makes a corpus in `out` of the videos in `videos` that the list `labels` names, in rayon's current pool.
///
/// # Errors
/// A list that is wrong; another corpus in `out`, or one made with other options or another detector; a detector that
/// cannot be made; a disk that takes no more. What is wrong with a video is no error: its rows are dropped, with the
/// reason.
pub fn prepare(
    videos: &Path,
    labels: &Path,
    out: &Path,
    options: &Options,
    detector: &MakeDetector,
    watch: Watch,
) -> Result<Prepared> {
    options.check()?;
    let list = Labels::read(labels)?;
    let sources = plan::locate(videos, labels, &list.rows)?;
    let settings = Settings {
        format: 1,
        detector: detector()?.name().to_owned(),
        size: options.crop.size,
        margin: options.crop.margin,
        least_frames: options.least_frames,
        least_side: options.least_side,
    };
    let store = Store::open(out, &settings)?;
    let mut outcomes = plan::earlier(&store, out, labels, &list.rows, &sources)?;

    let work = Work::new(&store, options, watch, list.rows.len());
    work.rows_done(outcomes.iter().flatten().count());
    let jobs = plan::jobs(&store, videos, &list.rows, sources, &outcomes);
    for (index, outcome) in work.run(&jobs, detector)? {
        if let Some(place) = outcomes.get_mut(index) {
            *place = Some(outcome);
        }
    }
    drop(jobs);
    let stopped = outcomes.iter().any(Option::is_none);
    let outcomes = outcomes
        .into_iter()
        .map(|o| o.unwrap_or(Outcome::NotReached));
    let rows: Vec<(Row, Outcome)> = list.rows.into_iter().zip(outcomes).collect();
    report::write(&store, &rows)?;
    Ok(Prepared {
        rows,
        warnings: list.warnings,
        stopped,
    })
}
