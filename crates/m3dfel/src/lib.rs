//! M3DFEL: dynamic facial expression recognition from weakly labelled video.
//!
//! A video is a *bag* of short 3-D *instances*; the label is true only somewhere in it.
//!
//! ```text
//! [batch, 16, 3, h, w] ─cut into N instances of 16/N frames─▶ R3D-18 ─▶ [batch, N, 512]
//!    ─BiLSTM─▶ [batch, N, 1024] ─self-attention, DMIN, sigmoid─▶ gate
//!    ─gate × BiLSTM output, Conv1D over the bag─▶ [batch, 1024] ─Linear─▶ [batch, classes]
//! ```
//!
//! Paper: Wang et al., *Rethinking the Learning Paradigm for Dynamic Facial Expression Recognition*,
//! CVPR 2023. Module fields follow the names in the published checkpoint, so that the code reads
//! like its state dict; [`weights`] has the exact mapping.
//!
//! The device is a value ([`device`] has them by name): with autodiff the model trains (BatchNorm uses the
//! batch's statistics); without, after [`burn::module::Module::valid`], it predicts.

mod batch_norm;
mod bilstm;
mod config;
mod dliam;
mod dmin;
mod error;
mod inference;
mod linear;
mod loss;
mod m3dfel;
mod param;
mod precision;
mod r3d18;
pub mod weights;

pub use m3dfel_conv::device;

pub use batch_norm::BatchNorm;
pub use bilstm::BiLstm;
pub use config::{Join, ModelConfig, Variance};
pub use dliam::{Attention, Dliam, PwConv};
pub use dmin::Dmin;
pub use error::{Error, Result};
pub use inference::Inference;
pub use linear::Linear;
pub use loss::{Loss, LossConfig, cross_entropy, intensity_aware};
pub use m3dfel::{Aggregation, Decision, M3dfel};
pub use precision::Precision;
pub use r3d18::R3d18;
