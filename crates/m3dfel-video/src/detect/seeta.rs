//! SeetaFace's cascade by `rustface`, its model inside the binary: what is there without anything downloaded.
//!
//! S. Wu, M. Kan, Z. He, S. Shan, X. Chen: "Funnel-structured cascade for multi-view face detection with
//! alignment-awareness", Neurocomputing 221, 2017.

use m3dfel_data::image::RgbImage;
use rustface::ImageData;

use super::scaled::Scaler;
use super::{Detector, Face, suppress};
use crate::geometry::{Point, Rect};
use crate::{Error, Result};

const MODEL: &[u8] = include_bytes!("../../assets/seeta_fd_frontal_v1.0.bin");

/// The longer side of the picture looked at. The smallest face found is of 40 pixels there.
const SIDE: u32 = 320;
/// The cascade looks at windows of so many pixels; a smaller picture has none.
const WINDOW: u32 = 40;
/// The model's own score at which a detection is a face by itself.
const SURE_SCORE: f64 = 4.0;
/// The model's own score below which detections are noise.
const LEAST_SCORE: f64 = 0.5;

/// The model's squares reach from the brows to the chin. From the hairline to the chin, as YuNet's boxes do, it is so
/// much more around the same middle: measured on five videos of four people, 1.17 to 1.24.
const TO_HAIRLINE: f32 = 1.2;

/// The detector that needs nothing.
pub struct Seeta {
    cascade: Box<dyn rustface::Detector>,
    scaler: Scaler,
    grey: Vec<u8>,
}

impl Seeta {
    /// # Errors
    /// If the model in the binary is damaged.
    pub fn new() -> Result<Self> {
        let model = rustface::read_model(MODEL).map_err(|e| Error::Detector {
            what: format!("cannot read SeetaFace's model: {e}"),
        })?;
        let mut cascade = rustface::create_detector_with_model(model);
        cascade.set_min_face_size(WINDOW);
        cascade.set_score_thresh(LEAST_SCORE);
        cascade.set_pyramid_scale_factor(0.8);
        cascade.set_slide_window_step(4, 4);
        Ok(Self {
            cascade,
            scaler: Scaler::new(SIDE),
            grey: Vec::new(),
        })
    }
}

impl Detector for Seeta {
    fn name(&self) -> &'static str {
        "SeetaFace"
    }

    fn detect(&mut self, image: &RgbImage) -> Result<Vec<Face>> {
        let scaled = self.scaler.scale(image)?;
        if scaled.width.min(scaled.height) < WINDOW {
            return Ok(Vec::new());
        }
        scaled.grey(&mut self.grey);
        let found = self
            .cascade
            .detect(&ImageData::new(&self.grey, scaled.width, scaled.height));
        let face = |found: rustface::FaceInfo| {
            let bbox = found.bbox();
            let (width, height) = (bbox.width() as f32, bbox.height() as f32);
            let middle = Point {
                x: bbox.x() as f32 + width / 2.0,
                y: bbox.y() as f32 + height / 2.0,
            };
            let bbox = Rect::from_centre(middle, width * TO_HAIRLINE, height * TO_HAIRLINE);
            Face {
                bbox: bbox.scaled(scaled.factor),
                score: (found.score() / (found.score() + SURE_SCORE)) as f32,
                landmarks: None,
            }
        };
        Ok(suppress(found.into_iter().map(face).collect(), 0.3))
    }
}
