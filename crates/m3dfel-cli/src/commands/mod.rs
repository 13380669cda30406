//! One file a command.

pub mod bench;
pub mod convert;
pub mod demo;
pub mod eval;
pub mod predict;
mod report;
pub mod synth;
pub mod train;
mod weights;
