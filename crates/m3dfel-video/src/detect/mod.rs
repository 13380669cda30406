//! Where faces are in a picture.

mod scaled;
mod seeta;
#[cfg(feature = "onnx")]
mod yunet;

use m3dfel_data::image::RgbImage;

use crate::Result;
use crate::geometry::{Point, Rect};
pub use seeta::Seeta;
#[cfg(feature = "onnx")]
pub use yunet::YuNet;

/// A face found in a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Face {
    /// From the hairline to the chin.
    pub bbox: Rect,
    /// How sure, 0 to 1. From [`SURE`] on it is a face; below it may be one where a face has been.
    pub score: f32,
    /// The right eye's middle, the left eye's, the nose's tip, the mouth's right corner and its left: the person's
    /// right, which is on the picture's left.
    pub landmarks: Option<[Point; 5]>,
}

/// The score from which on a detection is a face by itself.
pub const SURE: f32 = 0.5;

/// Finds faces. Each thread needs its own.
pub trait Detector {
    /// What to call it.
    fn name(&self) -> &'static str;

    /// Faces in a picture of any size, sure ones and less sure ones, each once.
    ///
    /// # Errors
    /// If the detector itself fails; a picture without faces is no error.
    fn detect(&mut self, image: &RgbImage) -> Result<Vec<Face>>;
}

impl<D: Detector + ?Sized> Detector for Box<D> {
    fn name(&self) -> &'static str {
        (**self).name()
    }

    fn detect(&mut self, image: &RgbImage) -> Result<Vec<Face>> {
        (**self).detect(image)
    }
}

/// Of faces that overlap by more than `most`, the one of the highest score.
fn suppress(mut faces: Vec<Face>, most: f32) -> Vec<Face> {
    faces.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Face> = Vec::new();
    for face in faces {
        if kept.iter().all(|k| k.bbox.iou(&face.bbox) <= most) {
            kept.push(face);
        }
    }
    kept
}
