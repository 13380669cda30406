//! How a command ends: what is said, and the exit code.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use m3dfel::device::{DeviceError, DeviceNames};
use m3dfel_data::Error as DataError;
use m3dfel_metrics::Error as MetricsError;
use m3dfel_synth::SynthError;
use m3dfel_train::Error as TrainError;

/// A call that cannot be carried out as it was made.
#[derive(Debug)]
pub struct WrongCall(pub String);

impl fmt::Display for WrongCall {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WrongCall {}

/// Part of the work failed, and every failure has been said already.
#[derive(Debug)]
pub struct SomeFailed;

impl fmt::Display for SomeFailed {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a part of the work failed")
    }
}

impl std::error::Error for SomeFailed {}

/// Says what went wrong, if anything did. 0 done; 1 the work failed; 2 the call was wrong.
pub fn code(result: anyhow::Result<()>) -> ExitCode {
    let Err(error) = result else {
        return ExitCode::SUCCESS;
    };
    if error.is::<SomeFailed>() {
        return ExitCode::from(1);
    }
    if is_broken_pipe(&error) {
        return ExitCode::SUCCESS; // whoever read our output has seen enough
    }
    eprintln!("m3dfel: {}", told(&error));
    ExitCode::from(if is_wrong_call(&error) { 2 } else { 1 })
}

/// Works on a device. What a device cannot do, or has no memory for, Burn panics with: an error like others
/// here, after the panic's own words.
pub fn on(devices: &DeviceNames, work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    if devices.are_cpu() {
        return work();
    }
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(anyhow::anyhow!(
            "{devices} failed, as said above; if its memory is full, a smaller batch (of training: train.micro_batch) takes less"
        ))
    })
}

/// The error and its causes, but for those that it tells itself.
pub fn told(error: &anyhow::Error) -> String {
    error.chain().fold(String::new(), |told, cause| {
        let cause = cause.to_string();
        match told.as_str() {
            "" => cause,
            _ if told.ends_with(&cause) => told,
            _ => format!("{told}: {cause}"),
        }
    })
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}

fn is_wrong_call(error: &anyhow::Error) -> bool {
    let wrong_data = |e: &DataError| {
        matches!(
            e,
            DataError::UnknownLayout { .. }
                | DataError::Fold { .. }
                | DataError::Options(_)
                | DataError::Vocabulary(_)
        )
    };
    let wrong_device = |e: &DeviceError| !matches!(e, DeviceError::Broken(..));
    let wrong_model = |e: &m3dfel::Error| matches!(e, m3dfel::Error::Config(_));
    error.chain().any(|e| {
        e.is::<WrongCall>()
            || e.downcast_ref().is_some_and(wrong_data)
            || e.downcast_ref().is_some_and(wrong_model)
            || e.downcast_ref().is_some_and(wrong_device)
            || matches!(e.downcast_ref(), Some(MetricsError::Unlike(_)))
            || e.downcast_ref().is_some_and(|e| match e {
                TrainError::Experiment(_) => true,
                TrainError::Data(e) => wrong_data(e),
                TrainError::Model(e) => wrong_model(e),
                _ => false,
            })
            || e.downcast_ref().is_some_and(|e| {
                matches!(
                    e,
                    SynthError::NoClips
                        | SynthError::TooManyClips { .. }
                        | SynthError::Size { .. }
                        | SynthError::NotEmpty { .. }
                        | SynthError::NotADirectory { .. }
                )
            })
    })
}
