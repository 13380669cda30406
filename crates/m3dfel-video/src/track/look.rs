//! What a face looks like, as far as telling one person in a video from another needs it: its colours.

use m3dfel_data::image::RgbImage;

use crate::geometry::Rect;

/// Levels a channel.
const LEVELS: usize = 6;
/// Pixels looked at along each side of the box.
const SAMPLES: usize = 32;

/// Shares of colours in and around a face's box, hair and collar with it; together 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Look(Vec<f32>);

impl Look {
    pub fn of(image: &RgbImage, bbox: &Rect) -> Self {
        let around = Rect::from_centre(bbox.centre(), bbox.width * 1.4, bbox.height * 1.6);
        let mut shares = vec![0.0; LEVELS * LEVELS * LEVELS];
        let place = |start: f32, size: f32, k: usize, end: usize| {
            let at = start + size * (k as f32 + 0.5) / SAMPLES as f32;
            // Casting saturates: outside is the edge.
            (at as usize).min(end - 1)
        };
        for j in 0..SAMPLES {
            let y = place(around.top, around.height, j, image.height());
            for i in 0..SAMPLES {
                let x = place(around.left, around.width, i, image.width());
                let at = (y * image.width() + x) * 3;
                let level =
                    |channel: usize| usize::from(image.pixels()[at + channel]) * LEVELS / 256;
                shares[(level(0) * LEVELS + level(1)) * LEVELS + level(2)] +=
                    1.0 / (SAMPLES * SAMPLES) as f32;
            }
        }
        Self(shares)
    }

    /// How alike two looks are, 0 to 1: Bhattacharyya's coefficient.
    pub fn likeness(&self, other: &Self) -> f32 {
        self.0
            .iter()
            .zip(&other.0)
            .map(|(a, b)| (a * b).sqrt())
            .sum()
    }

    /// Takes in how it looks now.
    pub fn blend(&mut self, now: &Self) {
        for (mine, now) in self.0.iter_mut().zip(&now.0) {
            *mine += 0.2 * (now - *mine);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alike_and_unlike() {
        let half = |left: [u8; 3], right: [u8; 3]| {
            let row: Vec<u8> = (0..100)
                .flat_map(|x| if x < 50 { left } else { right })
                .collect();
            RgbImage::new(100, 60, row.repeat(60)).unwrap()
        };
        let bbox = Rect {
            left: 20.0,
            top: -10.0,
            width: 60.0,
            height: 60.0,
        };
        let one = Look::of(&half([200, 150, 120], [30, 30, 90]), &bbox);
        let same = Look::of(&half([202, 148, 118], [32, 28, 92]), &bbox);
        let other = Look::of(&half([90, 200, 20], [250, 250, 90]), &bbox);
        assert!((one.likeness(&one) - 1.0).abs() < 1e-4);
        assert!(one.likeness(&same) > 0.95);
        assert!(one.likeness(&other) < 0.05);
    }
}
