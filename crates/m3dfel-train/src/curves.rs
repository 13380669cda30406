//! A run's history as TensorBoard's curves.

use m3dfel_metrics::tensorboard::{Scalar, event_file};

use crate::EpochRecord;

/// The bytes of an event file: `train/loss`, `train/learning_rate`, `test/war` and so on over the epochs.
/// `started` is the run's start, in seconds since 1970; evaluation, which has no clock, takes no time.
pub fn events(history: &[EpochRecord], started: f64) -> Vec<u8> {
    let mut wall_time = started;
    let mut scalars = Vec::new();
    for record in history {
        wall_time += record.seconds;
        let curves = [
            ("train/loss", Some(record.loss)),
            ("train/learning_rate", Some(record.learning_rate)),
            ("train/clips_per_second", Some(record.clips_per_second)),
            (
                "train/waited",
                Some(record.waited_seconds / record.seconds.max(1e-9)),
            ),
            ("test/war", record.war),
            ("test/uar", record.uar),
            ("holdout/war", record.holdout_war),
            ("holdout/uar", record.holdout_uar),
        ];
        scalars.extend(curves.into_iter().filter_map(|(tag, value)| {
            Some(Scalar {
                tag: tag.into(),
                step: record.epoch as i64,
                wall_time,
                value: value? as f32,
            })
        }));
    }
    event_file(&scalars)
}
