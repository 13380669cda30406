//! One file a command.

use std::path::Path;

pub mod ablate;
pub mod adapt;
pub mod bench;
pub mod check;
pub mod compare;
pub mod convert;
pub mod demo;
pub mod eval;
pub mod predict;
pub mod prepare;
mod report;
pub mod synth;
mod tables;
pub mod train;
mod watching;
mod weights;

/// Whether a file or directory is hidden: none of the user's, as macOS's `._1.jpg`.
fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}
