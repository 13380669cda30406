//! What a person does during a clip: an expression that rises and falls, talking, blinks, gaze, movements of the head.

mod envelope;
mod motion;
mod recipe;
mod script;
mod speech;

pub use envelope::Envelope;
pub use motion::Wander;
pub use script::{Moment, Script};
