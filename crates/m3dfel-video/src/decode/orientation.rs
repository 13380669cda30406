//! How a picture as it is coded must be turned to be shown: phones record lying and write down how they were held.

use std::io::Cursor;

use m3dfel_data::image::RgbImage;

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

    /// From the number that the Exif tag Orientation (0x0112) has for it, 1 to 8; another counts as none.
    fn from_exif(number: u32) -> Self {
        let [transpose, flip_x, flip_y] = match number {
            2 => [false, true, false],
            3 => [false, true, true],
            4 => [false, false, true],
            5 => [true, false, false],
            6 => [true, true, false],
            7 => [true, true, true],
            8 => [true, false, true],
            _ => [false; 3],
        };
        Self {
            transpose,
            flip_x,
            flip_y,
        }
    }

    /// As the Exif data of a JPEG or PNG file has it, given its bytes; none where it says nothing of it.
    pub fn of_picture(file: &[u8]) -> Self {
        let read = || {
            let exif = exif::Reader::new().read_from_container(&mut Cursor::new(file));
            let field = exif.ok()?;
            let field = field.get_field(exif::Tag::Orientation, exif::In::PRIMARY)?;
            field.value.get_uint(0)
        };
        read().map_or(Self::default(), Self::from_exif)
    }

    /// Turns a picture.
    pub fn turn(self, image: RgbImage) -> RgbImage {
        if self == Self::default() {
            return image;
        }
        let (width, height) = (image.width(), image.height());
        let (across, down) = self.size((width, height));
        let pixels = self.apply(image.into_pixels(), width, height);
        RgbImage::new(across, down, pixels).unwrap_or_default()
    }

    /// Whether rows become columns.
    pub fn transposes(self) -> bool {
        self.transpose
    }

    pub fn size(self, (width, height): (usize, usize)) -> (usize, usize) {
        if self.transpose {
            (height, width)
        } else {
            (width, height)
        }
    }

    /// Turns rows of `width` pixels of three bytes.
    fn apply(self, pixels: Vec<u8>, width: usize, height: usize) -> Vec<u8> {
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
    fn shown(orientation: Orientation) -> Vec<Vec<u8>> {
        let pixels = (1..=6).flat_map(|v| [v; 3]).collect();
        let turned = orientation.turn(RgbImage::new(3, 2, pixels).unwrap());
        let firsts: Vec<u8> = turned.pixels().chunks(3).map(|p| p[0]).collect();
        firsts.chunks(turned.width()).map(<[u8]>::to_vec).collect()
    }

    fn turned(turn: [i64; 4]) -> Vec<Vec<u8>> {
        shown(Orientation::from_turn(turn))
    }

    /// Of each number the picture as it is coded, and the same as it is seen: Exif 2.32, table 4.6.4 A, says where row 0 and
    /// column 0 lie.
    #[test]
    fn exif_numbers_turn_and_mirror() {
        let seen: [&[&[u8]]; 8] = [
            &[&[1, 2, 3], &[4, 5, 6]],    // top, left
            &[&[3, 2, 1], &[6, 5, 4]],    // top, right
            &[&[6, 5, 4], &[3, 2, 1]],    // bottom, right
            &[&[4, 5, 6], &[1, 2, 3]],    // bottom, left
            &[&[1, 4], &[2, 5], &[3, 6]], // left, top
            &[&[4, 1], &[5, 2], &[6, 3]], // right, top
            &[&[6, 3], &[5, 2], &[4, 1]], // right, bottom
            &[&[3, 6], &[2, 5], &[1, 4]], // left, bottom
        ];
        for (number, rows) in (1..).zip(seen) {
            assert_eq!(shown(Orientation::from_exif(number)), rows, "{number}");
        }
        for number in [0, 9, 274, u32::MAX] {
            assert_eq!(Orientation::from_exif(number), Orientation::default());
        }
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
