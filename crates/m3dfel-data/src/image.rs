//! A frame's file to pixels: JPEG and PNG, told by their first bytes, to 8-bit RGB.
//!
//! Half a picture is an error here, not a picture that is grey below: a decoder that is lenient
//! shows a model what nobody recorded. One kind gets past: a JPEG has no checksum, so one with an end
//! marker put before its last row, or with other bits in its data, is decoded as it is. Orientation tags are not applied (nor are they by PIL).

mod header;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use png::{BitDepth, ColorType, Transformations};

use crate::{Error, Result};
pub(crate) use header::inspect;
use header::{Kind, check_size, jpeg_header, not_jpeg, not_png, png_decoder};

/// A frame of more pixels is refused before memory is given to it: 8K video has 33 million.
pub const MAX_PIXELS: usize = 40_000_000;
/// A larger file is refused unread.
const MAX_FILE: u64 = 128 << 20;

/// A picture: rows of `width` pixels of three bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RgbImage {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl RgbImage {
    /// None where the pixels are not `width * height * 3`, or there are none.
    pub fn new(width: usize, height: usize, pixels: Vec<u8>) -> Option<Self> {
        let size = width.checked_mul(height)?.checked_mul(3)?;
        (size > 0 && pixels.len() == size).then_some(Self {
            width,
            height,
            pixels,
        })
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn height(&self) -> usize {
        self.height
    }

    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    pub fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }

    /// Reads a JPEG or PNG file.
    ///
    /// # Errors
    /// Names the file, and says what is wrong with it.
    pub fn open(path: &Path) -> Result<Self> {
        let mut image = Self::default();
        image.read(path, &mut Vec::new())?;
        Ok(image)
    }

    /// Reads a file into this image, using its memory and that of `file` again, which holds the file's bytes afterwards.
    ///
    /// After an error the image is what it was, or of no size.
    ///
    /// # Errors
    /// As [`RgbImage::open`].
    pub fn read(&mut self, path: &Path, file: &mut Vec<u8>) -> Result<()> {
        read_file(path, file)?;
        self.decode(file).map_err(|what| Error::image(path, what))
    }

    /// Decodes the bytes of a JPEG or PNG file into this image.
    pub(crate) fn decode(&mut self, file: &[u8]) -> Result<(), String> {
        match Kind::of(file)? {
            Kind::Jpeg => self.decode_jpeg(file),
            Kind::Png => self.decode_png(file),
        }
    }

    /// Takes a size, and gives the memory for it.
    fn set_size(&mut self, width: usize, height: usize) -> Result<&mut [u8], String> {
        let pixels = check_size(width, height)?;
        self.pixels.resize(pixels * 3, 0);
        (self.width, self.height) = (width, height);
        Ok(&mut self.pixels)
    }

    fn decode_jpeg(&mut self, file: &[u8]) -> Result<(), String> {
        let (mut decoder, width, height) = jpeg_header(file)?;
        let out = self.set_size(width, height)?;
        decoder.decode_into(out).map_err(not_jpeg)
    }

    fn decode_png(&mut self, file: &[u8]) -> Result<(), String> {
        let mut decoder = png_decoder(file);
        decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
        let mut reader = decoder.read_info().map_err(not_png)?;
        let (width, height) = (reader.info().width as usize, reader.info().height as usize);
        let (colour, depth) = reader.output_color_type();
        let out = self.set_size(width, height)?;
        if depth != BitDepth::Eight {
            return Err(format!(
                "a PNG of {colour:?}, {depth:?} bits, is not supported"
            ));
        }
        if colour == ColorType::Rgb {
            reader.next_frame(out).map_err(not_png)?;
            return Ok(());
        }
        let mut raw = vec![
            0;
            reader
                .output_buffer_size()
                .ok_or("a PNG that is too large")?
        ];
        reader.next_frame(&mut raw).map_err(not_png)?;
        // Transparency is dropped, as PIL does.
        let to_rgb: fn(&[u8]) -> [u8; 3] = match colour {
            ColorType::Grayscale | ColorType::GrayscaleAlpha => |p| [p[0]; 3],
            _ => |p| [p[0], p[1], p[2]],
        };
        for (to, from) in out
            .chunks_exact_mut(3)
            .zip(raw.chunks_exact(colour.samples()))
        {
            to.copy_from_slice(&to_rgb(from));
        }
        Ok(())
    }
}

/// Reads a file of a picture, up to the size that a picture may have.
pub(crate) fn read_file(path: &Path, file: &mut Vec<u8>) -> Result<()> {
    file.clear();
    let source = File::open(path).map_err(|e| Error::io(path, e))?;
    source
        .take(MAX_FILE + 1)
        .read_to_end(file)
        .map_err(|e| Error::io(path, e))?;
    if file.len() as u64 > MAX_FILE {
        return Err(Error::image(
            path,
            format!("the file is larger than {} MB", MAX_FILE >> 20),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fixture(name: &str) -> Vec<u8> {
        std::fs::read(
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("tests/fixtures")
                .join(name),
        )
        .unwrap()
    }

    fn decode(file: &[u8]) -> Result<RgbImage, String> {
        let mut image = RgbImage::default();
        image.decode(file).map(|()| image)
    }

    const WHOLE: [&str; 6] = [
        "420.jpg",
        "444.jpg",
        "progressive.jpg",
        "restart.jpg",
        "grey.jpg",
        "alpha.png",
    ];

    #[test]
    fn a_file_cut_off_anywhere_is_an_error() {
        for name in WHOLE {
            let file = fixture(name);
            // A PNG's picture is whole before its last chunk, of 12 bytes, which says only that it ends.
            let end = if name.ends_with("png") {
                file.len() - 12
            } else {
                file.len()
            };
            let image = decode(&file).unwrap();
            assert_eq!(inspect(&file), Ok((image.width, image.height)), "{name}");
            for length in 0..end {
                assert!(decode(&file[..length]).is_err(), "{name} of {length} bytes");
                assert!(
                    inspect(&file[..length]).is_err(),
                    "{name} of {length} bytes"
                );
            }
        }
    }

    #[test]
    fn a_file_cut_off_in_its_picture_is_an_error_though_its_thumbnail_is_whole() {
        let thumbnail = fixture("grey.jpg");
        let mut file = vec![0xFF, 0xD8, 0xFF, 0xE1];
        file.extend(u16::try_from(thumbnail.len() + 2).unwrap().to_be_bytes());
        file.extend(&thumbnail);
        file.extend(&fixture("420.jpg")[2..]);
        decode(&file).unwrap();
        assert!(
            decode(&file[..file.len() - 2])
                .unwrap_err()
                .contains("cut off")
        );
        assert!(decode(&file[..file.len() - 100]).is_err());
    }

    #[test]
    fn bytes_after_the_end_do_no_harm() {
        for name in WHOLE {
            let mut file = fixture(name);
            let image = decode(&file).unwrap();
            file.extend([0; 100]);
            assert_eq!(decode(&file).unwrap(), image, "{name}");
        }
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let dir = tempfile::tempdir().unwrap();
        for (bytes, what) in [
            (&b""[..], "empty"),
            (b"not a picture", "neither a JPEG nor a PNG"),
        ] {
            let path = dir.path().join("00003.jpg");
            std::fs::write(&path, bytes).unwrap();
            let error = RgbImage::open(&path).unwrap_err().to_string();
            assert!(
                error.contains(what) && error.contains("00003.jpg"),
                "{error}"
            );
        }
        assert!(matches!(
            RgbImage::open(dir.path().join("none.jpg").as_path()),
            Err(Error::Io { .. })
        ));
        assert!(RgbImage::open(dir.path()).is_err());
    }

    #[test]
    fn refuses_a_size_that_is_a_bomb_before_giving_it_memory() {
        let mut jpeg = fixture("420.jpg");
        let frame = jpeg
            .windows(2)
            .position(|pair| pair == [0xFF, 0xC0])
            .unwrap();
        jpeg[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF]);
        let mut png = fixture("alpha.png");
        png[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        let crc = crc32(&png[12..29]).to_be_bytes();
        png[29..33].copy_from_slice(&crc);
        for file in [jpeg, png] {
            let mut image = RgbImage::default();
            let error = image.decode(&file).unwrap_err();
            assert!(error.contains("40000000"), "{error}");
            assert_eq!(image.pixels.capacity(), 0);
        }
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0u32, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| {
                (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
            })
        })
    }

    #[test]
    fn an_image_has_the_pixels_it_says() {
        assert!(RgbImage::new(2, 3, vec![0; 18]).is_some());
        for (width, height, bytes) in [(2, 3, 17), (0, 3, 0), (usize::MAX, 2, 6)] {
            assert!(RgbImage::new(width, height, vec![0; bytes]).is_none());
        }
    }

    proptest! {
        #[test]
        fn damage_never_panics(name in prop::sample::select(&WHOLE), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
            let mut file = fixture(name);
            for (at, byte) in changes {
                *at.get_mut(&mut file) = byte;
            }
            let seen = inspect(&file);
            if let Ok(image) = decode(&file) {
                prop_assert_eq!(image.pixels.len(), image.width * image.height * 3);
                prop_assert_eq!(seen, Ok((image.width, image.height)));
            }
        }
    }
}
