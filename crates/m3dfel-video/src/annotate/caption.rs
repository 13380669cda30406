//! A face's box, and a tag at it that says what the face expresses.

use super::canvas::Canvas;
use super::palette::{Colour, DARK, SHADE};
use crate::geometry::{Point, Rect};

pub struct Caption {
    /// Where the face is on the canvas.
    pub bbox: Rect,
    pub colour: Colour,
    pub text: Option<String>,
}

impl Caption {
    /// Draws it on a picture of that size, with text of `size` pixels.
    pub fn draw(&self, canvas: &mut Canvas, picture: (usize, usize), size: f32) {
        if !self.bbox.is_finite() {
            return;
        }
        let width = (size / 7.0).max(1.5);
        canvas.outline(self.bbox, 2.2 * width, SHADE);
        canvas.outline(self.bbox, width, self.colour);
        let Some(text) = &self.text else { return };
        let pad = 0.35 * size;
        let text = canvas.font.fitted(text, picture.0 as f32 / size - 0.7);
        let tag = tag(
            self.bbox,
            (canvas.font.width(&text) * size + 2.0 * pad, 1.5 * size),
            (picture.0 as f32, picture.1 as f32),
            width,
        );
        canvas.fill(tag, self.colour);
        let at = Point {
            x: tag.left + pad,
            y: tag.top + 1.1 * size,
        };
        canvas.text(&text, at, size, DARK);
    }
}

/// Where a tag of a size is put: on the box, within the picture; inside the box where there is no room above.
fn tag(bbox: Rect, (width, height): (f32, f32), picture: (f32, f32), stroke: f32) -> Rect {
    let above = bbox.top - stroke / 2.0 - height;
    let top = if above < 0.0 {
        bbox.top + stroke / 2.0
    } else {
        above
    };
    Rect {
        left: (bbox.left - stroke / 2.0).min(picture.0 - width).max(0.0),
        top: top.min(picture.1 - height).max(0.0),
        width,
        height,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_stays_in_the_picture() {
        let bbox = |left, top| Rect {
            left,
            top,
            width: 40.0,
            height: 50.0,
        };
        let put = |left, top| {
            let tag = tag(bbox(left, top), (60.0, 15.0), (200.0, 100.0), 2.0);
            (tag.left, tag.top)
        };
        assert_eq!(put(50.0, 40.0), (49.0, 24.0)); // above
        assert_eq!(put(50.0, 5.0), (50.0 - 1.0, 6.0)); // inside
        assert_eq!(put(190.0, 40.0), (140.0, 24.0));
        assert_eq!(put(-30.0, -70.0), (0.0, 0.0));
        assert_eq!(put(50.0, 130.0), (49.0, 85.0));
    }
}
