//! How a corpus lies on disk. A layout is one file that implements `Reader`, its `mod` line and
//! its line in `READERS`.
//!
//! | layout | folds | known by |
//! |---|---|---|
//! | `dfew` | 5 | `EmoLabel_DataSplit` |
//! | `ferv39k` | 1 | `4_setups` |
//! | `mafw` | 5 | `single/no_caption` |
//! | `cremad`, `ravdess`, `afew` | as many as there are lists | `train.txt` and `test.txt`, by how their clips are named |
//! | `folder` | 1, or 5 drawn | folders of classes, each of folders of frames |

mod afew;
mod cremad;
pub(crate) mod dfew;
mod ferv39k;
mod folder;
pub(crate) mod list;
mod listed;
mod mafw;
mod ravdess;
mod rows;

use std::ops::RangeInclusive;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{Clip, Error, Problem, Result, Vocabulary};
use list::{Listing, assemble};

/// All layouts, in the order in which [`Layout::detect`] asks them: `folder` knows nobody's own
/// mark, so it comes last.
static READERS: &[&dyn Reader] = &[
    &dfew::Dfew,
    &ferv39k::Ferv39k,
    &mafw::Mafw,
    &cremad::CREMAD,
    &ravdess::RAVDESS,
    &afew::AFEW,
    &folder::Folder,
];

/// What a layout has to know.
trait Reader: Sync {
    /// As the user writes it.
    fn name(&self) -> &'static str;

    /// By what the layout is known: a path under the root, or words for a person where it is known
    /// by more than that ([`is_at`](Self::is_at)).
    fn mark(&self) -> &'static str;

    fn is_at(&self, root: &Path) -> bool {
        root.join(self.mark()).exists()
    }

    /// The folds of the corpus at `root`.
    fn folds(&self, root: &Path) -> RangeInclusive<u8>;

    /// What the corpus's authors say of the fold; only what is certain.
    fn published(&self, _fold: u8) -> Option<Published> {
        None
    }

    /// Reads the lists of one fold; that there is such a fold is certain.
    fn read(&self, root: &Path, fold: u8, options: &OpenOptions) -> Result<Listing>;
}

/// How many clips a fold has by the authors of the corpus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    pub train: PublishedSplit,
    pub test: PublishedSplit,
}

/// See [`Published`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PublishedSplit {
    pub clips: usize,
    /// Of each class, in the vocabulary's order.
    pub classes: Option<&'static [usize]>,
}

/// What a layout cannot always tell by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OpenOptions {
    /// The number of the first class where labels are numbers: 0 or 1. Left out, it is told by the
    /// range of the labels.
    pub label_base: Option<u8>,
}

impl OpenOptions {
    /// For a layout that needs no such option: `why` says so.
    fn refuse_label_base(&self, why: &str) -> Result<()> {
        match self.label_base {
            Some(_) => Err(Error::Options(format!("label_base: {why}; leave it out"))),
            None => Ok(()),
        }
    }
}

/// One fold of a corpus.
#[derive(Clone, Debug)]
pub struct Corpus {
    pub vocabulary: Vocabulary,
    /// The number of the first class in the lists; none where labels are names.
    pub label_base: Option<u8>,
    /// The clips to train on; those whose directory is missing are left out.
    pub train: Vec<Clip>,
    /// The clips to evaluate on: all that are listed. One whose directory is missing fails to load,
    /// and so counts as an error rather than not at all.
    pub test: Vec<Clip>,
    /// What was found amiss, for a person to read.
    pub problems: Vec<Problem>,
}

impl Corpus {
    /// The same clips under another vocabulary, as that of a model trained elsewhere.
    ///
    /// # Errors
    /// A class of this corpus that the other vocabulary lacks.
    pub fn with_vocabulary(mut self, vocabulary: &Vocabulary) -> Result<Self> {
        let map = self.vocabulary.map_to(vocabulary)?;
        for clip in self.train.iter_mut().chain(&mut self.test) {
            clip.label = map[clip.label];
        }
        self.vocabulary = vocabulary.clone();
        Ok(self)
    }
}

/// A way a corpus lies on disk, by its name: `dfew`, `ferv39k`, `folder`.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Layout(&'static dyn Reader);

impl Layout {
    /// DFEW's, and that of the corpora written by `m3dfel synth`.
    pub const DFEW: Self = Self(&dfew::Dfew);
    pub const FERV39K: Self = Self(&ferv39k::Ferv39k);

    pub fn all() -> impl Iterator<Item = Self> {
        READERS.iter().copied().map(Self)
    }

    /// The layout of the corpus at `root`.
    ///
    /// # Errors
    /// A directory that is none known, or is not there.
    pub fn detect(root: &Path) -> Result<Self> {
        std::fs::read_dir(root).map_err(|e| Error::io(root, e))?;
        Self::all()
            .find(|layout| layout.0.is_at(root))
            .ok_or_else(|| Error::NoLayout {
                root: root.to_owned(),
                looked_for: join(
                    Self::all().map(|layout| format!("{} ({layout})", layout.0.mark())),
                ),
            })
    }

    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The folds of the corpus at `root`.
    pub fn folds(self, root: &Path) -> RangeInclusive<u8> {
        self.0.folds(root)
    }

    /// How many clips a fold has by the authors of the corpus, where that is known.
    pub fn published(self, fold: u8) -> Option<Published> {
        self.0.published(fold)
    }

    /// Reads the lists of one fold, and sees which clips are there.
    ///
    /// # Errors
    /// No such fold; a list that is missing, empty or has a bad row; no clip there at all.
    pub fn open(self, root: &Path, fold: u8, options: &OpenOptions) -> Result<Corpus> {
        assemble(self.list(root, fold, options)?)
    }

    /// Reads the lists of one fold.
    ///
    /// # Errors
    /// No such fold; a list that is missing, empty or has a bad row.
    pub(crate) fn list(self, root: &Path, fold: u8, options: &OpenOptions) -> Result<Listing> {
        let folds = self.folds(root);
        if !folds.contains(&fold) {
            return Err(Error::Fold {
                layout: self.name(),
                fold,
                first: *folds.start(),
                last: *folds.end(),
            });
        }
        let listing = self.0.read(root, fold, options)?;
        for list in [&listing.train, &listing.test] {
            if list.rows.is_empty() {
                return Err(Error::NoRows {
                    path: list.path.clone(),
                });
            }
        }
        Ok(listing)
    }
}

fn join(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

impl std::fmt::Display for Layout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

impl std::fmt::Debug for Layout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Layout({})", self.name())
    }
}

impl std::str::FromStr for Layout {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::all()
            .find(|layout| layout.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| Error::UnknownLayout {
                name: name.to_owned(),
                known: join(Self::all().map(|layout| layout.to_string())),
            })
    }
}

impl PartialEq for Layout {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Layout {}

impl TryFrom<String> for Layout {
    type Error = Error;

    fn try_from(name: String) -> Result<Self> {
        name.parse()
    }
}

impl From<Layout> for String {
    fn from(layout: Layout) -> Self {
        layout.name().to_owned()
    }
}
