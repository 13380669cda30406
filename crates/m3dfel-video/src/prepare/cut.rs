//! One video, decoded once, for all its rows.

use m3dfel_data::image::RgbImage;

use super::error::{Error, Result};
use super::outcome::Reason;
use super::take::{Ending, Jpeg, Take};
use super::work::{Job, Outcomes, Task, Work};
use crate::crop::crop;
use crate::decode::{self, Source};
use crate::{Detector, Face, Faces, FollowOptions, Frame, Problem, Step};

/// Faces are followed from so many seconds before a span to as many after it: a face must be found some times to be
/// believed, and boxes are smoothed by what is around.
const AROUND: f64 = 1.0;
/// Of the JPEG files: nothing to be seen is lost.
const QUALITY: u8 = 95;

/// Makes the clips of a video's rows that are not done.
///
/// # Errors
/// What is no fault of the video's: a disk that takes no more. When the work is halted, rows are left without outcome.
pub fn cut(
    work: &Work,
    job: &Job,
    detector: &mut Box<dyn Detector>,
    outcomes: &mut Outcomes,
) -> Result<()> {
    let video = match decode::open(&job.path) {
        Ok(video) => video,
        Err(error) => {
            let what = error.to_string();
            let open = job.tasks.iter().filter(|task| !task.is_done);
            return work.drop_all(open, &Reason::Unreadable { what }, outcomes);
        }
    };
    let mut frames = Frames {
        video,
        work,
        next: None,
        last: 0.0,
    };
    for stretch in stretches(&job.tasks) {
        if stretch.tasks.iter().any(|task| !task.is_done) {
            frames.skip_to(stretch.start);
            follow(work, &stretch, &mut frames, detector, outcomes)?;
        }
    }
    Ok(())
}

/// A part of a video in which faces are followed, and its rows.
struct Stretch<'a> {
    start: f64,
    end: f64,
    tasks: Vec<&'a Task<'a>>,
}

/// Rows that are close are one stretch. In the order of time.
fn stretches<'a>(tasks: &'a [Task<'a>]) -> Vec<Stretch<'a>> {
    let start = |task: &Task| task.source.span.start.map_or(0.0, |start| start - AROUND);
    let end = |task: &Task| {
        task.source
            .span
            .end
            .map_or(f64::INFINITY, |end| end + AROUND)
    };
    let mut sorted: Vec<&Task> = tasks.iter().collect();
    sorted.sort_by(|a, b| start(a).total_cmp(&start(b)));
    let mut stretches: Vec<Stretch> = Vec::new();
    for task in sorted {
        match stretches.last_mut() {
            Some(last) if start(task) <= last.end => {
                last.end = last.end.max(end(task));
                last.tasks.push(task);
            }
            _ => stretches.push(Stretch {
                start: start(task),
                end: end(task),
                tasks: vec![task],
            }),
        }
    }
    stretches
}

/// Follows faces through a stretch, and gives each row its outcome as soon as its span is over.
fn follow(
    work: &Work,
    stretch: &Stretch,
    frames: &mut Frames,
    detector: &mut Box<dyn Detector>,
    outcomes: &mut Outcomes,
) -> Result<()> {
    let open = stretch.tasks.iter().filter(|task| !task.is_done);
    let mut takes: Vec<Take> = open.map(|task| Take::new(work, task)).collect();
    let options = frames.video.info().frames;
    let options = options.map_or_else(FollowOptions::default, FollowOptions::of_frames);
    let until = Until {
        frames,
        end: stretch.end,
    };
    let mut faces = Faces::new(until, Lent(detector), options);
    while let Some(step) = faces.next() {
        if work.is_halted() {
            return Ok(());
        }
        let step = match step {
            Ok(step) => step,
            Err(error) => {
                let what = error.to_string();
                let tasks = takes.iter().map(|take| take.task);
                return work.drop_all(tasks, &Reason::Failed { what }, outcomes);
            }
        };
        let time = step.frame.time;
        for take in takes.extract_if(.., |take| take.is_over(time)) {
            let ending = faces.frames().ending();
            let task = take.task;
            work.settle(task, take.finish(true, &ending)?, outcomes)?;
        }
        if takes.is_empty() {
            return Ok(());
        }
        if takes.iter().any(|take| take.holds(time)) {
            let jpegs = jpegs(work, &step)?;
            for take in takes.iter_mut().filter(|take| take.holds(time)) {
                take.add(&jpegs)?;
            }
        }
        for ended in &step.ended {
            for take in &mut takes {
                take.face_ended(ended.track)?;
            }
        }
    }
    // A video that seems to be over may be one whose call is.
    if work.is_halted() {
        return Ok(());
    }
    let ending = faces.frames().ending();
    for take in takes {
        let task = take.task;
        work.settle(task, take.finish(false, &ending)?, outcomes)?;
    }
    Ok(())
}

/// The faces of a picture, cut out.
fn jpegs(work: &Work, step: &Step) -> Result<Vec<Jpeg>> {
    let options = work.options.crop;
    let one = |face: &crate::TrackedFace| {
        let image: RgbImage = crop(&step.frame.image, face, options);
        let mut bytes = Vec::new();
        let side = |side: usize| u16::try_from(side).unwrap_or(u16::MAX);
        jpeg_encoder::Encoder::new(&mut bytes, QUALITY)
            .encode(
                image.pixels(),
                side(image.width()),
                side(image.height()),
                jpeg_encoder::ColorType::Rgb,
            )
            // Pictures of 4096 pixels at most cannot fail, nor can memory.
            .map_err(|e| Error::Options(format!("no JPEG can be made of a crop: {e}")))?;
        Ok(Jpeg {
            track: face.track,
            bbox: face.bbox,
            bytes,
        })
    };
    step.faces.iter().map(one).collect()
}

/// A video's frames, one of them looked at ahead.
struct Frames<'a> {
    video: Box<dyn Source>,
    work: &'a Work<'a>,
    next: Option<Frame>,
    /// The time of the last frame decoded.
    last: f64,
}

impl Frames<'_> {
    /// The next frame if it is before `end`.
    fn next_before(&mut self, end: f64) -> Option<Frame> {
        if self.next.is_none() && !self.work.is_halted() {
            self.next = self.video.next();
            if let Some(frame) = &self.next {
                self.last = frame.time;
                self.work.frame_done();
            }
        }
        self.next.take_if(|frame| frame.time < end)
    }

    fn skip_to(&mut self, start: f64) {
        while self.next_before(start).is_some() {}
    }
}

/// The frames up to a moment; the rest is left to be read.
struct Until<'a, 'b> {
    frames: &'a mut Frames<'b>,
    end: f64,
}

impl Until<'_, '_> {
    fn ending(&self) -> Ending {
        let problems = self.frames.video.problems();
        Ending {
            last: self.frames.last,
            is_stopped: problems
                .iter()
                .any(|problem| matches!(problem, Problem::FfmpegStopped { .. })),
            problems: problems.iter().map(Problem::to_string).collect(),
        }
    }
}

impl Iterator for Until<'_, '_> {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        self.frames.next_before(self.end)
    }
}

/// A thread's detector, for one stretch.
struct Lent<'a>(&'a mut Box<dyn Detector>);

impl Detector for Lent<'_> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn detect(&mut self, image: &RgbImage) -> crate::Result<Vec<Face>> {
        self.0.detect(image)
    }
}
