//! Pointers that parallel tasks share, each writing a part of its own.

/// A pointer into a buffer whose parts are written by different tasks.
#[derive(Clone, Copy)]
pub(crate) struct Shared(*mut f32);

impl Shared {
    pub fn new(buffer: &mut [f32]) -> Self {
        Self(buffer.as_mut_ptr())
    }

    /// # Safety
    /// `offset` must lie in the buffer that this was made from, which must still be borrowed.
    #[inline(always)]
    pub unsafe fn at(self, offset: usize) -> *mut f32 {
        // SAFETY: the caller's.
        unsafe { self.0.add(offset) }
    }

    /// The same buffer, to be read.
    pub fn source(self) -> Source {
        Source(self.0)
    }
}

// SAFETY: it is only a number until `at`'s result is used, and whoever uses that keeps to its part.
unsafe impl Send for Shared {}
unsafe impl Sync for Shared {}

/// A pointer that parallel tasks only read.
#[derive(Clone, Copy)]
pub(crate) struct Source(*const f32);

impl Source {
    pub fn new(buffer: &[f32]) -> Self {
        Self(buffer.as_ptr())
    }

    /// # Safety
    /// `offset` must lie in the buffer that this was made from, which must still be borrowed.
    #[inline(always)]
    pub unsafe fn at(self, offset: usize) -> *const f32 {
        // SAFETY: the caller's.
        unsafe { self.0.add(offset) }
    }
}

// SAFETY: reading is shared.
unsafe impl Send for Source {}
unsafe impl Sync for Source {}
