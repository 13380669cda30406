//! From a video to face clips.

pub mod decode;
pub mod detect;
mod error;
mod geometry;

pub use decode::{Decoder, Frame, Info, Problem, Video};
pub use detect::{Detector, Face};
pub use error::{Error, Result};
pub use geometry::{Point, Rect};
