//! The folds held against each other and against what is published: counts, leakage, coverage.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::finding::{Code, Findings};
use super::inspect::OnDisk;
use super::{FoldAudit, SplitAudit};
use crate::layout::PublishedSplit;
use crate::layout::list::{List, Listing};
use crate::{Clip, Layout, Vocabulary};

/// All clips listed in any fold, each once; and the folds' lists by their indices.
pub struct Clips<'a> {
    pub clips: Vec<&'a Clip>,
    folds: Vec<Fold<'a>>,
}

struct Fold<'a> {
    fold: u8,
    listing: &'a Listing,
    train: Vec<Row>,
    test: Vec<Row>,
}

#[derive(Clone, Copy)]
struct Row {
    /// Index in [`Clips::clips`].
    clip: usize,
    /// As an editor counts lines.
    number: usize,
    label: usize,
}

impl<'a> Clips<'a> {
    pub fn new(listings: &'a [(u8, Listing)]) -> Self {
        let mut clips: Vec<&Clip> = Vec::new();
        let mut known: HashMap<&Path, usize> = HashMap::new();
        let mut rows = |list: &'a List| -> Vec<Row> {
            let row = |row: &'a crate::layout::list::Row| Row {
                clip: *known.entry(&row.clip.dir).or_insert_with(|| {
                    clips.push(&row.clip);
                    clips.len() - 1
                }),
                number: row.number,
                label: row.clip.label,
            };
            list.rows.iter().map(row).collect()
        };
        let folds = listings
            .iter()
            .map(|(fold, listing)| Fold {
                fold: *fold,
                listing,
                train: rows(&listing.train),
                test: rows(&listing.test),
            })
            .collect();
        Self { clips, folds }
    }
}

/// Counts each fold, and finds what is wrong between its lists and between the folds; `wanted` is
/// how many folds the corpus has.
pub fn compare(
    layout: Layout,
    synthetic: bool,
    clips: &Clips,
    on_disk: &[OnDisk],
    wanted: usize,
    findings: &mut Findings,
) -> Vec<FoldAudit> {
    let mut leakage = Leakage {
        clips: &clips.clips,
        same: same_content(on_disk),
        doubles: HashSet::new(),
        findings,
    };
    for fold in &clips.folds {
        leakage.within(fold, "train", &fold.train);
        leakage.within(fold, "test", &fold.test);
        leakage.between(fold);
    }
    leakage.labels(&clips.folds);
    coverage(clips, wanted, findings);
    let count = |fold: &Fold| {
        let published = layout.published(fold.fold).filter(|_| !synthetic);
        let mut split = |part, rows: &[Row], published| {
            let vocabulary = &fold.listing.vocabulary;
            let counted = count(rows, vocabulary, published);
            let name = format!("fold {}, {part}", fold.fold);
            check_counts(&name, vocabulary, &counted, findings);
            counted
        };
        FoldAudit {
            fold: fold.fold,
            label_base: fold.listing.label_base,
            train: split("train", &fold.train, published.map(|p| p.train)),
            test: split("test", &fold.test, published.map(|p| p.test)),
        }
    };
    clips.folds.iter().map(count).collect()
}

fn count(rows: &[Row], vocabulary: &Vocabulary, published: Option<PublishedSplit>) -> SplitAudit {
    let mut classes = vec![0; vocabulary.len()];
    for row in rows {
        classes[row.label] += 1;
    }
    SplitAudit {
        clips: rows.len(),
        classes,
        published,
    }
}

fn check_counts(name: &str, vocabulary: &Vocabulary, split: &SplitAudit, findings: &mut Findings) {
    for (class, &clips) in vocabulary.names().iter().zip(&split.classes) {
        if clips == 0 {
            findings.add(Code::EmptyClass, || format!("{name}: no clip of {class}"));
        }
    }
    let Some(published) = split.published else {
        return;
    };
    let mut check = |what: &str, clips: usize, published: usize| {
        if clips != published {
            findings.add(Code::PublishedCount, || {
                format!("{name}: {clips} clips{what}, published are {published}")
            });
        }
    };
    check("", split.clips, published.clips);
    let classes = published.classes.unwrap_or_default();
    for ((class, &clips), &published) in vocabulary.names().iter().zip(&split.classes).zip(classes)
    {
        check(&format!(" of {class}"), clips, published);
    }
}

/// For each clip, the first that has the same frames; itself where nothing is known of its frames.
fn same_content(on_disk: &[OnDisk]) -> Vec<usize> {
    let mut first = HashMap::new();
    let content = |seen: &OnDisk| match seen {
        OnDisk::There(seen) => seen.content,
        _ => None,
    };
    let contents = on_disk.iter().map(content).enumerate();
    contents
        .map(|(clip, content)| {
            content.map_or(clip, |content| *first.entry(content).or_insert(clip))
        })
        .collect()
}

struct Leakage<'a> {
    clips: &'a [&'a Clip],
    /// See [`same_content`].
    same: Vec<usize>,
    /// What is found once and not once a fold: most folds train on the same clips.
    doubles: HashSet<(Code, usize)>,
    findings: &'a mut Findings,
}

impl Leakage<'_> {
    /// Clips that count double in one list.
    fn within(&mut self, fold: &Fold, part: &str, rows: &[Row]) {
        let mut rows_of: HashMap<usize, usize> = HashMap::new();
        let mut contents: HashMap<usize, usize> = HashMap::new();
        for row in rows {
            let id = &self.clips[row.clip].id;
            let name = |what: String| format!("fold {}, {part}: {id} {what}", fold.fold);
            if let Some(before) = rows_of.insert(row.clip, row.number) {
                if self.doubles.insert((Code::ListedTwice, row.clip)) {
                    self.findings.add(Code::ListedTwice, || {
                        name(format!("in rows {before} and {}", row.number))
                    });
                }
                continue;
            }
            let first = *contents.entry(self.same[row.clip]).or_insert(row.clip);
            if first != row.clip && self.doubles.insert((Code::SameContent, row.clip)) {
                let first = &self.clips[first].id;
                self.findings.add(Code::SameContent, || {
                    name(format!("has the frames of {first}"))
                });
            }
        }
    }

    /// Clips that are trained on and then tested on.
    fn between(&mut self, fold: &Fold) {
        let trained: HashMap<usize, usize> = fold
            .train
            .iter()
            .map(|row| (row.clip, row.number))
            .collect();
        // The first clip of each content: so that it is the one named.
        let contents: HashMap<usize, usize> = fold
            .train
            .iter()
            .rev()
            .map(|row| (self.same[row.clip], row.clip))
            .collect();
        let mut seen = HashSet::new();
        for row in fold.test.iter().filter(|row| seen.insert(row.clip)) {
            let (fold, id) = (fold.fold, &self.clips[row.clip].id);
            if let Some(train_row) = trained.get(&row.clip) {
                self.findings.add(Code::TrainedAndTested, || {
                    format!(
                        "fold {fold}: {id} in row {train_row} of train and row {} of test",
                        row.number
                    )
                });
            } else if let Some(&other) = contents.get(&self.same[row.clip]) {
                let other = &self.clips[other].id;
                self.findings.add(Code::SameContentTrainedAndTested, || {
                    format!("fold {fold}: {id}, tested on, has the frames of {other}, trained on")
                });
            }
        }
    }

    /// The same frames under two classes, wherever they are listed.
    fn labels(&mut self, folds: &[Fold]) {
        let mut first: HashMap<usize, Row> = HashMap::new();
        for fold in folds {
            let name = |label| fold.listing.vocabulary.name(label).unwrap_or_default();
            for row in fold.train.iter().chain(&fold.test) {
                let first = *first.entry(self.same[row.clip]).or_insert(*row);
                if first.label != row.label && self.doubles.insert((Code::LabelConflict, row.clip))
                {
                    let (id, other) = (&self.clips[row.clip].id, &self.clips[first.clip].id);
                    self.findings.add(Code::LabelConflict, || {
                        let fold = fold.fold;
                        format!(
                            "{id} is {} in fold {fold}, {other} is {}",
                            name(row.label),
                            name(first.label)
                        )
                    });
                }
            }
        }
    }
}

/// Cross-validation tests on every clip once.
fn coverage(clips: &Clips, wanted: usize, findings: &mut Findings) {
    let mut tested: Vec<Vec<u8>> = vec![Vec::new(); clips.clips.len()];
    for fold in &clips.folds {
        for row in &fold.test {
            let folds = &mut tested[row.clip];
            if folds.last() != Some(&fold.fold) {
                folds.push(fold.fold);
            }
        }
    }
    let is_whole = wanted > 1 && clips.folds.len() == wanted;
    for (clip, folds) in clips.clips.iter().zip(tested) {
        match folds[..] {
            [] if is_whole => findings.add(Code::NeverTested, || clip.id.clone()),
            [] | [_] => {}
            _ => findings.add(Code::TestedTwice, || {
                let folds: Vec<String> = folds.iter().map(u8::to_string).collect();
                format!("{} in folds {}", clip.id, folds.join(", "))
            }),
        }
    }
}
