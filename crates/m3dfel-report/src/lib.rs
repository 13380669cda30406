//! One HTML file that a person wants to read: results, curves, confusion, examples.
//!
//! [`render`] turns plain data ([`Report`]) into one self-contained page: no script, no font, no
//! picture from elsewhere, and a content security policy that forbids them. [`Report::of_run`] and
//! [`Report::of_evaluation`] fill that data in from what `m3dfel-train` hands back; the page itself
//! knows nothing of models or corpora.
//!
//! Figures are SVG written by templates, not by plotters: a plotting library bakes its colours into
//! the picture, while ours take theirs from the page's style sheet and so follow the reader's light
//! or dark theme, and carry titles and descriptions for those who cannot see them.
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
mod error;
mod figure;
mod format;
mod page;
mod picture;
mod report;
mod run;
mod write;

pub use error::{ReportError, Result};
pub use m3dfel_train::{Confusion, EpochRecord};
pub use picture::Picture;
pub use report::{Example, Report, ResultRow, ShownInstance};
pub use run::{EvaluatedWeights, FinishedRun, Heading};
pub use write::write;

/// The page, whole.
///
/// # Errors
/// Where the parts of the report do not fit together: a confusion matrix that is not square over the
/// classes, probabilities for another number of classes, an instance beyond the clip's last frame.
pub fn render(report: &Report) -> Result<String> {
    check::check(report)?;
    page::render(report)
}
