/// A square picture, red, green and blue a byte each, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RgbImage {
    side: u32,
    pixels: Vec<u8>,
}

impl RgbImage {
    /// A black picture.
    pub(crate) fn black(side: u32) -> Self {
        Self {
            side,
            pixels: vec![0; side as usize * side as usize * 3],
        }
    }

    /// Pixels across.
    pub fn width(&self) -> u32 {
        self.side
    }

    /// Pixels down.
    pub fn height(&self) -> u32 {
        self.side
    }

    /// Sets a pixel that lies inside.
    pub(crate) fn put(&mut self, x: usize, y: usize, colour: [u8; 3]) {
        let at = (y * self.side as usize + x) * 3;
        self.pixels[at..at + 3].copy_from_slice(&colour);
    }

    /// Its bytes: `width * height * 3`.
    pub fn into_raw(self) -> Vec<u8> {
        self.pixels
    }
}

impl AsRef<[u8]> for RgbImage {
    fn as_ref(&self) -> &[u8] {
        &self.pixels
    }
}

impl AsMut<[u8]> for RgbImage {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut self.pixels
    }
}
