//! What a panel shows and where, as far as that is known before the first frame.

use std::collections::BTreeMap;

use super::super::font::Font;
use super::super::notes::Notes;
use super::super::palette::{CLASSES, Colour};
use crate::geometry::Point;
use crate::track::TrackId;

/// Faces that have curves at a time.
pub const MAX_ROWS: usize = 3;
/// A line of text, in sizes of the text.
pub const LINE: f32 = 1.35;

/// A class that has a curve.
pub struct Class {
    pub number: usize,
    pub name: String,
    pub colour: Colour,
}

/// A piece of the legend, by the middle of its line, from the panel's corner on.
pub struct Item {
    pub at: Point,
    pub text: String,
    pub colour: Option<Colour>,
}

/// Each face's row: the first that is free when it comes. Where none is free it has none, so that rows do not jump.
pub fn places(notes: &Notes) -> BTreeMap<TrackId, usize> {
    let tracks = notes.tracks().iter().filter(|(_, t)| t.has_windows());
    let mut seen: Vec<_> = tracks
        .filter_map(|(&track, t)| Some((t.seen?, track)))
        .collect();
    seen.sort_unstable();
    let mut until = [None; MAX_ROWS];
    let mut places = BTreeMap::new();
    for ((from, to), track) in seen {
        if let Some(row) = until.iter().position(|until| *until < Some(from)) {
            until[row] = Some(to);
            places.insert(track, row);
        }
    }
    places
}

/// The classes that have a curve: all, or as many as there are colours of those that are ever the likeliest.
pub fn chosen(notes: &Notes, names: &[String], font: &Font, widest: f32) -> Vec<Class> {
    let most = |class: &usize| {
        let odds = notes.tracks().values().map(|track| track.most(*class));
        odds.fold(0.0, f32::max)
    };
    let mut numbers: Vec<usize> = (0..names.len()).collect();
    numbers.sort_by(|a, b| most(b).total_cmp(&most(a)));
    numbers.truncate(CLASSES.len());
    numbers.sort_unstable();
    let class = |(number, colour): (usize, &Colour)| {
        Some(Class {
            number,
            name: font.fitted(names.get(number)?, widest),
            colour: *colour,
        })
    };
    numbers
        .into_iter()
        .zip(&CLASSES)
        .filter_map(class)
        .collect()
}

/// The legend, broken into lines, and how many these are.
pub fn legend(
    font: &Font,
    classes: &[Class],
    first: String,
    width: f32,
    text: f32,
) -> (Vec<Item>, usize) {
    let pieces = classes.iter().map(|c| (c.name.clone(), Some(c.colour)));
    let (mut items, mut x, mut line) = (Vec::new(), 0.5 * text, 0);
    for (name, colour) in std::iter::once((first, None)).chain(pieces) {
        let long = (font.width(&name) + colour.map_or(0.0, |_| 1.05)) * text;
        if x + long > width && !items.is_empty() {
            (x, line) = (0.5 * text, line + 1);
        }
        let at = Point {
            x,
            y: (line as f32 + 0.5) * LINE * text + 0.2 * text,
        };
        items.push(Item {
            at,
            text: name,
            colour,
        });
        x += long + 1.1 * text;
    }
    (items, line + 1)
}

/// A class's part of a curve between two moments, bent where these cut it.
pub fn clipped(
    part: &[(f64, Vec<f32>)],
    class: usize,
    from: f64,
    to: f64,
) -> impl Iterator<Item = (f64, f32)> {
    let first = part
        .partition_point(|(at, _)| *at <= from)
        .saturating_sub(1);
    let value = move |odds: &[f32]| odds.get(class).copied().unwrap_or(0.0);
    let pairs = part.get(first..).unwrap_or_default().windows(2);
    let inside = pairs.filter_map(move |pair| {
        let [(a, before), (b, after)] = pair else {
            return None;
        };
        let at = |time: f64| {
            let share = if b > a {
                ((time - a) / (b - a)) as f32
            } else {
                0.0
            };
            let (before, after) = (value(before), value(after));
            (time, before + share * (after - before))
        };
        (*a < to && *b > from).then(|| [at(a.max(from)), at(b.min(to))])
    });
    inside.flatten()
}
