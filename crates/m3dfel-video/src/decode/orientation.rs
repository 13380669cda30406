//! How a picture as it is coded must be turned to be shown: phones record lying and write down how they were held.

/// First perhaps rows and columns change places, then perhaps it is mirrored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Orientation {
    transpose: bool,
    flip_x: bool,
    flip_y: bool,
}

impl Orientation {
    /// From the transformation `x' = a x + c y`, `y' = b x + d y`; one that is no quarter turn counts as none.
    pub fn from_turn([a, b, c, d]: [i64; 4]) -> Self {
        match (a != 0, b != 0, c != 0, d != 0) {
            (true, false, false, true) => Self {
                transpose: false,
                flip_x: a < 0,
                flip_y: d < 0,
            },
            (false, true, true, false) => Self {
                transpose: true,
                flip_x: c < 0,
                flip_y: b < 0,
            },
            _ => Self::default(),
        }
    }

    pub fn size(self, (width, height): (usize, usize)) -> (usize, usize) {
        if self.transpose {
            (height, width)
        } else {
            (width, height)
        }
    }

    /// Turns rows of `width` pixels of three bytes.
    pub fn apply(self, pixels: Vec<u8>, width: usize, height: usize) -> Vec<u8> {
        if self == Self::default() {
            return pixels;
        }
        let (across, down) = self.size((width, height));
        let mut out = Vec::with_capacity(pixels.len());
        for y in 0..down {
            let y = if self.flip_y { down - 1 - y } else { y };
            for x in 0..across {
                let x = if self.flip_x { across - 1 - x } else { x };
                let (x, y) = if self.transpose { (y, x) } else { (x, y) };
                let at = (y * width + x) * 3;
                out.extend_from_slice(&pixels[at..at + 3]);
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: i64 = 1 << 16;

    /// A picture of 3 x 2 whose pixels are 1 2 3 / 4 5 6, turned; its rows.
    fn turned(turn: [i64; 4]) -> Vec<Vec<u8>> {
        let orientation = Orientation::from_turn(turn);
        let pixels = (1..=6).flat_map(|v| [v; 3]).collect();
        let (width, _) = orientation.size((3, 2));
        let out = orientation.apply(pixels, 3, 2);
        let firsts: Vec<u8> = out.chunks(3).map(|p| p[0]).collect();
        firsts.chunks(width).map(<[u8]>::to_vec).collect()
    }

    #[test]
    fn quarter_turns_are_clockwise() {
        assert_eq!(turned([ONE, 0, 0, ONE]), [[1, 2, 3], [4, 5, 6]]);
        assert_eq!(turned([0, ONE, -ONE, 0]), [[4, 1], [5, 2], [6, 3]]);
        assert_eq!(turned([-ONE, 0, 0, -ONE]), [[6, 5, 4], [3, 2, 1]]);
        assert_eq!(turned([0, -ONE, ONE, 0]), [[3, 6], [2, 5], [1, 4]]);
    }

    #[test]
    fn mirrors_mirror() {
        assert_eq!(turned([-ONE, 0, 0, ONE]), [[3, 2, 1], [6, 5, 4]]);
        assert_eq!(turned([ONE, 0, 0, -ONE]), [[4, 5, 6], [1, 2, 3]]);
    }

    #[test]
    fn what_is_no_quarter_turn_is_none() {
        assert_eq!(turned([0; 4]), turned([ONE, 0, 0, ONE]));
        assert_eq!(turned([ONE, ONE, -ONE, ONE]), turned([ONE, 0, 0, ONE]));
    }
}
