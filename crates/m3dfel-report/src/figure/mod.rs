//! The figures: geometry computed here, SVG written by the templates of the same names.
//!
//! A figure has a fixed size in its own units (about a pixel each on a wide screen), takes all
//! colours by class from a style sheet, and is told in words by a title and a description. [`svg`]
//! writes it into a page, which has that style sheet, or into a file, which brings it along.

pub mod axis;
pub mod bars;
pub mod cast;
pub mod columns;
pub mod curve;
pub mod dots;
pub mod forest;
pub mod matrix;
pub mod odds;
pub mod reliability;
pub mod scatter;
pub mod strip;
pub mod svg;
pub mod timeline;

/// A length or position as the templates write it: to a tenth of a unit.
pub fn px(x: f64) -> f64 {
    let rounded = (x * 10.0).round() / 10.0;
    rounded + 0.0 // no "-0"
}

/// About how wide a text is at 13 units of height: enough to leave room, not to set type.
pub fn text_width(text: &str) -> f64 {
    text.chars().count() as f64 * 7.3
}

/// Colours of classes in the style sheet, `k0` to `k6`; the last is grey.
pub const COLOURS: usize = 7;

/// The colour of each class. A neutral face is grey, so that what is not stands out.
pub fn colours(classes: &[String]) -> Vec<usize> {
    let neutral = classes
        .iter()
        .position(|c| c.eq_ignore_ascii_case("neutral"));
    let (grey, neutral) = (COLOURS - 1, neutral.unwrap_or(COLOURS - 1) % COLOURS);
    let swapped = |k: usize| match k % COLOURS {
        k if k == neutral => grey,
        k if k == grey => neutral,
        k => k,
    };
    (0..classes.len()).map(swapped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neutral_face_is_grey_and_no_two_of_seven_are_alike() {
        let of = |names: &[&str]| colours(&names.iter().map(|n| (*n).into()).collect::<Vec<_>>());
        let dfew = [
            "happy", "sad", "Neutral", "angry", "surprise", "disgust", "fear",
        ];
        assert_eq!(of(&dfew), [0, 1, 6, 3, 4, 5, 2]);
        assert_eq!(
            of(&["a", "b", "c", "d", "e", "f", "g", "h"]),
            [0, 1, 2, 3, 4, 5, 6, 0]
        );
        assert_eq!(of(&["neutral", "b"]), [6, 1]);
    }
}
