use std::collections::BTreeMap;

use m3dfel_train::Window;

use crate::{FaceTimeline, Picture, Result, Stills};

/// Stills kept of a face: twice what the page shows, since there may be half as many.
const STILLS: usize = 32;

/// Writes down the faces of a video while it goes by, for its page.
///
/// ```
/// use m3dfel_report::{FaceLog, Picture};
///
/// let mut log = FaceLog::new(2.4);
/// for frame in 0..50 {
///     let time = f64::from(frame) / 25.0;
///     // The face is cut out only where a still of it is wanted.
///     log.saw(1, time, || Picture::from_rgb(&[90; 96 * 96 * 3], 96))?;
/// }
/// let faces = log.into_faces();
/// assert_eq!(faces[0].seen, [(0.0, 1.96)]);
/// assert_eq!(faces[0].stills.len(), 8);
/// # Ok::<(), m3dfel_report::ReportError>(())
/// ```
#[derive(Clone, Debug)]
pub struct FaceLog {
    gap: f64,
    faces: BTreeMap<u32, Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    face: FaceTimeline,
    stills: Stills,
}

impl FaceLog {
    /// Windows last `window` seconds. A face out of sight for less than half of that is not away: it may have
    /// blurred, or turned, or the video's pictures are that far apart.
    pub fn new(window: f64) -> Self {
        Self {
            gap: window / 2.0,
            faces: BTreeMap::new(),
        }
    }

    /// A face is in the picture of that time; pictures come in order. `still` is called now and then only.
    ///
    /// # Errors
    /// What `still` gives.
    pub fn saw(
        &mut self,
        track: u32,
        time: f64,
        still: impl FnOnce() -> Result<Picture>,
    ) -> Result<()> {
        let gap = self.gap;
        let entry = self.entry(track);
        entry.face.frames += 1;
        match entry.face.seen.last_mut() {
            Some((_, to)) if time - *to <= gap => *to = time,
            _ => entry.face.seen.push((time, time)),
        }
        entry.stills.offer(time, still)
    }

    /// A window was predicted.
    pub fn predicted(&mut self, window: &Window) {
        let face = &mut self.entry(window.track).face;
        face.windows.push(window.into());
    }

    /// All faces, in the order of their numbers.
    pub fn into_faces(self) -> Vec<FaceTimeline> {
        let faces = self.faces.into_values();
        faces
            .map(|entry| FaceTimeline {
                stills: entry.stills.into_vec(),
                ..entry.face
            })
            .collect()
    }

    fn entry(&mut self, track: u32) -> &mut Entry {
        self.faces.entry(track).or_insert_with(|| Entry {
            face: FaceTimeline {
                track,
                ..FaceTimeline::default()
            },
            stills: Stills::new(STILLS),
        })
    }
}

#[cfg(test)]
mod tests {
    use m3dfel_train::{InstanceShare, Prediction};

    use super::*;
    use crate::FaceWindow;

    #[test]
    fn a_face_that_is_away_for_long_is_seen_twice() {
        let mut log = FaceLog::new(2.0);
        let picture = || Picture::from_rgb(&[90; 8 * 8 * 3], 8);
        for (track, time) in [(7, 0.0), (2, 0.0), (7, 0.5), (7, 1.4), (7, 2.5), (7, 3.0)] {
            log.saw(track, time, picture).unwrap();
        }
        log.predicted(&Window {
            track: 7,
            start: 0.5,
            end: 2.5,
            prediction: Prediction {
                logits: vec![0.0, 1.0],
                probabilities: vec![0.25, 0.75],
                class: 1,
                instances: vec![InstanceShare {
                    contribution: 1.0,
                    share: 1.0,
                }],
                feature: vec![],
            },
        });
        let faces = log.into_faces();
        assert_eq!((faces[0].track, faces[1].track), (2, 7));
        assert_eq!(faces[1].seen, [(0.0, 1.4), (2.5, 3.0)]);
        assert_eq!(faces[1].frames, 5);
        assert_eq!(faces[1].stills.len(), 5);
        let window = FaceWindow {
            start: 0.5,
            end: 2.5,
            probabilities: vec![0.25, 0.75],
            shares: vec![1.0],
        };
        assert_eq!(faces[1].windows, [window]);
        assert!((faces[1].in_sight() - 1.9).abs() < 1e-9);
        assert_eq!(faces[1].span(), (0.0, 3.0));
    }
}
