//! What predictions are worth, and what may be said of it.
//!
//! [`Predictions`] hold what one model made of a test list; everything else is a pure function of
//! them: WAR, UAR and recalls ([`Confusion`]) with bootstrap intervals ([`Scores`]), several models
//! side by side ([`Comparison`]), the folds of a cross-validation ([`Folds`]), McNemar's test
//! ([`McNemar`]), how far probabilities can be trusted ([`Calibration`]), what is confused with what
//! ([`ConfusedPair`]), and whether the instance that weighs most shows the expression ([`Pointing`]).
//! Results serialise, and the two that are tables give a [`Table`] for a terminal, Markdown, LaTeX
//! or CSV. [`tensorboard`] writes curves for those who watch them there.
//!
//! All scores are fractions, 0 to 1; only tables turn them into percentages.
//!
//! ```no_run
//! use m3dfel_metrics::{Bootstrap, Comparison, Predictions, Side};
//!
//! # fn main() -> Result<(), m3dfel_metrics::Error> {
//! let read = |path: &str| Predictions::read_csv(path.as_ref());
//! let (plain, ours) = ([read("plain.csv")?], [read("ours-1.csv")?, read("ours-2.csv")?]);
//! let sides = [Side::new("plain", &plain), Side::new("ours", &ours)];
//! let comparison = Comparison::of(&sides, &Bootstrap::default())?;
//! println!("{}\n{}", comparison.scores_table(), comparison.differences_table());
//! # Ok(())
//! # }
//! ```

mod calibration;
mod comparison;
mod confused;
mod confusion;
mod error;
mod folds;
mod interval;
mod mcnemar;
mod panel;
mod pointing;
mod predictions;
mod scores;
mod table;
pub mod tensorboard;

pub use calibration::{Calibration, ConfidenceBin};
pub use comparison::{Against, ComparedSide, Comparison};
pub use confused::{ConfusedPair, Mistake};
pub use confusion::{ClassScore, Confusion};
pub use error::{Error, Result};
pub use folds::{Fold, FoldScore, Folds, Spread, pool};
pub use interval::{Bootstrap, Interval};
pub use mcnemar::McNemar;
pub use panel::Side;
pub use pointing::{Instance, LeftOut, PointedClip, Pointing, PointingScore};
pub use predictions::{JudgedClip, Predictions};
pub use scores::Scores;
pub use table::{Cell, Table};
