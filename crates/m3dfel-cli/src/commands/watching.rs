//! The faces of a video, read while it goes by: for `predict` and for `bench pipeline`.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use m3dfel_train::{SeenFace, Timeline, Window};
use m3dfel_video::crop::CropOptions;
use m3dfel_video::{
    Cuts, Detector, FollowOptions, Rect, Seeta, Sight, Sights, Source, TrackId, Watched,
};

use crate::args::Finder;
use crate::progress::Counter;

/// What is told while a video goes by.
pub trait Listener {
    /// A picture went by.
    fn sight(&mut self, sight: &Sight) -> anyhow::Result<()>;

    /// A face was read; with where it was last.
    fn window(&mut self, window: Window, bbox: Option<Rect>) -> anyhow::Result<()>;
}

/// What there was in a video, and what it took.
pub struct Seen {
    pub frames: usize,
    pub faces: usize,
    pub windows: usize,
    /// Instances that the network read.
    pub instances: usize,
    /// As many as the windows have, each counted for itself.
    pub bag_instances: usize,
    /// From the first picture to the last window, all stages side by side.
    pub time: Duration,
    pub network: Duration,
    pub watched: Watched,
}

impl Seen {
    pub fn frames_per_second(&self) -> f64 {
        self.frames as f64 / self.time.as_secs_f64().max(1e-9)
    }
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(
            f,
            "{} frames, {} faces, {} windows of {} instances, of which {} were read; {:.0} frames/s",
            self.frames,
            self.faces,
            self.windows,
            self.bag_instances,
            self.instances,
            self.frames_per_second()
        )
    }
}

/// A video that cannot be read ends nothing but itself; all else ends the work.
pub enum Failure {
    Video(m3dfel_video::Error),
    Work(anyhow::Error),
}

impl From<m3dfel_video::Error> for Failure {
    fn from(error: m3dfel_video::Error) -> Self {
        Self::Video(error)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Work(error)
    }
}

impl From<m3dfel_train::Error> for Failure {
    fn from(error: m3dfel_train::Error) -> Self {
        Self::Work(error.into())
    }
}

/// The detector that the call asks for.
pub fn detector(finder: &Finder) -> m3dfel_video::Result<Box<dyn Detector>> {
    match finder {
        Finder::Seeta => Ok(Box::new(Seeta::new()?)),
        #[cfg(feature = "onnx")]
        Finder::YuNet(file) => Ok(Box::new(m3dfel_video::YuNet::load(file)?)),
    }
}

/// Side of faces cut out for people to look at, in pixels.
const STILL: usize = 112;

/// Starts watching: faces `size` pixels a side come out, while the caller reads those before.
pub fn start(
    source: impl Source + 'static,
    finder: &Finder,
    size: usize,
    stills: bool,
    follow: FollowOptions,
) -> m3dfel_video::Result<Sights> {
    let finder = finder.clone();
    let cut = |size| CropOptions {
        size,
        ..CropOptions::default()
    };
    let cuts = Cuts {
        face: cut(size),
        still: stills.then(|| cut(STILL)),
    };
    Sights::start(source, move || detector(&finder), follow, cuts)
}

/// Reads all faces of a video, and tells of them.
pub fn read(
    timeline: &mut Timeline,
    mut sights: Sights,
    counter: &mut Counter,
    listener: &mut impl Listener,
) -> Result<Seen, Failure> {
    let start = Instant::now();
    let before = timeline.instances();
    let mut reader = Reader {
        listener,
        boxes: BTreeMap::new(),
        windows: 0,
        bag_instances: 0,
    };
    let (mut frames, mut network) = (0, Duration::ZERO);
    for sight in sights.by_ref() {
        let sight = sight?;
        reader.listener.sight(&sight)?;
        reader.seen(&sight);
        let faces = sight.faces.into_iter().map(|face| SeenFace {
            track: face.track,
            pixels: face.image.into_pixels(),
        });
        let begun = Instant::now();
        let mut windows = timeline.push(sight.time, faces.collect())?;
        for end in &sight.ended {
            windows.extend(timeline.end(end.track)?);
        }
        network += begun.elapsed();
        reader.hand_on(windows)?;
        frames += 1;
        counter.advance(1, "");
    }
    let begun = Instant::now();
    let windows = timeline.finish()?;
    network += begun.elapsed();
    reader.hand_on(windows)?;
    Ok(Seen {
        frames,
        faces: reader.boxes.len(),
        windows: reader.windows,
        instances: timeline.instances() - before,
        bag_instances: reader.bag_instances,
        time: start.elapsed(),
        network,
        watched: sights.finish(),
    })
}

struct Reader<'a, L> {
    listener: &'a mut L,
    /// Where each face was last.
    boxes: BTreeMap<TrackId, Rect>,
    windows: usize,
    bag_instances: usize,
}

impl<L: Listener> Reader<'_, L> {
    fn seen(&mut self, sight: &Sight) {
        let faces = sight.faces.iter();
        self.boxes.extend(faces.map(|face| (face.track, face.bbox)));
    }

    fn hand_on(&mut self, windows: Vec<Window>) -> anyhow::Result<()> {
        for window in windows {
            self.windows += 1;
            self.bag_instances += window.prediction.instances.len();
            let bbox = self.boxes.get(&window.track).copied();
            self.listener.window(window, bbox)?;
        }
        Ok(())
    }
}
