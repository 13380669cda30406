//! What a person does during a clip: an expression that rises and falls, talking, blinks, gaze, movements of the head.

mod beat;
mod envelope;
mod fidget;
mod moment;
mod motion;
mod reach;
mod recipe;
mod script;
mod speech;

pub use envelope::Envelope;
pub use moment::{Moment, Pose};
pub use motion::Wander;
pub use script::Script;
