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
mod tests;
