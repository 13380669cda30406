//! What there is to do: where the videos are, and what earlier calls have done.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::error::{Error, Lines, Result};
use super::find::{Found, Videos};
use super::outcome::{Kept, Outcome, Reason, Record, Source};
use super::row::Row;
use super::store::Store;
use super::work::{Job, Task};

/// What each row is cut from; None where there is no such video.
pub fn locate(videos: &Path, labels: &Path, rows: &[Row]) -> Result<Vec<Option<Source>>> {
    let mut folder = Videos::new(videos)?;
    let (mut sources, mut wrong) = (Vec::new(), Vec::new());
    for row in rows {
        let video = match folder.find(&row.video) {
            Found::One(video) => Some(video),
            Found::None => None,
            Found::Several(names) => {
                let what = format!(
                    "\"{}\" may be {}: write its ending",
                    row.video,
                    names.join(" or ")
                );
                wrong.push((row.line, what));
                None
            }
        };
        sources.push(video.map(|video| Source {
            bytes: std::fs::metadata(videos.join(&video)).map_or(0, |m| m.len()),
            video,
            span: row.span,
        }));
    }
    if !wrong.is_empty() {
        return Err(Error::Labels {
            path: labels.to_owned(),
            lines: Lines(wrong),
        });
    }
    match rows.first() {
        Some(first) if sources.iter().all(Option::is_none) => Err(Error::NoVideos {
            labels: labels.to_owned(),
            videos: videos.to_owned(),
            count: rows.len(),
            first: first.video.clone(),
        }),
        _ => Ok(sources),
    }
}

/// The outcomes that are known before any work: clips that are there, and rows that are known to give none. Brings clips
/// to where the list has them now, and removes those that are to be made anew.
pub fn earlier(
    store: &Store,
    out: &Path,
    labels: &Path,
    rows: &[Row],
    sources: &[Option<Source>],
) -> Result<Vec<Option<Outcome>>> {
    let mut clips = store.clips()?;
    // Seen to before anything is touched.
    for row in rows {
        let place = store.place(row);
        if place.exists() && clips.get(&row.clip).is_none_or(|clip| clip.dir != place) {
            return Err(Error::InTheWay {
                path: place,
                labels: labels.to_owned(),
            });
        }
    }
    let listed: BTreeSet<&str> = rows.iter().map(|r| r.clip.as_str()).collect();
    let mut unlisted = clips
        .iter()
        .filter(|(name, _)| !listed.contains(name.as_str()));
    if let Some((_, clip)) = unlisted.next() {
        return Err(Error::Unlisted {
            out: out.to_owned(),
            labels: labels.to_owned(),
            count: 1 + unlisted.count(),
            first: clip.dir.clone(),
        });
    }
    let one = |(row, source): (&Row, &Option<Source>)| {
        if let Some(clip) = clips.remove(&row.clip) {
            match clip.record {
                Some(record) if is_of(&record, row, source.as_ref()) => {
                    let place = store.place(row);
                    if place != clip.dir {
                        store.relocate(&clip.dir, &place)?;
                    }
                    return Ok(Some(Outcome::Kept {
                        clip: record.result,
                        earlier: true,
                    }));
                }
                _ => store.remove(&clip.dir)?,
            }
        }
        Ok(match source {
            Some(source) => store.dropped(row, source).map(Outcome::Dropped),
            None => Some(Outcome::Dropped(Reason::NoVideo)),
        })
    };
    rows.iter().zip(sources).map(one).collect()
}

/// Whether a clip is what the row asks for. A video that is gone since is taken for the one it was.
fn is_of(record: &Record<Kept>, row: &Row, source: Option<&Source>) -> bool {
    match source {
        Some(source) => record.source == *source,
        None => record.source.span == row.span,
    }
}

/// The videos with rows that have no outcome, large ones first: so no thread is left alone with one at the end.
pub fn jobs<'a>(
    store: &Store,
    videos: &Path,
    rows: &'a [Row],
    sources: Vec<Option<Source>>,
    outcomes: &[Option<Outcome>],
) -> Vec<Job<'a>> {
    let mut by_video: BTreeMap<String, Vec<Task>> = BTreeMap::new();
    for (index, ((row, source), outcome)) in rows.iter().zip(sources).zip(outcomes).enumerate() {
        if let Some(source) = source {
            by_video
                .entry(source.video.clone())
                .or_default()
                .push(Task {
                    index,
                    row,
                    place: store.place(row),
                    source,
                    is_done: outcome.is_some(),
                });
        }
    }
    let mut jobs: Vec<(u64, Job)> = by_video
        .into_iter()
        .filter(|(_, tasks)| tasks.iter().any(|task| !task.is_done))
        .map(|(video, tasks)| {
            let path: PathBuf = videos.join(video);
            (
                tasks.iter().map(|t| t.source.bytes).max().unwrap_or(0),
                Job { path, tasks },
            )
        })
        .collect();
    jobs.sort_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
    jobs.into_iter().map(|(_, job)| job).collect()
}
