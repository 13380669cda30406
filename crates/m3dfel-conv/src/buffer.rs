//! Memory that is used again: the same sizes come back at every step, and fresh pages cost more than
//! what is written to them.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard};

use memmap2::MmapMut;

/// A buffer of float32 that begins on a page, hence on a cache line (a vector across two lines is read
/// twice), and goes back to a pool when dropped.
///
/// What the pool holds and what is in use together never exceed what was in use at most.
#[derive(Default)]
pub struct Floats {
    block: Block,
    len: usize,
}

impl Floats {
    /// `len` floats of any value: what the last user left.
    pub(crate) fn any(len: usize) -> Self {
        Self {
            block: pool().take(len),
            len,
        }
    }

    pub(crate) fn zeros(len: usize) -> Self {
        let mut floats = Self::any(len);
        floats.fill(0.0);
        floats
    }

    /// Makes it `len` floats of any value.
    pub(crate) fn resize(&mut self, len: usize) {
        if self.block.len() < len {
            *self = Self::any(len);
        }
        self.len = len;
    }

    /// Frees what the pool holds.
    pub(crate) fn release_pool() {
        pool().release();
    }
}

impl From<&[f32]> for Floats {
    fn from(values: &[f32]) -> Self {
        let mut floats = Self::any(values.len());
        floats.copy_from_slice(values);
        floats
    }
}

impl Drop for Floats {
    fn drop(&mut self) {
        if self.block.len() > 0 {
            pool().give(std::mem::take(&mut self.block));
        }
    }
}

impl Deref for Floats {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.block.floats()[..self.len]
    }
}

impl DerefMut for Floats {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.block.floats_mut()[..self.len]
    }
}

impl std::fmt::Debug for Floats {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "Floats({})", self.len)
    }
}

/// Floats that are used as they were given, or had to be laid out anew.
pub(crate) enum Pixels<'a> {
    AsGiven(&'a [f32]),
    Own(Floats),
}

impl Deref for Pixels<'_> {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        match self {
            Self::AsGiven(x) => x,
            Self::Own(x) => x,
        }
    }
}

/// Memory of a buffer, empty or of pages of its own. Blocks of the heap would leave it full of holes, a fifth
/// of a training step's memory.
#[derive(Default)]
struct Block(Option<MmapMut>);

impl Block {
    /// Zeros from the system, whose pages are touched only when they are written.
    ///
    /// # Panics
    /// Where there is no memory, as for any allocation.
    fn new(len: usize) -> Self {
        let pages = MmapMut::map_anon(len * size_of::<f32>())
            .unwrap_or_else(|e| panic!("no memory for {len} floats: {e}"));
        // Pages of 2 MB are 512 times fewer to fault in. It does no harm where it is not done.
        #[cfg(target_os = "linux")]
        let _ = pages.advise(memmap2::Advice::HugePage);
        Self(Some(pages))
    }

    fn floats(&self) -> &[f32] {
        self.0.as_deref().map_or(&[], bytemuck::cast_slice)
    }

    fn floats_mut(&mut self) -> &mut [f32] {
        match &mut self.0 {
            Some(pages) => bytemuck::cast_slice_mut(pages),
            None => &mut [],
        }
    }

    fn len(&self) -> usize {
        self.floats().len()
    }
}

/// From here on this process keeps the memory that it frees, to use it again, where its C library can
/// be told so (glibc). Batches and activations are of tens of megabytes, which it would else hand back to
/// the system and have cleared anew at every step: a tenth of a loader's time.
pub fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: these calls change no memory, only where the allocator takes it from next.
    unsafe {
        libc::mallopt(libc::M_MMAP_MAX, 0); // no mappings of their own for large blocks
        libc::mallopt(libc::M_TRIM_THRESHOLD, libc::c_int::MAX);
    }
}

/// Sizes are in floats.
struct Pool {
    kept: Vec<Block>,
    kept_size: usize,
    in_use: usize,
    most_in_use: usize,
}

static POOL: Mutex<Pool> = Mutex::new(Pool {
    kept: Vec::new(),
    kept_size: 0,
    in_use: 0,
    most_in_use: 0,
});

fn pool() -> MutexGuard<'static, Pool> {
    POOL.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl Pool {
    /// The smallest block kept that has the size, and not an eighth too much; else a new one.
    fn take(&mut self, size: usize) -> Block {
        if size == 0 {
            return Block::default();
        }
        let fits = |b: &&(usize, usize)| b.0 >= size && b.0 <= size + size / 8;
        let sizes: Vec<_> = self.kept.iter().map(Block::len).zip(0..).collect();
        let block = match sizes.iter().filter(fits).min() {
            Some(&(size, at)) => {
                self.kept_size -= size;
                self.kept.remove(at)
            }
            None => {
                self.make_room(size);
                Block::new(size)
            }
        };
        self.in_use += block.len();
        self.most_in_use = self.most_in_use.max(self.in_use);
        block
    }

    fn give(&mut self, block: Block) {
        self.in_use -= block.len();
        self.kept_size += block.len();
        self.kept.push(block);
        self.make_room(0);
    }

    /// Frees what has been kept longest until `size` more would not be more than ever was in use.
    fn make_room(&mut self, size: usize) {
        let mut freed = 0;
        for block in &self.kept {
            if self.in_use + self.kept_size + size <= self.most_in_use {
                break;
            }
            self.kept_size -= block.len();
            freed += 1;
        }
        self.kept.drain(..freed);
    }

    fn release(&mut self) {
        self.kept.clear();
        self.kept_size = 0;
        self.most_in_use = self.in_use;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_is_used_again_and_no_more_is_kept_than_was_used() {
        let mut pool = Pool {
            kept: Vec::new(),
            kept_size: 0,
            in_use: 0,
            most_in_use: 0,
        };
        let (a, b) = (pool.take(100), pool.take(50));
        let at = a.floats().as_ptr();
        pool.give(a);
        let a = pool.take(90);
        assert_eq!(a.floats().as_ptr(), at);
        assert_eq!((pool.in_use, pool.kept_size), (150, 0));
        assert_eq!((a.len(), b.len()), (100, 50));
        pool.give(b);
        // The 50 kept are too few, and would exceed the 150 that were in use at most.
        let c = pool.take(60);
        assert_eq!((pool.in_use, pool.kept_size), (160, 0));
        pool.give(c);
        assert_eq!((pool.in_use, pool.kept_size, pool.kept.len()), (100, 60, 1));
        pool.release();
        assert_eq!((pool.kept_size, pool.most_in_use), (0, 100));
    }

    #[test]
    fn buffers_are_as_long_as_asked_for_and_aligned() {
        for len in [0, 1, 16, 17, 1000] {
            let mut floats = Floats::zeros(len);
            assert_eq!(floats.len(), len);
            assert!(len == 0 || floats.as_ptr().addr().is_multiple_of(64));
            assert!(floats.iter().all(|&v| v == 0.0));
            floats.fill(1.0);
        }
    }
}
