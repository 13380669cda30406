//! Big-endian fields and boxes out of bytes that may say anything: nothing here can read past an end.

/// Bytes yet to be read; each reader takes from the front, or gives None where too few are left.
#[derive(Clone, Copy)]
pub struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        Some(head)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub fn i32(&mut self) -> Option<i32> {
        self.array().map(i32::from_be_bytes)
    }

    pub fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    /// A field of 8 bytes in version 1 of its box, of 4 in version 0.
    pub fn long(&mut self, version: u8) -> Option<u64> {
        if version == 1 {
            self.u64()
        } else {
            self.u32().map(u64::from)
        }
    }

    /// A full box's version and flags.
    pub fn version(&mut self) -> Option<(u8, u32)> {
        let word = self.u32()?;
        Some(((word >> 24) as u8, word & 0xFF_FFFF))
    }

    /// A count, then so many entries of `size` bytes; where fewer are there, those.
    pub fn entries(&mut self, size: usize) -> Option<impl Iterator<Item = Bytes<'a>> + use<'a>> {
        let count = self.u32()? as usize;
        Some(self.0.chunks_exact(size).take(count).map(Bytes))
    }

    /// The boxes that lie in these bytes one after another, up to the first that is cut off.
    pub fn boxes(self) -> impl Iterator<Item = ([u8; 4], Bytes<'a>)> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let size = rest.u32()?;
            let kind = rest.array()?;
            let length = match size {
                0 => rest.0.len(),
                1 => usize::try_from(rest.u64()?.checked_sub(16)?).ok()?,
                _ => (size as usize).checked_sub(8)?,
            };
            Some((kind, Bytes(rest.take(length)?)))
        })
    }

    /// The first box of a kind.
    pub fn find(self, kind: &[u8; 4]) -> Option<Bytes<'a>> {
        self.boxes()
            .find(|(found, _)| found == kind)
            .map(|(_, body)| body)
    }

    /// The box at the end of a way through boxes.
    pub fn at<const N: usize>(self, way: [&[u8; 4]; N]) -> Option<Bytes<'a>> {
        way.into_iter().try_fold(self, Bytes::find)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_end_at_the_first_that_is_cut_off() {
        let bytes = [
            &[0, 0, 0, 9][..],
            b"free",
            &[7], //
            &[0, 0, 0, 1],
            b"wide",
            &[0, 0, 0, 0, 0, 0, 0, 18],
            &[1, 2], //
            &[0, 0, 0, 20],
            b"moov",
            &[1],
        ]
        .concat();
        let found: Vec<_> = Bytes(&bytes)
            .boxes()
            .map(|(kind, b)| (kind, b.0.to_vec()))
            .collect();
        assert_eq!(found, [(*b"free", vec![7]), (*b"wide", vec![1, 2])]);
    }

    #[test]
    fn a_box_of_size_0_reaches_to_the_end_and_one_too_small_ends_it() {
        let open = [&[0; 4][..], b"mdat", &[5, 6]].concat();
        assert_eq!(Bytes(&open).find(b"mdat").unwrap().0, [5, 6]);
        let small = [&[0, 0, 0, 7][..], b"mdat", &[5, 6]].concat();
        assert!(Bytes(&small).find(b"mdat").is_none());
    }

    #[test]
    fn more_entries_promised_than_there_are_gives_those_there_are() {
        let mut bytes = Bytes(&[0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1, 0, 0]);
        let values: Vec<_> = bytes
            .entries(4)
            .unwrap()
            .filter_map(|mut e| e.u32())
            .collect();
        assert_eq!(values, [1]);
    }
}
