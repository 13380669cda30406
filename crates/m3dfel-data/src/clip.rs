use std::cmp::Ordering;
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// A clip: a directory of frames that shows one expression.
///
/// Its frames are listed when it is loaded: a corpus has hundreds of thousands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clip {
    /// Its name in the corpus, as `00001` or `Action/Sad/0010`.
    pub id: String,
    pub dir: PathBuf,
    /// Index in the corpus's [`Vocabulary`](crate::Vocabulary).
    pub label: usize,
}

impl Clip {
    /// A clip by itself, of no corpus, under its directory's name. Nobody knows what it shows: its label is not to be looked at.
    pub fn unlabelled(dir: PathBuf) -> Self {
        Self {
            id: dir.display().to_string(),
            dir,
            label: 0,
        }
    }
}

/// Something amiss in a corpus that does not stop the work, but is not kept quiet either.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    #[error("{list}, row {row}: the clip's directory {dir} is missing", list = list.display(), dir = dir.display())]
    MissingClip {
        list: PathBuf,
        row: usize,
        dir: PathBuf,
    },

    #[error("{list}, row {row}: clip {id} is listed before, in {first_list}, row {first_row}",
        list = list.display(), first_list = first_list.display())]
    ListedTwice {
        list: PathBuf,
        row: usize,
        id: String,
        first_list: PathBuf,
        first_row: usize,
    },

    #[error("{root}: the {folds} folds are drawn by the clips' names, so one person may be trained on and tested on; \
        to keep people apart, put the clips in {root}/train and {root}/test", root = root.display())]
    PeopleMayCross { root: PathBuf, folds: u8 },

    #[error("{dir} holds no clip: a clip of a class is a folder of its frames", dir = dir.display())]
    ClassWithoutClips { dir: PathBuf },

    #[error("frame cannot be read, the nearest that can takes its place: {path}: {what}", path = path.display())]
    UnreadableFrame { path: PathBuf, what: String },
}

/// Whether a file among others is a frame, by its name: `.jpg`, `.jpeg` or `.png`.
pub fn is_frame(name: impl AsRef<Path>) -> bool {
    name.as_ref().extension().is_some_and(|extension| {
        ["jpg", "jpeg", "png"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// The frames of a clip in natural order (`2.jpg` before `10.jpg`): its `.jpg`, `.jpeg` and `.png`
/// files, hidden ones left out.
///
/// # Errors
/// A directory that cannot be read, or has no frame.
pub fn list_frames(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(|e| Error::io(dir, e))? {
        let name = entry.map_err(|e| Error::io(dir, e))?.file_name();
        if is_frame(&name) && !name.as_encoded_bytes().starts_with(b".") {
            names.push(name);
        }
    }
    if names.is_empty() {
        return Err(Error::NoFrames {
            dir: dir.to_owned(),
        });
    }
    names.sort_by(|a, b| natural(a.as_encoded_bytes(), b.as_encoded_bytes()));
    Ok(names.into_iter().map(|name| dir.join(name)).collect())
}

/// Natural order: runs of digits by their value, all else by its bytes; a tie (`1` and `01`) by the
/// bytes of the whole.
///
/// Not the `natord` crate: it takes a leading zero for a decimal fraction, which puts `02` before `1`.
fn natural(a: &[u8], b: &[u8]) -> Ordering {
    let (mut x, mut y) = (a, b);
    while let (Some(&p), Some(&q)) = (x.first(), y.first()) {
        let order = if p.is_ascii_digit() && q.is_ascii_digit() {
            let (m, n) = (take_number(&mut x), take_number(&mut y));
            m.len().cmp(&n.len()).then_with(|| m.cmp(n))
        } else {
            (x, y) = (&x[1..], &y[1..]);
            p.cmp(&q)
        };
        if order.is_ne() {
            return order;
        }
    }
    x.len().cmp(&y.len()).then_with(|| a.cmp(b))
}

/// Takes the digits at the front, and gives them without their leading zeros.
fn take_number<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let end = text
        .iter()
        .position(|c| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    &digits[digits.iter().take_while(|&&c| c == b'0').count()..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lists_frames_in_natural_order() {
        let dir = tempfile::tempdir().unwrap();
        let names = ["1.jpg", "02.JPG", "3.png", "10.jpeg", "10a.jpg", "100.jpg"];
        for name in
            names
                .iter()
                .rev()
                .chain(&["notes.txt", ".4.jpg", "._1.jpg", "Thumbs.db", "jpg"])
        {
            std::fs::write(dir.path().join(name), b"").unwrap();
        }
        let listed = list_frames(dir.path()).unwrap();
        let listed: Vec<_> = listed
            .iter()
            .map(|path| path.file_name().unwrap().to_str().unwrap())
            .collect();
        assert_eq!(listed, names);
    }

    #[test]
    fn names_a_directory_that_is_empty_or_missing() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(
            list_frames(dir.path()),
            Err(Error::NoFrames { .. })
        ));
        let missing = dir.path().join("00012");
        assert!(
            list_frames(&missing)
                .unwrap_err()
                .to_string()
                .contains("00012")
        );
    }

    proptest! {
        #[test]
        fn natural_order_is_an_order(mut names in prop::collection::vec("[0-2a.]{0,6}", 0..12)) {
            names.sort_by(|a, b| natural(a.as_bytes(), b.as_bytes()));
            for (i, a) in names.iter().enumerate() {
                for b in &names[i..] {
                    prop_assert!(natural(a.as_bytes(), b.as_bytes()).is_le());
                    prop_assert!(natural(b.as_bytes(), a.as_bytes()).is_ge());
                }
            }
        }

        #[test]
        fn numbers_order_by_value(a: u64, b: u64) {
            prop_assume!(a != b);
            prop_assert_eq!(natural(format!("f{a}.jpg").as_bytes(), format!("f{b:06}.jpg").as_bytes()), a.cmp(&b));
        }
    }
}
