//! The faces of a video below each other on one axis of time: who is there when, and with what expression.

use askama::Template;

use super::axis::Axis;
use super::columns::Columns;
use super::svg::Svg;
use super::{colours, px, text_width};
use crate::Result;
use crate::format::{clip, clock, percent};
use crate::video::Moment;

const WIDTH: f64 = 1020.0;
/// Where the strips begin and end.
const LEFT: f64 = 128.0;
const RIGHT: f64 = WIDTH - 128.0;
const COLUMN: f64 = 2.0;
const ROW: f64 = 46.0;
const AXIS: f64 = 24.0;
/// Letters of what a face mostly expresses, and of a name in the strip.
const LETTERS: usize = 15;
const MARGIN: f64 = 5.0;

/// A row of the figure.
pub struct Member<'a> {
    /// As in "Face 3".
    pub name: String,
    pub moments: &'a [Moment],
    pub picture: Option<&'a crate::Picture>,
    /// What it expresses most, and what part of the time.
    pub mostly: Option<(usize, f64)>,
    /// In words, all of it.
    pub told: String,
}

#[derive(Template)]
#[template(path = "figure/cast.html")]
pub struct CastFigure {
    id: String,
    description: String,
    left: f64,
    right: f64,
    bottom: f64,
    rows: Vec<Row>,
    ticks: Vec<(f64, String)>,
}

struct Row {
    y: f64,
    name: String,
    picture: Option<String>,
    mostly: Option<(String, String)>,
    blocks: Vec<Block>,
}

struct Block {
    x: f64,
    width: f64,
    colour: usize,
    name: String,
    told: String,
}

impl CastFigure {
    /// `span` is the time that all rows show.
    pub fn new(id: String, members: &[Member], span: (f64, f64), classes: &[String]) -> Self {
        let axis = Axis::clock(span.0, span.1, (LEFT, RIGHT), 9);
        let rows = members.iter().enumerate().map(|(k, member)| Row {
            y: k as f64 * ROW,
            name: member.name.clone(),
            picture: member.picture.map(crate::Picture::data_uri),
            mostly: member.mostly.and_then(|(class, part)| {
                let name = classes.get(class)?;
                Some((clip(name, LETTERS), percent(part, 0)))
            }),
            blocks: blocks(member.moments, span, classes),
        });
        let told = members.iter().map(|m| format!("{}: {}", m.name, m.told));
        Self {
            id,
            description: told.collect::<Vec<_>>().join(" "),
            left: LEFT,
            right: RIGHT,
            bottom: members.len() as f64 * ROW,
            rows: rows.collect(),
            ticks: axis
                .ticks()
                .into_iter()
                .map(|tick| (tick.at, clock(tick.value, axis.decimals())))
                .collect(),
        }
    }

    pub fn svg(&self) -> Result<Svg> {
        Ok(Svg {
            id: self.id.clone(),
            class: "cast",
            title: "The faces over the video".into(),
            description: self.description.clone(),
            width: WIDTH,
            height: self.bottom + AXIS,
            bounds: Some((WIDTH * 0.7, WIDTH * 1.25)),
            body: self.render()?,
        })
    }
}

fn blocks(moments: &[Moment], span: (f64, f64), classes: &[String]) -> Vec<Block> {
    let columns = Columns::new(moments, span, ((RIGHT - LEFT) / COLUMN) as usize);
    let colours = colours(classes);
    let runs = columns.runs().into_iter();
    let block = |run: super::columns::Run| {
        let class = run.class?;
        let name = classes.get(class)?;
        let width = run.columns.len() as f64 * COLUMN;
        let fits = text_width(name) + 2.0 * MARGIN <= width;
        let [from, to] = [run.columns.start, run.columns.end].map(|c| columns.time(c));
        Some(Block {
            x: px(LEFT + run.columns.start as f64 * COLUMN),
            width,
            colour: colours.get(class).copied().unwrap_or_default(),
            name: if fits { name.clone() } else { String::new() },
            told: format!("{} to {}: {name}", clock(from, 0), clock(to, 0)),
        })
    };
    runs.filter_map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faces_lie_where_they_are_on_the_videos_time() {
        let moment = |from, to, class: usize| Moment {
            from,
            to,
            probabilities: (0..2).map(|k| if k == class { 0.9 } else { 0.1 }).collect(),
            class,
            weight: None,
        };
        let moments = [moment(0.0, 50.0, 0), moment(75.2, 76.2, 1)];
        let classes = ["happy", "sad"].map(String::from);
        let members = [Member {
            name: "Face 4".into(),
            moments: &moments,
            picture: None,
            mostly: Some((0, 0.98)),
            told: "mostly happy.".into(),
        }];
        let figure = CastFigure::new("x".into(), &members, (0.0, 100.0), &classes);
        let blocks: Vec<_> = figure.rows[0].blocks.iter().collect();
        assert_eq!((blocks[0].x, blocks[0].width), (LEFT, 382.0));
        assert_eq!(
            (blocks[0].name.as_str(), blocks[1].name.as_str()),
            ("happy", "")
        );
        assert_eq!((blocks[1].x, blocks[1].width), (LEFT + 574.0, 8.0));
        assert_eq!(blocks[1].told, "1:15 to 1:16: sad");
        assert_eq!(figure.description, "Face 4: mostly happy.");
        assert_eq!(figure.ticks.len(), 7);
    }
}
