//! Which moments of a track are shown, and when: its edit list (ISO/IEC 14496-12, 8.6.6).

use super::bytes::Bytes;

/// A part of the media that is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Span {
    /// When its first moment is shown, in seconds.
    shown: f64,
    /// From and up to which moment, in the track's ticks.
    from: i64,
    to: i64,
}

/// What turns a picture's composition time into seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    ticks_a_second: f64,
    spans: Vec<Span>,
}

impl Timeline {
    /// None where the edits show parts twice, backwards or at another speed.
    ///
    /// `elst` is the box's body, if there is one; `movie_ticks` and `ticks` are how many the movie and the
    /// track have a second; `compositions` are all pictures' times in the latter. The first picture of the first span
    /// is shown when that begins, as FFmpeg has it: an edit may begin between two pictures.
    pub fn new(
        elst: Option<Bytes>,
        movie_ticks: u32,
        ticks: u32,
        compositions: &[i64],
    ) -> Option<Self> {
        let ticks_a_second = f64::from(ticks);
        let edits = elst.and_then(read_edits).unwrap_or_default();
        let mut spans: Vec<Span> = Vec::new();
        let mut shown = 0.0;
        for edit in edits {
            let seconds = edit.duration as f64 / f64::from(movie_ticks);
            if let Some(from) = edit.media_time {
                // A duration of 0 is one not known when the header was written.
                let length = (edit.duration > 0).then_some((seconds * ticks_a_second).round());
                let to = length.map_or(i64::MAX, |length| from.saturating_add(length as i64));
                let goes_on = spans.last().is_none_or(|last| from >= last.to);
                if !(goes_on && edit.normal_speed) {
                    return None;
                }
                spans.push(Span { shown, from, to });
            }
            shown += seconds;
        }
        if spans.is_empty() {
            spans.push(Span {
                shown: 0.0,
                from: i64::MIN,
                to: i64::MAX,
            });
        }
        let span = spans[0];
        let inside = compositions
            .iter()
            .copied()
            .filter(|c| (span.from..span.to).contains(c));
        let first = inside.min().unwrap_or(span.from.max(0));
        // What lies before the first picture is taken from the whole.
        let late = first.saturating_sub(span.from) as f64 / ticks_a_second;
        spans[0].from = first;
        if span.from > i64::MIN {
            spans[1..].iter_mut().for_each(|span| span.shown -= late);
        }
        Some(Self {
            ticks_a_second,
            spans,
        })
    }

    /// When a picture is shown, in seconds; None where the edits leave it out.
    pub fn seconds(&self, composition: i64) -> Option<f64> {
        let span = self
            .spans
            .iter()
            .find(|s| (s.from..s.to).contains(&composition))?;
        Some(span.shown + composition.saturating_sub(span.from) as f64 / self.ticks_a_second)
    }
}

struct Edit {
    /// In the movie's ticks.
    duration: u64,
    /// None: nothing is shown meanwhile.
    media_time: Option<i64>,
    normal_speed: bool,
}

fn read_edits(mut elst: Bytes) -> Option<Vec<Edit>> {
    let (version, _) = elst.version()?;
    let entries = elst.entries(if version == 1 { 20 } else { 12 })?;
    let edit = |mut e: Bytes| {
        let duration = e.long(version)?;
        let media_time = if version == 1 {
            e.u64()?.cast_signed()
        } else {
            i64::from(e.i32()?)
        };
        Some(Edit {
            duration,
            media_time: (media_time >= 0).then_some(media_time),
            normal_speed: e.u32()? == 0x1_0000,
        })
    };
    entries.map(edit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeline(edits: &[(u32, i32)]) -> Option<Timeline> {
        let mut bytes = vec![0, 0, 0, 0];
        bytes.extend((edits.len() as u32).to_be_bytes());
        for (duration, media_time) in edits {
            bytes.extend(duration.to_be_bytes());
            bytes.extend(media_time.to_be_bytes());
            bytes.extend([0, 1, 0, 0]);
        }
        let compositions: Vec<i64> = (0..200).collect();
        Timeline::new(Some(Bytes(&bytes)), 1000, 100, &compositions)
    }

    #[test]
    fn an_edit_moves_and_cuts() {
        let shown = timeline(&[(500, -1), (1000, 20)]).unwrap();
        assert_eq!(shown.seconds(19), None);
        assert_eq!(shown.seconds(20), Some(0.5));
        assert_eq!(shown.seconds(119), Some(1.49));
        assert_eq!(shown.seconds(120), None);
    }

    #[test]
    fn parts_follow_one_another() {
        let shown = timeline(&[(100, 0), (100, 50)]).unwrap();
        assert_eq!(shown.seconds(9), Some(0.09));
        assert_eq!(shown.seconds(20), None);
        assert!((shown.seconds(52).unwrap() - 0.12).abs() < 1e-9);
    }

    #[test]
    fn without_edits_the_first_picture_is_at_0() {
        let shown = Timeline::new(None, 1000, 100, &[9, 7, 8]).unwrap();
        assert_eq!(shown.seconds(7), Some(0.0));
        assert_eq!(shown.seconds(1007), Some(10.0));
    }

    #[test]
    fn an_edit_that_begins_between_pictures_shows_the_next_at_once() {
        let elst = [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 15, 0, 1, 0, 0];
        let shown = Timeline::new(Some(Bytes(&elst)), 1000, 100, &[0, 10, 20, 30]).unwrap();
        assert_eq!(
            [10, 20, 30].map(|c| shown.seconds(c)),
            [None, Some(0.0), Some(0.1)]
        );
    }

    #[test]
    fn an_edit_of_unknown_length_has_no_end() {
        assert_eq!(
            timeline(&[(0, 10)]).unwrap().seconds(1_000_010),
            Some(10_000.0)
        );
    }

    #[test]
    fn parts_shown_twice_are_left_to_others() {
        assert_eq!(timeline(&[(1000, 0), (1000, 0)]), None);
    }
}
