//! YuNet by `tract`: surer than the cascade, and with landmarks; its ONNX file is the user's.
//!
//! W. Wu, H. Peng, S. Yu: "YuNet: a tiny millisecond-level face detector", Machine Intelligence Research 20, 2023.
//! Files: `yunet_n_320_320.onnx` and its like, of libfacedetection.train.

use std::fmt::Display;
use std::path::Path;

use m3dfel_data::image::RgbImage;
use tract_onnx::prelude::{
    DatumExt, Framework, InferenceModelExt, IntoRunnable, Tensor, TractResult, tvec,
};

use super::scaled::{Scaled, Scaler};
use super::{Detector, Face, suppress};
use crate::geometry::{Point, Rect};
use crate::{Error, Result};

/// The longer side of the picture looked at. The smallest face found is of some 10 pixels there.
const SIDE: u32 = 320;
/// Pixels from one place of a grid to the next, on the network's three grids.
const STRIDES: [usize; 3] = [8, 16, 32];
/// Scores below are noise; 0.6 is where the network's authors put the threshold, which is a score of 0.5 here.
const LEAST_SCORE: f32 = 0.3;

type Run = Box<dyn Fn(Tensor) -> TractResult<Vec<Vec<f32>>>>;

/// The detector with landmarks.
pub struct YuNet {
    run: Run,
    scaler: Scaler,
}

impl YuNet {
    /// Reads the network.
    ///
    /// # Errors
    /// If the file cannot be read, or is another network.
    pub fn load(path: &Path) -> Result<Self> {
        let bad = |e: &dyn Display| Error::Detector {
            what: format!("cannot load {}: {e}", path.display()),
        };
        let run = load(path).map_err(|e| bad(&format!("{e:#}")))?;
        let this = Self {
            run,
            scaler: Scaler::new(SIDE),
        };
        let outputs =
            (this.run)(Tensor::zero::<f32>(&shape()).map_err(|e| bad(&e))?).map_err(|e| bad(&e))?;
        let cells = STRIDES.map(|stride| (SIDE as usize / stride).pow(2));
        let expected = [1, 1, 4, 10]
            .map(|values| cells.map(|cells| cells * values))
            .concat();
        if outputs.iter().map(Vec::len).ne(expected) {
            return Err(bad(&"it is not YuNet: its outputs are of other sizes"));
        }
        Ok(this)
    }
}

fn shape() -> [usize; 4] {
    [1, 3, SIDE as usize, SIDE as usize]
}

fn load(path: &Path) -> TractResult<Run> {
    let model = tract_onnx::onnx()
        .model_for_path(path)?
        .with_input_fact(0, f32::fact(shape()).into())?
        .into_optimized()?
        .into_runnable()?;
    Ok(Box::new(move |input| {
        let outputs = model.run(tvec!(input.into()))?;
        let values = |output: &Tensor| {
            Ok(output
                .to_plain_array_view::<f32>()?
                .iter()
                .copied()
                .collect())
        };
        outputs.iter().map(|output| values(output)).collect()
    }))
}

impl Detector for YuNet {
    fn name(&self) -> &'static str {
        "YuNet"
    }

    fn detect(&mut self, image: &RgbImage) -> Result<Vec<Face>> {
        let scaled = self.scaler.scale(image)?;
        let failed = |e: &dyn Display| Error::Detector {
            what: format!("failed on a frame: {e}"),
        };
        let input = Tensor::from_shape(&shape(), &planes(&scaled)).map_err(|e| failed(&e))?;
        let outputs = (self.run)(input).map_err(|e| failed(&e))?;
        let mut faces = Vec::new();
        // The outputs are in four groups of a grid each: class, objectness, box, landmarks.
        for (grid, stride) in STRIDES.into_iter().enumerate() {
            let [class, object, boxes, points] = [0, 3, 6, 9].map(|group| &outputs[group + grid]);
            let across = SIDE as usize / stride;
            for cell in 0..across * across {
                let probability = class[cell].clamp(0.0, 1.0) * object[cell].clamp(0.0, 1.0);
                let score = probability.sqrt();
                if score < LEAST_SCORE {
                    continue;
                }
                let at = Cell {
                    x: (cell % across) as f32,
                    y: (cell / across) as f32,
                    stride: stride as f32,
                };
                faces.push(at.face(
                    &boxes[cell * 4..][..4],
                    &points[cell * 10..][..10],
                    score,
                    scaled.factor,
                ));
            }
        }
        faces.retain(|face| face.bbox.is_finite());
        Ok(suppress(faces, 0.3))
    }
}

/// The picture in the upper left corner of the network's input: blue, green and red plane, 0 to 255.
fn planes(scaled: &Scaled) -> Vec<f32> {
    let side = SIDE as usize;
    let mut out = vec![0.0; 3 * side * side];
    for (y, row) in scaled
        .pixels
        .chunks_exact(scaled.width as usize * 3)
        .enumerate()
    {
        for (x, pixel) in row.chunks_exact(3).enumerate() {
            for (channel, &value) in pixel.iter().rev().enumerate() {
                out[(channel * side + y) * side + x] = f32::from(value);
            }
        }
    }
    out
}

/// A place of a grid.
struct Cell {
    x: f32,
    y: f32,
    stride: f32,
}

impl Cell {
    fn face(&self, bbox: &[f32], points: &[f32], score: f32, factor: f32) -> Face {
        let scale = self.stride * factor;
        let point = |x: f32, y: f32| Point {
            x: (self.x + x) * scale,
            y: (self.y + y) * scale,
        };
        let size = |log: f32| log.exp() * scale;
        let landmarks = std::array::from_fn(|k| point(points[2 * k], points[2 * k + 1]));
        Face {
            bbox: Rect::from_centre(point(bbox[0], bbox[1]), size(bbox[2]), size(bbox[3])),
            score: (score / 1.2).min(1.0),
            landmarks: Some(landmarks),
        }
    }
}
