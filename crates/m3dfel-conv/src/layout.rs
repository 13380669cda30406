//! From channels-first to channels-last, with a border, and back.

use rayon::prelude::*;

use crate::buffer::Floats;

/// Pixels whose channels are turned together: their cache lines stay at hand.
const TILE: usize = 16;

/// `[batch, channels, pixels]` to `[batch, pixels, channels]`.
pub fn channels_last(x: &[f32], channels: usize, pixels: usize) -> Floats {
    let mut out = Floats::any(x.len());
    if x.is_empty() {
        return out;
    }
    out.par_chunks_mut(channels * pixels)
        .zip(x.par_chunks(channels * pixels))
        .for_each(|(out, x)| transpose(x, channels, pixels, out));
    out
}

/// `[batch, pixels, channels]` to `[batch, channels, pixels]`.
pub fn channels_first(x: &[f32], channels: usize, pixels: usize) -> Floats {
    channels_last(x, pixels, channels)
}

/// `[rows, columns]` to `[columns, rows]`, tile by tile.
fn transpose(x: &[f32], rows: usize, columns: usize, out: &mut [f32]) {
    out.par_chunks_mut(rows * TILE)
        .enumerate()
        .with_min_len(64)
        .for_each(|(tile, out)| {
            let first = tile * TILE;
            for r0 in (0..rows).step_by(TILE) {
                let r1 = (r0 + TILE).min(rows);
                for (c, out) in out.chunks_mut(rows).enumerate() {
                    for (r, out) in out[r0..r1].iter_mut().enumerate() {
                        *out = x[(r0 + r) * columns + first + c];
                    }
                }
            }
        });
}

/// Every frame `[h, w, channels]` of `x` laid into a frame of zeros `size`, its corner at `low`.
/// What lies beyond `size` is cut off.
pub(crate) fn bordered(
    x: &[f32],
    channels: usize,
    extent: [usize; 2],
    low: [usize; 2],
    size: [usize; 2],
) -> Floats {
    let [h, w] = extent;
    let frames = x.len() / (h * w * channels).max(1);
    let len = frames * size[0] * size[1] * channels;
    let mut out = Floats::any(len);
    if len == 0 {
        return out;
    }
    let columns = w.min(size[1].saturating_sub(low[1]));
    out[..len]
        .par_chunks_mut(size[1] * channels)
        .enumerate()
        .with_min_len(32)
        .for_each(|(row, out)| {
            let (frame, y) = (row / size[0], row % size[0]);
            if y < low[0] || y >= low[0] + h || columns == 0 {
                out.fill(0.0);
                return;
            }
            let from = ((frame * h + y - low[0]) * w) * channels;
            let (left, out) = out.split_at_mut(low[1] * channels);
            let (middle, right) = out.split_at_mut(columns * channels);
            left.fill(0.0);
            middle.copy_from_slice(&x[from..from + columns * channels]);
            right.fill(0.0);
        });
    out
}

/// The same from `x [batch, channels, frames, h, w]`.
pub(crate) fn interleaved(
    x: &[f32],
    [channels, frames]: [usize; 2],
    [h, w]: [usize; 2],
    low: [usize; 2],
    size: [usize; 2],
) -> Floats {
    let plane = frames * h * w;
    let batch = x.len() / (channels * plane).max(1);
    let len = batch * frames * size[0] * size[1] * channels;
    let mut out = Floats::any(len);
    if len == 0 {
        return out;
    }
    let columns = w.min(size[1].saturating_sub(low[1]));
    out[..len]
        .par_chunks_mut(size[1] * channels)
        .enumerate()
        .with_min_len(32)
        .for_each(|(row, out)| {
            out.fill(0.0);
            let (frame, y) = (row / size[0], row % size[0]);
            if y < low[0] || y >= low[0] + h {
                return;
            }
            let (n, t) = (frame / frames, frame % frames);
            for c in 0..channels {
                let from = (n * channels + c) * plane + (t * h + y - low[0]) * w;
                let to = out[low[1] * channels..]
                    .iter_mut()
                    .skip(c)
                    .step_by(channels);
                for (to, &value) in to.zip(&x[from..from + columns]) {
                    *to = value;
                }
            }
        });
    out
}

/// Rows of `from` floats to rows of `to`: cut, or filled up with zeros.
pub(crate) fn recut(x: &[f32], from: usize, to: usize) -> Floats {
    let mut out = Floats::zeros(x.len() / from * to);
    let n = from.min(to);
    for (out, x) in out.chunks_mut(to).zip(x.chunks(from)) {
        out[..n].copy_from_slice(&x[..n]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let (batch, channels, pixels) = (2, 5, 37);
        let x: Vec<f32> = (0..batch * channels * pixels).map(|i| i as f32).collect();
        let last = channels_last(&x, channels, pixels);
        assert_eq!(last[1], x[pixels]);
        assert_eq!(last[channels], x[1]);
        assert_eq!(*channels_first(&last, channels, pixels), x);
    }

    #[test]
    fn border_is_zero_and_overhang_is_cut() {
        let x: Vec<f32> = (1..=6).map(|i| i as f32).collect(); // 1 frame, 2 x 3, 1 channel
        assert_eq!(
            bordered(&x, 1, [2, 3], [1, 1], [3, 3])[..9],
            [0., 0., 0., 0., 1., 2., 0., 4., 5.]
        );
    }
}
