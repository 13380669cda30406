//! Writes an event file with two curves: `cargo run -p m3dfel-metrics --example tensorboard_events -- DIR`.
//! `scripts/tensorboard-test` reads it back with TensorBoard's own reader.

use std::path::PathBuf;

use m3dfel_metrics::tensorboard::{Scalar, event_file, file_name};

fn main() -> std::io::Result<()> {
    let dir = std::env::args_os().nth(1).map(PathBuf::from);
    let dir = dir.unwrap_or_else(|| "events".into());
    let start = 1_700_000_000.5;
    let scalars: Vec<Scalar> = (0..300_i32)
        .flat_map(|epoch| {
            let at = |tag: &str, value| Scalar {
                tag: tag.into(),
                step: i64::from(epoch),
                wall_time: start + f64::from(epoch),
                value,
            };
            let decay = (-epoch as f32 / 50.0).exp();
            [
                at("train/loss", 0.5 + 1.5 * decay),
                at("test/war", 0.7 - 0.55 * decay),
            ]
        })
        .collect();
    std::fs::create_dir_all(&dir)?;
    let path = dir.join(file_name(start, "example"));
    std::fs::write(&path, event_file(&scalars))?;
    println!("{}", path.display());
    Ok(())
}
