//! Places in a picture, in its pixels: x to the right, y down, (0, 0) the outer corner of the first pixel.

/// A place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    pub x: f32,
    pub y: f32,
}

/// An upright box.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    pub left: f32,
    pub top: f32,
    pub width: f32,
    pub height: f32,
}

impl Rect {
    pub fn from_centre(centre: Point, width: f32, height: f32) -> Self {
        Self {
            left: centre.x - width / 2.0,
            top: centre.y - height / 2.0,
            width,
            height,
        }
    }

    pub fn centre(&self) -> Point {
        Point {
            x: self.left + self.width / 2.0,
            y: self.top + self.height / 2.0,
        }
    }

    /// The side of the square of the same area.
    pub fn side(&self) -> f32 {
        (self.width.max(0.0) * self.height.max(0.0)).sqrt()
    }

    pub fn area(&self) -> f32 {
        self.width.max(0.0) * self.height.max(0.0)
    }

    /// Every length times `factor`.
    pub fn scaled(&self, factor: f32) -> Self {
        Self {
            left: self.left * factor,
            top: self.top * factor,
            width: self.width * factor,
            height: self.height * factor,
        }
    }

    /// The area that both cover.
    pub fn overlap(&self, other: &Self) -> f32 {
        let along = |a: f32, a_size: f32, b: f32, b_size: f32| {
            ((a + a_size).min(b + b_size) - a.max(b)).max(0.0)
        };
        along(self.left, self.width, other.left, other.width)
            * along(self.top, self.height, other.top, other.height)
    }

    /// The area that both cover over the area that either covers; 0 for boxes without area.
    pub fn iou(&self, other: &Self) -> f32 {
        let overlap = self.overlap(other);
        let union = self.area() + other.area() - overlap;
        if union > 0.0 { overlap / union } else { 0.0 }
    }

    pub fn is_finite(&self) -> bool {
        [self.left, self.top, self.width, self.height]
            .iter()
            .all(|v| v.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intersection_over_union() {
        let one = Rect {
            left: 0.0,
            top: 0.0,
            width: 2.0,
            height: 2.0,
        };
        let two = Rect { left: 1.0, ..one };
        assert_eq!(one.iou(&one), 1.0);
        assert_eq!(one.iou(&two), 2.0 / 6.0);
        assert_eq!(one.iou(&Rect { top: 2.0, ..one }), 0.0);
        assert_eq!(Rect::default().iou(&Rect::default()), 0.0);
    }
}
