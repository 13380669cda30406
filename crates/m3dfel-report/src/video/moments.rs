//! From windows, which overlap, to moments, which do not.

use super::{FaceTimeline, FaceWindow};

/// A time over which the same windows lie.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    pub from: f64,
    pub to: f64,
    /// Mean over the windows.
    pub probabilities: Vec<f64>,
    /// That of the largest probability.
    pub class: usize,
    /// How much it had its part in the windows called by that class: the mean of its instances' shares, an
    /// even share being 1. None where windows have one instance only.
    pub weight: Option<f64>,
}

/// Moments in a row whose class is the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    pub from: f64,
    pub to: f64,
    pub class: usize,
    /// The class's mean.
    pub probability: f64,
    /// The middle of the moment that had the largest weight.
    pub decided: Option<f64>,
}

/// The class of the largest probability; the first of them where some are as large.
pub fn largest(probabilities: &[f64]) -> usize {
    let mut best = 0;
    for (k, p) in probabilities.iter().enumerate() {
        if probabilities.get(best).is_none_or(|most| p > most) {
            best = k;
        }
    }
    best
}

/// Of a face that was checked. There are none where it is out of sight, and where no window lies.
pub fn moments(face: &FaceTimeline, window: f64) -> Vec<Moment> {
    let windows: Vec<Reach> = reaches(&face.windows, window);
    let longest = windows.iter().map(|w| w.to - w.from).fold(0.0, f64::max);
    let cuts = cuts(face, &windows, window / 100.0);
    let mut moments = Vec::new();
    let mut seen = face.seen.iter().peekable();
    for (&from, &to) in cuts.iter().zip(cuts.iter().skip(1)) {
        let middle = from + (to - from) / 2.0;
        while seen.next_if(|(_, end)| *end < middle).is_some() {}
        if seen.peek().is_none_or(|(start, _)| *start > middle) {
            continue;
        }
        let first = windows.partition_point(|w| w.from < middle - longest);
        let after = windows.partition_point(|w| w.from <= middle);
        let near = windows.get(first..after).unwrap_or_default();
        let over = near.iter().filter(|w| w.to > middle);
        moments.extend(moment((from, to), middle, over));
    }
    moments
}

/// A window, and how far it reaches.
struct Reach<'a> {
    from: f64,
    to: f64,
    window: &'a FaceWindow,
}

/// A window ends with its last frame; that lasts until the next one, which begins another window if the face is
/// still there.
fn reaches(windows: &[FaceWindow], length: f64) -> Vec<Reach<'_>> {
    let reach = windows.iter().map(|window| {
        let (start, end) = (window.start, window.end);
        let next = windows.partition_point(|other| other.start < end);
        let next = windows.get(next).map(|other| other.start);
        let near = next.filter(|next| next - end <= length / 4.0);
        Reach {
            from: start,
            to: near.unwrap_or(end),
            window,
        }
    });
    reach.collect()
}

/// Where something begins or ends: windows, their instances, sight. Cuts nearer than `apart` are one, since
/// they differ by a frame's time only.
fn cuts(face: &FaceTimeline, windows: &[Reach], apart: f64) -> Vec<f64> {
    let mut cuts: Vec<f64> = face.seen.iter().flat_map(|&(a, b)| [a, b]).collect();
    for Reach { from, to, window } in windows {
        let parts = window.shares.len().max(1);
        let part = |k: usize| from + (to - from) * k as f64 / parts as f64;
        cuts.extend((0..parts).map(part).chain([*to]));
    }
    cuts.sort_by(f64::total_cmp);
    cuts.dedup_by(|cut, before| *cut - *before <= apart);
    cuts
}

fn moment<'a>(
    (from, to): (f64, f64),
    middle: f64,
    over: impl Iterator<Item = &'a Reach<'a>> + Clone,
) -> Option<Moment> {
    let n = over.clone().count() as f64;
    let classes = over.clone().next()?.window.probabilities.len();
    let mut probabilities = vec![0.0; classes];
    for reach in over.clone() {
        for (sum, p) in probabilities.iter_mut().zip(&reach.window.probabilities) {
            *sum += p / n;
        }
    }
    let class = largest(&probabilities);
    let weights = over.filter(|reach| largest(&reach.window.probabilities) == class);
    let weights: Vec<f64> = weights.filter_map(|reach| reach.weight(middle)).collect();
    Some(Moment {
        from,
        to,
        probabilities,
        class,
        weight: (!weights.is_empty()).then(|| weights.iter().sum::<f64>() / weights.len() as f64),
    })
}

impl Reach<'_> {
    /// The share of the instance at that time, an even share being 1.
    fn weight(&self, time: f64) -> Option<f64> {
        let shares = &self.window.shares;
        let part = (time - self.from) / (self.to - self.from);
        let share = shares.get((part * shares.len() as f64) as usize)?;
        (shares.len() > 1).then_some(share * shares.len() as f64)
    }
}

/// In order.
pub fn stretches(moments: &[Moment]) -> Vec<Stretch> {
    let rows = moments.chunk_by(|a, b| a.class == b.class && a.to == b.from);
    let stretch = |row: &[Moment]| {
        let (first, last) = (row.first()?, row.last()?);
        let class = first.class;
        let mass = row
            .iter()
            .map(|m| m.probabilities.get(class).unwrap_or(&0.0) * (m.to - m.from));
        // The first of those with the largest weight: `max_by` gives the last.
        let decided = row.iter().filter(|m| m.weight.is_some());
        let decided = decided.rev().max_by(|a, b| {
            let weight = |m: &Moment| m.weight.unwrap_or(0.0);
            weight(a).total_cmp(&weight(b))
        });
        Some(Stretch {
            from: first.from,
            to: last.to,
            class,
            probability: mass.sum::<f64>() / (last.to - first.from),
            decided: decided.map(|m| m.from + (m.to - m.from) / 2.0),
        })
    };
    rows.filter_map(stretch).collect()
}

/// How long each class is the label.
pub fn seconds_by_class(moments: &[Moment], classes: usize) -> Vec<f64> {
    let mut seconds = vec![0.0; classes];
    for moment in moments {
        if let Some(sum) = seconds.get_mut(moment.class) {
            *sum += moment.to - moment.from;
        }
    }
    seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(start: f64, happy: f64, shares: &[f64]) -> FaceWindow {
        FaceWindow {
            start,
            end: start + 2.25,
            probabilities: vec![happy, 1.0 - happy],
            shares: shares.into(),
        }
    }

    fn face(seen: &[(f64, f64)], windows: Vec<FaceWindow>) -> FaceTimeline {
        FaceTimeline {
            seen: seen.into(),
            windows,
            ..FaceTimeline::default()
        }
    }

    fn spans(moments: &[Moment]) -> Vec<(f64, f64)> {
        let tenths = |x: f64| (x * 100.0).round() / 100.0;
        let spans = moments.iter().map(|m| (tenths(m.from), tenths(m.to)));
        spans.collect()
    }

    #[test]
    fn a_moment_is_the_mean_of_the_windows_over_it() {
        // As a bag of four makes them: 16 frames, 0.15 s apart, and on by four.
        let starts = [0.0, 0.6, 1.2, 1.8, 2.4];
        let windows = starts.map(|s| window(s, if s < 2.0 { 0.8 } else { 0.0 }, &[]));
        let moments = moments(&face(&[(0.0, 4.7)], windows.into()), 2.4);
        let ends = [
            (0.0, 0.6),
            (0.6, 1.2),
            (1.2, 1.8),
            (1.8, 2.4),
            (2.4, 2.85),
            (2.85, 3.45),
            (3.45, 4.05),
            (4.05, 4.65),
        ];
        assert_eq!(spans(&moments), ends);
        let happy: Vec<f64> = moments.iter().map(|m| m.probabilities[0]).collect();
        // At 2.4 s the first window is over, and the last has begun.
        let expected = [0.8, 0.8, 0.8, 0.8, 0.6, 0.8 * 2.0 / 3.0, 0.4, 0.0];
        for (found, expected) in happy.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{happy:?}");
        }
        let stretches = stretches(&moments);
        assert_eq!(stretches.len(), 2);
        assert_eq!((stretches[0].class, stretches[1].class), (0, 1));
        assert!((stretches[0].to - 3.45).abs() < 1e-9);
        // (2.4 * 0.8 + 0.45 * 0.6 + 0.6 * 0.8 * 2/3) / 3.45
        assert!((stretches[0].probability - 2.51 / 3.45).abs() < 1e-9);
        assert_eq!(stretches[0].decided, None);
        let seconds = seconds_by_class(&moments, 2);
        assert!((seconds[0] - 3.45).abs() < 1e-9 && (seconds[1] - 1.2).abs() < 1e-9);
    }

    #[test]
    fn windows_side_by_side_leave_no_gap_but_a_face_away_does() {
        let windows = vec![
            window(0.0, 0.9, &[]),
            window(2.4, 0.9, &[]),
            window(9.0, 0.9, &[]),
        ];
        let seen = [(0.0, 3.0), (4.0, 4.6), (9.0, 11.25)];
        let moments = moments(&face(&seen, windows), 2.4);
        assert_eq!(
            spans(&moments),
            [(0.0, 2.4), (2.4, 3.0), (4.0, 4.6), (9.0, 11.25)]
        );
        let stretches = stretches(&moments);
        let ends: Vec<_> = stretches.iter().map(|s| (s.from, s.to)).collect();
        assert_eq!(ends, [(0.0, 3.0), (4.0, 4.6), (9.0, 11.25)]);
    }

    #[test]
    fn the_instance_with_the_largest_share_decides_the_stretch() {
        let shares = [0.1, 0.1, 0.7, 0.1];
        let one = moments(&face(&[(0.0, 2.25)], vec![window(0.0, 0.9, &shares)]), 2.4);
        assert_eq!(one.len(), 4);
        let stretch = stretches(&one)[0];
        assert!((stretch.decided.unwrap() - 2.25 * 0.625).abs() < 1e-9);
        assert!((one[2].weight.unwrap() - 2.8).abs() < 1e-9);
        // What a window called otherwise looked at has no part in it.
        let two = vec![
            window(0.0, 0.9, &shares),
            window(0.0, 0.4, &[0.9, 0.1, 0.0, 0.0]),
        ];
        let stretch = stretches(&moments(&face(&[(0.0, 2.25)], two), 2.4))[0];
        assert_eq!(stretch.class, 0);
        assert!((stretch.decided.unwrap() - 2.25 * 0.625).abs() < 1e-9);
    }

    #[test]
    fn a_face_of_a_single_picture_has_no_moment() {
        let glance = FaceWindow {
            start: 1.0,
            end: 1.0,
            ..window(0.0, 0.9, &[0.5, 0.5])
        };
        assert_eq!(moments(&face(&[(1.0, 1.0)], vec![glance]), 2.4), []);
        assert_eq!(moments(&face(&[(0.0, 9.0)], vec![]), 2.4), []);
        assert_eq!(stretches(&[]), []);
    }

    #[test]
    fn hours_of_windows_take_no_time() {
        let windows = (0..60_000)
            .map(|k| window(f64::from(k) * 0.6, 0.5 + f64::from(k % 3) * 0.1, &[0.25; 4]));
        let moments = moments(&face(&[(0.0, 36_002.0)], windows.collect()), 2.4);
        assert!(
            (60_000..61_000).contains(&moments.len()),
            "{}",
            moments.len()
        );
    }
}
