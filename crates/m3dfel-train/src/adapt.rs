//! A model among faces it was not trained on: its batch norms' statistics taken from them, without a label.
//!
//! Y. Li et al., "Revisiting Batch Normalization For Practical Domain Adaptation" (AdaBN), 2016. Weights stay as they are.

use std::collections::BTreeSet;
use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use m3dfel::weights::{Checkpoint, Header};
use m3dfel_data::{Clip, Loader, LoaderOptions, Mode, order};

use crate::ahead::Ahead;
use crate::observer::{Observer, Phase};
use crate::{Error, Result, clip_options};

/// Clips whose statistics are taken together.
const BATCH: usize = 32;
/// Each batch moves the statistics a tenth of the way: after so many, 1 % is left of those before.
const BATCHES: usize = 44;

/// A model with other statistics.
pub struct Adapted {
    /// With its header, which says how many clips they are of.
    pub checkpoint: Checkpoint,
    /// Clips that were read, and that could not be.
    pub read: usize,
    pub failed: usize,
}

/// Takes the statistics of `clips`, read as they are predicted. Labels are not looked at.
///
/// # Errors
/// Tensors that are not those of the header's model; not one clip that can be read; interruption.
pub fn adapt(
    checkpoint: Checkpoint,
    header: &Header,
    clips: &Arc<[Clip]>,
    device: &Device,
    observer: &mut dyn Observer,
) -> Result<Adapted> {
    let options = clip_options(header);
    let (kind, batches) = (checkpoint.kind, checkpoint.batches);
    let device = device.clone().autodiff();
    let model = checkpoint.into_model(header, &device)?;
    // Whole batches only, each pass others: the statistics of two or three clips would weigh as much as those of many.
    let a_pass = (clips.len() / BATCH).max(1);
    let passes = BATCHES.div_ceil(a_pass);
    let mut bad = BTreeSet::new();
    observer.begin(Phase::Adapting, passes * a_pass * BATCH.min(clips.len()), 0);
    for pass in 0..passes {
        let mut order = order::shuffled(clips.len(), 0, pass as u64);
        order.truncate(a_pass * BATCH);
        let mut loading = LoaderOptions::new(Mode::Eval, options.clone());
        loading.batch_size = BATCH;
        loading.workers = rayon::current_num_threads();
        for batch in Ahead::new(Loader::new(clips.clone(), order, loading)?)? {
            let batch = batch?;
            if observer.stop() {
                return Err(Error::Interrupted);
            }
            if pass == 0 {
                for problem in &batch.problems {
                    observer.warn(&problem.to_string());
                }
            }
            for failed in &batch.failed {
                if bad.insert(failed.clip) {
                    observer.warn(&failed.error.to_string());
                }
                if bad.len() == clips.len() {
                    return Err(Error::NothingToRead("call", failed.error.to_string()));
                }
            }
            let count = batch.labels.len();
            if count > 0 {
                let shape = [count, options.frames, 3, options.size, options.size];
                let inputs = Tensor::<5>::from_data(TensorData::new(batch.inputs, shape), &device);
                // On a device with autodiff the norms take note of what goes through them.
                model.forward(inputs);
            }
            observer.advance(count + batch.failed.len(), None);
        }
    }
    observer.end(Phase::Adapting);
    let read = clips.len() - bad.len();
    let mut header = header.clone();
    header.trained_on = format!("{}; statistics of {read} other clips", header.trained_on);
    Ok(Adapted {
        checkpoint: Checkpoint {
            header: Some(header),
            kind,
            state: model.state(),
            batches,
        },
        read,
        failed: bad.len(),
    })
}
