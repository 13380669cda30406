//! Memory that is used again: the same sizes come back at every step, and fresh pages cost more than
//! what is written to them.

use std::alloc::{Layout, alloc_zeroed, handle_alloc_error};
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard};

/// As wide as a cache line and the widest vector: one that crosses two lines is read twice.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([f32; LINE]);

const LINE: usize = 16;

/// A buffer of float32 on cache lines of its own, which goes back to a pool when dropped.
///
/// The pool and what is in use together never exceed what was in use at most.
#[derive(Default)]
pub struct Floats {
    lines: Vec<Line>,
    len: usize,
}

impl Floats {
    /// `len` floats of any value: what the last user left.
    pub(crate) fn any(len: usize) -> Self {
        Self {
            lines: pool().take(len.div_ceil(LINE)),
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
        if self.lines.len() < len.div_ceil(LINE) {
            *self = Self::any(len);
        }
        self.len = len;
    }

    /// Frees what the pool holds.
    pub(crate) fn release_pool() {
        pool().release();
    }
}

impl Drop for Floats {
    fn drop(&mut self) {
        if !self.lines.is_empty() {
            pool().give(std::mem::take(&mut self.lines));
        }
    }
}

impl Deref for Floats {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        // SAFETY: a line is 16 floats and nothing else, and there are lines for `len`.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.len) }
    }
}

impl DerefMut for Floats {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: a line is 16 floats and nothing else, and there are lines for `len`.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.len) }
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

/// Sizes are in lines.
struct Pool {
    kept: Vec<Vec<Line>>,
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
    /// The smallest buffer kept that has the size, and not an eighth too much; else a new one.
    fn take(&mut self, size: usize) -> Vec<Line> {
        if size == 0 {
            return Vec::new();
        }
        let fits = |b: &&(usize, usize)| b.0 >= size && b.0 <= size + size / 8;
        let sizes: Vec<_> = self.kept.iter().map(Vec::len).zip(0..).collect();
        let buffer = match sizes.iter().filter(fits).min() {
            Some(&(size, at)) => {
                self.kept_size -= size;
                self.kept.swap_remove(at)
            }
            None => {
                self.make_room(size);
                zeroed(size)
            }
        };
        self.in_use += buffer.len();
        self.most_in_use = self.most_in_use.max(self.in_use);
        buffer
    }

    fn give(&mut self, buffer: Vec<Line>) {
        self.in_use -= buffer.len();
        self.kept_size += buffer.len();
        self.kept.push(buffer);
        self.make_room(0);
    }

    /// Frees what has been kept longest until `size` more would not be more than ever was in use.
    fn make_room(&mut self, size: usize) {
        let mut freed = 0;
        for buffer in &self.kept {
            if self.in_use + self.kept_size + size <= self.most_in_use {
                break;
            }
            self.kept_size -= buffer.len();
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

/// Zeros from the system, whose pages are touched only when they are written.
fn zeroed(size: usize) -> Vec<Line> {
    let Ok(layout) = Layout::array::<Line>(size) else {
        panic!("a buffer of {size} cache lines");
    };
    // SAFETY: `take` lets no size of zero through; zeros are floats.
    unsafe {
        let pointer = alloc_zeroed(layout);
        if pointer.is_null() {
            handle_alloc_error(layout);
        }
        Vec::from_raw_parts(pointer.cast(), size, size)
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
        let at = a.as_ptr();
        pool.give(a);
        let a = pool.take(90);
        assert_eq!(a.as_ptr(), at);
        assert_eq!((pool.in_use, pool.kept_size), (150, 0));
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
