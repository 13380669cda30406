//! From a video to face clips: its pictures with their times ([`decode`]), where it is cut ([`shots`]), where faces are
//! in its pictures ([`detect`]), which of these are the same ([`track`], [`follow`]), each face upright in a square of
//! its own, and a video with what is known of its faces drawn on it ([`annotate`]).
//! [`mod@prepare`] makes a corpus to train on out of many videos.
//!
//! ```no_run
//! use m3dfel_video::{Faces, FollowOptions, Seeta, Video};
//!
//! # fn main() -> Result<(), m3dfel_video::Error> {
//! let video = Video::open("talk.mp4".as_ref())?.ahead()?;
//! for step in Faces::new(video, Seeta::new()?, FollowOptions::default()) {
//!     let step = step?;
//!     for face in &step.faces {
//!         println!("{:.3} s: face {} at {:?}", step.frame.time, face.track, face.bbox);
//!     }
//! }
//! # Ok(())
//! # }
//! ```

pub mod annotate;
pub mod crop;
pub mod decode;
pub mod detect;
mod encode;
mod error;
pub mod follow;
mod geometry;
pub mod prepare;
pub mod shots;
mod sights;
pub mod track;

pub use decode::{Ahead, Decoder, Frame, Info, Pictures, Problem, Source, Video, is_video, open};
#[cfg(feature = "onnx")]
pub use detect::YuNet;
pub use detect::{Detector, Face, Seeta};
pub use error::{Error, Result};
pub use follow::{Faces, FollowOptions, Stages, Step};
pub use geometry::{Point, Rect};
pub use sights::{CutFace, Cuts, Sight, Sights, Watched};
pub use track::{TrackEnd, TrackId, TrackOptions, TrackedFace};
