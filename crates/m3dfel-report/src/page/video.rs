//! The page of videos: their faces, and what these express over time.

mod face;
mod words;

use askama::Template;

use super::Head;
use crate::figure::cast::{CastFigure, Member};
use crate::figure::colours;
use crate::figure::svg::Svg;
use crate::format::lasting;
use crate::{FaceTimeline, Footage, Result, VideoReport, WatchedVideo};
use face::FaceCard;
use words::{facts, told};

/// Faces with a card that is open; others unfold.
const AT_ONCE: usize = 8;
/// Faces of a video on the page: more would make it heavy, and are in sight shortest.
const MOST: usize = 50;
/// Rows of the figure of all faces.
const MOST_ROWS: usize = 15;

#[derive(Template)]
#[template(path = "video.html")]
pub struct VideoPage<'a> {
    head: Head<'a>,
    report: &'a VideoReport,
    /// How many videos and faces there are, in a sentence or two.
    told: String,
    window: String,
    /// Names and colours.
    classes: Vec<(&'a str, usize)>,
    videos: Vec<Section<'a>>,
}

/// A video's part of the page.
struct Section<'a> {
    id: String,
    name: &'a str,
    facts: Vec<(&'static str, String)>,
    problems: &'a [String],
    error: Option<&'a str>,
    cast: Option<Svg>,
    cards: Vec<FaceCard>,
    /// Those that unfold, and what they are called.
    folded: Vec<FaceCard>,
    fold: String,
    /// Of faces left out.
    left_out: Option<String>,
}

impl<'a> VideoPage<'a> {
    /// Of a report that was checked.
    pub fn new(report: &'a VideoReport) -> Result<Self> {
        let names = report.classes.iter().map(String::as_str);
        let sections = report.videos.iter().enumerate();
        Ok(Self {
            head: Head::new(&report.title, &report.subtitle, &report.created),
            told: told(&report.videos),
            window: lasting(report.window),
            classes: names.zip(colours(&report.classes)).collect(),
            videos: sections
                .map(|(k, video)| Section::new(report, format!("video-{}", k + 1), video))
                .collect::<Result<_>>()?,
            report,
        })
    }

    /// Every figure, in the page's order.
    pub fn into_figures(self) -> Result<Vec<Svg>> {
        let mut figures = Vec::new();
        for section in self.videos {
            figures.extend(section.cast);
            for card in section.cards.into_iter().chain(section.folded) {
                if let Some(figure) = card.figure {
                    figures.push(figure.svg()?);
                }
            }
        }
        Ok(figures)
    }

    /// Lines of the summary, with the video's name where there are several.
    fn lines(&self) -> impl Iterator<Item = (&str, &FaceCard)> {
        let several = self.videos.len() > 1;
        self.videos.iter().flat_map(move |section| {
            let name = if several { section.name } else { "" };
            let cards = section.cards.iter().chain(&section.folded);
            cards.map(move |card| (name, card))
        })
    }
}

impl<'a> Section<'a> {
    fn new(report: &VideoReport, id: String, video: &'a WatchedVideo) -> Result<Self> {
        let empty = Self {
            name: &video.name,
            facts: Vec::new(),
            problems: &[],
            error: None,
            cast: None,
            cards: Vec::new(),
            folded: Vec::new(),
            fold: String::new(),
            left_out: None,
            id,
        };
        let footage = match &video.footage {
            Ok(footage) => footage,
            Err(error) => {
                return Ok(Self {
                    error: Some(error),
                    ..empty
                });
            }
        };
        let faces = longest_first(&footage.faces);
        let (shown, left) = faces.split_at(faces.len().min(MOST));
        let mut cards = Vec::new();
        for face in shown {
            cards.push(FaceCard::new(report, &empty.id, face)?);
        }
        let long = |card: &&FaceCard| card.in_sight >= report.window;
        let open = cards.iter().take(AT_ONCE).filter(long).count().max(1);
        let folded = cards.split_off(open.min(cards.len()));
        let cast = cast(
            report,
            &empty.id,
            footage,
            shown,
            cards.iter().chain(&folded),
        )?;
        let at_most = |faces: &[&FaceTimeline]| {
            let longest = faces.first().map_or(0.0, |face| face.in_sight());
            lasting(longest)
        };
        Ok(Self {
            facts: facts(footage),
            problems: &footage.problems,
            cast,
            fold: {
                let n = folded.len();
                let longest = folded.first().map_or(0.0, |card| card.in_sight);
                match n {
                    1 => format!("1 more face, in sight for {}", lasting(longest)),
                    _ => format!("{n} more faces, each in sight for {} at most", lasting(longest)),
                }
            },
            left_out: (!left.is_empty()).then(|| {
                format!(
                    "The page shows the {MOST} faces that are in sight longest. Left out: {} more, each in sight \
                     for {} at most.",
                    left.len(),
                    at_most(left)
                )
            }),
            cards,
            folded,
            ..empty
        })
    }
}

/// Those in sight longest first; as long, in the order of their numbers.
fn longest_first(faces: &[FaceTimeline]) -> Vec<&FaceTimeline> {
    let mut faces: Vec<&FaceTimeline> = faces.iter().collect();
    faces.sort_by(|a, b| {
        let longer = b.in_sight().total_cmp(&a.in_sight());
        longer.then(a.track.cmp(&b.track))
    });
    faces
}

/// All faces on one axis; of one alone its own timeline says as much.
fn cast<'c>(
    report: &VideoReport,
    id: &str,
    footage: &Footage,
    faces: &[&FaceTimeline],
    cards: impl Iterator<Item = &'c FaceCard>,
) -> Result<Option<Svg>> {
    if faces.len() < 2 {
        return Ok(None);
    }
    let spans = || footage.faces.iter().map(FaceTimeline::span);
    let from = spans().map(|s| s.0).fold(0.0, f64::min);
    let to = spans().map(|s| s.1).fold(footage.seconds, f64::max);
    let rows = faces.iter().zip(cards).take(MOST_ROWS);
    let members: Vec<Member> = rows
        .map(|(face, card)| Member {
            name: card.name.clone(),
            moments: &card.moments,
            picture: face.still_at(card.portrait).map(|still| &still.picture),
            mostly: card.mostly,
            told: card.told.clone(),
        })
        .collect();
    let figure = CastFigure::new(format!("{id}-faces"), &members, (from, to), &report.classes);
    figure.svg().map(Some)
}
