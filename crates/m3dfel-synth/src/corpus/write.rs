//! Renders a planned corpus in parallel and writes it aside; only a whole one gets its name.

use super::pick::{counted, pick};
use super::plan::{FOLDS, PlannedClip, plan_corpus};
use crate::{
    CorpusOptions, Expression, SynthError,
    clip::{Actor, Take},
};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use rayon::prelude::*;
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io,
    num::NonZeroUsize,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorpusSummary {
    pub clips: usize,
    pub frames: usize,
    pub identities: usize,
    /// Clips of each class.
    pub classes: [(Expression, usize); 7],
}

/// Makes a corpus at `out`, which must be new or an empty directory.
///
/// Layout, as DFEW's: `Clip/clip_224x224/00001/00001.jpg` (the folder keeps its name whatever the size) and
/// `EmoLabel_DataSplit/{train,test}(single-labeled)/set_{1..5}.csv`. Besides, `truth.csv` says of each clip when the
/// expression begins, is strongest and ends (frame numbers from 0), and of who acts the sex (0 woman, 1 man), the age
/// (0 young, 1 old) and the skin's tone (individual typology angle in degrees: the higher, the lighter). `corpus.json`
/// says what made the corpus.
///
/// `progress` hears how many clips are finished, from any thread; once it breaks, the work stops. Rendering uses
/// rayon's current pool. Until the end everything lies in a hidden directory beside `out`, which an error, a stop or a
/// panic removes.
///
/// # Errors
/// If the options cannot be met, `out` holds something, the disk refuses, or `progress` broke.
pub fn write_corpus(
    out: &Path,
    options: &CorpusOptions,
    progress: &(dyn Fn(usize) -> ControlFlow<()> + Sync),
) -> Result<CorpusSummary, SynthError> {
    let plan = plan_corpus(options)?;
    check_free(out)?;
    let aside = Aside::new(out)?;
    let clips_root = aside.path.join("Clip").join("clip_224x224");
    let done = AtomicUsize::new(0);
    let truths: Vec<Written> = plan
        .par_iter()
        .map(|clip| {
            if progress(done.load(Ordering::Relaxed)).is_break() {
                return Err(SynthError::Cancelled);
            }
            let truth = write_clip(&clips_root, clip, options.frames)?;
            let finished = done.fetch_add(1, Ordering::Relaxed) + 1;
            if progress(finished).is_break() {
                return Err(SynthError::Cancelled);
            }
            Ok(truth)
        })
        .collect::<Result<_, _>>()?;
    write_labels(&aside.path, &plan)?;
    write_truth(&aside.path, &plan, &truths)?;
    write_file(
        &aside.path.join("corpus.json"),
        description(options).as_bytes(),
    )?;
    aside.become_whole(out)?;
    Ok(CorpusSummary {
        clips: plan.len(),
        frames: truths.iter().map(|t| t.frames).sum(),
        identities: plan
            .iter()
            .map(|c| c.spec.identity)
            .collect::<BTreeSet<_>>()
            .len(),
        classes: Expression::ALL
            .map(|e| (e, plan.iter().filter(|c| c.spec.expression == e).count())),
    })
}

/// Whether `root` is a whole corpus that [`write_corpus`] of this version made with these options.
pub fn was_made_with(root: &Path, options: &CorpusOptions) -> bool {
    fs::read_to_string(root.join("corpus.json")).is_ok_and(|text| text == description(options))
}

fn check_free(out: &Path) -> Result<(), SynthError> {
    match fs::read_dir(out) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(SynthError::NotEmpty { path: out.into() }),
        },
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => {
            Err(SynthError::NotADirectory { path: out.into() })
        }
        Err(source) => Err(SynthError::Write {
            path: out.into(),
            source,
        }),
    }
}

/// The directory that becomes the corpus; removed unless it does, by the next call for the same corpus at the latest.
struct Aside {
    path: PathBuf,
    /// Locked while it is being written, so that nobody takes it for what a killed process left.
    _lock: File,
}

/// In a corpus that is being written.
const LOCK: &str = ".lock";

impl Aside {
    fn new(out: &Path) -> Result<Self, SynthError> {
        let parent = match out.parent() {
            Some(p) if !p.as_os_str().is_empty() => p,
            _ => Path::new("."),
        };
        make_folder(parent)?;
        let name = out
            .file_name()
            .unwrap_or("corpus".as_ref())
            .to_string_lossy();
        let begin = format!(".{name}.partial-");
        remove_left_behind(parent, &begin);
        let path = parent.join(format!("{begin}{}", std::process::id()));
        let lock = fs::create_dir(&path)
            .and_then(|()| File::create(path.join(LOCK)))
            .and_then(|lock| match lock.lock() {
                // Some network file systems have no locks; there nothing left behind is removed.
                Err(e) if e.kind() != io::ErrorKind::Unsupported => Err(e),
                _ => Ok(lock),
            });
        match lock {
            Ok(lock) => Ok(Self { path, _lock: lock }),
            Err(source) => Err(SynthError::Write { path, source }),
        }
    }

    fn become_whole(self, out: &Path) -> Result<(), SynthError> {
        let refused = |source| SynthError::Write {
            path: out.into(),
            source,
        };
        fs::remove_file(self.path.join(LOCK)).map_err(refused)?;
        match fs::remove_dir(out) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(refused(e)),
        }
        fs::rename(&self.path, out).map_err(refused)
    }
}

/// Removes what processes that were killed left of a corpus: what nobody has locked. What cannot be removed stays.
fn remove_left_behind(parent: &Path, begin: &str) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let is_one = entry
            .file_name()
            .as_encoded_bytes()
            .starts_with(begin.as_bytes());
        let in_use = || {
            let lock = File::open(entry.path().join(LOCK));
            lock.is_ok_and(|lock| lock.try_lock().is_err())
        };
        if is_one && !in_use() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // gone already if it was renamed
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// What `truth.csv` says of a clip beside its plan.
struct Written {
    frames: usize,
    intensity: f32,
    /// Onset, apex and offset in frames written; None for neutral.
    course: Option<[usize; 3]>,
    actor: Actor,
}

fn write_clip(
    root: &Path,
    clip: &PlannedClip,
    most: Option<NonZeroUsize>,
) -> Result<Written, SynthError> {
    let mut take = Take::new(&clip.spec)?;
    let envelope = take.envelope();
    let frames = pick(take.frames(), most.unwrap_or(NonZeroUsize::MAX), envelope);
    take.only(&frames);
    let quality = take.jpeg_quality();
    let folder = root.join(format!("{:05}", clip.spec.number));
    make_folder(&folder)?;
    let mut bytes = Vec::new();
    let mut number = 0;
    while let Some(frame) = take.next_frame() {
        number += 1;
        bytes.clear();
        let mut encoder = Encoder::new(&mut bytes, quality);
        encoder.set_sampling_factor(SamplingFactor::F_2_2); // as cameras and ffmpeg do
        let side = clip.spec.size as u16; // at most 512, checked
        encoder
            .encode(frame.as_ref(), side, side, ColorType::Rgb)
            .map_err(|source| SynthError::Jpeg {
                clip: clip.spec.number as usize,
                frame: number,
                source,
            })?;
        write_file(&folder.join(format!("{number:05}.jpg")), &bytes)?;
    }
    Ok(Written {
        frames: frames.len(),
        intensity: take.intensity(),
        course: envelope.map(|envelope| counted(&frames, envelope)),
        actor: take.actor(),
    })
}

fn make_folder(path: &Path) -> Result<(), SynthError> {
    fs::create_dir_all(path).map_err(|source| SynthError::Write {
        path: path.into(),
        source,
    })
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), SynthError> {
    fs::write(path, bytes).map_err(|source| SynthError::Write {
        path: path.into(),
        source,
    })
}

fn write_labels(root: &Path, plan: &[PlannedClip]) -> Result<(), SynthError> {
    for (split, of_fold) in [
        ("train(single-labeled)", false),
        ("test(single-labeled)", true),
    ] {
        let folder = root.join("EmoLabel_DataSplit").join(split);
        make_folder(&folder)?;
        for fold in 1..=FOLDS {
            let rows = plan.iter().filter(|c| (c.fold == fold) == of_fold);
            let rows =
                rows.map(|c| format!("{},{}\n", c.spec.number, c.spec.expression.dfew_label()));
            let text: String = std::iter::once("video_name,label\n".to_owned())
                .chain(rows)
                .collect();
            write_file(&folder.join(format!("set_{fold}.csv")), text.as_bytes())?;
        }
    }
    Ok(())
}

fn write_truth(root: &Path, plan: &[PlannedClip], written: &[Written]) -> Result<(), SynthError> {
    let mut text =
        String::from("clip,fold,label,identity,onset,apex,offset,intensity,frames,male,age,skin\n");
    for (clip, written) in plan.iter().zip(written) {
        let course = written
            .course
            .map_or(",,".to_owned(), |[onset, apex, offset]| {
                format!("{onset},{apex},{offset}")
            });
        text += &format!(
            "{},{},{},{},{course},{:.3},{},{:.2},{:.2},{:.0}\n",
            clip.spec.number,
            clip.fold,
            clip.spec.expression,
            clip.spec.identity,
            written.intensity,
            written.frames,
            written.actor.male,
            written.actor.age,
            written.actor.skin,
        );
    }
    write_file(&root.join("truth.csv"), text.as_bytes())
}

fn description(options: &CorpusOptions) -> String {
    let CorpusOptions {
        clips,
        seed,
        difficulty,
        size,
        frames,
    } = options;
    let frames = frames.map_or(String::new(), |most| format!("  \"frames\": {most},\n"));
    format!(
        "{{\n  \"made_by\": \"m3dfel synth\",\n  \"version\": \"{}\",\n  \"clips\": {clips},\n  \"seed\": {seed},\n  \
         \"difficulty\": \"{difficulty}\",\n  \"size\": {size},\n{frames}  \"licence\": \"CC0-1.0\"\n}}\n",
        env!("CARGO_PKG_VERSION")
    )
}
