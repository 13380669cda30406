//! Rendered people whose expressions rise and fall: a corpus for dynamic expression recognition that anyone may have.
//!
//! A CC0 head (MakeHuman's, with ARKit's face units) is given an identity, a skin, hair, a light and a camera; one of
//! seven expressions shows during part of a clip, the rest is neutral or talking. [`write_corpus`] makes a corpus in
//! DFEW's layout; [`render_clip`] makes one clip, with everything that is true of it.

mod acting;
mod clip;
mod corpus;
mod error;
mod expression;
mod figure;
mod film;
mod framing;
mod head;
mod image;
mod looks;
mod occluder;
mod options;
mod packed;
#[cfg(test)]
mod portrait;
mod random;
mod render;
mod stage;

pub use acting::Envelope;
pub use clip::{Clip, ClipSpec, Truth, render_clip};
pub use corpus::{CorpusSummary, FOLDS, PlannedClip, plan_corpus, was_made_with, write_corpus};
pub use error::SynthError;
pub use expression::Expression;
pub use head::{Unit, UnitWeights};
pub use image::RgbImage;
pub use options::{CorpusOptions, Difficulty};
