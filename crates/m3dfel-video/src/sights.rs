//! A video watched by a thread of its own: faces found, followed and cut out while the caller reads those before.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use m3dfel_data::image::RgbImage;

use crate::crop::{CropOptions, crop};
use crate::decode::{Ahead, Problem, Source};
use crate::detect::Detector;
use crate::follow::{Faces, FollowOptions, Stages};
use crate::geometry::Rect;
use crate::track::{TrackEnd, TrackId, TrackedFace};
use crate::{Error, Result};

/// How many pictures' faces may wait for the caller: as many as go by while a network reads an instance.
const WAITING: usize = 32;

/// What was seen in a picture; the picture itself is gone.
#[derive(Clone, Debug)]
pub struct Sight {
    /// In seconds from the video's start.
    pub time: f64,
    /// By number; each track at most once.
    pub faces: Vec<CutFace>,
    /// Tracks that are known to have ended by now.
    pub ended: Vec<TrackEnd>,
}

/// A face in a picture, cut out of it.
#[derive(Clone, Debug)]
pub struct CutFace {
    pub track: TrackId,
    /// Where it was in the picture.
    pub bbox: Rect,
    pub image: RgbImage,
    /// To look at, where [`Cuts`] asks for it.
    pub still: Option<RgbImage>,
}

/// What is cut out of each picture for each face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cuts {
    /// For the model.
    pub face: CropOptions,
    /// For people; models may see less.
    pub still: Option<CropOptions>,
}

/// What there is to say of a video that was watched.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    /// But for its `decode`, which is the time that the others waited for a picture.
    pub stages: Stages,
    /// The time of decoding, in a thread of its own.
    pub decode: Duration,
    /// The time of cutting faces out.
    pub crop: Duration,
    /// What was wrong with the video.
    pub problems: Vec<Problem>,
}

/// An iterator over the [`Sight`]s of a video. One thread decodes, another finds, follows and cuts out.
///
/// Few of them wait for the caller, so memory does not grow with the video.
pub struct Sights {
    sights: Option<Receiver<Result<Sight>>>,
    thread: Option<JoinHandle<Watched>>,
}

impl Sights {
    /// Starts watching. Detectors stay in their thread: they are made there.
    ///
    /// # Errors
    /// If no thread can be had. That a detector cannot be made is the first item.
    pub fn start<S, D>(
        source: S,
        detector: impl FnOnce() -> Result<D> + Send + 'static,
        follow: FollowOptions,
        cuts: Cuts,
    ) -> Result<Self>
    where
        S: Source + 'static,
        D: Detector,
    {
        let frames = Ahead::new(source)?;
        let (sender, sights) = sync_channel(WAITING);
        let watch = move || match detector() {
            Ok(detector) => watch(Faces::new(frames, detector, follow), cuts, &sender),
            Err(error) => {
                let _ = sender.send(Err(error)); // the caller may have gone
                Watched::default()
            }
        };
        let thread = std::thread::Builder::new()
            .name("watch".into())
            .spawn(watch)
            .map_err(|e| Error::io("a watching thread", e))?;
        Ok(Self {
            sights: Some(sights),
            thread: Some(thread),
        })
    }

    /// Stops watching, if it is not over yet.
    pub fn finish(mut self) -> Watched {
        self.sights = None;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(watched)) => watched,
            // A bug here, not in the video; it is the caller's as it would be without the thread.
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => Watched::default(),
        }
    }
}

impl Iterator for Sights {
    type Item = Result<Sight>;

    fn next(&mut self) -> Option<Self::Item> {
        self.sights.as_ref()?.recv().ok()
    }
}

impl Drop for Sights {
    fn drop(&mut self) {
        // The thread sees that nobody listens, and ends ffmpeg with itself.
        self.sights = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn watch<D: Detector>(
    mut faces: Faces<Ahead, D>,
    cuts: Cuts,
    sender: &SyncSender<Result<Sight>>,
) -> Watched {
    let mut time = Duration::ZERO;
    for step in faces.by_ref() {
        let start = Instant::now();
        let sight = step.map(|step| {
            let cut = |face: &TrackedFace| CutFace {
                track: face.track,
                bbox: face.bbox,
                image: crop(&step.frame.image, face, cuts.face),
                still: cuts.still.map(|cut| crop(&step.frame.image, face, cut)),
            };
            Sight {
                time: step.frame.time,
                faces: step.faces.iter().map(cut).collect(),
                ended: step.ended,
            }
        });
        time += start.elapsed();
        let failed = sight.is_err();
        if sender.send(sight).is_err() || failed {
            break;
        }
    }
    Watched {
        stages: faces.stages(),
        decode: faces.frames().time(),
        crop: time,
        problems: Source::problems(faces.frames()),
    }
}
