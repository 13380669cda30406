//! One HTML file that a person wants to read: results, curves, confusion, examples.
//!
//! [`render`] turns plain data into one self-contained page: no script, no font, no picture from
//! elsewhere, and a content security policy that forbids them. The data are a [`Report`] of one run, a
//! [`Comparison`] of several, an [`Ablation`] of one key, or a [`VideoReport`] of faces along videos, which a
//! [`FaceLog`] gathers. [`figures`] writes each figure as an SVG of
//! its own, for a paper; [`confusion_csv`] the numbers of a matrix. [`Report::of_run`] and
//! [`Report::of_evaluation`] fill that data in from what `m3dfel-train` hands back; the page itself
//! knows nothing of models or corpora.
//!
//! Figures are SVG written by templates, not by plotters: a plotting library bakes its colours into
//! the picture, while ours take theirs from the page's style sheet and so follow the reader's light
//! or dark theme, and carry titles and descriptions for those who cannot see them. A figure in a file of
//! its own carries the light theme's colours with it.
//!
//! ```
//! use m3dfel_report::{Confusion, Report, ResultRow};
//!
//! let report = Report {
//!     title: "DFEW, fold 1".into(),
//!     classes: vec!["happy".into(), "sad".into()],
//!     results: vec![ResultRow { name: "last epoch".into(), epoch: 300, war: 0.7, uar: 0.65, note: String::new() }],
//!     confusion: Confusion { counts: vec![vec![5, 1], vec![2, 2]], unread: vec![] },
//!     ..Report::default()
//! };
//! let page = m3dfel_report::render(&report)?;
//! assert!(page.starts_with("<!doctype html>"));
//! # Ok::<(), m3dfel_report::ReportError>(())
//! ```

mod check;
mod comparison;
mod confusion_csv;
mod document;
mod error;
mod figure;
mod format;
mod page;
mod picture;
mod report;
mod run;
mod tsne;
mod video;
mod write;

pub use comparison::{Ablation, AblationPoint, Comparison, Difference, McNemar, Rival, Side};
pub use confusion_csv::confusion_csv;
pub use document::{Document, FigureFile};
pub use error::{ReportError, Result};
pub use m3dfel_train::{Confusion, EpochRecord};
pub use picture::Picture;
pub use report::{
    BagFeatures, Bin, Calibration, ConfusedPair, Example, FeatureMap, FeaturePoint, Interval,
    Report, ResultRow, ShownInstance,
};
pub use run::{EvaluatedWeights, FinishedRun, Heading};
pub use tsne::{Tsne, tsne};
pub use video::{
    FaceLog, FaceTimeline, FaceWindow, Footage, Still, Stills, VideoReport, WatchedVideo,
};
pub use write::{write, write_figures};

/// The page, whole.
///
/// # Errors
/// Where the parts of the data do not fit together: a confusion matrix that is not square over the
/// classes, probabilities for another number of classes, an instance beyond the clip's last frame,
/// per cent in place of fractions, windows that end before they start.
pub fn render(document: &impl Document) -> Result<String> {
    document.page()
}

/// Every figure as an SVG file's text, in the page's order: with its own colours (the light theme's, on
/// white), no script, nothing from elsewhere. A figure that the page leaves out is left out here.
///
/// # Errors
/// As [`render`].
pub fn figures(document: &impl Document) -> Result<Vec<FigureFile>> {
    document.figures()?.iter().map(FigureFile::new).collect()
}
