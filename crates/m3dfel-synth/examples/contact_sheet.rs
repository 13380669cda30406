//! Lays rendered frames out on one picture, to be looked at.
//!
//!     cargo run --release -p m3dfel-synth --example contact_sheet -- sheet.png [easy|wild] [seed] [size] [people|time]
//!
//! `people` (the default): a row a person, a column an expression, each at its apex. `time`: a row a clip, over time.

use m3dfel_synth::{ClipSpec, Difficulty, Expression, RgbImage, render_clip};
use std::{fs::File, io::BufWriter, path::Path};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let get = |k: usize, default: &str| arguments.get(k).cloned().unwrap_or(default.to_owned());
    let (path, difficulty) = (get(0, "sheet.png"), get(1, "easy").parse::<Difficulty>()?);
    let (seed, size): (u64, u32) = (get(2, "0").parse()?, get(3, "160").parse()?);
    let over_time = get(4, "people") == "time";
    let mut rows = Vec::new();
    for row in 0..7u64 {
        let mut frames = Vec::new();
        for (column, expression) in Expression::ALL.into_iter().enumerate() {
            let expression = if over_time {
                Expression::ALL[row as usize]
            } else {
                expression
            };
            let number = if over_time {
                row
            } else {
                row * 7 + column as u64
            };
            let spec = ClipSpec {
                seed,
                number,
                identity: row,
                expression,
                difficulty,
                size,
            };
            let clip = render_clip(&spec)?;
            let last = clip.frames.len() - 1;
            let apex = clip.truth.envelope.map_or(last / 2, |e| e.apex);
            if over_time {
                // the same expression from onset to offset and beyond
                let picks = (0..10).map(|k| clip.frames[k * last / 9].clone());
                frames.extend(picks);
                break;
            }
            frames.push(clip.frames[apex].clone());
        }
        rows.push(frames);
    }
    write_png(Path::new(&path), &rows, size as usize)?;
    Ok(())
}

fn write_png(
    path: &Path,
    rows: &[Vec<RgbImage>],
    size: usize,
) -> Result<(), Box<dyn std::error::Error>> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let (width, height) = (columns * size, rows.len() * size);
    let mut pixels = vec![0; width * height * 3];
    for (j, row) in rows.iter().enumerate() {
        for (i, frame) in row.iter().enumerate() {
            for (y, line) in frame.as_ref().chunks_exact(size * 3).enumerate() {
                let at = ((j * size + y) * width + i * size) * 3;
                pixels[at..at + size * 3].copy_from_slice(line);
            }
        }
    }
    let mut encoder = png::Encoder::new(
        BufWriter::new(File::create(path)?),
        width as u32,
        height as u32,
    );
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(())
}
