//! Where films are cut: the picture changes all over from one frame to the next.

use m3dfel_data::image::RgbImage;

/// Cells along each side of the picture that is compared.
const CELLS: usize = 16;
/// Pixels looked at along each side of a cell.
const SAMPLES: usize = 4;
/// The least change of a cut, of 255.
const LEAST: f32 = 12.0;
/// How many times as much as usual changes at a cut.
const TIMES: f32 = 4.0;
/// The shortest shot, in frames: what is shorter is a flash.
const SHORTEST: usize = 4;

type Cells = [[f32; 3]; CELLS * CELLS];

/// Tells shots apart, frame by frame.
///
/// A cut changes the cells' mean colours much more than frames of late did (as the adaptive detector of B. Castellano's
/// PySceneDetect, but of the past alone, since nobody waits here for frames to come). Fades are not found.
#[derive(Default)]
pub struct Shots {
    last: Option<Box<Cells>>,
    /// How much frames of one shot differ, of late.
    usual: f32,
    /// Frames since the last cut.
    since: usize,
}

impl Shots {
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a shot begins with this frame; the first frame begins none.
    pub fn begins_with(&mut self, frame: &RgbImage) -> bool {
        let now = cells(frame);
        let change = self.last.as_ref().map(|last| change(last, &now));
        self.last = Some(now);
        self.since += 1;
        let Some(change) = change else {
            return false;
        };
        let is_cut = self.since > SHORTEST && change >= LEAST && change >= TIMES * self.usual;
        if is_cut {
            self.since = 0;
        } else {
            self.usual += (change - self.usual) / 8.0_f32.min(self.since as f32);
        }
        is_cut
    }
}

fn cells(image: &RgbImage) -> Box<Cells> {
    let mut cells = Box::new([[0.0; 3]; CELLS * CELLS]);
    let across = CELLS * SAMPLES;
    for j in 0..across {
        let y = (2 * j + 1) * image.height() / (2 * across);
        for i in 0..across {
            let x = (2 * i + 1) * image.width() / (2 * across);
            let at = (y * image.width() + x) * 3;
            let cell = &mut cells[j / SAMPLES * CELLS + i / SAMPLES];
            for (sum, &value) in cell.iter_mut().zip(&image.pixels()[at..at + 3]) {
                *sum += f32::from(value) / (SAMPLES * SAMPLES) as f32;
            }
        }
    }
    cells
}

/// How far the cells' colours lie apart, in the mean, of 255.
fn change(one: &Cells, other: &Cells) -> f32 {
    let pairs = one.as_flattened().iter().zip(other.as_flattened());
    pairs.map(|(a, b)| (a - b).abs()).sum::<f32>() / (CELLS * CELLS * 3) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A wall of so much grey with a disc of another before it.
    fn picture(wall: u8, disc: u8, left: f32, size: [usize; 2]) -> RgbImage {
        let [width, height] = size;
        let pixels = (0..width * height).flat_map(|k| {
            let x = (k % width) as f32 / width as f32 - left;
            let y = (k / width) as f32 / height as f32 - 0.5;
            [if x.hypot(y) < 0.3 { disc } else { wall }; 3]
        });
        RgbImage::new(width, height, pixels.collect()).unwrap()
    }

    fn cuts(frames: impl Iterator<Item = RgbImage>) -> Vec<usize> {
        let mut shots = Shots::new();
        let cuts = frames
            .enumerate()
            .filter(|(_, frame)| shots.begins_with(frame));
        cuts.map(|(number, _)| number).collect()
    }

    #[test]
    fn another_picture_all_over_is_a_cut_whatever_its_size() {
        for size in [[1, 1], [7, 90], [640, 360]] {
            let film = (0..60).map(|n| match n {
                0..20 => picture(40, 200, 0.5, size),
                20..45 => picture(120, 90, 0.4, size),
                _ => picture(60, 220, 0.6, size),
            });
            assert_eq!(cuts(film), [20, 45], "{size:?}");
        }
    }

    #[test]
    fn what_moves_grows_bright_or_flashes_is_none() {
        let size = [160, 90];
        let moving = (0..60).map(|n| picture(40, 200, n as f32 / 60.0, size));
        assert_eq!(cuts(moving), [0; 0]);
        let waving = (0..60).map(|n| picture(40, 200, 0.5 + 0.2 * (n as f32).sin(), size));
        assert_eq!(cuts(waving), [0; 0]);
        let brighter = (0..60).map(|n| picture(40 + 3 * n, 70 + 3 * n, 0.5, size));
        assert_eq!(cuts(brighter), [0; 0]);
        // The flash itself is another picture; what comes after it is as before, and nobody's shot is of two frames.
        let flash = (0..60).map(|n| picture(if n == 30 { 250 } else { 40 }, 200, 0.5, size));
        assert_eq!(cuts(flash), [30]);
    }
}
