//! One file a command.

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
