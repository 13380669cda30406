//! Movie fragments: `moof` (ISO/IEC 14496-12, 8.8), as recorders write that must not lose a file when they are killed.

use super::bytes::Bytes;
use super::table::{Sample, SampleTable};

/// What `trex` says holds for a track's samples unless a fragment says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    duration: u32,
    size: u32,
}

impl Defaults {
    pub fn read(moov: Bytes, track: u32) -> Option<Self> {
        let mvex = moov.find(b"mvex")?;
        let read = |mut trex: Bytes| {
            trex.version()?;
            let id = trex.u32()?;
            trex.u32()?;
            let (duration, size) = (trex.u32()?, trex.u32()?);
            (id == track).then_some(Self { duration, size })
        };
        mvex.boxes()
            .filter(|(kind, _)| kind == b"trex")
            .find_map(|(_, trex)| read(trex))
    }
}

/// The optional fields of a box, told by its flags.
fn optional(bytes: &mut Bytes, flags: u32, flag: u32, otherwise: u32) -> Option<u32> {
    if flags & flag == 0 {
        Some(otherwise)
    } else {
        bytes.u32()
    }
}

impl SampleTable {
    /// Adds the samples of the `moof` that lies at `start` in the file.
    pub fn add_fragment(
        &mut self,
        moof: Bytes,
        start: u64,
        track: u32,
        defaults: Defaults,
        file_size: u64,
    ) {
        let mut data = start;
        for (_, traf) in moof.boxes().filter(|(kind, _)| kind == b"traf") {
            // A fragment that is not understood is one whose samples are not found.
            let _ = self.add_traf(traf, start, &mut data, track, defaults, file_size);
        }
    }

    fn add_traf(
        &mut self,
        traf: Bytes,
        start: u64,
        data: &mut u64,
        track: u32,
        defaults: Defaults,
        file_size: u64,
    ) -> Option<()> {
        let mut tfhd = traf.find(b"tfhd")?;
        let (_, flags) = tfhd.version()?;
        let ours = tfhd.u32()? == track;
        let base = match (flags & 1 != 0, flags & 0x2_0000 != 0) {
            (true, _) => tfhd.u64()?,
            (false, true) => start,
            (false, false) => *data,
        };
        optional(&mut tfhd, flags, 0x2, 0)?;
        let duration = optional(&mut tfhd, flags, 0x8, defaults.duration)?;
        let size = optional(&mut tfhd, flags, 0x10, defaults.size)?;
        if let Some(mut tfdt) = traf.find(b"tfdt").filter(|_| ours) {
            let (version, _) = tfdt.version()?;
            self.next_decode = i64::try_from(tfdt.long(version)?).ok()?;
        }
        *data = base;
        for (_, mut trun) in traf.boxes().filter(|(kind, _)| kind == b"trun") {
            let (_, flags) = trun.version()?;
            let count = trun.u32()?;
            if flags & 1 != 0 {
                *data = base.checked_add_signed(i64::from(trun.i32()?))?;
            }
            optional(&mut trun, flags, 0x4, 0)?;
            for left in (0..count).rev() {
                let duration = optional(&mut trun, flags, 0x100, duration)?;
                let size = optional(&mut trun, flags, 0x200, size)?;
                optional(&mut trun, flags, 0x400, 0)?;
                let shift = optional(&mut trun, flags, 0x800, 0)?.cast_signed();
                let end = data.checked_add(u64::from(size))?;
                // A sample of no bytes could be promised without end.
                if end > file_size || size == 0 {
                    self.missing += if ours { left as usize + 1 } else { 0 };
                    return None;
                }
                if ours {
                    self.samples.push(Sample {
                        offset: *data,
                        size,
                        composition: self.next_decode.saturating_add(i64::from(shift)),
                    });
                    self.next_decode = self.next_decode.saturating_add(i64::from(duration));
                }
                *data = end;
            }
        }
        Some(())
    }
}
