//! Buffers that cost no page faults and no zeroing where none is needed.

use std::mem::MaybeUninit;
use std::ops::{Deref, DerefMut};
use std::sync::Mutex;

use crate::share::Shared;

/// Memory for intermediate values, kept for the next call when dropped. Its content is whatever the
/// last user left.
pub(crate) struct Scratch(Vec<f32>);

static KEPT: Mutex<Vec<Vec<f32>>> = Mutex::new(Vec::new());
/// Buffers that are kept at most: a call holds two or three at a time.
const MOST: usize = 4;

impl Scratch {
    /// At least `len` floats: the smallest kept buffer that has them, else the largest one, grown.
    pub fn new(len: usize) -> Self {
        let mut kept = KEPT.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        kept.sort_by_key(Vec::len);
        let at = kept.iter().position(|b| b.len() >= len);
        let mut buffer = match at {
            Some(at) => kept.remove(at),
            None => kept.pop().unwrap_or_default(),
        };
        drop(kept);
        if buffer.len() < len {
            buffer = Vec::new(); // freed before the larger one is taken
            buffer.resize(len, 0.0);
        }
        Self(buffer)
    }
}

impl Scratch {
    /// Its first `len` floats in a buffer of that size, for what stays.
    pub fn exactly(&self, len: usize) -> Self {
        Self(self[..len].to_vec())
    }

    /// Frees the buffers that were kept.
    pub fn release() {
        KEPT.lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .clear();
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let mut kept = KEPT.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if kept.len() < MOST {
            kept.push(std::mem::take(&mut self.0));
        }
    }
}

impl Deref for Scratch {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.0
    }
}

impl DerefMut for Scratch {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.0
    }
}

/// A result that kernels write in full, so that nobody need zero it first.
pub(crate) struct Fresh(Vec<MaybeUninit<f32>>);

impl Fresh {
    pub fn new(len: usize) -> Self {
        let mut buffer = Vec::with_capacity(len);
        // SAFETY: what may be uninitialised needs no initialisation.
        unsafe { buffer.set_len(len) };
        Self(buffer)
    }

    pub fn shared(&mut self) -> Shared {
        Shared::from_pointer(self.0.as_mut_ptr().cast())
    }

    /// # Safety
    /// Every float must have been written.
    pub unsafe fn written(self) -> Vec<f32> {
        let mut buffer = std::mem::ManuallyDrop::new(self.0);
        let (pointer, len, capacity) = (buffer.as_mut_ptr(), buffer.len(), buffer.capacity());
        // SAFETY: the same allocation, its floats initialised by the caller's word.
        unsafe { Vec::from_raw_parts(pointer.cast(), len, capacity) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scratch_is_as_long_as_asked_for() {
        for len in [10, 1000, 5, 2000, 100] {
            let (a, b) = (Scratch::new(len), Scratch::new(2 * len));
            assert!(a.len() >= len && b.len() >= 2 * len);
        }
    }
}
