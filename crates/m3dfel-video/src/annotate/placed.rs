//! Where a picture lies on the canvas.

use crate::geometry::Rect;

/// Where a picture came to lie, and how much larger it is there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    pub left: usize,
    pub top: usize,
    pub width: usize,
    pub height: usize,
    scale: f32,
}

impl Placed {
    /// As large as fits into the middle of a place.
    pub fn within(image: (usize, usize), place: (usize, usize)) -> Self {
        let along = |place: usize, image: usize| place as f32 / image.max(1) as f32;
        let scale = along(place.0, image.0).min(along(place.1, image.1));
        let side = |image: usize, place| ((image as f32 * scale).round() as usize).clamp(1, place);
        let (width, height) = (side(image.0, place.0), side(image.1, place.1));
        Self {
            left: (place.0 - width) / 2,
            top: (place.1 - height) / 2,
            width,
            height,
            scale,
        }
    }

    /// A box of the picture where it lies now.
    pub fn moved(&self, rect: Rect) -> Rect {
        let rect = rect.scaled(self.scale);
        Rect {
            left: rect.left + self.left as f32,
            top: rect.top + self.top as f32,
            ..rect
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_lies_in_the_middle_and_boxes_move_with_it() {
        let at = Placed::within((20, 10), (40, 40));
        assert_eq!((at.left, at.top, at.width, at.height), (0, 10, 40, 20));
        let rect = Rect {
            left: 5.0,
            top: 5.0,
            width: 10.0,
            height: 5.0,
        };
        assert_eq!(
            at.moved(rect),
            Rect {
                left: 10.0,
                top: 20.0,
                width: 20.0,
                height: 10.0
            }
        );
    }

    #[test]
    fn a_narrow_picture_keeps_a_pixel() {
        let at = Placed::within((5000, 1), (50, 50));
        assert_eq!((at.width, at.height), (50, 1));
    }
}
