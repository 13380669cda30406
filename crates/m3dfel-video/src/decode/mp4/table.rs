//! Where a track's samples lie in the file and when they are shown: the tables in `stbl` (ISO/IEC 14496-12, 8.6 and
//! 8.7), and those of fragments (8.8).

use super::bytes::Bytes;

/// A coded picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Bytes from the file's start.
    pub offset: u64,
    pub size: u32,
    /// When it is shown, in the track's ticks, before edits.
    pub composition: i64,
}

/// A track's samples in the order in which they are decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SampleTable {
    pub samples: Vec<Sample>,
    /// How many the tables promise beyond the file's end.
    pub missing: usize,
    /// The next fragment's decoding time, should it not tell.
    pub(super) next_decode: i64,
}

/// A table of runs read value by value; past its end the last value holds.
struct Runs<I> {
    runs: I,
    left: u32,
    value: u32,
}

impl<'a, I: Iterator<Item = Bytes<'a>>> Runs<I> {
    fn new(runs: I) -> Self {
        Self {
            runs,
            left: 0,
            value: 0,
        }
    }

    fn next(&mut self) -> u32 {
        while self.left == 0 {
            let run = self
                .runs
                .next()
                .and_then(|mut run| Some((run.u32()?, run.u32()?)));
            let Some((count, value)) = run else {
                return self.value;
            };
            (self.left, self.value) = (count, value);
        }
        self.left -= 1;
        self.value
    }
}

/// The body of a full box after its version.
fn table<'a>(stbl: Bytes<'a>, kind: &[u8; 4]) -> Option<Bytes<'a>> {
    let mut body = stbl.find(kind)?;
    body.version()?;
    Some(body)
}

impl SampleTable {
    /// Reads `stbl`. Tables that are cut short or contradict one another end it early; None: there are none.
    pub fn read(stbl: Bytes, file_size: u64) -> Option<Self> {
        let mut sizes = table(stbl, b"stsz")?;
        let (constant, count) = (sizes.u32()?, sizes.u32()? as usize);
        let mut size = |_| {
            if constant == 0 {
                sizes.u32()
            } else {
                Some(constant)
            }
        };
        let mut durations = Runs::new(table(stbl, b"stts")?.entries(8)?);
        let mut shifts = match table(stbl, b"ctts") {
            Some(mut ctts) => Some(Runs::new(ctts.entries(8)?)),
            None => None,
        };
        let mut out = Self::default();
        let mut decode = 0i64;
        let mut runs = ChunkRuns::read(stbl)?;
        'chunks: for (chunk, mut offset) in chunk_offsets(stbl)?.enumerate() {
            for _ in 0..runs.samples_in(chunk as u64 + 1) {
                let number = out.samples.len();
                if number == count {
                    break 'chunks;
                }
                let Some(size) = size(number) else {
                    break 'chunks;
                };
                let end = offset.checked_add(u64::from(size));
                let Some(end) = end.filter(|&end| end <= file_size) else {
                    break 'chunks;
                };
                let shift = shifts
                    .as_mut()
                    .map_or(0, |s| i64::from(s.next().cast_signed()));
                out.samples.push(Sample {
                    offset,
                    size,
                    composition: decode.saturating_add(shift),
                });
                decode = decode.saturating_add(i64::from(durations.next()));
                offset = end;
            }
        }
        out.missing = count - out.samples.len();
        out.next_decode = decode;
        Some(out)
    }
}

/// `stco` or `co64`.
fn chunk_offsets<'a>(stbl: Bytes<'a>) -> Option<Box<dyn Iterator<Item = u64> + 'a>> {
    if let Some(mut short) = table(stbl, b"stco") {
        let offsets = short.entries(4)?.filter_map(|mut e| e.u32().map(u64::from));
        return Some(Box::new(offsets));
    }
    let offsets = table(stbl, b"co64")?.entries(8)?;
    Some(Box::new(offsets.filter_map(|mut e| e.u64())))
}

/// `stsc`: how many samples each chunk holds.
struct ChunkRuns {
    /// The first chunk of a run, counted from 1, and the samples in each of its chunks.
    runs: Vec<(u64, u32)>,
    at: usize,
}

impl ChunkRuns {
    fn read(stbl: Bytes) -> Option<Self> {
        let run = |mut e: Bytes| Some((u64::from(e.u32()?), e.u32()?));
        let runs: Option<Vec<_>> = table(stbl, b"stsc")?.entries(12)?.map(run).collect();
        Some(Self { runs: runs?, at: 0 })
    }

    /// Chunks are asked for in ascending order.
    fn samples_in(&mut self, chunk: u64) -> u32 {
        while self
            .runs
            .get(self.at + 1)
            .is_some_and(|next| next.0 <= chunk)
        {
            self.at += 1;
        }
        self.runs.get(self.at).map_or(0, |run| run.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full_box(kind: &[u8; 4], words: &[u32]) -> Vec<u8> {
        let mut out = (12 + words.len() as u32 * 4).to_be_bytes().to_vec();
        out.extend(kind);
        out.extend([0; 4]);
        out.extend(words.iter().flat_map(|w| w.to_be_bytes()));
        out
    }

    fn stbl(tables: &[(&[u8; 4], &[u32])]) -> Vec<u8> {
        tables
            .iter()
            .flat_map(|(kind, words)| full_box(kind, words))
            .collect()
    }

    const MINUS_ONE: u32 = u32::MAX;
    const WHOLE: [(&[u8; 4], &[u32]); 5] = [
        (b"stsz", &[0, 5, 10, 20, 30, 40, 50]),
        (b"stts", &[2, 3, 100, 2, 50]),
        (b"ctts", &[2, 1, 200, 4, MINUS_ONE]),
        (b"stsc", &[2, 1, 2, 1, 2, 3, 1]),
        (b"stco", &[2, 1000, 2000]),
    ];

    #[test]
    fn tables_become_samples() {
        let table = SampleTable::read(Bytes(&stbl(&WHOLE)), 1 << 20).unwrap();
        let found: Vec<_> = table
            .samples
            .iter()
            .map(|s| (s.offset, s.size, s.composition))
            .collect();
        let expected = [
            (1000, 10, 200),
            (1010, 20, 99),
            (2000, 30, 199),
            (2030, 40, 299),
            (2070, 50, 349),
        ];
        assert_eq!(found, expected);
        assert_eq!(table.missing, 0);
    }

    #[test]
    fn samples_past_the_end_are_missing() {
        let table = SampleTable::read(Bytes(&stbl(&WHOLE)), 2069).unwrap();
        assert_eq!((table.samples.len(), table.missing), (3, 2));
    }

    #[test]
    fn tables_too_short_are_no_panic() {
        for left_out in 0..WHOLE.len() {
            let some: Vec<_> = WHOLE
                .iter()
                .enumerate()
                .filter(|(k, _)| *k != left_out)
                .map(|(_, t)| *t)
                .collect();
            let table = SampleTable::read(Bytes(&stbl(&some)), 1 << 20);
            assert_eq!(table.is_some(), left_out == 2, "without {left_out}");
        }
        let mut promises = WHOLE;
        promises[0].1 = &[7, u32::MAX];
        let table = SampleTable::read(Bytes(&stbl(&promises)), 1 << 20).unwrap();
        assert_eq!(
            (table.samples.len(), table.missing),
            (5, u32::MAX as usize - 5)
        );
    }
}
