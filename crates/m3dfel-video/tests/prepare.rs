//! Corpora made of videos: by a detector that finds coloured squares, and by the real one.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{Movie, write};
use m3dfel_data::Layout;
use m3dfel_data::image::RgbImage;
use m3dfel_synth::{ClipSpec, Difficulty, Expression, render_clip};
use m3dfel_video::prepare::{
    Counts, Error, Kept, Options, Outcome, Prepared, Progress, Reason, Watch, prepare,
};
use m3dfel_video::{Detector, Face, Rect, Result, Seeta};
use tempfile::TempDir;

const WIDTH: usize = 160;
const HEIGHT: usize = 96;
const RED: [u8; 3] = [220, 40, 40];
const GREEN: [u8; 3] = [40, 200, 40];
const BLUE: [u8; 3] = [40, 40, 220];

/// Takes red and green squares for faces. Blue ones are more than it can bear.
struct Squares;

impl Detector for Squares {
    fn name(&self) -> &'static str {
        "squares"
    }

    fn detect(&mut self, image: &RgbImage) -> Result<Vec<Face>> {
        assert!(square(image, BLUE).is_none(), "a blue square");
        let faces = [RED, GREEN].into_iter().filter_map(|c| square(image, c));
        let face = |bbox| Face {
            bbox,
            score: 0.9,
            landmarks: None,
        };
        Ok(faces.map(face).collect())
    }
}

fn square(image: &RgbImage, colour: [u8; 3]) -> Option<Rect> {
    let pixels = image.pixels().chunks_exact(3).enumerate();
    let near = |p: &[u8]| p.iter().zip(colour).all(|(a, b)| a.abs_diff(b) < 50);
    let at: Vec<(usize, usize)> = pixels
        .filter(|(_, p)| near(p))
        .map(|(k, _)| (k % image.width(), k / image.width()))
        .collect();
    let left = at.iter().map(|p| p.0).min()?;
    let right = at.iter().map(|p| p.0).max()?;
    let top = at.iter().map(|p| p.1).min()?;
    let bottom = at.iter().map(|p| p.1).max()?;
    Some(Rect {
        left: left as f32,
        top: top as f32,
        width: (right - left + 1) as f32,
        height: (bottom - top + 1) as f32,
    })
}

/// A square on some frames.
struct Actor {
    colour: [u8; 3],
    left: usize,
    side: usize,
    frames: std::ops::Range<usize>,
}

fn actor(colour: [u8; 3], left: usize, side: usize, frames: std::ops::Range<usize>) -> Actor {
    Actor {
        colour,
        left,
        side,
        frames,
    }
}

/// A video at 30 frames a second.
fn film(dir: &Path, name: &str, frames: usize, actors: &[Actor]) {
    let picture = |number: usize| {
        let mut pixels = vec![128; WIDTH * HEIGHT * 3];
        for actor in actors.iter().filter(|a| a.frames.contains(&number)) {
            for y in 16..16 + actor.side {
                for x in actor.left..actor.left + actor.side {
                    let at = (y * WIDTH + x) * 3;
                    pixels[at..at + 3].copy_from_slice(&actor.colour);
                }
            }
        }
        pixels
    };
    let movie = Movie::encode(WIDTH, HEIGHT, (0..frames).map(picture));
    write(dir, name, &movie.file());
}

/// Videos, a list and a place for the corpus.
struct Place {
    dir: TempDir,
}

const LABELS: &str = "video,label,start,end,clip\n\
    two,Happy,,,two\n\
    long.mp4,sad,0.2,1.2,long-a\n\
    long,Anger,1.2,2.2,long-b\n\
    long,sad,7,8,late\n\
    turn.mp4,happy,,,turn\n\
    nobody,happy,,,nobody\n\
    long,happy,0.5,0.7,short\n\
    small,happy,,,small\n\
    text.mp4,sad,,,text\n\
    gone,sad,,,gone\n\
    long,neutral,0.5,2.0,long-c\n";

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let place = Self { dir };
        let videos = place.at("videos");
        std::fs::create_dir(&videos).unwrap();
        let film = |name: &str, frames, actors: &[Actor]| film(&videos, name, frames, actors);
        let two = [actor(RED, 8, 40, 0..40), actor(GREEN, 80, 64, 0..40)];
        film("two.mp4", 40, &two);
        film("long.mp4", 75, &[actor(RED, 50, 48, 0..75)]);
        // Green is larger, red is there for so long that it counts for more; nobody is on the last frames.
        let turn = [actor(GREEN, 80, 56, 0..15), actor(RED, 20, 48, 15..60)];
        film("turn.mp4", 72, &turn);
        film("nobody.mp4", 20, &[]);
        film("small.mp4", 30, &[actor(RED, 50, 16, 0..30)]);
        write(&videos, "text.mp4", b"this is no video at all");
        place.list(LABELS);
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn list(&self, labels: &str) {
        write(self.dir.path(), "labels.csv", labels.as_bytes());
    }

    fn try_prepare(&self, out: &str, options: &Options, watch: Watch) -> Result<Prepared, Error> {
        let (videos, labels) = (self.at("videos"), self.at("labels.csv"));
        let detector = || Ok(Box::new(Squares) as Box<dyn Detector>);
        prepare(&videos, &labels, &self.at(out), options, &detector, watch)
    }

    fn prepare(&self, out: &str) -> Prepared {
        self.try_prepare(out, &options(), Watch::default()).unwrap()
    }

    /// Prepares, and gives the frames that this took as well.
    fn count_frames(&self, out: &str) -> (Prepared, usize) {
        let most = AtomicUsize::new(0);
        let watch = Watch {
            progress: &|p: Progress| {
                most.fetch_max(p.frames, Ordering::Relaxed);
            },
            ..Watch::default()
        };
        let prepared = self.try_prepare(out, &options(), watch).unwrap();
        (prepared, most.into_inner())
    }

    fn refused(&self, out: &str) -> String {
        let error = self.try_prepare(out, &options(), Watch::default());
        error.unwrap_err().to_string()
    }
}

fn options() -> Options {
    let mut options = Options::default();
    options.crop.size = 48;
    options
}

fn outcome<'a>(prepared: &'a Prepared, clip: &str) -> &'a Outcome {
    let of = |row: &&(_, _)| -> bool {
        let (row, _): &(m3dfel_video::prepare::Row, Outcome) = row;
        row.clip == clip
    };
    &prepared.rows.iter().find(of).unwrap().1
}

fn kept<'a>(prepared: &'a Prepared, clip: &str) -> &'a Kept {
    match outcome(prepared, clip) {
        Outcome::Kept { clip, .. } => clip,
        other => panic!("{clip}: {other:?}"),
    }
}

fn counts(kept: usize, earlier: usize, dropped: usize, not_reached: usize) -> Counts {
    Counts {
        kept,
        earlier,
        dropped,
        not_reached,
    }
}

/// All files by their paths, but for the lock.
fn tree(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut files, mut open) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if !path.ends_with(".lock") {
                let name = path.strip_prefix(root).unwrap().to_owned();
                files.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    files
}

fn middle(path: &Path) -> [u8; 3] {
    let image = RgbImage::open(path).unwrap();
    let at = (image.height() / 2 * image.width() + image.width() / 2) * 3;
    image.pixels()[at..at + 3].try_into().unwrap()
}

fn is_near(a: [u8; 3], b: [u8; 3]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 40)
}

#[test]
fn a_corpus_comes_out_that_the_layout_reads() {
    let place = Place::new();
    let prepared = place.prepare("out");
    assert_eq!(prepared.counts(), counts(5, 0, 6, 0));
    assert!(!prepared.stopped);
    let out = place.at("out");

    let layout = Layout::detect(&out).unwrap();
    assert_eq!(layout.name(), "folder");
    let corpus = layout.open(&out, 1, &Default::default()).unwrap();
    assert_eq!(
        corpus.vocabulary.names(),
        ["angry", "happy", "neutral", "sad"]
    );
    let mut ids: Vec<&str> = corpus
        .train
        .iter()
        .chain(&corpus.test)
        .map(|clip| clip.id.as_str())
        .collect();
    ids.sort();
    let expected = [
        "angry/long-b",
        "happy/turn",
        "happy/two",
        "neutral/long-c",
        "sad/long-a",
    ];
    assert_eq!(ids, expected);

    let frames = |clip: &str| m3dfel_data::list_frames(&out.join(clip)).unwrap();
    // The larger of two; of one after the other, the one of more area times time, without the frames that lack it.
    let two = frames("happy/two");
    assert_eq!(
        (two.len(), two[0].file_name().unwrap().to_str()),
        (40, Some("00001.jpg"))
    );
    assert!(is_near(middle(&two[0]), GREEN) && is_near(middle(&two[39]), GREEN));
    assert_eq!(kept(&prepared, "two").faces, 2);
    let turn = frames("happy/turn");
    assert!((40..=50).contains(&turn.len()), "{}", turn.len());
    assert!(turn.iter().all(|path| is_near(middle(path), RED)));
    assert_eq!(kept(&prepared, "turn").span_frames, 72);
    // Spans of one video.
    for (clip, class, count) in [
        ("long-a", "sad", 30),
        ("long-b", "angry", 30),
        ("long-c", "neutral", 45),
    ] {
        let clip = kept(&prepared, clip);
        assert_eq!(
            (clip.frames, clip.span_frames, clip.problems.len()),
            (count, count, 0)
        );
        assert!((44.0..52.0).contains(&clip.side), "{class}: {}", clip.side);
    }

    let dropped = std::fs::read_to_string(out.join("dropped.csv")).unwrap();
    let lines: Vec<&str> = dropped.lines().skip(1).collect();
    for (line, (start, what)) in lines.iter().zip([
        ("5,late,long,sad,7,8,", "ends at 2.47 s"),
        ("7,nobody,", "no lasting face in the 20 frames"),
        ("8,short,", "6 frames, 8 are wanted"),
        ("9,small,", "too small: "),
        ("10,text,text.mp4,", "cannot be read: "),
        ("11,gone,", "no such video"),
    ]) {
        assert!(line.starts_with(start) && line.contains(what), "{line}");
    }
    assert_eq!(lines.len(), 6);

    // The list of clips is a list to prepare from.
    std::fs::copy(out.join("clips.csv"), place.at("labels.csv")).unwrap();
    let again = place.prepare("again");
    assert_eq!(again.counts(), counts(5, 0, 0, 0));
    let clips = |out: &str| {
        let mut files = tree(&place.at(out));
        files.retain(|path, _| path.extension().is_some_and(|e| e == "jpg"));
        files
    };
    assert_eq!(clips("out"), clips("again"));
}

#[test]
fn stopped_or_killed_at_any_moment_it_goes_on_to_the_same() {
    let place = Place::new();
    place.prepare("whole");
    let whole = tree(&place.at("whole"));
    let total = 75 + 40 + 72 + 20 + 30;
    for stop_at in [0, 1, 60, 130, 200] {
        let out = format!("stopped-{stop_at}");
        let frames = AtomicUsize::new(0);
        let watch = Watch {
            progress: &|p: Progress| frames.store(p.frames, Ordering::Relaxed),
            stop: &|| frames.load(Ordering::Relaxed) >= stop_at,
        };
        let prepared = place.try_prepare(&out, &options(), watch).unwrap();
        assert!(prepared.stopped && prepared.counts().not_reached > 0);
        // What a call leaves that was killed.
        let out_dir = place.at(&out);
        std::fs::create_dir_all(out_dir.join(".two.partial-1/1")).unwrap();
        write(&out_dir, ".two.partial-1/1/00001.jpg", b"half");
        write(&out_dir, ".clips.csv.partial-1", b"half");
        let (resumed, decoded) = place.count_frames(&out);
        assert_eq!((resumed.counts().kept, resumed.counts().dropped), (5, 6));
        assert!(decoded <= total, "{decoded}");
        assert!(tree(&out_dir) == whole, "{stop_at}");
    }
    // Nothing is left to do: the videos that gave nothing are not looked at again either.
    let (again, decoded) = place.count_frames("whole");
    assert_eq!((again.counts(), decoded), (counts(5, 5, 6, 0), 0));
    // One clip is gone: its video alone is read.
    std::fs::remove_dir_all(place.at("whole/happy/two")).unwrap();
    std::fs::remove_file(place.at("whole/happy/turn/00007.jpg")).unwrap();
    let (again, decoded) = place.count_frames("whole");
    assert_eq!((again.counts(), decoded), (counts(5, 3, 6, 0), 40 + 72));
    assert!(tree(&place.at("whole")) == whole);
}

#[test]
fn threads_change_nothing() {
    let place = Place::new();
    let trees = [1, 2].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let out = format!("out-{threads}");
        pool.build().unwrap().install(|| place.prepare(&out));
        tree(&place.at(&out))
    });
    assert!(trees[0].len() > 180 && trees[0] == trees[1]);
}

#[test]
fn a_list_that_changes_moves_clips_and_makes_them_anew() {
    let place = Place::new();
    let list = |rows: &str| place.list(&format!("video,label,start,end,split,clip\n{rows}"));
    list("two,happy,,,,a\nlong,sad,0,1,,b\nlong,happy,1,2,,c\n");
    place.prepare("out");
    // a: another class; b: another span; all: a split.
    list("two,angry,,,test,a\nlong,sad,0,1.5,train,b\nlong,happy,1,2,train,c\n");
    let (changed, decoded) = place.count_frames("out");
    assert_eq!(changed.counts(), counts(3, 2, 0, 0));
    assert!(decoded <= 75, "{decoded}");
    assert_eq!(kept(&changed, "b").frames, 45);
    let out = place.at("out");
    assert!(
        out.join("test/angry/a/00040.jpg").exists()
            && out.join("train/happy/c/.clip.json").exists()
    );
    assert!(!out.join("happy").exists() && !out.join("sad").exists());
    let corpus = Layout::detect(&out)
        .unwrap()
        .open(&out, 1, &Default::default())
        .unwrap();
    assert_eq!((corpus.train.len(), corpus.test.len()), (2, 1));

    // A clip that is in no row would be trained on all the same.
    list("two,angry,,,test,a\nlong,happy,1,2,train,c\n");
    let before = tree(&out);
    let error = place.refused("out");
    assert!(
        error.contains("1 clips") && error.contains("sad/b"),
        "{error}"
    );
    assert!(tree(&out) == before);
}

#[test]
fn subjects_are_kept_apart() {
    let place = Place::new();
    place.list(
        "video,label,subject,start,end\ntwo,happy,Ann,,\nlong,sad,Bea,0,1\nturn,angry,Ann,,\nlong,fear,Bea,1,2\n",
    );
    place.prepare("out");
    let out = place.at("out");
    let layout = Layout::detect(&out).unwrap();
    let corpus = layout.open(&out, 1, &Default::default()).unwrap();
    let of_bea = |clips: &[m3dfel_data::Clip]| -> Vec<bool> {
        clips.iter().map(|clip| clip.id.contains("long")).collect()
    };
    let (train, test) = (of_bea(&corpus.train), of_bea(&corpus.test));
    assert_eq!((train.len(), test.len()), (2, 2));
    assert!(train[0] == train[1] && test[0] == test[1] && train[0] != test[0]);
}

#[test]
fn what_was_made_otherwise_is_not_mixed() {
    let place = Place::new();
    place.prepare("out");
    let mut other = options();
    other.crop.margin = 0.2;
    let error = place
        .try_prepare("out", &other, Watch::default())
        .unwrap_err()
        .to_string();
    assert!(error.contains("margin 0.05, not 0.2"), "{error}");
    std::fs::write(place.at("out/prepare.json"), "{").unwrap();
    assert!(place.refused("out").contains("prepare.json"));

    std::fs::create_dir(place.at("mine")).unwrap();
    write(&place.at("mine"), "thesis.tex", b"years of work");
    assert!(place.refused("mine").contains("not empty"));
    assert_eq!(tree(&place.at("mine")).len(), 1);
    assert!(place.refused("labels.csv").contains("labels.csv"));

    let options = Options {
        least_side: f32::NAN,
        ..options()
    };
    assert!(
        place
            .try_prepare("new", &options, Watch::default())
            .is_err()
    );
    assert!(!place.at("new").exists());
}

#[test]
fn folders_of_others_are_let_alone() {
    let place = Place::new();
    place.prepare("out");
    let clip = place.at("out/sad/mine");
    std::fs::create_dir(&clip).unwrap();
    write(&clip, "1.jpg", b"my own");
    assert_eq!(place.prepare("out").counts().earlier, 5);
    assert!(clip.join("1.jpg").exists());
    place.list(&format!("{LABELS}two,sad,,,mine\n"));
    let error = place.refused("out");
    assert!(error.contains("sad/mine is in the way"), "{error}");
    std::fs::rename(&clip, place.at("out/sad/other")).unwrap();
    std::fs::rename(place.at("out/sad/long-a"), place.at("out/happy/long-a")).unwrap();
    assert_eq!(place.prepare("out").counts(), counts(6, 5, 6, 0));
}

#[test]
fn one_call_at_a_time() {
    let place = Place::new();
    let inner = std::sync::Mutex::new(None);
    let watch = Watch {
        progress: &|_| {
            let mut inner = inner.lock().unwrap();
            if inner.is_none() {
                *inner = Some(place.refused("out"));
            }
        },
        ..Watch::default()
    };
    place.try_prepare("out", &options(), watch).unwrap();
    let error = inner.into_inner().unwrap().unwrap();
    assert!(error.contains("another call is at work"), "{error}");
}

#[test]
fn a_disk_that_refuses_ends_it_and_drops_nothing() {
    let place = Place::new();
    let stop = Watch {
        stop: &|| true,
        ..Watch::default()
    };
    place.try_prepare("out", &options(), stop).unwrap();
    // A file where a class's folder has to be.
    let in_the_way = place.at("out/happy");
    std::fs::write(&in_the_way, "").unwrap();
    let error = place
        .try_prepare("out", &options(), Watch::default())
        .unwrap_err();
    assert!(
        matches!(&error, Error::Write { path, .. } if *path == in_the_way),
        "{error}"
    );
    std::fs::remove_file(&in_the_way).unwrap();
    assert_eq!(place.prepare("out").counts().kept, 5);
    assert!(
        tree(&place.at("out"))
            .keys()
            .all(|path| !path.to_string_lossy().contains("partial"))
    );
}

#[test]
fn a_detector_that_panics_costs_one_video() {
    let place = Place::new();
    film(
        &place.at("videos"),
        "blue.mp4",
        20,
        &[actor(BLUE, 50, 48, 0..20)],
    );
    place.list(&format!("{LABELS}blue,sad,,,blue\n"));
    for earlier in [0, 5] {
        let prepared = place.prepare("out");
        assert_eq!(prepared.counts(), counts(5, earlier, 7, 0));
        let Outcome::Dropped(Reason::Failed { what }) = outcome(&prepared, "blue") else {
            panic!("{:?}", outcome(&prepared, "blue"));
        };
        assert!(what.contains("a blue square"), "{what}");
    }
}

#[test]
fn lists_that_cannot_be_are_refused_before_anything_is_written() {
    let place = Place::new();
    film(&place.at("videos"), "two.mov", 1, &[]);
    for (labels, what) in [
        (
            "video,label\ntwo.mp4,happy\nlong,\n",
            "labels.csv: line 3: ",
        ),
        (
            "video,label\nlong,happy\ntwo,happy\n",
            "line 3: \"two\" may be two.mov or two.mp4",
        ),
        ("video,label\nx,happy\ny,happy\n", "none of the 2 videos"),
    ] {
        place.list(labels);
        let error = place.refused("out");
        assert!(error.contains(what), "{error}");
    }
    assert!(!place.at("out").exists());
}

#[test]
fn a_rendered_face_is_cut_out() {
    // A large person and a small one.
    let clips = [(3, 5, 160), (8, 1, 112)].map(|(identity, number, size)| {
        let spec = ClipSpec {
            seed: 0,
            number,
            identity,
            expression: Expression::Happy,
            difficulty: Difficulty::Easy,
            size,
        };
        (size as usize, render_clip(&spec).unwrap())
    });
    let (width, height) = (320, 176);
    let count = clips.iter().map(|(_, c)| c.frames.len()).min().unwrap();
    let frames = (0..count).map(|k| {
        let mut picture = vec![128; width * height * 3];
        for ((size, clip), left) in clips.iter().zip([4, 190]) {
            for (y, row) in clip.frames[k].as_ref().chunks_exact(size * 3).enumerate() {
                let at = ((y + 8) * width + left) * 3;
                picture[at..at + row.len()].copy_from_slice(row);
            }
        }
        picture
    });
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        "two.mp4",
        &Movie::encode(width, height, frames).file(),
    );
    let labels = write(dir.path(), "labels.csv", b"video,label\ntwo,happy\n");
    let out = dir.path().join("out");
    let detector = || Ok(Box::new(Seeta::new()?) as Box<dyn Detector>);
    let prepared = prepare(
        dir.path(),
        &labels,
        &out,
        &Options::default(),
        &detector,
        Watch::default(),
    );
    let prepared = prepared.unwrap();
    let clip = kept(&prepared, "two");
    assert_eq!((clip.faces, clip.span_frames), (2, count));
    assert!(
        clip.frames * 20 >= count * 19 && clip.side > 70.0,
        "{clip:?}"
    );
    let frames = m3dfel_data::list_frames(&out.join("happy/two")).unwrap();
    let image = RgbImage::open(&frames[0]).unwrap();
    assert_eq!(
        (frames.len(), image.width(), image.height()),
        (clip.frames, 224, 224)
    );
}
