//! From luma and chroma to red, green and blue: the one conversion for both decoders, so that they agree.
//!
//! Where a stream does not say, it is BT.601 in limited range, as FFmpeg takes it (and so the tools that made the
//! training corpora). Chroma is repeated, not interpolated, as in FFmpeg's default.

use m3dfel_data::image::RgbImage;

/// What gives luma its weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Matrix {
    #[default]
    Bt601,
    Bt709,
    Fcc,
    Smpte240,
    Bt2020,
}

impl Matrix {
    /// Of a number of ITU-T H.273, table 4.
    pub fn from_number(number: u8) -> Self {
        match number {
            1 => Self::Bt709,
            4 => Self::Fcc,
            7 => Self::Smpte240,
            9 | 10 => Self::Bt2020,
            _ => Self::Bt601,
        }
    }

    /// Of FFmpeg's name for it.
    pub fn from_name(name: &str) -> Self {
        match name {
            "bt709" => Self::Bt709,
            "fcc" => Self::Fcc,
            "smpte240m" => Self::Smpte240,
            "bt2020nc" | "bt2020c" => Self::Bt2020,
            _ => Self::Bt601,
        }
    }

    /// Red's and blue's share of luma.
    fn shares(self) -> (f32, f32) {
        match self {
            Self::Bt601 => (0.299, 0.114),
            Self::Bt709 => (0.2126, 0.0722),
            Self::Fcc => (0.30, 0.11),
            Self::Smpte240 => (0.212, 0.087),
            Self::Bt2020 => (0.2627, 0.0593),
        }
    }
}

/// How a stream's numbers mean colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Colour {
    pub matrix: Matrix,
    /// Whether black is 0 and white 255, not 16 and 235.
    pub full_range: bool,
}

/// A [`Colour`]'s arithmetic, in [`BITS`] bits after the point.
struct Coefficients {
    black: i32,
    luma: i32,
    v_to_red: i32,
    u_to_green: i32,
    v_to_green: i32,
    u_to_blue: i32,
}

const BITS: u32 = 14;

impl Coefficients {
    fn new(colour: Colour) -> Self {
        let (red, blue) = colour.matrix.shares();
        let green = 1.0 - red - blue;
        let (black, luma, chroma) = if colour.full_range {
            (0, 1.0, 1.0)
        } else {
            (16, 255.0 / 219.0, 255.0 / 224.0)
        };
        let fixed = |x: f32| (x * (1 << BITS) as f32).round() as i32;
        let (v, u) = (2.0 * (1.0 - red) * chroma, 2.0 * (1.0 - blue) * chroma);
        Self {
            black,
            luma: fixed(luma),
            v_to_red: fixed(v),
            u_to_green: fixed(-u * blue / green),
            v_to_green: fixed(-v * red / green),
            u_to_blue: fixed(u),
        }
    }

    /// A row of pixels; two of them share a `u` and a `v`.
    fn row(&self, y: &[u8], u: &[u8], v: &[u8], out: &mut [u8]) {
        let pairs = out.chunks_mut(6).zip(y.chunks(2));
        for ((out, y), (&u, &v)) in pairs.zip(u.iter().zip(v)) {
            let (u, v) = (i32::from(u) - 128, i32::from(v) - 128);
            let red = self.v_to_red * v;
            let green = self.u_to_green * u + self.v_to_green * v;
            let blue = self.u_to_blue * u;
            for (out, &y) in out.chunks_exact_mut(3).zip(y) {
                let luma = (i32::from(y) - self.black) * self.luma + (1 << (BITS - 1));
                let byte = |chroma: i32| ((luma + chroma) >> BITS).clamp(0, 255) as u8;
                out.copy_from_slice(&[byte(red), byte(green), byte(blue)]);
            }
        }
    }
}

/// A picture's three planes of 8 bits, chroma at half the size both ways, rounded up.
pub struct Planes<'a> {
    pub width: usize,
    pub height: usize,
    pub planes: [&'a [u8]; 3],
    /// Bytes from one row to the next.
    pub strides: [usize; 3],
}

impl<'a> Planes<'a> {
    /// How many bytes a picture of this size has when its planes lie without gaps.
    pub fn packed_len(width: usize, height: usize) -> usize {
        width * height + 2 * width.div_ceil(2) * height.div_ceil(2)
    }

    /// From planes that lie without gaps, of [`Self::packed_len`] bytes or more.
    pub fn packed(bytes: &'a [u8], width: usize, height: usize) -> Self {
        let (luma, chroma) = bytes.split_at(width * height);
        let (u, v) = chroma.split_at(width.div_ceil(2) * height.div_ceil(2));
        Self {
            width,
            height,
            planes: [luma, u, v],
            strides: [width, width.div_ceil(2), width.div_ceil(2)],
        }
    }

    /// The picture as it is coded; None where the planes are too small for it.
    pub fn to_rgb(&self, colour: Colour) -> Option<RgbImage> {
        let (y, u, v) = (self.rows(0)?, self.rows(1)?, self.rows(2)?);
        let coefficients = Coefficients::new(colour);
        let mut rgb = vec![0; self.width.checked_mul(self.height)?.checked_mul(3)?];
        for (row, out) in rgb.chunks_exact_mut(self.width.max(1) * 3).enumerate() {
            let line = |plane: &'a [u8], stride: usize, row: usize| &plane[row * stride..];
            coefficients.row(
                &line(y, self.strides[0], row)[..self.width],
                line(u, self.strides[1], row / 2),
                line(v, self.strides[2], row / 2),
                out,
            );
        }
        RgbImage::new(self.width, self.height, rgb)
    }

    /// A plane with all its rows.
    fn rows(&self, plane: usize) -> Option<&'a [u8]> {
        let half = |length: usize| {
            if plane == 0 {
                length
            } else {
                length.div_ceil(2)
            }
        };
        let (width, rows) = (half(self.width), half(self.height));
        let needed = rows.checked_sub(1)?.checked_mul(self.strides[plane])? + width;
        let (bytes, fits) = (self.planes[plane], self.strides[plane] >= width);
        (fits && bytes.len() >= needed).then_some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_colour(yuv: [u8; 3], colour: Colour) -> [u8; 3] {
        let bytes: Vec<u8> = [(yuv[0], 15), (yuv[1], 6), (yuv[2], 6)]
            .into_iter()
            .flat_map(|(value, count)| std::iter::repeat_n(value, count))
            .collect();
        let image = Planes::packed(&bytes, 3, 5).to_rgb(colour).unwrap();
        assert_eq!((image.width(), image.height()), (3, 5));
        let pixels = image.pixels();
        assert!(pixels.chunks(3).all(|p| p == &pixels[..3]), "{pixels:?}");
        [pixels[0], pixels[1], pixels[2]]
    }

    #[test]
    fn matrices_and_ranges_are_the_standards() {
        let table = [
            // red of full strength, by ITU-R BT.601 and BT.709 (limited), and JPEG's (full)
            ([82, 90, 240], Matrix::Bt601, false),
            ([63, 102, 240], Matrix::Bt709, false),
            ([76, 85, 255], Matrix::Bt601, true),
        ];
        for (yuv, matrix, full_range) in table {
            let [r, g, b] = one_colour(yuv, Colour { matrix, full_range });
            assert!(
                r >= 253 && g <= 2 && b <= 2,
                "{matrix:?} {full_range}: {r} {g} {b}"
            );
        }
        assert_eq!(one_colour([235, 128, 128], Colour::default()), [255; 3]);
        assert_eq!(one_colour([16, 128, 128], Colour::default()), [0; 3]);
    }
}
