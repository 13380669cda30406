//! How a corpus lies on disk. A layout is one file that implements [`Reader`], and one line in
//! [`READERS`].

pub(crate) mod dfew;
mod ferv39k;
pub(crate) mod list;

use std::ops::RangeInclusive;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{Clip, Error, Problem, Result, Vocabulary};

/// All layouts, in the order in which [`Layout::detect`] asks them.
static READERS: [&dyn Reader; 2] = [&dfew::Dfew, &ferv39k::Ferv39k];

/// What a layout has to know.
trait Reader: Sync {
    /// As the user writes it.
    fn name(&self) -> &'static str;

    /// A path under the root, by which the layout is known.
    fn mark(&self) -> &'static str;

    fn folds(&self) -> RangeInclusive<u8>;

    /// Reads one fold; that there is such a fold is certain.
    fn open(&self, root: &Path, fold: u8, options: &OpenOptions) -> Result<Corpus>;
}

/// What a layout cannot always tell by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OpenOptions {
    /// The number of the first class where labels are numbers: 0 or 1. Left out, it is told by the
    /// range of the labels.
    pub label_base: Option<u8>,
}

/// One fold of a corpus.
#[derive(Clone, Debug)]
pub struct Corpus {
    pub vocabulary: Vocabulary,
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

/// A way a corpus lies on disk, by its name: `dfew`, `ferv39k`.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Layout(&'static dyn Reader);

impl Layout {
    /// DFEW's, and that of the corpora written by `m3dfel synth`.
    pub const DFEW: Self = Self(&dfew::Dfew);
    pub const FERV39K: Self = Self(&ferv39k::Ferv39k);

    pub fn all() -> impl Iterator<Item = Self> {
        READERS.into_iter().map(Self)
    }

    /// The layout of the corpus at `root`.
    ///
    /// # Errors
    /// A directory that is none known, or is not there.
    pub fn detect(root: &Path) -> Result<Self> {
        std::fs::read_dir(root).map_err(|e| Error::io(root, e))?;
        Self::all()
            .find(|layout| root.join(layout.0.mark()).exists())
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

    /// The folds there are.
    pub fn folds(self) -> RangeInclusive<u8> {
        self.0.folds()
    }

    /// Reads the lists of one fold, and sees which clips are there.
    ///
    /// # Errors
    /// No such fold; a list that is missing, empty or has a bad row; no clip there at all.
    pub fn open(self, root: &Path, fold: u8, options: &OpenOptions) -> Result<Corpus> {
        let folds = self.folds();
        if !folds.contains(&fold) {
            return Err(Error::Fold {
                layout: self.name(),
                fold,
                first: *folds.start(),
                last: *folds.end(),
            });
        }
        self.0.open(root, fold, options)
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
