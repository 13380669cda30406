//! Squares cut out and turned, against SciPy.

mod common;

use common::fixture;
use m3dfel_data::image::RgbImage;
use m3dfel_video::Point;
use m3dfel_video::crop::{Square, cut};

#[test]
fn a_turned_square_is_scipys() {
    let both = RgbImage::open(&fixture("warp.png")).unwrap();
    let half = |right: usize| {
        let rows = both.pixels().chunks_exact(96 * 3);
        rows.flat_map(|row| row[right * 144..][..144].to_vec())
            .collect::<Vec<u8>>()
    };
    let picture = RgbImage::new(48, 48, half(0)).unwrap();
    let square = Square {
        centre: Point { x: 30.5, y: 12.25 },
        side: 36.0,
        angle: 0.5,
    };
    let ours = cut(&picture, square, 48);
    for (k, (ours, theirs)) in ours.pixels().iter().zip(half(1)).enumerate() {
        assert!(ours.abs_diff(theirs) <= 1, "byte {k}: {ours} and {theirs}");
    }
}
