//! Blur: out of focus, and by movement.

use glam::Vec2;

/// One pass of (1, 2, 1) / 4 along both axes.
pub fn soften(pixels: &mut [u8], side: usize, channels: usize) {
    let stride = side * channels;
    let mix =
        |a: u8, b: u8, c: u8| ((u16::from(a) + 2 * u16::from(b) + u16::from(c) + 2) / 4) as u8;
    let mut before = vec![0u8; stride];
    for row in pixels.chunks_exact_mut(stride) {
        before.copy_from_slice(row);
        for i in channels..stride - channels {
            row[i] = mix(before[i - channels], before[i], before[i + channels]);
        }
    }
    before.copy_from_slice(&pixels[..stride]);
    let mut here = vec![0u8; stride];
    for y in 1..side - 1 {
        let (head, tail) = pixels.split_at_mut((y + 1) * stride);
        let row = &mut head[y * stride..];
        here.copy_from_slice(row);
        for i in 0..stride {
            row[i] = mix(before[i], here[i], tail[i]);
        }
        std::mem::swap(&mut before, &mut here);
    }
}

/// Adds so much of what a blur would take away.
pub fn sharpen(pixels: &mut [u8], side: usize, channels: usize, share: f32) {
    let before = pixels.to_vec();
    soften(pixels, side, channels);
    for (soft, &sharp) in pixels.iter_mut().zip(&before) {
        let (soft_level, level) = (f32::from(*soft), f32::from(sharp));
        // a cast saturates
        *soft = (level + share * (level - soft_level) + 0.5) as u8;
    }
}

/// Smears a picture along the way that everything moves while the shutter is open, in pixels.
pub fn streak(pixels: &mut [u8], side: usize, way: Vec2) {
    let steps = (way.length().min(24.0) + 0.5) as i32;
    if steps < 1 {
        return;
    }
    let before = pixels.to_vec();
    let last = side as i32 - 1;
    let offsets: Vec<(i32, i32)> = (0..=steps)
        .map(|k| {
            let at = way * (k as f32 / steps as f32 - 0.5);
            (at.x.round() as i32, at.y.round() as i32)
        })
        .collect();
    let count = offsets.len() as u32;
    for y in 0..side as i32 {
        for x in 0..side as i32 {
            let mut sum = [count / 2; 3];
            for &(dx, dy) in &offsets {
                let (u, v) = ((x + dx).clamp(0, last), (y + dy).clamp(0, last));
                let from = (v as usize * side + u as usize) * 3;
                for (s, &p) in sum.iter_mut().zip(&before[from..from + 3]) {
                    *s += u32::from(p);
                }
            }
            let at = (y as usize * side + x as usize) * 3;
            for (p, s) in pixels[at..at + 3].iter_mut().zip(sum) {
                *p = (s / count) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sharpening_steepens_edges_and_leaves_flats() {
        let side = 12;
        let row: Vec<u8> = (0..side)
            .flat_map(|x| [if x < 6 { 80 } else { 160 }; 3])
            .collect();
        let mut pixels = row.repeat(side);
        sharpen(&mut pixels, side, 3, 1.0);
        let at = |x: usize| pixels[(5 * side + x) * 3];
        assert_eq!([at(2), at(5), at(6), at(9)], [80, 60, 180, 160]);
    }

    #[test]
    fn a_streak_lies_along_the_way_and_keeps_the_light() {
        let side = 15;
        let mut pixels = vec![0u8; side * side * 3];
        pixels[(7 * side + 7) * 3] = 250;
        streak(&mut pixels, side, Vec2::new(4.0, 0.0));
        let lit: Vec<_> = (0..side * side).filter(|k| pixels[k * 3] > 0).collect();
        assert_eq!(lit, (5..=9).map(|x| 7 * side + x).collect::<Vec<_>>());
        assert_eq!(
            lit.iter().map(|k| u32::from(pixels[k * 3])).sum::<u32>(),
            250
        );
        let still = pixels.clone();
        streak(&mut pixels, side, Vec2::new(0.1, 0.2));
        assert_eq!(pixels, still);
    }
}
