//! Follows the faces of a video, prints their tracks, and draws what it saw.
//!
//!     cargo run --release -p m3dfel-video --example tracks -- VIDEO [SHEET.jpg] [YUNET.onnx]
//!
//! The sheet shows 24 frames with boxes, and below each the crops of its faces. YuNet needs `--features onnx`.
//! The last line is for scripts: `tracks N longest FRAMES faces FRAMES_WITH_A_FACE frames FRAMES`.

use std::collections::BTreeMap;
use std::path::Path;

use m3dfel_data::image::RgbImage;
use m3dfel_video::crop::{CropOptions, crop};
use m3dfel_video::{Detector, Faces, FollowOptions, Point, Seeta, Step, TrackedFace, Video};

/// Pictures on a sheet.
const PICTURES: usize = 24;
const COLUMNS: usize = 6;
/// A picture on a sheet is so wide and high; below it is room for crops.
const WIDTH: usize = 320;
const HEIGHT: usize = 180;
const CROP: usize = 104;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, options @ ..] = &arguments[..] else {
        return Err("usage: tracks VIDEO [SHEET.jpg] [YUNET.onnx]".into());
    };
    let detector: Box<dyn Detector> = match options.get(1) {
        Some(model) => yunet(model)?,
        None => Box::new(Seeta::new()?),
    };
    let begin = std::time::Instant::now();
    let video = Video::open(Path::new(path))?.ahead()?;
    println!("{path}: {:?}; {}", video.info(), detector.name());
    let expected = video
        .info()
        .frames
        .or(video.info().duration.map(|d| (d * 30.0) as usize));
    let every = expected.unwrap_or(PICTURES).div_ceil(PICTURES).max(1);

    let mut steps = Faces::new(video, detector, FollowOptions::default());
    let (mut frames, mut with_face) = (0, 0);
    let mut tracks: BTreeMap<u32, (usize, f64, f64)> = BTreeMap::new();
    let mut sheet = Sheet::default();
    for step in steps.by_ref() {
        let step = step?;
        for face in &step.faces {
            let track = tracks
                .entry(face.track)
                .or_insert((0, step.frame.time, 0.0));
            track.0 += 1;
            track.2 = step.frame.time;
        }
        for end in &step.ended {
            println!(
                "at {:.2} s: track {} is over, {:.2} to {:.2} s",
                step.frame.time, end.track, end.start, end.end
            );
        }
        with_face += usize::from(!step.faces.is_empty());
        if frames % every == 0 {
            sheet.add(&step);
        }
        frames += 1;
    }
    for (track, (count, start, end)) in &tracks {
        println!("track {track}: {count} frames, {start:.2} to {end:.2} s");
    }
    for problem in steps.frames().problems() {
        println!("problem: {problem}");
    }
    let stages = steps.stages();
    let rate = frames as f64 / begin.elapsed().as_secs_f64();
    println!("{stages:?}: {rate:.0} frames/s");
    if let Some(path) = options.first() {
        sheet.write(path)?;
    }
    let longest = tracks.values().map(|track| track.0).max().unwrap_or(0);
    println!(
        "tracks {} longest {longest} faces {with_face} frames {frames}",
        tracks.len()
    );
    Ok(())
}

#[cfg(feature = "onnx")]
fn yunet(model: &str) -> Result<Box<dyn Detector>, Box<dyn std::error::Error>> {
    Ok(Box::new(m3dfel_video::YuNet::load(Path::new(model))?))
}

#[cfg(not(feature = "onnx"))]
fn yunet(_: &str) -> Result<Box<dyn Detector>, Box<dyn std::error::Error>> {
    Err("YuNet needs --features onnx".into())
}

/// Pictures side by side.
#[derive(Default)]
struct Sheet {
    pixels: Vec<u8>,
    pictures: usize,
}

impl Sheet {
    fn add(&mut self, step: &Step) {
        let (column, row) = (self.pictures % COLUMNS, self.pictures / COLUMNS);
        self.pictures += 1;
        let (top, across) = (row * (HEIGHT + CROP), COLUMNS * WIDTH);
        self.pixels
            .resize((row + 1) * (HEIGHT + CROP) * across * 3, 32);
        let image = &step.frame.image;
        let scale =
            (image.width() as f32 / WIDTH as f32).max(image.height() as f32 / HEIGHT as f32);
        for y in 0..HEIGHT {
            for x in 0..WIDTH {
                let at = Point {
                    x: (x as f32 + 0.5) * scale,
                    y: (y as f32 + 0.5) * scale,
                };
                if at.x < image.width() as f32 && at.y < image.height() as f32 {
                    let from = (at.y as usize * image.width() + at.x as usize) * 3;
                    let colour = step.faces.iter().find_map(|face| drawn(face, at, scale));
                    let colour = colour.unwrap_or([0, 1, 2].map(|c| image.pixels()[from + c]));
                    self.put(column * WIDTH + x, top + y, colour);
                }
            }
        }
        let options = CropOptions {
            size: CROP,
            ..CropOptions::default()
        };
        for (k, face) in step.faces.iter().take(WIDTH / CROP).enumerate() {
            self.paste(
                &crop(image, face, options),
                column * WIDTH + k * CROP,
                top + HEIGHT,
            );
        }
    }

    fn put(&mut self, x: usize, y: usize, colour: [u8; 3]) {
        let at = (y * COLUMNS * WIDTH + x) * 3;
        self.pixels[at..at + 3].copy_from_slice(&colour);
    }

    fn paste(&mut self, image: &RgbImage, left: usize, top: usize) {
        for (k, pixel) in image.pixels().chunks_exact(3).enumerate() {
            let colour = [pixel[0], pixel[1], pixel[2]];
            self.put(left + k % image.width(), top + k / image.width(), colour);
        }
    }

    fn write(&self, path: &str) -> Result<(), Box<dyn std::error::Error>> {
        let height = self.pixels.len() / (COLUMNS * WIDTH * 3);
        let encoder = jpeg_encoder::Encoder::new_file(path, 88)?;
        let (width, height) = (u16::try_from(COLUMNS * WIDTH)?, u16::try_from(height)?);
        Ok(encoder.encode(&self.pixels, width, height, jpeg_encoder::ColorType::Rgb)?)
    }
}

/// The colour of a face's box or landmark at a place, if it is drawn there. A track has its own.
fn drawn(face: &TrackedFace, at: Point, scale: f32) -> Option<[u8; 3]> {
    let inside = |by: f32| {
        let b = face.bbox;
        at.x > b.left + by
            && at.x < b.left + b.width - by
            && at.y > b.top + by
            && at.y < b.top + b.height - by
    };
    let near = |p: &Point| (p.x - at.x).abs().max((p.y - at.y).abs()) < 1.5 * scale;
    let on_point = face.landmarks.is_some_and(|points| points.iter().any(near));
    let colours = [
        [40, 255, 80],
        [255, 80, 40],
        [80, 140, 255],
        [255, 230, 40],
        [255, 60, 255],
    ];
    let is_drawn = inside(-scale) && !inside(scale) || on_point;
    is_drawn.then(|| colours[face.track as usize % colours.len()])
}
