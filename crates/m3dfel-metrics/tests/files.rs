//! Files as others write and read them.

use m3dfel_metrics::Predictions;
use m3dfel_metrics::tensorboard::{Scalar, event_file, file_name};

/// `fixtures/predictions.csv` is from the writer that `m3dfel-train` 0.1.0 had, which quoted by hand:
/// names with commas and quotes, a reason of two lines, an empty one, floats of all sizes.
#[test]
fn predictions_are_written_as_ever_byte_for_byte() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/predictions.csv"
    );
    let predictions = Predictions::read_csv(path.as_ref()).unwrap();
    assert_eq!(predictions.clips().len(), 8);
    assert_eq!(predictions.clips()[3].id, "takes, \"second\"");
    assert_eq!(predictions.clips()[7].outcome, Err(String::new()));
    assert_eq!(predictions.confusion().unread, [0, 0, 1, 0, 1, 1, 0]);
    assert_eq!(predictions.to_csv(), std::fs::read_to_string(path).unwrap());
}

#[test]
fn events_are_read_back() {
    let scalar = |tag: &str, step, wall_time, value| Scalar {
        tag: tag.into(),
        step,
        wall_time,
        value,
    };
    let scalars = [
        scalar("train/loss", 0, 1_700_000_000.25, 1.945),
        scalar("test/war", 127, 1_700_000_001.0, 0.25),
        scalar("test/war", 128, 1_700_000_002.0, f32::NAN),
        scalar("größe", i64::MAX, -1.5, f32::NEG_INFINITY),
        scalar(&"long".repeat(100), -1, 0.0, 0.0),
        scalar("", 300, 0.0, -0.0),
    ];
    let bytes = event_file(&scalars);
    assert_eq!(bytes, event_file(&scalars), "the same bytes again");
    let mut events = records(&bytes).into_iter().map(fields);

    let version = events.next().unwrap();
    assert_eq!(version[0], (1, Field::Eight(1_700_000_000.25f64.to_bits())));
    assert_eq!(version[1], (3, Field::Bytes(b"brain.Event:2".to_vec())));
    for scalar in &scalars {
        let event = events.next().unwrap();
        let [
            (1, Field::Eight(time)),
            (2, Field::Varint(step)),
            (5, Field::Bytes(summary)),
        ] = &event[..]
        else {
            panic!("{event:?}")
        };
        assert_eq!(*time, scalar.wall_time.to_bits());
        assert_eq!(*step as i64, scalar.step);
        let [(1, Field::Bytes(value))] = &fields(summary)[..] else {
            panic!("{summary:?}")
        };
        let expected = [
            (1, Field::Bytes(scalar.tag.clone().into_bytes())),
            (2, Field::Four(scalar.value.to_bits())),
        ];
        assert_eq!(fields(value), expected);
    }
    assert!(events.next().is_none());
    assert_eq!(records(&event_file(&[])).len(), 1, "the version alone");
    assert_eq!(
        file_name(1_700_000_000.9, "a"),
        "events.out.tfevents.1700000000.a"
    );
    assert_eq!(file_name(f64::NAN, "a"), "events.out.tfevents.0000000000.a");
}

/// The data of each record, its checks held against a plain CRC.
fn records(mut file: &[u8]) -> Vec<&[u8]> {
    let mut records = Vec::new();
    while !file.is_empty() {
        let (length, rest) = file.split_first_chunk::<8>().unwrap();
        let (check, rest) = rest.split_first_chunk::<4>().unwrap();
        assert_eq!(u32::from_le_bytes(*check), masked(crc32c(length)));
        let (data, rest) = rest.split_at(u64::from_le_bytes(*length) as usize);
        let (check, rest) = rest.split_first_chunk::<4>().unwrap();
        assert_eq!(u32::from_le_bytes(*check), masked(crc32c(data)));
        records.push(data);
        file = rest;
    }
    records
}

fn masked(crc: u32) -> u32 {
    crc.rotate_right(15).wrapping_add(0xa282_ead8)
}

/// Bit by bit, as RFC 3720 defines it.
fn crc32c(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| match crc & 1 {
            1 => crc >> 1 ^ 0x82f6_3b78,
            _ => crc >> 1,
        })
    })
}

#[test]
fn the_plain_crc_is_rfc_3720s() {
    assert_eq!(crc32c(b"123456789"), 0xe306_9283);
    assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa); // appendix B.4
}

#[derive(Debug, PartialEq)]
enum Field {
    Varint(u64),
    Eight(u64),
    Bytes(Vec<u8>),
    Four(u32),
}

/// The fields of a protocol buffer: number and value.
fn fields(mut message: &[u8]) -> Vec<(u64, Field)> {
    let mut fields = Vec::new();
    while !message.is_empty() {
        let key = varint(&mut message);
        let mut take = |count: usize| {
            let (taken, rest) = message.split_at(count);
            message = rest;
            taken
        };
        let field = match key & 7 {
            0 => Field::Varint(varint(&mut message)),
            1 => Field::Eight(u64::from_le_bytes(take(8).try_into().unwrap())),
            2 => {
                let length = varint(&mut message) as usize;
                let (bytes, rest) = message.split_at(length);
                message = rest;
                Field::Bytes(bytes.to_vec())
            }
            5 => Field::Four(u32::from_le_bytes(take(4).try_into().unwrap())),
            coding => panic!("coding {coding}"),
        };
        fields.push((key >> 3, field));
    }
    fields
}

fn varint(message: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..70).step_by(7) {
        let (&byte, rest) = message.split_first().unwrap();
        *message = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return value;
        }
    }
    panic!("a varint without end")
}
