//! The tables of an MP4 or QuickTime file (ISO/IEC 14496-12), as far as the first video track needs them.
//!
//! Our own rather than `re_mp4` 0.5: that panics on tables that are short or missing, and refuses a file that is cut
//! off, or whose audio it does not know. Read here is only what is used; what is damaged ends the samples early.

mod bytes;
mod fragment;
mod table;
mod timeline;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use bytes::Bytes;
use fragment::Defaults;
pub use table::Sample;
use table::SampleTable;
pub use timeline::Timeline;

use super::orientation::Orientation;
use super::shown::PixelShape;

/// Tables of more bytes are those of no video: a day's at 60 frames a second need some 150 MB.
const MAX_TABLES: u64 = 512 << 20;

/// The first video track of a file.
#[derive(Clone, Debug)]
pub struct VideoTrack {
    /// How it is coded, as in `avc1`.
    pub codec: [u8; 4],
    /// The body of `avcC`; empty where there is none.
    pub avcc: Vec<u8>,
    /// As `pasp` says; None where there is none.
    pub pixel: Option<PixelShape>,
    pub orientation: Orientation,
    pub samples: Vec<Sample>,
    /// How many samples the tables promise beyond the file's end.
    pub missing: usize,
    /// None where its edits are beyond [`Timeline`].
    pub timeline: Option<Timeline>,
    /// Whether there is an edit list, which says what second 0 is.
    pub has_edits: bool,
    /// In seconds, as the header says.
    pub duration: Option<f64>,
    /// Whether all samples are coded by the one description.
    pub one_description: bool,
}

/// What a file turned out to be.
#[derive(Debug)]
pub enum Mp4 {
    /// Not of this format.
    Other,
    /// Of this format, without a table of contents: still being written, or its recorder was stopped.
    NoTables,
    /// Without video.
    NoVideo,
    Video(Box<VideoTrack>),
}

impl Mp4 {
    /// Reads the tables, not the media.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn read(file: &mut File) -> io::Result<Self> {
        let file_size = file.metadata()?.len();
        let mut at = 0;
        let mut known = false;
        let mut moov: Option<Vec<u8>> = None;
        let mut fragments: Vec<(u64, Vec<u8>)> = Vec::new();
        let mut tables = 0;
        while let Some(found) = BoxHead::read(file, at, file_size)? {
            match &found.kind {
                b"moov" | b"moof" => {
                    known = true;
                    tables += found.body_size();
                    // One that is cut off is read too: its inner boxes end early.
                    if tables > MAX_TABLES {
                        break;
                    }
                    let mut body = Vec::new();
                    file.seek(SeekFrom::Start(found.body))?;
                    file.take(found.body_size()).read_to_end(&mut body)?;
                    if &found.kind == b"moov" {
                        moov.get_or_insert(body);
                    } else {
                        fragments.push((at, body));
                    }
                }
                b"ftyp" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot" | b"styp" => known = true,
                _ if !known => break,
                _ => {}
            }
            at = found.end;
        }
        Ok(match moov {
            _ if !known => Self::Other,
            None => Self::NoTables,
            Some(moov) => VideoTrack::read(Bytes(&moov), &fragments, file_size)
                .map_or(Self::NoVideo, |track| Self::Video(Box::new(track))),
        })
    }
}

/// A box at the top of the file.
struct BoxHead {
    kind: [u8; 4],
    body: u64,
    /// At most the file's.
    end: u64,
}

impl BoxHead {
    fn body_size(&self) -> u64 {
        self.end - self.body
    }

    /// None at the end, or where no box can be.
    fn read(file: &mut File, at: u64, file_size: u64) -> io::Result<Option<Self>> {
        if at.saturating_add(8) > file_size {
            return Ok(None);
        }
        let mut head = Vec::with_capacity(16);
        file.seek(SeekFrom::Start(at))?;
        file.take(16).read_to_end(&mut head)?;
        let mut head = Bytes(&head);
        let read = |head: &mut Bytes| {
            let size = u64::from(head.u32()?);
            let kind = head.take(4)?.try_into().ok()?;
            let (size, header) = match size {
                0 => (file_size - at, 8),
                1 => (head.u64()?, 16),
                _ => (size, 8),
            };
            let end = at.checked_add(size)?.min(file_size);
            let body = at + header;
            (size >= header && end >= body).then_some(Self { kind, body, end })
        };
        Ok(read(&mut head))
    }
}

/// The numbers of a transformation that turn and mirror: a, b, c and d, in 16.16.
type Turn = [i64; 4];

/// Reads what `mvhd` and `tkhd` have alike: dates, then what differs is skipped by the caller.
fn skip_dates(body: &mut Bytes) -> Option<u8> {
    let (version, _) = body.version()?;
    body.take(if version == 1 { 16 } else { 8 })?;
    Some(version)
}

fn turn(body: &mut Bytes) -> Option<Turn> {
    let mut next = || body.i32().map(i64::from);
    let (a, b, _, c, d) = (next()?, next()?, next()?, next()?, next()?);
    Some([a, b, c, d])
}

/// The movie's ticks a second, and its transformation.
fn read_mvhd(moov: Bytes) -> Option<(u32, Turn)> {
    let mut mvhd = moov.find(b"mvhd")?;
    let version = skip_dates(&mut mvhd)?;
    let ticks = mvhd.u32()?;
    mvhd.long(version)?;
    mvhd.take(16)?;
    Some((ticks, turn(&mut mvhd)?))
}

/// The track's number and transformation.
fn read_tkhd(trak: Bytes) -> Option<(u32, Turn)> {
    let mut tkhd = trak.find(b"tkhd")?;
    let version = skip_dates(&mut tkhd)?;
    let id = tkhd.u32()?;
    tkhd.u32()?;
    tkhd.long(version)?;
    tkhd.take(16)?;
    Some((id, turn(&mut tkhd)?))
}

/// The track's ticks a second, and its duration in them.
fn read_mdhd(trak: Bytes) -> Option<(u32, u64)> {
    let mut mdhd = trak.at([b"mdia", b"mdhd"])?;
    let version = skip_dates(&mut mdhd)?;
    Some((mdhd.u32()?, mdhd.long(version)?))
}

/// How a track is coded.
struct Coding {
    codec: [u8; 4],
    avcc: Vec<u8>,
    pixel: Option<PixelShape>,
    /// Whether that is the only description.
    is_only: bool,
}

fn read_stsd(stbl: Bytes) -> Option<Coding> {
    let mut stsd = stbl.find(b"stsd")?;
    stsd.version()?;
    let is_only = stsd.u32()? == 1;
    let (codec, mut entry) = stsd.boxes().next()?;
    // A visual sample entry: 78 bytes of sizes and names, then boxes.
    let has_boxes = entry.take(78).is_some();
    let inner = |kind| entry.find(kind).filter(|_| has_boxes);
    let pixel = |mut pasp: Bytes| Some(PixelShape::new(pasp.u32()?, pasp.u32()?));
    Some(Coding {
        codec,
        avcc: inner(b"avcC").map_or_else(Vec::new, |b| b.0.to_vec()),
        pixel: inner(b"pasp").and_then(pixel),
        is_only,
    })
}

impl VideoTrack {
    fn read(moov: Bytes, fragments: &[(u64, Vec<u8>)], file_size: u64) -> Option<Self> {
        let is_video = |trak: &Bytes| {
            let hdlr = trak.at([b"mdia", b"hdlr"]);
            hdlr.and_then(|hdlr| hdlr.0.get(8..12)) == Some(b"vide")
        };
        let mut traks = moov.boxes().filter(|(kind, _)| kind == b"trak");
        let (_, trak) = traks.find(|(_, trak)| is_video(trak))?;
        let (movie_ticks, movie_turn) = read_mvhd(moov)?;
        let (id, track_turn) = read_tkhd(trak)?;
        let (ticks, duration) = read_mdhd(trak).filter(|(ticks, _)| *ticks > 0)?;
        let stbl = trak.at([b"mdia", b"minf", b"stbl"])?;
        let coding = read_stsd(stbl)?;
        let mut table = SampleTable::read(stbl, file_size).unwrap_or_default();
        let defaults = Defaults::read(moov, id).unwrap_or_default();
        for (start, moof) in fragments {
            table.add_fragment(Bytes(moof), *start, id, defaults, file_size);
        }
        let compositions: Vec<i64> = table.samples.iter().map(|s| s.composition).collect();
        let elst = trak.at([b"edts", b"elst"]);
        let timeline = Timeline::new(elst, movie_ticks.max(1), ticks, &compositions);
        Some(Self {
            codec: coding.codec,
            avcc: coding.avcc,
            pixel: coding.pixel,
            orientation: Orientation::from_turn(product(track_turn, movie_turn)),
            samples: table.samples,
            missing: table.missing,
            timeline,
            has_edits: elst.is_some(),
            duration: (duration > 0 && duration < u64::from(u32::MAX))
                .then(|| duration as f64 / f64::from(ticks)),
            one_description: coding.is_only,
        })
    }
}

/// First `one`, then `two`.
fn product(one: Turn, two: Turn) -> Turn {
    let [a, b, c, d] = one;
    let [e, f, g, h] = two;
    let sum = |x: i64, y: i64, z: i64, w: i64| (x * y + z * w) >> 16;
    [
        sum(a, e, b, g),
        sum(a, f, b, h),
        sum(c, e, d, g),
        sum(c, f, d, h),
    ]
}
