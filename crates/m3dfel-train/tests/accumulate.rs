//! A batch in parts is the same step as the whole batch, but for BatchNorm's statistics. Where every
//! part has the same statistics, since all clips are one, it is the same step altogether. The same parts on several
//! devices are the same step to the bit.

use std::path::Path;
use std::sync::Arc;

use burn::tensor::Device;
use m3dfel::weights::{StateDict, load};
use m3dfel_data::{Clip, Vocabulary};
use m3dfel_synth::{ClipSpec, CorpusOptions, Difficulty, Expression, render_clip};
use m3dfel_train::{Corpus, Experiment, Init, RunDir, Silent, train};

fn trained(corpus: &Corpus, micro_batch: usize, devices: usize, out: &Path) -> StateDict {
    let text = format!(
        "[data]\ncrop = 32\n[model]\nbase_width = 8\n\
         [augment]\ncrop_scale = [1.0, 1.0]\ncrop_ratio = [1.0, 1.0]\nflip = 0.0\ncolour_jitter = 0.0\n\
         [train]\nepochs = 2\nwarmup_epochs = 0\nbatch_size = 8\nmicro_batch = {micro_batch}\nlearning_rate = 1e-4"
    );
    let experiment = Experiment::parse(&text, "test", &[]).unwrap();
    let run = RunDir::open(out, &experiment, false).unwrap();
    let devices = vec![Device::flex(); devices];
    train(
        &experiment,
        corpus,
        Init::Random,
        &run,
        &devices,
        &mut Silent,
    )
    .unwrap();
    load(&out.join("last.safetensors")).unwrap().state
}

/// A corpus of one clip, again and again.
fn one_clip(dir: &Path) -> Corpus {
    let frames = dir.join("clip");
    std::fs::create_dir(&frames).unwrap();
    let spec = ClipSpec {
        seed: CorpusOptions::default().seed,
        number: 1,
        identity: 1,
        expression: Expression::ALL[0],
        difficulty: Difficulty::Easy,
        size: 32,
    };
    // As many frames as are sampled, so that no jitter chooses among them.
    for (k, frame) in render_clip(&spec)
        .unwrap()
        .frames
        .iter()
        .take(16)
        .enumerate()
    {
        let file = std::fs::File::create(frames.join(format!("{k:02}.png"))).unwrap();
        let mut encoder = png::Encoder::new(file, 32, 32);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(frame.as_ref()).unwrap();
    }
    let clips = |count: usize| -> Arc<[Clip]> {
        (0..count)
            .map(|k| Clip {
                id: k.to_string(),
                dir: frames.clone(),
                label: k % 7,
            })
            .collect()
    };
    Corpus {
        vocabulary: Vocabulary::default(),
        train: clips(16),
        test: clips(1),
        name: "one clip".into(),
        root: dir.into(),
    }
}

#[test]
fn several_devices_make_the_same_steps_as_one() {
    let dir = tempfile::tempdir().unwrap();
    let corpus = one_clip(dir.path());
    let one = trained(&corpus, 2, 1, &dir.path().join("one"));
    // Four parts on two devices, and on three, of which one has two.
    for devices in [2, 3] {
        let several = trained(&corpus, 2, devices, &dir.path().join(devices.to_string()));
        for (name, values) in one.iter().filter(|(name, _)| !name.contains("running_")) {
            assert_eq!(values, &several[name], "{name} on {devices} devices");
        }
    }
}

#[test]
fn a_batch_in_parts_is_the_whole_batch() {
    let dir = tempfile::tempdir().unwrap();
    let corpus = one_clip(dir.path());
    let whole = trained(&corpus, 8, 1, &dir.path().join("whole"));
    let parts = trained(&corpus, 4, 1, &dir.path().join("parts"));
    // Running variances are left out: their unbiased estimate counts the values of a part. Sums in
    // another order stray by rounding, which Adam's first steps turn into parts of a learning rate
    // where a gradient is near zero: four steps of 1e-4.
    for (name, a) in whole.iter().filter(|(name, _)| !name.contains("running_")) {
        let b = &parts[name];
        let far = a
            .data
            .iter()
            .zip(&b.data)
            .filter(|(x, y)| (*x - *y).abs() > 2e-5)
            .count();
        assert!(
            far * 50 <= a.data.len().max(50),
            "{name}: {far} of {} values differ",
            a.data.len()
        );
    }
}
