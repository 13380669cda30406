//! The figures: geometry computed here, SVG written by the templates of the same names.
//!
//! A figure has a fixed size in its own units (about a pixel each on a wide screen), takes all
//! colours by class from a style sheet, and is told in words by a title and a description. [`svg`]
//! writes it into a page, which has that style sheet, or into a file, which brings it along.

pub mod axis;
pub mod bars;
pub mod curve;
pub mod dots;
pub mod forest;
pub mod matrix;
pub mod odds;
pub mod reliability;
pub mod scatter;
pub mod strip;
pub mod svg;

/// A length or position as the templates write it: to a tenth of a unit.
pub fn px(x: f64) -> f64 {
    let rounded = (x * 10.0).round() / 10.0;
    rounded + 0.0 // no "-0"
}

/// About how wide a text is at 13 units of height: enough to leave room, not to set type.
pub fn text_width(text: &str) -> f64 {
    text.chars().count() as f64 * 7.3
}
