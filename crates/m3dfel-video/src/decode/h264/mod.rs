//! H.264 in MP4 and QuickTime files, by OpenH264, with nothing installed.

mod sps;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use h264_reader::avcc::AvcDecoderConfigurationRecord;
use openh264::OpenH264API;
use openh264::decoder::{DecodedYUV, Decoder, DecoderConfig, Flush};
use openh264::formats::YUVSource;

use super::colour::{Colour, Planes};
use super::mp4::{Sample, Timeline, VideoTrack};
use super::shown::{PixelShape, Shown};
use super::{Frame, Info, Problem};
use sps::Sps;

const START_CODE: [u8; 4] = [0, 0, 0, 1];
/// More bytes are no coded picture.
const MAX_SAMPLE: u32 = 64 << 20;
/// H.264 lets no more pictures wait for one that is shown before them.
const MAX_WAITING: usize = 16;
/// So many pictures in a row that cannot be decoded, a second or two, are no mishap: another decoder may do better.
const PATIENCE: usize = 30;

/// Pictures out of a file, in the order in which they are shown.
pub struct H264 {
    file: File,
    samples: Vec<Sample>,
    /// The smallest composition time from each sample on: pictures before it need not wait.
    earliest: Vec<i64>,
    next: usize,
    timeline: Timeline,
    shown: Shown,
    colour: Colour,
    decoder: Decoder,
    /// Bytes in the length before each NAL unit.
    length_size: usize,
    /// Parameter sets, to go before the first sample.
    headers: Vec<u8>,
    headers_due: bool,
    /// Decoded pictures by composition time, and by number where two have the same.
    waiting: BTreeMap<(i64, usize), Frame>,
    damaged: usize,
    first_damage: Option<String>,
    /// How many of the last pictures could not be decoded, since one that could.
    lost: Option<usize>,
    patience: usize,
    missing: usize,
    buffer: Vec<u8>,
    unit: Vec<u8>,
    pub info: Info,
}

impl H264 {
    /// # Errors
    /// Says what in the track is beyond this decoder.
    pub fn new(file: File, track: VideoTrack) -> Result<Self, String> {
        if !matches!(&track.codec, b"avc1" | b"avc3") {
            let code = String::from_utf8_lossy(&track.codec);
            return Err(format!("its video is not H.264 but \"{}\"", code.trim()));
        }
        if !track.one_description {
            return Err("its video is coded in more than one way".into());
        }
        let Some(timeline) = track.timeline else {
            return Err("its edit list shows parts twice or at another speed".into());
        };
        let parameters = Parameters::read(&track.avcc)?;
        let config = DecoderConfig::new().flush_after_decode(Flush::NoFlush);
        let decoder = Decoder::with_api_config(OpenH264API::from_source(), config)
            .map_err(|e| format!("OpenH264 does not start: {e}"))?;
        let times = || {
            track
                .samples
                .iter()
                .filter_map(|s| timeline.seconds(s.composition))
        };
        // The container's word goes before the stream's.
        let shown = Shown {
            pixel: track.pixel.unwrap_or(parameters.pixel),
            orientation: track.orientation,
        };
        let (width, height) = shown.size(parameters.size);
        let info = Info {
            width,
            height,
            duration: track.duration.or_else(|| times().reduce(f64::max)),
            frames: Some(times().count() + track.missing),
            decoder: "OpenH264",
        };
        Ok(Self {
            file,
            earliest: earliest(&track.samples),
            samples: track.samples,
            next: 0,
            timeline,
            shown,
            colour: parameters.colour,
            decoder,
            length_size: parameters.length_size,
            headers: parameters.headers,
            headers_due: true,
            waiting: BTreeMap::new(),
            damaged: 0,
            first_damage: None,
            lost: None,
            patience: PATIENCE,
            missing: track.missing,
            buffer: Vec::new(),
            unit: Vec::new(),
            info,
        })
    }

    /// The next picture; None at the end, or where it gave up.
    pub fn next_frame(&mut self) -> Option<Frame> {
        loop {
            if let Some(first) = self.waiting.first_entry() {
                let earliest = self.earliest.get(self.next);
                let is_next = earliest.is_none_or(|&earliest| first.key().0 <= earliest);
                if is_next || self.waiting.len() > MAX_WAITING {
                    return self.waiting.pop_first().map(|(_, frame)| frame);
                }
            }
            if self.gave_up() {
                return None;
            }
            let sample = *self.samples.get(self.next)?;
            self.next += 1;
            let decoded = self.decode(sample);
            self.lost = match &decoded {
                Ok(_) => Some(0),
                Err(_) => self.lost.map(|lost| lost + 1),
            };
            match decoded {
                Ok(Some(frame)) => {
                    self.waiting.insert((sample.composition, self.next), frame);
                }
                Ok(None) => {}
                Err(what) => {
                    self.damaged += 1;
                    self.first_damage.get_or_insert(what);
                }
            }
        }
    }

    /// Whether it stopped in the middle, at pictures that it cannot decode one after the other.
    pub fn gave_up(&self) -> bool {
        self.lost.is_some_and(|lost| lost >= self.patience)
    }

    /// Nobody does better: it is to look for pictures further on.
    pub fn insist(&mut self) {
        self.patience = usize::MAX;
    }

    /// Another decodes those at which it gave up; what was wrong before.
    pub fn hand_over(mut self) -> Vec<Problem> {
        self.damaged -= self.lost.unwrap_or(0).min(self.damaged);
        if self.damaged == 0 {
            self.first_damage = None;
        }
        self.problems()
    }

    /// What was wrong, as far as was read.
    pub fn problems(&self) -> Vec<Problem> {
        let damaged = self.first_damage.as_ref().map(|first| Problem::Damaged {
            pictures: Some(self.damaged),
            first: first.clone(),
        });
        let cut = (self.missing > 0).then_some(Problem::CutOff {
            missing: Some(self.missing),
        });
        damaged.into_iter().chain(cut).collect()
    }

    /// A sample's picture; None where edits leave it out.
    fn decode(&mut self, sample: Sample) -> Result<Option<Frame>, String> {
        self.read(sample)?;
        let picture = self.decoder.decode(&self.unit);
        // In an error it may have lost the parameters with the rest.
        self.headers_due = picture.is_err();
        let picture = picture.map_err(|e| format!("OpenH264 cannot decode a frame: {e}"))?;
        let picture = picture.ok_or("OpenH264 gives no picture for a frame")?;
        let Some(time) = self.timeline.seconds(sample.composition) else {
            return Ok(None);
        };
        let image = planes(&picture).to_rgb(self.colour);
        let image = image.and_then(|image| self.shown.show(image));
        let image = image.ok_or("a frame of no size")?;
        Ok(Some(Frame { image, time }))
    }

    /// Reads a sample into `unit`, its NAL units behind start codes.
    fn read(&mut self, sample: Sample) -> Result<(), String> {
        if sample.size > MAX_SAMPLE {
            return Err(format!("a frame of {} bytes", sample.size));
        }
        self.buffer.resize(sample.size as usize, 0);
        self.file
            .seek(SeekFrom::Start(sample.offset))
            .and_then(|_| self.file.read_exact(&mut self.buffer))
            .map_err(|e| format!("cannot read at byte {}: {e}", sample.offset))?;
        self.unit.clear();
        if self.headers_due {
            self.unit.extend(&self.headers);
        }
        let mut rest = &self.buffer[..];
        while let Some((length, after)) = rest.split_at_checked(self.length_size) {
            let length = length
                .iter()
                .fold(0, |sum, &byte| sum << 8 | usize::from(byte));
            let Some((nal, after)) = after.split_at_checked(length) else {
                return Err("a frame whose parts are longer than itself".into());
            };
            self.unit.extend(START_CODE);
            match is_sps(nal).then(|| Sps::read(nal)) {
                Some(Ok(sps)) => self.unit.extend(sps.nal),
                _ => self.unit.extend(nal),
            }
            rest = after;
        }
        Ok(())
    }
}

fn is_sps(nal: &[u8]) -> bool {
    nal.first().is_some_and(|head| head & 0x1F == sps::NAL_TYPE)
}

fn planes<'a>(picture: &'a DecodedYUV) -> Planes<'a> {
    let (width, height) = picture.dimensions();
    let (y, u, v) = picture.strides();
    Planes {
        width,
        height,
        planes: [picture.y(), picture.u(), picture.v()],
        strides: [y, u, v],
    }
}

/// From each sample on, the smallest composition time.
fn earliest(samples: &[Sample]) -> Vec<i64> {
    let mut out: Vec<i64> = samples.iter().map(|s| s.composition).collect();
    for k in (1..out.len()).rev() {
        out[k - 1] = out[k - 1].min(out[k]);
    }
    out
}

/// What `avcC` says.
struct Parameters {
    length_size: usize,
    headers: Vec<u8>,
    colour: Colour,
    pixel: PixelShape,
    size: (usize, usize),
}

impl Parameters {
    fn read(avcc: &[u8]) -> Result<Self, String> {
        let bad = |what: String| format!("its H.264 configuration cannot be read: {what}");
        let record =
            AvcDecoderConfigurationRecord::try_from(avcc).map_err(|e| bad(format!("{e:?}")))?;
        let mut this = Self {
            length_size: usize::from(record.length_size_minus_one()) + 1,
            headers: Vec::new(),
            colour: Colour::default(),
            pixel: PixelShape::default(),
            size: (0, 0),
        };
        for nal in record.sequence_parameter_sets() {
            let sps = Sps::read(nal.map_err(|e| bad(format!("{e:?}")))?)?;
            (this.colour, this.pixel, this.size) = (sps.colour, sps.pixel, sps.size);
            this.headers.extend(START_CODE);
            this.headers.extend(sps.nal);
        }
        for nal in record.picture_parameter_sets().flatten() {
            this.headers.extend(START_CODE);
            this.headers.extend(nal);
        }
        Ok(this)
    }
}
