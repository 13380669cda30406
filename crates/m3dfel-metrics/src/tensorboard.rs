//! Event files for TensorBoard, written whole.
//!
//! A file is a list of records; a record is its length, the masked CRC-32C of the length, the bytes
//! of one `Event` and their masked CRC-32C (TensorFlow's `record_writer.h`). An `Event` is a protocol
//! buffer of which four fields are needed here (`event.proto`, `summary.proto`), so it is put together
//! by hand.

use serde::{Deserialize, Serialize};

/// One value of one curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scalar {
    /// Name of the curve: `test/war`. What stands before the slash groups curves.
    pub tag: String,
    pub step: i64,
    /// Seconds since 1970.
    pub wall_time: f64,
    pub value: f32,
}

/// The name that TensorBoard looks for in a run's directory; `end` tells files of one second apart.
pub fn file_name(wall_time: f64, end: &str) -> String {
    format!("events.out.tfevents.{:010}.{end}", wall_time as u64)
}

/// The bytes of an event file: its version, then the scalars in their order. The same scalars give
/// the same bytes. A value may be NaN or infinite; TensorBoard marks it in the curve.
pub fn event_file(scalars: &[Scalar]) -> Vec<u8> {
    let start = scalars.first().map_or(0.0, |scalar| scalar.wall_time);
    let mut version = Message::default();
    version.double(event::WALL_TIME, start);
    version.bytes(event::FILE_VERSION, b"brain.Event:2");
    let mut file = record(&version.0);
    for scalar in scalars {
        file.extend(record(&scalar.event().0));
    }
    file
}

/// Field numbers of the messages.
mod event {
    pub const WALL_TIME: u8 = 1;
    pub const STEP: u8 = 2;
    pub const FILE_VERSION: u8 = 3;
    pub const SUMMARY: u8 = 5;
}
mod summary {
    pub const VALUE: u8 = 1;
}
mod value {
    pub const TAG: u8 = 1;
    pub const SIMPLE_VALUE: u8 = 2;
}

impl Scalar {
    fn event(&self) -> Message {
        let mut value = Message::default();
        value.bytes(value::TAG, self.tag.as_bytes());
        value.float(value::SIMPLE_VALUE, self.value);
        let mut summary = Message::default();
        summary.bytes(summary::VALUE, &value.0);
        let mut event = Message::default();
        event.double(event::WALL_TIME, self.wall_time);
        event.int(event::STEP, self.step);
        event.bytes(event::SUMMARY, &summary.0);
        event
    }
}

fn record(data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u64).to_le_bytes();
    let mut record = Vec::with_capacity(data.len() + 16);
    record.extend(length);
    record.extend(masked_crc(&length).to_le_bytes());
    record.extend(data);
    record.extend(masked_crc(data).to_le_bytes());
    record
}

/// Masked, since a CRC over data that holds CRCs is weak.
fn masked_crc(data: &[u8]) -> u32 {
    crc32c::crc32c(data)
        .rotate_right(15)
        .wrapping_add(0xa282_ead8)
}

/// A protocol buffer in the making. A key is the field's number and its kind of coding.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    const VARINT: u8 = 0;
    const EIGHT_BYTES: u8 = 1;
    const LENGTH_FIRST: u8 = 2;
    const FOUR_BYTES: u8 = 5;

    fn double(&mut self, field: u8, value: f64) {
        self.key(field, Self::EIGHT_BYTES);
        self.0.extend(value.to_le_bytes());
    }

    fn float(&mut self, field: u8, value: f32) {
        self.key(field, Self::FOUR_BYTES);
        self.0.extend(value.to_le_bytes());
    }

    /// A negative one is as its two's complement, so of ten bytes.
    fn int(&mut self, field: u8, value: i64) {
        self.key(field, Self::VARINT);
        self.varint(value as u64);
    }

    fn bytes(&mut self, field: u8, bytes: &[u8]) {
        self.key(field, Self::LENGTH_FIRST);
        self.varint(bytes.len() as u64);
        self.0.extend(bytes);
    }

    /// Fields here are few enough for a key of one byte.
    fn key(&mut self, field: u8, coding: u8) {
        self.0.push(field << 3 | coding);
    }

    /// Seven bits a byte, the lowest first; the top bit says that more follow.
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}
