//! Videos made for tests: coded by OpenH264, in the least of an MP4 file that holds them.
#![allow(dead_code)] // each test crate uses its part

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use openh264::encoder::{Encoder, EncoderConfig, FrameType};
use openh264::formats::{RgbSliceU8, YUVBuffer};

/// A track's ticks a second.
pub const TICKS: u32 = 90_000;
/// Ticks from one frame to the next: 30 frames a second.
pub const FRAME: u32 = 3_000;

/// What is in a file, and how it is said.
#[derive(Clone)]
pub struct Movie {
    pub width: usize,
    pub height: usize,
    sps: Vec<u8>,
    pps: Vec<u8>,
    /// Each frame's coded bytes, lengths before its NAL units.
    pub samples: Vec<Vec<u8>>,
    /// How long each frame is shown, in ticks.
    pub durations: Vec<u32>,
    /// a, b, c, d of the transformation.
    pub turn: [i32; 4],
    /// A pixel's width to its height.
    pub pixel: Option<[u32; 2]>,
    /// Duration in 1000ths of a second, and media time in ticks.
    pub edits: Vec<(u32, i32)>,
    pub handler: [u8; 4],
}

impl Movie {
    /// Codes frames of `width` x `height` x 3 bytes.
    pub fn encode(width: usize, height: usize, frames: impl Iterator<Item = Vec<u8>>) -> Self {
        let config = EncoderConfig::new()
            .bitrate(openh264::encoder::BitRate::from_bps(4_000_000))
            .skip_frames(false);
        let mut encoder =
            Encoder::with_api_config(openh264::OpenH264API::from_source(), config).unwrap();
        let mut movie = Self {
            width,
            height,
            sps: Vec::new(),
            pps: Vec::new(),
            samples: Vec::new(),
            durations: Vec::new(),
            turn: [1 << 16, 0, 0, 1 << 16],
            pixel: None,
            edits: Vec::new(),
            handler: *b"vide",
        };
        for frame in frames {
            let yuv = YUVBuffer::from_rgb8_source(RgbSliceU8::new(&frame, (width, height)));
            let coded = encoder.encode(&yuv).unwrap();
            assert_ne!(coded.frame_type(), FrameType::Skip);
            movie.add(&coded.to_vec());
        }
        movie
    }

    /// Adds a frame out of NAL units behind start codes.
    fn add(&mut self, coded: &[u8]) {
        let mut sample = Vec::new();
        for nal in openh264::nal_units(coded) {
            let start = nal.iter().position(|&b| b == 1).unwrap() + 1;
            let nal = &nal[start..];
            match nal[0] & 0x1F {
                7 => self.sps = nal.to_vec(),
                8 => self.pps = nal.to_vec(),
                _ => {
                    sample.extend((nal.len() as u32).to_be_bytes());
                    sample.extend(nal);
                }
            }
        }
        self.samples.push(sample);
        self.durations.push(FRAME);
    }

    fn avc1(&self) -> Vec<u8> {
        let sized = |nal: &[u8]| [&(nal.len() as u16).to_be_bytes()[..], nal].concat();
        let avcc = [
            &[1, self.sps[1], self.sps[2], self.sps[3], 0xFF, 0xE1][..],
            &sized(&self.sps),
            &[1],
            &sized(&self.pps),
        ];
        let mut entry = vec![0; 78];
        entry[7] = 1;
        entry[24..26].copy_from_slice(&(self.width as u16).to_be_bytes());
        entry[26..28].copy_from_slice(&(self.height as u16).to_be_bytes());
        entry[41] = 1;
        entry[75] = 24;
        entry[76..78].copy_from_slice(&[0xFF, 0xFF]);
        entry.extend(bx(b"avcC", &avcc.concat()));
        if let Some(pixel) = self.pixel {
            entry.extend(bx(b"pasp", &words(&pixel)));
        }
        bx(b"avc1", &entry)
    }

    fn stbl(&self, offset: u32, with_samples: bool) -> Vec<u8> {
        let samples = if with_samples { &self.samples[..] } else { &[] };
        let count = samples.len() as u32;
        let durations = self.durations.iter().take(samples.len());
        let stsd = full(b"stsd", &[&1u32.to_be_bytes()[..], &self.avc1()].concat());
        let times: Vec<u32> = durations.flat_map(|&d| [1, d]).collect();
        let sizes: Vec<u32> = samples.iter().map(|s| s.len() as u32).collect();
        let is_sync = |k: &u32| {
            samples[*k as usize - 1]
                .get(4)
                .is_some_and(|head| head & 0x1F == 5)
        };
        let sync: Vec<u32> = (1..=count).filter(is_sync).collect();
        let stsc = if with_samples {
            vec![1, 1, count, 1]
        } else {
            vec![0]
        };
        let stco = if with_samples {
            vec![1, offset]
        } else {
            vec![0]
        };
        bx(
            b"stbl",
            &[
                stsd,
                full(b"stts", &words(&[&[count][..], &times].concat())),
                full(b"stss", &words(&[&[sync.len() as u32][..], &sync].concat())),
                full(b"stsc", &words(&stsc)),
                full(b"stsz", &words(&[&[0, count][..], &sizes].concat())),
                full(b"stco", &words(&stco)),
            ]
            .concat(),
        )
    }

    fn moov(&self, offset: u32, with_samples: bool) -> Vec<u8> {
        let [a, b, c, d] = self.turn;
        let turn = words(&[a, b, 0, c, d, 0, 0, 0, 1 << 30].map(|v: i32| v.cast_unsigned()));
        let ticks: u32 = self.durations.iter().sum();
        let identity = words(&[1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30]);
        let mvhd = [
            words(&[0, 0, 1000, ticks / 90, 1 << 16, 0x0100_0000, 0, 0]),
            identity,
            vec![0; 24],
            words(&[2]),
        ];
        let tkhd = [
            words(&[0, 0, 1, 0, ticks / 90, 0, 0, 0, 0]),
            turn,
            words(&[(self.width as u32) << 16, (self.height as u32) << 16]),
        ];
        let mut tkhd = full(b"tkhd", &tkhd.concat());
        tkhd[11] = 3; // enabled, in the movie
        let edits: Vec<u32> = self
            .edits
            .iter()
            .flat_map(|&(d, m)| [d, m.cast_unsigned(), 1 << 16])
            .collect();
        let elst = full(
            b"elst",
            &words(&[&[self.edits.len() as u32][..], &edits].concat()),
        );
        let edts = if self.edits.is_empty() {
            Vec::new()
        } else {
            bx(b"edts", &elst)
        };
        let mdhd = full(b"mdhd", &words(&[0, 0, TICKS, ticks, 0x55C4_0000]));
        let hdlr = full(b"hdlr", &[&[0; 4][..], &self.handler, &[0; 13]].concat());
        let dref = full(b"dref", &[&words(&[1])[..], &full(b"url ", &[])].concat());
        let minf = [
            full(b"vmhd", &[0; 8]),
            bx(b"dinf", &dref),
            self.stbl(offset, with_samples),
        ];
        let mdia = [mdhd, hdlr, bx(b"minf", &minf.concat())];
        let trak = [tkhd, edts, bx(b"mdia", &mdia.concat())];
        let mvex = full(b"trex", &words(&[1, 1, FRAME, 0, 0]));
        let mvex = if with_samples {
            Vec::new()
        } else {
            bx(b"mvex", &mvex)
        };
        bx(
            b"moov",
            &[
                full(b"mvhd", &mvhd.concat()),
                bx(b"trak", &trak.concat()),
                mvex,
            ]
            .concat(),
        )
    }

    /// The file, its tables before the frames.
    pub fn file(&self) -> Vec<u8> {
        let ftyp = bx(b"ftyp", b"isom\0\0\x02\0isomavc1");
        let before = (ftyp.len() + self.moov(0, true).len() + 8) as u32;
        [
            ftyp,
            self.moov(before, true),
            bx(b"mdat", &self.samples.concat()),
        ]
        .concat()
    }

    /// The file in fragments of `length` frames.
    pub fn fragmented(&self, length: usize) -> Vec<u8> {
        let mut out = [bx(b"ftyp", b"iso5\0\0\x02\0iso5avc1"), self.moov(0, false)].concat();
        for (k, samples) in self.samples.chunks(length).enumerate() {
            let sizes: Vec<u32> = samples.iter().map(|s| s.len() as u32).collect();
            let moof = |data: u32| {
                let mut tfhd = full(b"tfhd", &words(&[1]));
                tfhd[9] = 2; // offsets count from the fragment
                let tfdt = full(b"tfdt", &words(&[(k * length) as u32 * FRAME]));
                let mut trun = full(
                    b"trun",
                    &words(&[&[samples.len() as u32, data][..], &sizes].concat()),
                );
                trun[10] = 2; // sizes
                trun[11] = 1; // data offset
                let traf = bx(b"traf", &[tfhd, tfdt, trun].concat());
                bx(
                    b"moof",
                    &[full(b"mfhd", &words(&[k as u32 + 1])), traf].concat(),
                )
            };
            let data = moof(0).len() as u32 + 8;
            out.extend(moof(data));
            out.extend(bx(b"mdat", &samples.concat()));
        }
        out
    }
}

fn bx(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
}

fn full(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    bx(kind, &[&[0; 4], body].concat())
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|w| w.to_be_bytes()).collect()
}

/// A picture of smooth colours with a bright square, at another place in each.
pub fn pattern(width: usize, height: usize, number: usize) -> Vec<u8> {
    let (left, top) = (number * 3 % width, height / 4);
    let pixel = |k: usize| {
        let (x, y) = (k % width, k / width);
        let inside = (left..left + 16).contains(&x) && (top..top + 16).contains(&y);
        let ground = [40 + x * 120 / width, 60 + y * 120 / height, 90].map(|v| v as u8);
        if inside { [230, 220, 200] } else { ground }
    };
    (0..width * height).flat_map(pixel).collect()
}

/// A movie of such pictures.
pub fn pattern_movie(width: usize, height: usize, frames: usize) -> Movie {
    Movie::encode(
        width,
        height,
        (0..frames).map(|k| pattern(width, height, k)),
    )
}

/// Peak signal to noise of two pictures, in decibels.
pub fn psnr(one: &[u8], two: &[u8]) -> f64 {
    assert_eq!(one.len(), two.len());
    let square = |(a, b): (&u8, &u8)| f64::from(a.abs_diff(*b)).powi(2);
    let error = one.iter().zip(two).map(square).sum::<f64>() / one.len() as f64;
    10.0 * (255.0f64.powi(2) / error.max(1e-9)).log10()
}

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

/// Writes a file into a directory.
pub fn write(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Says so where there is none.
pub fn has_ffmpeg() -> bool {
    let version = Command::new("ffmpeg")
        .arg("-version")
        .stdout(Stdio::null())
        .status();
    let found = version.is_ok_and(|status| status.success());
    if !found {
        eprintln!("skipped: there is no ffmpeg on the PATH");
    }
    found
}

/// Runs one of the tests of this file in a process of its own, with another PATH.
#[cfg(unix)]
pub fn run_with_path(test: &str, path: &Path, video: &Path) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", test, "--nocapture"])
        .env("PATH", path)
        .env("TEST_VIDEO", video)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
}

#[cfg(unix)]
pub fn test_video() -> PathBuf {
    std::env::var_os("TEST_VIDEO")
        .expect("run by another test")
        .into()
}
