use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jpeg_encoder::{ColorType, Encoder};
use serde::{Deserialize, Serialize};

use crate::{ReportError, Result};

/// Of the JPEGs made here: 112 pixels a side are some 4 kB, and look as they did.
const QUALITY: u8 = 80;

/// A frame as a file's bytes, JPEG or PNG. Serialised as base64.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Picture {
    bytes: Vec<u8>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Jpeg,
    Png,
}

impl Picture {
    /// Takes a file's bytes.
    ///
    /// # Errors
    /// Where they do not start as a JPEG or a PNG does; the rest is not looked at.
    pub fn new(bytes: Vec<u8>) -> Result<Self> {
        let kind = if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            Kind::Jpeg
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Kind::Png
        } else {
            let start = &bytes[..bytes.len().min(8)];
            return Err(ReportError::Picture {
                start: format!("{start:02x?}"),
            });
        };
        Ok(Self { bytes, kind })
    }

    /// Makes a JPEG of a square of RGB bytes, `[side, side, 3]`.
    ///
    /// # Errors
    /// Fewer bytes than that; a side of 0, or beyond 65535.
    pub fn from_rgb(rgb: &[u8], side: usize) -> Result<Self> {
        let mut bytes = Vec::new();
        // The encoder refuses a side of 0, which is also what too long a one becomes.
        let side = u16::try_from(side).unwrap_or(0);
        Encoder::new(&mut bytes, QUALITY).encode(rgb, side, side, ColorType::Rgb)?;
        Self::new(bytes)
    }

    /// The picture as an address that holds it whole.
    pub(crate) fn data_uri(&self) -> String {
        let kind = match self.kind {
            Kind::Jpeg => "jpeg",
            Kind::Png => "png",
        };
        format!("data:image/{kind};base64,{}", STANDARD.encode(&self.bytes))
    }
}

impl TryFrom<String> for Picture {
    type Error = ReportError;

    fn try_from(base64: String) -> Result<Self> {
        Self::new(STANDARD.decode(base64)?)
    }
}

impl From<Picture> for String {
    fn from(picture: Picture) -> Self {
        STANDARD.encode(picture.bytes)
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({:?}, {} bytes)", self.kind, self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_jpeg_from_png_from_neither() {
        let jpeg = Picture::new(vec![0xff, 0xd8, 0xff, 0xe0]).unwrap();
        assert_eq!(jpeg.data_uri(), "data:image/jpeg;base64,/9j/4A==");
        let png = Picture::new(b"\x89PNG\r\n\x1a\n".to_vec()).unwrap();
        assert!(png.data_uri().starts_with("data:image/png;base64,"));
        for not in [&b""[..], b"\xff\xd8", b"GIF89a", b"<svg onload='x'/>"] {
            assert!(Picture::new(not.to_vec()).is_err());
        }
    }

    #[test]
    fn pixels_become_a_jpeg() {
        let picture = Picture::from_rgb(&[90; 8 * 8 * 3], 8).unwrap();
        assert!(picture.data_uri().starts_with("data:image/jpeg;base64,"));
        for (bytes, side) in [(8 * 8 * 3 - 1, 8), (3, 0), (3, 65536), (3, usize::MAX)] {
            let error = Picture::from_rgb(&vec![0; bytes], side).unwrap_err();
            assert!(matches!(error, ReportError::Jpeg(_)), "{side}: {error}");
        }
    }

    #[test]
    fn travels_as_base64() {
        let picture = Picture::new(vec![0xff, 0xd8, 0xff, 0xe0]).unwrap();
        let json = serde_json::to_string(&picture).unwrap();
        assert_eq!(json, "\"/9j/4A==\"");
        assert_eq!(serde_json::from_str::<Picture>(&json).unwrap(), picture);
        assert!(serde_json::from_str::<Picture>("\"R0lG\"").is_err());
        assert!(serde_json::from_str::<Picture>("\"%\"").is_err());
    }
}
