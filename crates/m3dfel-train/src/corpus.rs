use std::path::{Path, PathBuf};
use std::sync::Arc;

use m3dfel_data::truth::is_rendered;
use m3dfel_data::{Clip, Layout, OpenOptions, Vocabulary};

use crate::{Observer, Result};

/// One fold of a corpus: what a run is trained on and judged by.
#[derive(Clone, Debug)]
pub struct Corpus {
    pub vocabulary: Vocabulary,
    pub train: Arc<[Clip]>,
    pub test: Arc<[Clip]>,
    /// For people, and for the weights' header: layout and fold.
    pub name: String,
    pub root: PathBuf,
}

impl Corpus {
    /// Reads the lists of a fold; what is amiss but does not stop the work is told the observer.
    ///
    /// # Errors
    /// No such corpus or fold; a list that is missing or has a bad row; no clip there at all.
    pub fn open(
        root: &Path,
        layout: Option<Layout>,
        fold: u8,
        options: &OpenOptions,
        observer: &mut dyn Observer,
    ) -> Result<Self> {
        let layout = match layout {
            Some(layout) => layout,
            None => Layout::detect(root)?,
        };
        let corpus = layout.open(root, fold, options)?;
        let of = if is_rendered(root) {
            "rendered people".into()
        } else {
            layout.to_string()
        };
        for problem in &corpus.problems {
            observer.warn(&problem.to_string());
        }
        Ok(Self {
            vocabulary: corpus.vocabulary,
            train: corpus.train.into(),
            test: corpus.test.into(),
            name: format!("{of}, fold {fold}"),
            root: root.into(),
        })
    }

    /// The same clips under another vocabulary, as that of a model trained elsewhere.
    ///
    /// # Errors
    /// A class of this corpus that the other vocabulary lacks.
    pub fn with_vocabulary(self, vocabulary: &Vocabulary) -> Result<Self> {
        let map = self.vocabulary.map_to(vocabulary)?;
        let renamed = |clips: &[Clip]| -> Arc<[Clip]> {
            clips
                .iter()
                .map(|clip| Clip {
                    label: map[clip.label],
                    ..clip.clone()
                })
                .collect()
        };
        Ok(Self {
            train: renamed(&self.train),
            test: renamed(&self.test),
            vocabulary: vocabulary.clone(),
            ..self
        })
    }
}
