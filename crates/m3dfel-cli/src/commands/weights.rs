//! Weights from the command line: the file, and what it leaves unsaid.

use std::path::Path;

use m3dfel::Variance;
use m3dfel::weights::{Checkpoint, Header, Kind, PEOPLE, load};
use m3dfel_train::Predictor;

use crate::args::{OnIn, Unsaid};
use crate::exit::WrongCall;

/// Frames of an instance in the published code.
const INSTANCE_LENGTH: usize = 4;

/// A weight file, with a header: its own, or that of the published code with what `unsaid` changes. Of the model in the
/// program a line says what it is.
pub fn whole_model(file: &Path, unsaid: &Unsaid) -> anyhow::Result<(Checkpoint, Header)> {
    let checkpoint = load(file)?;
    if checkpoint.kind == Kind::Backbone {
        return Err(WrongCall(format!(
            "{} holds a backbone alone, which cannot decide anything: give it to `m3dfel train --init`",
            file.display()
        ))
        .into());
    }
    let header = header_of(&checkpoint, file, unsaid)?;
    if file == Path::new(PEOPLE) {
        eprintln!(
            "weights: the model in the program, trained on rendered people and no real face (MODEL_CARD.md says how far it goes)"
        );
    }
    Ok((checkpoint, header))
}

/// A predictor of weights, on a device.
pub fn predictor(
    checkpoint: Checkpoint,
    header: &Header,
    compute: OnIn,
) -> anyhow::Result<Predictor> {
    let device = compute.device.open()?;
    let predictor = Predictor::from_checkpoint(checkpoint, header, &device)?;
    Ok(predictor.with_precision(compute.precision)?)
}

/// The header of a whole model's checkpoint.
pub fn header_of(checkpoint: &Checkpoint, file: &Path, unsaid: &Unsaid) -> anyhow::Result<Header> {
    if let Some(header) = &checkpoint.header {
        let given = [
            ("--instance-length", unsaid.instance_length.is_some()),
            ("--classes", unsaid.classes.is_some()),
            ("--variance", unsaid.variance.is_some()),
        ];
        if let Some((name, _)) = given.iter().find(|(_, given)| *given) {
            return Err(WrongCall(format!(
                "{name} is for weights that do not say it themselves; {} does",
                file.display()
            ))
            .into());
        }
        return Ok(header.clone());
    }
    let classes = unsaid.classes.clone().unwrap_or_default();
    let bag_of_one = checkpoint
        .state
        .get("pwconv.weight")
        .is_some_and(|w| w.shape.get(1) == Some(&1));
    // The published code's estimator has no value for a bag of one.
    let default = if bag_of_one {
        Variance::Biased
    } else {
        Variance::Unbiased
    };
    Ok(Header::infer(
        &checkpoint.state,
        unsaid.instance_length.unwrap_or(INSTANCE_LENGTH),
        classes.names().to_vec(),
        unsaid.variance.unwrap_or(default),
    )?)
}
