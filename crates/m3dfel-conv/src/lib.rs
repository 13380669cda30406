//! 3-D convolution for short clips: CPU kernels, and the operation that they are to Burn.
//!
//! An instance has one to four frames at the deeper layers, so most taps of a 3x3x3 kernel meet only
//! temporal padding. The kernels here work on channels-last floats, leave those taps out, and know
//! nothing of Burn; [`conv3d`] hands them Burn's tensors, forward and backward. On other devices ([`device`])
//! it is made of Burn's operations, which leave those taps out too.

pub mod batch_norm;
mod buffer;
pub mod conv;
pub mod device;
mod direct;
mod dot;
pub mod layout;
mod ops;
mod outer;
pub mod r3d18;
mod shape;
mod share;
mod simd;
mod winograd;

pub use buffer::{Floats, keep_freed_memory};
pub use ops::{
    AdamWStep, BatchStatistics, ConvOps, NormOps, UnitTensors, Updated, Way, batch_norm_relu,
    batch_norm_relu_fixed, conv3d, on_cpu, r3d18_train,
};
pub use shape::ConvShape;
pub use simd::Isa;
