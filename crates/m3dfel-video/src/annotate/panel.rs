//! Below the picture: for each face the probabilities of its last seconds as curves, and whose colours are whose.

mod plan;

use std::collections::BTreeMap;

use super::canvas::Canvas;
use super::font::Font;
use super::notes::Notes;
use super::palette::{Colour, FAINT, GRID, GROUND, INK, face};
use super::percent;
use crate::geometry::{Point, Rect};
use crate::track::TrackId;
use plan::{Class, Item, LINE, MAX_ROWS, chosen, clipped, legend, places};

/// Seconds that are shown at most.
const SPAN: f64 = 10.0;
/// Where everything is, known before the first frame, for a video's size cannot change.
pub struct Panel {
    /// Of the panel, in pixels of the canvas.
    place: Rect,
    text: f32,
    rows: usize,
    row_height: f32,
    /// Room for figures beside the curves.
    gutter: f32,
    span: f64,
    classes: Vec<Class>,
    legend: Vec<Item>,
    faces: BTreeMap<TrackId, Curves>,
}

/// A face's curves, in parts without a gap: a moment, and the probabilities then.
struct Curves {
    row: usize,
    parts: Vec<Vec<(f64, Vec<f32>)>>,
}

impl Panel {
    /// None where no window was noted of a face that is seen.
    pub fn plan(
        font: &Font,
        notes: &Notes,
        names: &[String],
        picture: (usize, usize),
        text: f32,
    ) -> Option<Self> {
        let places = places(notes);
        let rows = places.values().max()? + 1;
        let width = picture.0 as f32;
        let classes = chosen(notes, names, font, 0.3 * width / text);
        let widest = classes.iter().map(|c| font.width(&c.name));
        let widest = widest.fold(0.0, f32::max);
        let span = notes.end().clamp(2.0, SPAN);
        let told = format!("last {span:.0} s, 0 to 100 %");
        let (legend, lines) = legend(font, &classes, told, width, text);
        // One face has room, more share it.
        let row_height = [6.0, 4.5, 3.6][rows.min(MAX_ROWS) - 1] * LINE * text;
        let curves = |(track, row)| {
            let track_notes = notes.tracks().get(&track)?;
            let odds = |time| Some((time, track_notes.odds_at(time)?));
            let part = |times: Vec<f64>| times.into_iter().filter_map(odds).collect();
            let parts = track_notes.bends().into_iter().map(part).collect();
            Some((track, Curves { row, parts }))
        };
        Some(Self {
            place: Rect {
                left: 0.0,
                top: picture.1 as f32,
                width,
                height: rows as f32 * row_height + (lines as f32 * LINE + 0.5) * text,
            },
            text,
            rows,
            row_height,
            gutter: (widest + font.width(" 100 %") + 1.5) * text,
            span,
            classes,
            legend,
            faces: places.into_iter().filter_map(curves).collect(),
        })
    }

    pub fn height(&self) -> usize {
        self.place.height.ceil() as usize
    }

    pub fn draw(&self, canvas: &mut Canvas, notes: &Notes, frame: usize, time: f64) {
        let whole = Rect {
            width: self.place.width + 1.0,
            height: self.place.height + 2.0,
            ..self.place
        };
        canvas.fill(whole, GROUND);
        for row in 0..self.rows {
            let plot = self.plot(row);
            self.grid(canvas, plot, time);
            let seen = self.faces.iter().find(|(track, curves)| {
                let seen = notes.tracks().get(track).and_then(|t| t.seen);
                curves.row == row && seen.is_some_and(|(from, to)| (from..=to).contains(&frame))
            });
            if let Some((&track, curves)) = seen {
                self.row(canvas, plot, notes, track, curves, time);
            }
        }
        let top = self.place.top + self.rows as f32 * self.row_height;
        for item in &self.legend {
            let (x, middle) = (item.at.x, top + item.at.y);
            let key = 0.7 * self.text;
            if let Some(colour) = item.colour {
                canvas.fill(square(x, middle, key), colour);
            }
            let x = x + item.colour.map_or(0.0, |_| key + 0.35 * self.text);
            self.say(canvas, &item.text, x, middle, FAINT);
        }
    }

    /// Where a row's curves are.
    fn plot(&self, row: usize) -> Rect {
        let pad = 0.5 * self.text;
        Rect {
            left: pad,
            top: self.place.top + row as f32 * self.row_height + pad,
            width: (self.place.width - self.gutter - pad).max(1.0),
            height: (self.row_height - 1.2 * pad).max(1.0),
        }
    }

    /// Lines at 0, 50 and 100 %, at every second second, and for now.
    fn grid(&self, canvas: &mut Canvas, plot: Rect, time: f64) {
        let hair = (self.text / 14.0).max(1.0);
        for share in [0.0, 0.5, 1.0] {
            let y = plot.top + share * plot.height;
            let ends = [plot.left, plot.left + plot.width].map(|x| Point { x, y });
            canvas.line(&ends, hair, GRID);
        }
        let upright = |canvas: &mut Canvas, x, colour| {
            let ends = [plot.top, plot.top + plot.height].map(|y| Point { x, y });
            canvas.line(&ends, hair, colour);
        };
        let first = ((time - self.span).max(0.0) / 2.0).ceil() * 2.0;
        let seconds = (0..SPAN as u8).step_by(2).map(|k| first + f64::from(k));
        for second in seconds.filter(|second| *second < time) {
            upright(canvas, self.x(plot, second, time), GRID);
        }
        upright(canvas, plot.left + plot.width, FAINT);
    }

    fn row(
        &self,
        canvas: &mut Canvas,
        plot: Rect,
        notes: &Notes,
        track: TrackId,
        curves: &Curves,
        time: f64,
    ) {
        let now = notes.tracks().get(&track).and_then(|t| t.odds_at(time));
        let odds = |class: &Class| {
            let odds = now.as_ref().and_then(|now| now.get(class.number));
            odds.copied().unwrap_or(0.0)
        };
        let mut order: Vec<&Class> = self.classes.iter().collect();
        order.sort_by(|a, b| odds(b).total_cmp(&odds(a)));
        let width = (self.text / 6.5).max(1.5);
        let y = |odds: f32| plot.top + (1.0 - odds) * plot.height;
        // The likeliest last, on all others.
        for class in order.iter().rev() {
            for part in &curves.parts {
                let points = clipped(part, class.number, time - self.span, time);
                let points = points.map(|(at, odds)| Point {
                    x: self.x(plot, at, time),
                    y: y(odds),
                });
                canvas.line(&points.collect::<Vec<_>>(), width, class.colour);
            }
            if now.is_some() {
                let at = Point {
                    x: plot.left + plot.width,
                    y: y(odds(class)),
                };
                canvas.dot(at, 1.3 * width, class.colour);
            }
        }
        if let Some(name) = notes.called(track) {
            let name = canvas.font.fitted(&name, 0.8 * plot.width / self.text);
            let key = 0.7 * self.text;
            let (x, middle) = (plot.left + 0.4 * self.text, plot.top + 0.75 * self.text);
            let end = 1.4 * self.text + canvas.font.width(&name) * self.text;
            let behind = Rect {
                left: plot.left,
                top: plot.top,
                width: end + 0.4 * self.text,
                height: 1.5 * self.text,
            };
            canvas.fill(behind, [GROUND[0], GROUND[1], GROUND[2], 190]);
            canvas.outline(square(x, middle, key), width, face(track));
            self.say(canvas, &name, x + self.text, middle, INK);
        }
        if now.is_some() {
            self.figures(canvas, plot, &order, odds);
        }
    }

    /// The likeliest classes in figures, beside the curves.
    fn figures(
        &self,
        canvas: &mut Canvas,
        plot: Rect,
        order: &[&Class],
        odds: impl Fn(&Class) -> f32,
    ) {
        let fits = ((self.row_height - 0.5 * self.text) / (LINE * self.text)) as usize;
        let left = plot.left + plot.width + 0.8 * self.text;
        let right = self.place.width - 0.4 * self.text;
        for (k, class) in order.iter().take(fits).enumerate() {
            let middle = plot.top + (k as f32 + 0.5) * LINE * self.text;
            let figure = percent(odds(class));
            let ink = if k == 0 { INK } else { FAINT };
            self.say(canvas, &class.name, left, middle, class.colour);
            let width = canvas.font.width(&figure) * self.text;
            self.say(canvas, &figure, right - width, middle, ink);
        }
    }

    fn x(&self, plot: Rect, at: f64, now: f64) -> f32 {
        plot.left + ((at - now + self.span) / self.span) as f32 * plot.width
    }

    /// Writes a line of text by its middle.
    fn say(&self, canvas: &mut Canvas, text: &str, x: f32, middle: f32, colour: Colour) {
        let y = middle + 0.36 * self.text;
        canvas.text(text, Point { x, y }, self.text, colour);
    }
}

fn square(x: f32, middle: f32, side: f32) -> Rect {
    Rect {
        left: x,
        top: middle - side / 2.0,
        width: side,
        height: side,
    }
}

#[cfg(test)]
mod tests;
