//! Every face of a video, window by window.

use std::io::Write;
use std::path::{Path, PathBuf};

use m3dfel_data::{ClipOptions, Vocabulary};
use m3dfel_metrics::Table;
use m3dfel_report::{FaceLog, Footage, Picture, VideoReport, WatchedVideo};
use m3dfel_train::{Predictor, Timeline, Window};
use m3dfel_video::annotate::{Annotator, Notes};
use m3dfel_video::{FollowOptions, Info, Rect, Sight, Video};

use super::super::tables::write;
use super::super::watching::{Failure, Listener, Seen, detector, read, start};
use super::inputs::Inputs;
use super::windows;
use crate::args::Predict;
use crate::exit::WrongCall;
use crate::progress::Counter;

/// What can be known to fail is said before the long work.
pub fn check(inputs: &Inputs, args: &Predict) -> anyhow::Result<()> {
    let wrong = |what: &str| Err(WrongCall(what.into()).into());
    let uncropped = inputs.videos.len() + inputs.pictures.len();
    if uncropped > 0 || args.find_face {
        detector(&args.find.detector)?;
    }
    if args.find_face && inputs.clips.is_empty() {
        return wrong(
            "--find-face is for directories of frames; in videos and pictures faces are found in any case",
        );
    }
    if args.report.is_some() && inputs.videos.is_empty() {
        return wrong("--report is a page of videos, and there is none among the inputs");
    }
    match (&args.annotate, inputs.videos.as_slice()) {
        (None, _) => Ok(()),
        (Some(path), [video]) => {
            if path == video {
                return wrong("--annotate would write over its own input");
            }
            Annotator::check(path).map_err(|error| match error {
                m3dfel_video::Error::Ending { .. } => WrongCall(error.to_string()).into(),
                error => error.into(),
            })
        }
        (Some(_), videos) => {
            let count = videos.len();
            wrong(&format!(
                "--annotate is for one video; there are {count} among the inputs"
            ))
        }
    }
}

/// Predicts videos; how many could not be read at all.
pub fn run(
    predictor: Predictor,
    videos: &[PathBuf],
    args: &Predict,
    options: &ClipOptions,
    classes: &Vocabulary,
    out: &mut impl Write,
) -> anyhow::Result<usize> {
    let mut failed = 0;
    let mut table = windows::header(classes);
    let mut watched = Vec::new();
    let mut timeline = Timeline::new(predictor, options.clone(), args.window);
    for path in videos {
        let mut told_of = Told {
            path,
            json: args.json,
            classes,
            out: &mut *out,
            table: args.csv.is_some().then_some(&mut table),
            log: args.report.is_some().then(|| FaceLog::new(args.window)),
            notes: args.annotate.is_some().then(|| Notes::new(classes.names())),
            last: 0.0,
        };
        let footage = match one(&mut timeline, path, args, options, &mut told_of) {
            Ok((info, seen)) => {
                if let (Some(to), Some(notes)) = (&args.annotate, told_of.notes.take()) {
                    annotate(path, to, notes)?;
                }
                Ok(footage(info, &seen, told_of))
            }
            Err(Failure::Video(error)) => {
                failed += 1;
                eprintln!("m3dfel: {error}");
                timeline.finish()?; // no face goes on into another video
                Err(error.to_string())
            }
            Err(Failure::Work(error)) => return Err(error),
        };
        watched.push(WatchedVideo {
            name: path.display().to_string(),
            footage,
        });
    }
    if let Some(path) = &args.csv {
        write(path, &table.csv())?;
    }
    if let Some(path) = &args.report {
        m3dfel_report::write(&page(watched, args, classes), path)?;
    }
    Ok(failed)
}

fn one(
    timeline: &mut Timeline,
    path: &Path,
    args: &Predict,
    options: &ClipOptions,
    listener: &mut impl Listener,
) -> Result<(Info, Seen), Failure> {
    let video = Video::open(path)?;
    let info = video.info().clone();
    let sights = start(
        video,
        &args.find.detector,
        options.size,
        args.report.is_some(),
        FollowOptions::default(),
    )?;
    let total = info.frames.unwrap_or(0);
    let mut counter = Counter::new(path.display().to_string(), "frames", total, 0);
    let seen = read(timeline, sights, &mut counter, listener);
    counter.finish();
    let seen = seen?;
    for problem in &seen.watched.problems {
        eprintln!("warning: {}: {problem}", path.display());
    }
    match seen.faces {
        0 => eprintln!("{}: no face was found", path.display()),
        _ => eprintln!("{}: {seen}", path.display()),
    }
    Ok((info, seen))
}

/// To whom a video's windows are told.
struct Told<'a, W> {
    path: &'a Path,
    json: bool,
    classes: &'a Vocabulary,
    out: &'a mut W,
    table: Option<&'a mut Table>,
    log: Option<FaceLog>,
    notes: Option<Notes>,
    /// When the last picture was shown.
    last: f64,
}

impl<W: Write> Listener for Told<'_, W> {
    fn sight(&mut self, sight: &Sight) -> anyhow::Result<()> {
        self.last = sight.time;
        if let Some(notes) = &mut self.notes {
            let faces = sight.faces.iter().map(|face| (face.track, face.bbox));
            notes.frame(sight.time, faces);
        }
        if let Some(log) = &mut self.log {
            for face in &sight.faces {
                let still = face.still.as_ref().unwrap_or(&face.image);
                log.saw(face.track, sight.time, || {
                    Picture::from_rgb(still.pixels(), still.width())
                })?;
            }
        }
        Ok(())
    }

    /// Handed on as soon as it is known.
    fn window(&mut self, window: Window, bbox: Option<Rect>) -> anyhow::Result<()> {
        let line = match self.json {
            true => windows::json_line(self.path, &window, bbox, self.classes),
            false => windows::text_line(self.path, &window, self.classes),
        };
        writeln!(self.out, "{line}")?;
        if let Some(table) = &mut self.table {
            table.push(windows::row(self.path, &window, bbox, self.classes));
        }
        if let Some(log) = &mut self.log {
            log.predicted(&window);
        }
        if let Some(notes) = &mut self.notes {
            let Window {
                track,
                start,
                end,
                prediction,
            } = &window;
            notes.window(*track, *start, *end, &prediction.probabilities)?;
        }
        Ok(())
    }
}

/// Writes the video again, with what is known of it by now.
fn annotate(from: &Path, to: &Path, notes: Notes) -> anyhow::Result<()> {
    let video = Video::open(from)?;
    let info = video.info().clone();
    let mut annotator = Annotator::create(to, from, &info, notes)?;
    for (name, written) in annotator.replaced() {
        eprintln!(
            "warning: {}: \"{name}\" is written \"{written}\", for want of letters",
            to.display()
        );
    }
    let what = to.display().to_string();
    let mut counter = Counter::new(what, "frames", info.frames.unwrap_or(0), 0);
    for frame in video.ahead()? {
        annotator.write(&frame)?;
        counter.advance(1, "");
    }
    counter.finish();
    annotator.finish()?;
    eprintln!("{}: annotated", to.display());
    Ok(())
}

fn footage<W>(info: Info, seen: &Seen, told_of: Told<'_, W>) -> Footage {
    let problems = seen.watched.problems.iter().map(ToString::to_string);
    Footage {
        width: info.width,
        height: info.height,
        seconds: info.duration.unwrap_or(0.0).max(told_of.last),
        frames: seen.frames as u64,
        frames_per_second: seen.frames_per_second(),
        decoder: info.decoder.into(),
        problems: problems.collect(),
        faces: told_of.log.map_or_else(Vec::new, FaceLog::into_faces),
    }
}

fn page(videos: Vec<WatchedVideo>, args: &Predict, classes: &Vocabulary) -> VideoReport {
    let title = match videos.as_slice() {
        [one] => one.name.clone(),
        many => format!("{} videos", many.len()),
    };
    VideoReport {
        title,
        model: args.weights.file.display().to_string(),
        classes: classes.names().to_vec(),
        window: args.window,
        videos,
        ..VideoReport::default()
    }
}
