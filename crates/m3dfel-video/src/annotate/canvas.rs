//! A picture to draw on, by `tiny-skia`.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use m3dfel_data::image::RgbImage;
use tiny_skia::{FillRule, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke, Transform};

use super::font::Font;
use super::palette::Colour;
use super::placed::Placed;
use crate::geometry::{Point, Rect};

pub struct Canvas {
    pixmap: Pixmap,
    resizer: Resizer,
    scaled: Vec<u8>,
    pub font: Font,
}

impl Canvas {
    /// None where there is no such size.
    pub fn new(font: Font, width: usize, height: usize) -> Option<Self> {
        let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
        Some(Self {
            pixmap: Pixmap::new(width, height)?,
            resizer: Resizer::new(),
            scaled: Vec::new(),
            font,
        })
    }

    /// Rows of pixels of four bytes.
    pub fn pixels(&self) -> &[u8] {
        self.pixmap.data()
    }

    /// Makes it all of one colour.
    pub fn clear(&mut self, [red, green, blue, alpha]: Colour) {
        self.pixmap
            .fill(tiny_skia::Color::from_rgba8(red, green, blue, alpha));
    }

    /// Lays a picture where it is placed. What is too large or too small for that place is scaled.
    pub fn picture(&mut self, image: &RgbImage, at: Placed) {
        let fits = (image.width(), image.height()) == (at.width, at.height);
        let scaled = if fits { None } else { self.scale(image, at) };
        let pixels = if fits {
            image.pixels()
        } else if scaled.is_some() {
            &self.scaled
        } else {
            return;
        };
        let across = self.pixmap.width() as usize * 4;
        let rows = self.pixmap.data_mut().chunks_exact_mut(across).skip(at.top);
        for (to, from) in rows.zip(pixels.chunks_exact(at.width * 3)) {
            let to = to.chunks_exact_mut(4).skip(at.left);
            for (to, from) in to.zip(from.chunks_exact(3)) {
                to.copy_from_slice(&[from[0], from[1], from[2], 255]);
            }
        }
    }

    fn scale(&mut self, image: &RgbImage, at: Placed) -> Option<()> {
        let size = |width: usize, height: usize| {
            Some((u32::try_from(width).ok()?, u32::try_from(height).ok()?))
        };
        let (width, height) = size(image.width(), image.height())?;
        let source = ImageRef::new(width, height, image.pixels(), PixelType::U8x3).ok()?;
        let (width, height) = size(at.width, at.height)?;
        self.scaled.resize(at.width * at.height * 3, 0);
        let mut target =
            Image::from_slice_u8(width, height, &mut self.scaled, PixelType::U8x3).ok()?;
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
        self.resizer.resize(&source, &mut target, &options).ok()
    }

    pub fn fill(&mut self, rect: Rect, colour: Colour) {
        if let Some(rect) = to_skia(rect) {
            self.fill_path(&PathBuilder::from_rect(rect), colour);
        }
    }

    /// Draws a box's outline.
    pub fn outline(&mut self, rect: Rect, width: f32, colour: Colour) {
        if let Some(rect) = to_skia(rect) {
            self.stroke(&PathBuilder::from_rect(rect), width, colour);
        }
    }

    pub fn line(&mut self, points: &[Point], width: f32, colour: Colour) {
        let mut path = PathBuilder::new();
        for (k, point) in points.iter().enumerate() {
            match k {
                0 => path.move_to(point.x, point.y),
                _ => path.line_to(point.x, point.y),
            }
        }
        if let Some(path) = path.finish() {
            self.stroke(&path, width, colour);
        }
    }

    pub fn dot(&mut self, at: Point, radius: f32, colour: Colour) {
        if let Some(path) = PathBuilder::from_circle(at.x, at.y, radius) {
            self.fill_path(&path, colour);
        }
    }

    /// Writes from a place on the text's base line on.
    pub fn text(&mut self, text: &str, at: Point, size: f32, colour: Colour) {
        if let Some(path) = self.font.outline(text, at.x, at.y, size) {
            self.fill_path(&path, colour);
        }
    }

    fn fill_path(&mut self, path: &Path, colour: Colour) {
        let identity = Transform::identity();
        self.pixmap
            .fill_path(path, &paint(colour), FillRule::Winding, identity, None);
    }

    fn stroke(&mut self, path: &Path, width: f32, colour: Colour) {
        let stroke = Stroke {
            width,
            line_join: LineJoin::Round,
            ..Stroke::default()
        };
        self.pixmap
            .stroke_path(path, &paint(colour), &stroke, Transform::identity(), None);
    }
}

fn paint(colour: Colour) -> Paint<'static> {
    let mut paint = Paint::default();
    let [red, green, blue, alpha] = colour;
    paint.set_color_rgba8(red, green, blue, alpha);
    paint
}

/// None for a box without area, or of no place.
fn to_skia(rect: Rect) -> Option<tiny_skia::Rect> {
    tiny_skia::Rect::from_xywh(rect.left, rect.top, rect.width, rect.height)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canvas(width: usize, height: usize) -> Canvas {
        Canvas::new(Font::new().unwrap(), width, height).unwrap()
    }

    fn pixel(canvas: &Canvas, x: usize, y: usize) -> [u8; 4] {
        let at = (y * canvas.pixmap.width() as usize + x) * 4;
        canvas.pixels()[at..at + 4].try_into().unwrap()
    }

    #[test]
    fn a_picture_is_laid_in_its_place() {
        let at = Placed::within((20, 10), (40, 40));
        let mut canvas = canvas(40, 44);
        let image = RgbImage::new(20, 10, [200, 100, 50].repeat(200)).unwrap();
        canvas.picture(&image, at);
        assert_eq!(pixel(&canvas, 39, 29), [200, 100, 50, 255]);
        assert_eq!(pixel(&canvas, 39, 30), [0; 4]);
        canvas.picture(&image, Placed::within((20, 10), (20, 10)));
        assert_eq!(pixel(&canvas, 0, 0), [200, 100, 50, 255]);
        assert_eq!(pixel(&canvas, 20, 0), [0; 4]);
    }

    #[test]
    fn what_has_no_place_is_not_drawn() {
        let mut canvas = canvas(8, 8);
        for left in [f32::NAN, f32::INFINITY, 1e30, -1e30] {
            let rect = Rect {
                left,
                top: 0.0,
                width: 4.0,
                height: 4.0,
            };
            canvas.fill(rect, [255; 4]);
            canvas.outline(rect, 2.0, [255; 4]);
            canvas.line(
                &[Point { x: left, y: 0.0 }, Point::default()],
                1.0,
                [255; 4],
            );
            canvas.text("a", Point { x: left, y: 8.0 }, 8.0, [255; 4]);
        }
        canvas.fill(Rect::default(), [255; 4]);
        assert_eq!(pixel(&canvas, 7, 7), [0; 4]);
        canvas.fill(
            Rect {
                left: 4.0,
                top: 4.0,
                width: 90.0,
                height: 90.0,
            },
            [255; 4],
        );
        assert_eq!(pixel(&canvas, 7, 7), [255; 4]);
    }

    #[test]
    fn text_is_seen() {
        let mut canvas = canvas(60, 20);
        canvas.text("happy", Point { x: 2.0, y: 15.0 }, 14.0, [255; 4]);
        let inked = canvas
            .pixels()
            .chunks_exact(4)
            .filter(|p| p[0] > 128)
            .count();
        assert!((60..400).contains(&inked), "{inked}");
    }
}
