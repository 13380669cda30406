//! Facial-expression corpora as a model wants them: which clips there are and what they show
//! ([`layout`]), which of their frames are looked at ([`sampling`]), how those are read, varied and
//! brought to size ([`image`], [`augment`]), and how batches of them come out of worker threads in
//! the same order every time ([`loader`]). Before hours of training, [`audit`] looks a corpus over.
//! Of a rendered corpus it reads too what is true of its
//! clips ([`truth`]).
//!
//! ```no_run
//! use m3dfel_data::{ClipOptions, Layout, Loader, LoaderOptions, Mode, order};
//!
//! # fn main() -> Result<(), m3dfel_data::Error> {
//! let root = std::path::Path::new("DFEW");
//! let corpus = Layout::detect(root)?.open(root, 1, &Default::default())?;
//! let order = order::shuffled(corpus.train.len(), 42, 0);
//! let options = LoaderOptions::new(Mode::Train(Default::default()), ClipOptions::default());
//! for batch in Loader::new(corpus.train.into(), order, options)? {
//!     let batch = batch?;
//!     println!("{} clips, {} values", batch.labels.len(), batch.inputs.len());
//! }
//! # Ok(())
//! # }
//! ```

pub mod audit;
pub mod augment;
mod clip;
mod error;
pub mod image;
pub mod layout;
mod load;
pub mod loader;
pub mod order;
pub mod sampling;
mod seed;
pub mod throughput;
pub mod truth;
mod values;
mod vocabulary;

pub use augment::AugmentOptions;
pub use clip::{Clip, Problem, is_frame, list_frames};
pub use error::{Error, Result};
pub use layout::{Corpus, Layout, OpenOptions, Published, PublishedSplit};
pub use load::{ClipOptions, ClipPixels, ClipTensor, Normalise, load_clip_dir, load_clip_pixels};
pub use loader::{Batch, FailedClip, Loader, LoaderOptions, Mode};
pub use truth::Truth;
pub use vocabulary::Vocabulary;
