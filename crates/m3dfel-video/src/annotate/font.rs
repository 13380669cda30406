//! Text as outlines: DejaVu Sans, inside the binary, has the Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew and
//! Arabic letters. Letters are set one after the other, without ligatures.

use tiny_skia::{Path, PathBuilder, Transform};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

use crate::{Error, Result};

const DEJAVU: &[u8] = include_bytes!("../../assets/DejaVuSans.ttf");

pub struct Font(Face<'static>);

impl Font {
    /// # Errors
    /// If the font in the binary is damaged.
    pub fn new() -> Result<Self> {
        let face = Face::parse(DEJAVU, 0);
        face.map(Self).map_err(|e| Error::Font {
            what: e.to_string(),
        })
    }

    /// Whether it has every letter of a text.
    pub fn has(&self, text: &str) -> bool {
        text.chars().all(|c| self.0.glyph_index(c).is_some())
    }

    /// How far a text reaches at a size (the height of its lines' boxes) of one.
    pub fn width(&self, text: &str) -> f32 {
        text.chars().map(|c| self.advance(self.glyph(c))).sum()
    }

    /// A text that reaches no further than `width` at a size of one; a longer one ends in "…".
    pub fn fitted(&self, text: &str, width: f32) -> String {
        if self.width(text) <= width {
            return text.to_owned();
        }
        let mut letters: Vec<char> = text.chars().collect();
        loop {
            letters.pop();
            let shorter: String = letters.iter().chain(&['…']).collect();
            if letters.is_empty() || self.width(&shorter) <= width {
                return shorter;
            }
        }
    }

    /// A text's outline from a place on its base line on; None where nothing of it is seen.
    pub fn outline(&self, text: &str, x: f32, y: f32, size: f32) -> Option<Path> {
        let mut outline = Outline(PathBuilder::new());
        let mut whole = PathBuilder::new();
        let mut at = 0.0;
        for c in text.chars() {
            let glyph = self.glyph(c);
            if self.0.outline_glyph(glyph, &mut outline).is_some() {
                let scale = size / f32::from(self.0.units_per_em());
                let place = Transform::from_row(scale, 0.0, 0.0, -scale, x + at * size, y);
                let letter = std::mem::take(&mut outline.0).finish();
                if let Some(letter) = letter.and_then(|letter| letter.transform(place)) {
                    whole.push_path(&letter);
                }
            }
            at += self.advance(glyph);
        }
        whole.finish()
    }

    /// The letter's, or that which says that there is none.
    fn glyph(&self, c: char) -> GlyphId {
        self.0.glyph_index(c).unwrap_or_default()
    }

    fn advance(&self, glyph: GlyphId) -> f32 {
        let units = self.0.glyph_hor_advance(glyph).unwrap_or(0);
        f32::from(units) / f32::from(self.0.units_per_em())
    }
}

struct Outline(PathBuilder);

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_the_letters_that_it_says() {
        let font = Font::new().unwrap();
        for text in [
            "surprise 81 %",
            "Überraschung",
            "dégoût",
            "Χαρά",
            "Гнев",
            "0:07",
        ] {
            assert!(font.has(text), "{text}");
        }
        assert!(!font.has("快乐"));
    }

    #[test]
    fn a_text_is_as_wide_as_its_letters_and_stands_on_its_line() {
        let font = Font::new().unwrap();
        let bounds = font.outline("happy", 10.0, 50.0, 20.0).unwrap().bounds();
        assert!(bounds.left() >= 10.0 && bounds.right() <= 10.0 + 20.0 * font.width("happy"));
        assert!(bounds.top() > 30.0 && bounds.bottom() > 50.0, "{bounds:?}");
        assert_eq!(font.fitted("happy", 10.0), "happy");
        assert_eq!(font.fitted("surprise", 0.0), "…");
        let short = font.fitted("a very long name", 4.0);
        assert!(short.starts_with("a v") && short.ends_with('…') && font.width(&short) <= 4.0);
        assert!(font.width("mmm") > 2.0 * font.width("iii"));
        assert_eq!(font.outline(" ", 0.0, 0.0, 20.0), None);
        assert!(font.outline("快", 0.0, 0.0, 20.0).is_some());
    }
}
