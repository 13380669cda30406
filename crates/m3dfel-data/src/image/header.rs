//! What is told of a picture without its pixels: its kind, its size, whether it is whole.

use std::io::Cursor;

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::{MAX_PIXELS, RgbImage};

const JPEG: &[u8] = &[0xFF, 0xD8, 0xFF];
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Width and height by the header of a JPEG or PNG file that is whole, as far as its header and its
/// end tell: a file that is cut off is an error, one that is damaged within is not noticed.
pub fn inspect(file: &[u8]) -> Result<(usize, usize), String> {
    match Kind::of(file)? {
        Kind::Jpeg => jpeg_header(file).map(|(_, width, height)| (width, height)),
        Kind::Png if !png_has_end(file) => {
            // Only a decoder can tell whether the picture is whole without its last chunk.
            let mut image = RgbImage::default();
            image.decode(file)?;
            Ok((image.width, image.height))
        }
        Kind::Png => {
            let reader = png_decoder(file).read_info().map_err(not_png)?;
            let (width, height) = (reader.info().width as usize, reader.info().height as usize);
            check_size(width, height)?;
            Ok((width, height))
        }
    }
}

pub enum Kind {
    Jpeg,
    Png,
}

impl Kind {
    pub fn of(file: &[u8]) -> Result<Self, String> {
        match file {
            [] => Err("the file is empty".into()),
            _ if file.starts_with(JPEG) => Ok(Self::Jpeg),
            _ if file.starts_with(PNG) => Ok(Self::Png),
            _ => Err("this is neither a JPEG nor a PNG file, whatever its name".into()),
        }
    }
}

/// Pixels of a picture of this size.
pub fn check_size(width: usize, height: usize) -> Result<usize, String> {
    if width == 0 || height == 0 {
        return Err(format!("a picture of {width} x {height} pixels"));
    }
    let pixels = width
        .checked_mul(height)
        .filter(|&pixels| pixels <= MAX_PIXELS);
    pixels.ok_or_else(|| format!("{width} x {height} pixels are more than {MAX_PIXELS}"))
}

pub type JpegOf<'a> = JpegDecoder<ZCursor<&'a [u8]>>;

/// A decoder that has read the header, width and height; the file has an end.
pub fn jpeg_header(file: &[u8]) -> Result<(JpegOf<'_>, usize, usize), String> {
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    decoder.decode_headers().map_err(not_jpeg)?;
    let (width, height) = decoder.dimensions().ok_or("a JPEG without a size")?;
    if !has_end(file) {
        return Err("a JPEG that is cut off: it has no end marker".into());
    }
    let pixels = check_size(width, height)?;
    // More than three bytes a pixel come from kinds of JPEG that cannot be made RGB.
    if decoder.output_buffer_size() != Some(pixels * 3) {
        return Err("a JPEG of a colour space that is not supported".into());
    }
    Ok((decoder, width, height))
}

pub fn not_jpeg(error: zune_jpeg::errors::DecodeErrors) -> String {
    format!("not a whole JPEG: {error}")
}

pub fn png_decoder(file: &[u8]) -> png::Decoder<Cursor<&[u8]>> {
    let limits = png::Limits {
        bytes: MAX_PIXELS * 8,
    };
    png::Decoder::new_with_limits(Cursor::new(file), limits)
}

pub fn not_png(error: png::DecodingError) -> String {
    format!("not a whole PNG: {error}")
}

/// Whether the chunks of a PNG file lead to its last, `IEND`.
fn png_has_end(file: &[u8]) -> bool {
    let mut at = PNG.len();
    // Length, kind, data, checksum.
    while let Some(&[a, b, c, d, ref kind @ ..]) =
        file.get(at..).and_then(|rest| rest.first_chunk::<8>())
    {
        let end = at.checked_add(12 + u32::from_be_bytes([a, b, c, d]) as usize);
        match end {
            Some(end) if end <= file.len() && kind == b"IEND" => return true,
            Some(end) => at = end,
            None => return false,
        }
    }
    false
}

/// Whether an end marker follows the picture's data.
///
/// The decoder itself does not notice a file cut off in its last rows. Only the part from the first
/// scan on is looked at: a thumbnail in the header has an end marker of its own, the data have none.
fn has_end(file: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[marker, kind, high, low]) = file.get(at..at + 4) {
        match (marker, kind) {
            // From the back, where it is in a file that is whole.
            (0xFF, 0xDA) => return file[at..].windows(2).rev().any(|pair| pair == [0xFF, 0xD9]),
            // Fill bytes; or not a marker, which the decoder may skip.
            (0xFF, 0xFF) | (0..0xFF, _) => at += 1,
            _ => at += 2 + usize::from(u16::from_be_bytes([high, low])),
        }
    }
    false
}
