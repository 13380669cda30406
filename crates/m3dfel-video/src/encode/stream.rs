//! Uncompressed pictures with their times, as ffmpeg reads them from a pipe: the least of Matroska (RFC 9559).
//!
//! Raw video has no times, and a constant rate would repeat or drop pictures of a video whose rate varies.

/// Of a length that is not known.
const UNKNOWN: [u8; 8] = [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

/// A tick of the file's clock in nanoseconds.
const TICK: u64 = 1000;

/// How long a picture is shown in nanoseconds, where none after it says: the last. It also gives encoders a rate to
/// start from.
const DURATION: u64 = 33_333_333;

/// What comes before the first picture.
pub fn header(width: usize, height: usize) -> Vec<u8> {
    let video = [
        number(&[0xB0], width as u64),         // PixelWidth
        number(&[0xBA], height as u64),        // PixelHeight
        element(&[0x2E, 0xB5, 0x24], b"RGBA"), // ColourSpace
    ];
    let track = [
        number(&[0xD7], 1),                    // TrackNumber
        number(&[0x73, 0xC5], 1),              // TrackUID
        number(&[0x83], 1),                    // TrackType: video
        number(&[0x9C], 0),                    // FlagLacing
        number(&[0x23, 0xE3, 0x83], DURATION), // DefaultDuration
        element(&[0x86], b"V_UNCOMPRESSED"),   // CodecID
        element(&[0xE0], &video.concat()),
    ];
    let info = [
        number(&[0x2A, 0xD7, 0xB1], TICK), // TimestampScale
        element(&[0x4D, 0x80], b"m3dfel"), // MuxingApp
        element(&[0x57, 0x41], b"m3dfel"), // WritingApp
    ];
    let ebml = [
        number(&[0x42, 0x86], 1),            // EBMLVersion
        number(&[0x42, 0xF7], 1),            // EBMLReadVersion
        number(&[0x42, 0xF2], 4),            // EBMLMaxIDLength
        number(&[0x42, 0xF3], 8),            // EBMLMaxSizeLength
        element(&[0x42, 0x82], b"matroska"), // DocType
        number(&[0x42, 0x87], 4),            // DocTypeVersion
        number(&[0x42, 0x85], 2),            // DocTypeReadVersion
    ];
    let track = element(&[0xAE], &track.concat());
    [
        element(&[0x1A, 0x45, 0xDF, 0xA3], &ebml.concat()),
        [0x18, 0x53, 0x80, 0x67].to_vec(), // Segment
        UNKNOWN.to_vec(),
        element(&[0x15, 0x49, 0xA9, 0x66], &info.concat()),
        element(&[0x16, 0x54, 0xAE, 0x6B], &track),
    ]
    .concat()
}

/// What comes before a picture of `length` bytes, to be shown at `time` microseconds: a cluster with one block.
pub fn picture_head(time: u64, length: usize) -> Vec<u8> {
    const BLOCK_HEAD: [u8; 4] = [0x81, 0, 0, 0x80]; // track 1, no time after the cluster's, a key frame
    let time = number(&[0xE7], time);
    let block = size(BLOCK_HEAD.len() + length);
    let inside = time.len() + 1 + block.len() + BLOCK_HEAD.len() + length;
    [
        &[0x1F, 0x43, 0xB6, 0x75][..], // Cluster
        &size(inside),
        &time,
        &[0xA3], // SimpleBlock
        &block,
        &BLOCK_HEAD,
    ]
    .concat()
}

fn element(id: &[u8], body: &[u8]) -> Vec<u8> {
    [id, &size(body.len()), body].concat()
}

fn number(id: &[u8], value: u64) -> Vec<u8> {
    element(id, &value.to_be_bytes())
}

/// A length, in the eight bytes that any fits into.
fn size(length: usize) -> [u8; 8] {
    let mut bytes = (length as u64).to_be_bytes();
    bytes[0] = 0x01;
    bytes
}
