//! AFEW (Dhall et al., *Collecting Large, Richly Annotated Facial-Expression Databases from Movies*,
//! IEEE MultiMedia 2012), as in the EmotiW challenges.
//!
//! Lists are as in [`listed`](super::listed); the labels of the challenge's test set are not public,
//! so `val.txt` will do for `test.txt`. Clips are named by nine digits in a folder of their class,
//! `Train_AFEW/Angry/000046280`; a number in the lists is read by that. Lists of clips without
//! those folders need the layout's name (detection does not know them), and names for labels or
//! `classes.txt`.

use super::listed::Listed;
use crate::vocabulary::canonical;

pub static AFEW: Listed = Listed {
    name: "afew",
    mark: "train.txt of clips named as Train_AFEW/Angry/000046280",
    classes: &CLASSES,
    codes: &[],
    test_lists: &["test", "val"],
    class_of_path,
};

const CLASSES: [&str; 7] = [
    "angry", "disgust", "fear", "happy", "neutral", "sad", "surprise",
];

fn class_of_path(path: &str) -> Option<&'static str> {
    let (folders, name) = path.rsplit_once('/')?;
    let folder = folders.rsplit('/').next()?;
    let is_named = name.len() == 9 && name.bytes().all(|c| c.is_ascii_digit());
    let folder = canonical(folder);
    CLASSES
        .into_iter()
        .find(|class| is_named && *class == folder)
}
