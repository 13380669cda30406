//! Pixels against torchvision's and PIL's: see `fixtures/generate.py`.

use std::path::{Path, PathBuf};

use m3dfel_data::augment::{Augment, Blur, CropBox, Cutout, Jitter, Resampler, Scratch};
use m3dfel_data::image::RgbImage;
use serde_json::Value;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

fn open(name: &str) -> RgbImage {
    RgbImage::open(&fixture(name)).unwrap()
}

/// How two pictures differ.
#[derive(Debug, Default)]
struct Difference {
    most: u8,
    /// Values that differ at all, and values.
    unequal: usize,
    count: usize,
}

impl Difference {
    fn add(&mut self, ours: &[u8], theirs: &[u8]) {
        assert_eq!(ours.len(), theirs.len());
        for (&a, &b) in ours.iter().zip(theirs) {
            self.most = self.most.max(a.abs_diff(b));
            self.unequal += usize::from(a != b);
            self.count += 1;
        }
    }

    fn share(&self) -> f64 {
        self.unequal as f64 / self.count as f64
    }
}

struct Case {
    source: RgbImage,
    augment: Augment,
    /// torchvision's picture, and its picture of the same crop without flip and colours where there is one.
    expected: Vec<u8>,
    plain: Option<Vec<u8>>,
}

fn cases() -> (usize, Vec<Case>) {
    let text = std::fs::read_to_string(fixture("augment.json")).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    let size = json["size"].as_u64().unwrap() as usize;
    let mut all = Vec::new();
    for listed in json["sources"].as_array().unwrap() {
        let name = listed["source"].as_str().unwrap();
        let source = open(&format!("{name}.png"));
        let strip = open(&format!("{name}.expected.png"));
        let rows: Vec<&[u8]> = strip.pixels().chunks_exact(size * size * 3).collect();
        let listed = listed["cases"].as_array().unwrap();
        assert_eq!(rows.len(), listed.len());
        let parsed: Vec<Augment> = listed.iter().map(|case| parse(case, &source)).collect();
        for (augment, row) in parsed.iter().zip(&rows) {
            let is_plain = |other: &Augment| {
                other.crop == augment.crop && !other.flip && other.jitter.is_empty()
            };
            all.push(Case {
                source: source.clone(),
                augment: augment.clone(),
                expected: row.to_vec(),
                plain: parsed.iter().position(is_plain).map(|at| rows[at].to_vec()),
            });
        }
    }
    (size, all)
}

fn parse(case: &Value, source: &RgbImage) -> Augment {
    let jitter = case["jitter"].as_array().unwrap().iter().map(|step| {
        let factor = step[1].as_f64().unwrap() as f32;
        match step[0].as_str().unwrap() {
            "brightness" => Jitter::Brightness(factor),
            "contrast" => Jitter::Contrast(factor),
            "saturation" => Jitter::Saturation(factor),
            other => panic!("{other}"),
        }
    });
    Augment {
        flip: case["flip"].as_bool().unwrap(),
        jitter: jitter.collect(),
        ..Augment::crop_only((source.width(), source.height()), part(&case["crop"]))
    }
}

fn part(of: &Value) -> CropBox {
    let [left, top, width, height] = std::array::from_fn(|i| of[i].as_u64().unwrap() as usize);
    CropBox {
        left,
        top,
        width,
        height,
    }
}

fn finish(augment: &Augment, pixels: &mut [u8], width: usize) {
    augment
        .finish(pixels, width, 0, &mut Scratch::default())
        .unwrap();
}

fn run(case: &Case, size: usize) -> Vec<u8> {
    let mut out = vec![0; size * size * 3];
    Resampler::default()
        .resize(&case.source, case.augment.crop, size, &mut out)
        .unwrap();
    finish(&case.augment, &mut out, size);
    out
}

#[test]
fn flip_and_colours_are_torchvisions_exactly() {
    let (size, cases) = cases();
    let mut tested = 0;
    for case in cases {
        let Some(mut ours) = case.plain.clone() else {
            continue;
        };
        finish(&case.augment, &mut ours, size);
        assert_eq!(ours, case.expected, "{:?}", case.augment);
        tested += 1;
    }
    assert!(tested > 60, "{tested} cases");
}

/// PIL's coefficients have 22 bits, fast_image_resize's 15: near a half they may round differently.
#[test]
fn crop_and_resize_are_torchvisions_within_a_level() {
    let (size, cases) = cases();
    let mut difference = Difference::default();
    for case in cases.iter().filter(|case| case.augment.jitter.is_empty()) {
        difference.add(&run(case, size), &case.expected);
    }
    assert!(
        difference.most <= 1 && difference.share() < 0.05,
        "{difference:?}"
    );
}

/// That level, through three factors of up to 1.4 and their roundings, becomes at most 4.
#[test]
fn a_whole_augmentation_is_torchvisions() {
    let (size, cases) = cases();
    let mut difference = Difference::default();
    for case in cases.iter().filter(|case| case.augment.jitter.len() == 3) {
        difference.add(&run(case, size), &case.expected);
    }
    assert!(
        difference.most <= 4 && difference.share() < 0.05,
        "{difference:?}"
    );
}

/// How ours differ from torchvision's pictures, over the cases of one kind in `degrade.json`.
fn degraded(kind: &str, parse: impl Fn(&Value) -> Augment) -> Difference {
    let text = std::fs::read_to_string(fixture("degrade.json")).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    let mut difference = Difference::default();
    for listed in json.as_array().unwrap() {
        let name = listed["source"].as_str().unwrap();
        let source = open(&format!("{name}.png"));
        let strip = open(&format!("{name}.degraded.png"));
        let cases = listed["cases"].as_array().unwrap();
        let expected = strip.pixels().chunks_exact(source.pixels().len());
        assert_eq!(expected.len(), cases.len());
        for (case, expected) in cases
            .iter()
            .zip(expected)
            .filter(|(c, _)| c["kind"] == kind)
        {
            let mut ours = source.pixels().to_vec();
            finish(&parse(case), &mut ours, source.width());
            assert!(ours != source.pixels() || case["sigma"] == 0.1, "{case}");
            difference.add(&ours, expected);
        }
    }
    assert!(difference.count > 9000, "{difference:?}");
    difference
}

fn nothing() -> Augment {
    Augment::crop_only((1, 1), CropBox::whole(1, 1))
}

#[test]
fn grey_and_cutout_are_torchvisions_exactly() {
    let grey = degraded("grey", |_| Augment {
        grey: true,
        ..nothing()
    });
    assert_eq!(grey.unequal, 0, "{grey:?}");
    let cutout = degraded("cutout", |case| {
        let cutout = Cutout {
            part: part(&case["part"]),
            colour: std::array::from_fn(|i| case["colour"][i].as_u64().unwrap() as u8),
        };
        Augment {
            cutout: Some(cutout),
            ..nothing()
        }
    });
    assert_eq!(cutout.unequal, 0, "{cutout:?}");
}

/// torchvision sums the square of weights at once, in single precision: near a half it may round
/// differently.
#[test]
fn blur_is_torchvisions_within_a_level() {
    let blur = degraded("blur", |case| Augment {
        blur: Some(Blur::new(case["sigma"].as_f64().unwrap())),
        ..nothing()
    });
    assert!(blur.most <= 1 && blur.share() < 1e-3, "{blur:?}");
}

/// PNG exactly. JPEG to a level or two, which is what the standard leaves open of the inverse
/// transform and of YCbCr; and one more where colours are stored at half the resolution.
#[test]
fn decodes_what_pil_decodes() {
    let exact = [
        "palette.png",
        "grey.png",
        "one_bit.png",
        "alpha.png",
        "deep.png",
    ]
    .map(|name| (name, 0));
    let close = ["grey.jpg", "cmyk.jpg", "rgb.jpg"].map(|name| (name, 1));
    let colours = [("444.jpg", 2)];
    let halved = ["420.jpg", "422.jpg", "progressive.jpg", "restart.jpg"].map(|name| (name, 3));
    for (name, most) in exact.into_iter().chain(close).chain(colours).chain(halved) {
        let (ours, theirs) = (open(name), open(&format!("{name}.expected.png")));
        assert_eq!(
            (ours.width(), ours.height()),
            (theirs.width(), theirs.height())
        );
        let mut difference = Difference::default();
        difference.add(ours.pixels(), theirs.pixels());
        assert!(difference.most <= most, "{name}: {difference:?}");
    }
}
