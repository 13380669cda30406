//! The audit finds each fault alone, and nothing in a corpus without one.

mod common;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use common::{jpeg, write};
use m3dfel_data::audit::{Audit, AuditOptions, Code, Finding, Length, Severity, Size, audit};
use m3dfel_data::{Error, Layout, OpenOptions, Result};

const CLIPS: u8 = 35;
const FRAMES: u8 = 16;

/// A rendered corpus in DFEW's layout without a fault: clip k is of class `k % 7 + 1` and tested on
/// in fold `k % 5 + 1`.
struct Made(tempfile::TempDir);

impl Made {
    fn new() -> Self {
        let made = Self(tempfile::tempdir().unwrap());
        write(made.root().join("truth.csv"), "");
        for fold in 1..=5 {
            let rows = |tested: bool| -> String {
                let clips = (0..CLIPS).filter(|k| (k % 5 + 1 == fold) == tested);
                clips.map(|k| format!("{k},{}\n", k % 7 + 1)).collect()
            };
            made.list("train", fold, &rows(false));
            made.list("test", fold, &rows(true));
        }
        for k in 0..CLIPS {
            for frame in 0..FRAMES {
                // Every frame of the corpus is another picture.
                let file = jpeg(8 + u16::from(k), 8, frame * 10);
                write(made.frame(k, frame), file);
            }
        }
        made
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn list_path(&self, part: &str, fold: u8) -> PathBuf {
        let dir = self.root().join("EmoLabel_DataSplit");
        dir.join(format!("{part}(single-labeled)/set_{fold}.csv"))
    }

    fn list(&self, part: &str, fold: u8, rows: &str) {
        write(
            self.list_path(part, fold),
            format!("video_name,label\n{rows}"),
        );
    }

    fn add(&self, part: &str, fold: u8, row: &str) {
        let path = self.list_path(part, fold);
        let text = std::fs::read_to_string(&path).unwrap();
        write(path, format!("{text}{row}\n"));
    }

    fn remove(&self, part: &str, fold: u8, row: &str) {
        let path = self.list_path(part, fold);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(&format!("\n{row}\n")), "{text}");
        write(path, text.replace(&format!("\n{row}\n"), "\n"));
    }

    fn clip(&self, k: u8) -> PathBuf {
        self.root().join(format!("Clip/clip_224x224/{k:05}"))
    }

    fn frame(&self, k: u8, frame: u8) -> PathBuf {
        self.clip(k).join(format!("{frame}.jpg"))
    }

    /// Gives a clip the frames of another, under other names.
    fn copy(&self, from: u8, to: u8) {
        std::fs::remove_dir_all(self.clip(to)).unwrap();
        for frame in 0..FRAMES {
            let file = std::fs::read(self.frame(from, frame)).unwrap();
            write(self.clip(to).join(format!("frame_{frame:03}.jpeg")), file);
        }
    }

    fn audit(&self) -> Audit {
        self.audit_with(&AuditOptions::default()).unwrap()
    }

    fn audit_with(&self, options: &AuditOptions) -> Result<Audit> {
        audit(self.root(), None, options, &|_, _| {})
    }
}

/// The findings but that the corpus is rendered, which all of these are.
fn found(audit: &Audit) -> Vec<(Code, usize)> {
    let others = audit.findings.iter().filter(|f| f.code != Code::Synthetic);
    others.map(|f| (f.code, f.count)).collect()
}

fn finding(audit: &Audit, code: Code) -> &Finding {
    audit.findings.iter().find(|f| f.code == code).unwrap()
}

#[test]
fn a_corpus_without_a_fault_is_sound() {
    let made = Made::new();
    let heard = Mutex::new(Vec::new());
    let options = AuditOptions {
        deep: true,
        ..Default::default()
    };
    let whole = audit(made.root(), None, &options, &|done, clips| {
        heard.lock().unwrap().push((done, clips))
    })
    .unwrap();
    assert_eq!(found(&whole), []);
    assert!(whole.is_sound() && whole.synthetic);
    assert_eq!(whole.layout, Layout::DFEW);
    assert_eq!((whole.clips, whole.frames), (35, 35 * 16));
    assert_eq!(
        whole.length,
        Some(Length {
            least: 16,
            median: 16,
            most: 16
        })
    );
    assert_eq!(whole.sizes.len(), 35);
    assert_eq!(
        whole.sizes[0],
        Size {
            width: 8,
            height: 8,
            frames: 16
        }
    );
    let size = |entry: std::fs::DirEntry| entry.metadata().unwrap().len();
    let files = (0..CLIPS).flat_map(|k| made.clip(k).read_dir().unwrap());
    assert_eq!(
        whole.bytes,
        files.map(|entry| size(entry.unwrap())).sum::<u64>()
    );
    assert_eq!(whole.folds.len(), 5);
    for fold in &whole.folds {
        assert_eq!(fold.label_base, Some(1));
        assert_eq!((fold.train.clips, fold.test.clips), (28, 7));
        assert_eq!(
            (&fold.train.classes, &fold.test.classes),
            (&vec![4; 7], &vec![1; 7])
        );
        assert_eq!(fold.train.published, None, "of a rendered corpus");
    }
    let mut heard = heard.into_inner().unwrap();
    heard.sort_unstable();
    assert_eq!(heard, (1..=35).map(|done| (done, 35)).collect::<Vec<_>>());

    // Whatever the threads, and whether or not pixels are decoded.
    assert_eq!(made.audit(), whole);
    let json = serde_json::to_value(&whole).unwrap();
    assert_eq!(json["layout"], "dfew");
    assert_eq!(json["findings"][0]["code"], "synthetic");
    assert_eq!(json["findings"][0]["severity"], "note");
}

#[test]
fn finds_clips_that_are_missing_empty_or_short() {
    let made = Made::new();
    std::fs::remove_dir_all(made.clip(3)).unwrap();
    for frame in 0..FRAMES {
        std::fs::remove_file(made.frame(4, frame)).unwrap();
    }
    (5..FRAMES).for_each(|frame| std::fs::remove_file(made.frame(6, frame)).unwrap());
    (15..FRAMES).for_each(|frame| std::fs::remove_file(made.frame(5, frame)).unwrap());
    let audit = made.audit();
    assert_eq!(
        found(&audit),
        [
            (Code::MissingClip, 1),
            (Code::EmptyClip, 1),
            (Code::ShortClip, 2)
        ]
    );
    assert!(!audit.is_sound());
    assert!(finding(&audit, Code::MissingClip).examples[0].ends_with("00003"));
    assert!(finding(&audit, Code::EmptyClip).examples[0].contains("00004"));
    let short = finding(&audit, Code::ShortClip);
    assert_eq!(short.examples, ["00006: 5 frames", "00005: 15 frames"]);
    assert_eq!(short.severity, Severity::Warning);
    assert!(short.to_string().starts_with("warning: 2 clips"), "{short}");
    let few = AuditOptions {
        frames: 8,
        examples: 1,
        ..Default::default()
    };
    assert_eq!(
        finding(&made.audit_with(&few).unwrap(), Code::ShortClip).count,
        1
    );
}

#[test]
fn finds_frames_that_cannot_be_read() {
    let made = Made::new();
    let whole = std::fs::read(made.frame(7, 2)).unwrap();
    write(made.frame(7, 2), &whole[..whole.len() - 3]);
    write(made.frame(7, 3), "");
    write(made.frame(8, 0), "not a picture");
    // A clip without one good frame, and another of the same damage: that is no content.
    for frame in 0..FRAMES {
        write(made.frame(9, frame), "");
        write(made.frame(10, frame), "");
    }
    let audit = made.audit();
    assert_eq!(found(&audit), [(Code::UnreadableFrame, 35)]);
    let bad = finding(&audit, Code::UnreadableFrame);
    assert_eq!(
        bad.examples.len(),
        5,
        "and the count says how many there are"
    );
    assert!(
        bad.examples[0].contains("00007/2.jpg") && bad.examples[0].contains("cut off"),
        "{:?}",
        bad.examples
    );
    assert!(!audit.is_sound());
    assert_eq!(
        audit.sizes.iter().map(|size| size.frames).sum::<usize>(),
        35 * 16 - 35
    );
}

#[test]
fn damage_within_a_frame_is_found_by_decoding() {
    let made = Made::new();
    // A JPEG with a table's marker where its data are, and a PNG with a byte changed: header and
    // end are whole.
    let mut file = jpeg(64, 64, 90);
    let scan = file
        .windows(2)
        .position(|pair| pair == [0xFF, 0xDA])
        .unwrap();
    file[scan + 20..scan + 22].copy_from_slice(&[0xFF, 0xC4]);
    write(made.frame(20, 4), file);
    std::fs::remove_file(made.frame(21, 5)).unwrap();
    let mut file = png(64, 64);
    let data = file.windows(4).position(|chunk| chunk == b"IDAT").unwrap();
    file[data + 20] ^= 0x55;
    write(made.clip(21).join("5.png"), file);
    assert_eq!(found(&made.audit()), []);
    let options = AuditOptions {
        deep: true,
        ..Default::default()
    };
    let audit = made.audit_with(&options).unwrap();
    let bad = finding(&audit, Code::UnreadableFrame);
    let named = |name: &str| bad.examples.iter().any(|example| example.contains(name));
    assert!(named("00020/4.jpg") && named("00021/5.png"), "{bad:?}");
    assert_eq!(found(&audit), [(Code::UnreadableFrame, 2)]);
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    let pixels: Vec<u8> = (0..width * height)
        .map(|at| (at * at % 251) as u8)
        .collect();
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&pixels)
        .unwrap();
    file
}

#[test]
fn finds_a_clip_that_is_trained_on_and_tested_on() {
    let made = Made::new();
    made.add("train", 1, "0,1");
    let audit = made.audit();
    assert_eq!(found(&audit), [(Code::TrainedAndTested, 1)]);
    let example = &finding(&audit, Code::TrainedAndTested).examples[0];
    assert_eq!(
        example,
        "fold 1: 00000 in row 30 of train and row 2 of test"
    );
    assert!(!audit.is_sound());
}

#[test]
fn finds_the_same_frames_under_two_names() {
    // Clips 0 and 7 are of one class; fold 1 tests on 0, fold 3 on 7. Each is trained on then.
    let made = Made::new();
    made.copy(0, 7);
    let audit = made.audit();
    // In the other three folds they are both trained on: said once.
    assert_eq!(
        found(&audit),
        [
            (Code::SameContentTrainedAndTested, 2),
            (Code::SameContent, 1)
        ]
    );
    let leak = finding(&audit, Code::SameContentTrainedAndTested);
    assert_eq!(
        leak.examples,
        [
            "fold 1: 00000, tested on, has the frames of 00007, trained on",
            "fold 3: 00007, tested on, has the frames of 00000, trained on"
        ]
    );
    assert!(
        finding(&audit, Code::SameContent).examples[0].contains("00007 has the frames of 00000")
    );
    assert!(!audit.is_sound());

    // Two clips of fold 1's test list, and of two classes.
    let made = Made::new();
    made.copy(0, 5);
    let audit = made.audit();
    assert_eq!(
        found(&audit),
        [(Code::SameContent, 1), (Code::LabelConflict, 1)]
    );
    let examples = &finding(&audit, Code::LabelConflict).examples;
    assert!(
        examples[0].contains("disgust") && examples[0].contains("happy"),
        "{examples:?}"
    );
    assert!(audit.is_sound(), "doubles are no error");

    // One frame more is another clip.
    write(made.clip(5).join("frame_016.jpeg"), jpeg(8, 8, 255));
    assert_eq!(found(&made.audit()), []);
}

#[test]
fn finds_rows_that_are_twice_in_a_list() {
    let made = Made::new();
    made.add("test", 2, "1,2");
    let audit = made.audit();
    assert_eq!(found(&audit), [(Code::ListedTwice, 1)]);
    let example = &finding(&audit, Code::ListedTwice).examples[0];
    assert_eq!(example, "fold 2, test: 00001 in rows 2 and 9");
    // Under another class it is a contradiction as well.
    made.add("test", 2, "1,3");
    let audit = made.audit();
    assert_eq!(
        found(&audit),
        [(Code::ListedTwice, 1), (Code::LabelConflict, 1)]
    );
}

#[test]
fn finds_clips_that_folds_test_on_twice_or_never() {
    let made = Made::new();
    made.remove("test", 1, "5,6");
    made.add("test", 1, "6,7");
    made.remove("train", 1, "6,7");
    let audit = made.audit();
    assert_eq!(
        found(&audit),
        [
            (Code::TestedTwice, 1),
            (Code::NeverTested, 1),
            (Code::EmptyClass, 1)
        ]
    );
    assert_eq!(
        finding(&audit, Code::TestedTwice).examples,
        ["00006 in folds 1, 2"]
    );
    assert_eq!(finding(&audit, Code::NeverTested).examples, ["00005"]);
    assert_eq!(
        finding(&audit, Code::EmptyClass).examples,
        ["fold 1, test: no clip of disgust"]
    );
    // Of one fold nobody can say that.
    let options = AuditOptions {
        fold: Some(2),
        ..Default::default()
    };
    let audit = made.audit_with(&options).unwrap();
    assert_eq!((found(&audit), audit.folds.len()), (vec![], 1));
}

#[test]
fn a_fold_that_cannot_be_read_does_not_end_the_audit() {
    let made = Made::new();
    made.add("train", 2, "1,glad");
    std::fs::remove_file(made.list_path("test", 4)).unwrap();
    let audit = made.audit();
    assert_eq!(
        found(&audit),
        [(Code::UnreadableList, 1), (Code::MissingList, 1)]
    );
    assert_eq!(
        audit.folds.iter().map(|fold| fold.fold).collect::<Vec<_>>(),
        [1, 3, 5]
    );
    let example = &finding(&audit, Code::UnreadableList).examples[0];
    assert!(
        example.contains("fold 2") && example.contains("row 30") && example.contains("glad"),
        "{example}"
    );

    // What cannot be opened at all is an error.
    let only = |fold| {
        made.audit_with(&AuditOptions {
            fold: Some(fold),
            ..Default::default()
        })
    };
    assert!(matches!(only(2), Err(Error::Row { row: 30, .. })));
    assert!(matches!(only(4), Err(Error::Io { .. })));
    assert!(matches!(only(6), Err(Error::Fold { fold: 6, .. })));
    let open = OpenOptions {
        label_base: Some(2),
    };
    assert!(
        made.audit_with(&AuditOptions {
            open,
            ..Default::default()
        })
        .is_err()
    );
    let empty = tempfile::tempdir().unwrap();
    assert!(audit_of(empty.path()).is_err());
}

fn audit_of(root: &Path) -> Result<Audit> {
    audit(root, None, &AuditOptions::default(), &|_, _| {})
}

#[test]
fn counts_are_held_against_those_published() {
    let made = Made::new();
    std::fs::remove_file(made.root().join("truth.csv")).unwrap();
    let audit = made.audit();
    assert!(!audit.synthetic && audit.is_sound());
    // Fold 1: both lists, and seven classes of the first.
    let [published] = &audit.findings[..] else {
        panic!("{:?}", audit.findings)
    };
    assert_eq!((published.code, published.count), (Code::PublishedCount, 9));
    assert_eq!(
        published.examples[0],
        "fold 1, train: 28 clips, published are 9356"
    );
    assert_eq!(
        published.examples[1],
        "fold 1, train: 4 clips of happy, published are 1956"
    );
    assert_eq!(audit.folds[0].test.published.unwrap().clips, 2341);
    assert_eq!(audit.folds[1].test.published, None);
    for layout in Layout::all() {
        for published in (1..=5).filter_map(|fold| layout.published(fold)) {
            for split in [published.train, published.test] {
                if let Some(classes) = split.classes {
                    assert_eq!(classes.iter().sum::<usize>(), split.clips, "{layout}");
                }
            }
        }
    }
}

#[test]
fn says_what_a_layout_has_to_say() {
    let root = tempfile::tempdir().unwrap();
    for k in 0..10 {
        let class = if k % 2 == 0 { "sad" } else { "happy" };
        write(
            root.path().join(format!("{class}/{k}/1.jpg")),
            jpeg(8, 8, k),
        );
    }
    let audit = audit_of(root.path()).unwrap();
    assert_eq!(found(&audit), [(Code::ShortClip, 10), (Code::Layout, 1)]);
    let said = finding(&audit, Code::Layout);
    assert!(said.examples[0].contains("one person"), "{said:?}");
    assert_eq!(audit.folds[0].label_base, None);
}
