//! Pooled buffers as Burn's bytes.

use std::mem::MaybeUninit;

use burn_std::{AccessError, AccessPolicy, AllocationController, AllocationProperty, Bytes};

use crate::buffer::Floats;

/// The floats themselves, which go back to their pool when Burn drops the tensor.
pub(super) fn bytes(floats: Floats) -> Bytes {
    let len = size_of_val::<[f32]>(&floats);
    // SAFETY: all floats of a buffer are initialised.
    unsafe { Bytes::from_controller(Box::new(Pooled(floats)), len) }
}

struct Pooled(Floats);

impl AllocationController for Pooled {
    fn alloc_align(&self) -> usize {
        align_of::<f32>()
    }

    fn property(&self) -> AllocationProperty {
        AllocationProperty::Other
    }

    unsafe fn memory_mut(
        &mut self,
        _policy: AccessPolicy,
    ) -> Result<&mut [MaybeUninit<u8>], AccessError> {
        let floats: &mut [f32] = &mut self.0;
        let (pointer, len) = (floats.as_mut_ptr(), size_of_val(floats));
        // SAFETY: the same memory; the caller writes initialised bytes only.
        Ok(unsafe { std::slice::from_raw_parts_mut(pointer.cast(), len) })
    }

    fn memory(&self, _policy: AccessPolicy) -> Result<&[MaybeUninit<u8>], AccessError> {
        let floats: &[f32] = &self.0;
        // SAFETY: the same memory.
        Ok(unsafe { std::slice::from_raw_parts(floats.as_ptr().cast(), size_of_val(floats)) })
    }
}
