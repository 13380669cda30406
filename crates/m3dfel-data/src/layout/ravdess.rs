//! RAVDESS (Livingstone & Russo, *The Ryerson Audio-Visual Database of Emotional Speech and Song*,
//! PLoS ONE 2018).
//!
//! Lists are as in [`listed`](super::listed). Clips are named `01-01-05-01-02-01-12`: modality,
//! channel, emotion (01 neutral, 02 calm, 03 happy, 04 sad, 05 angry, 06 fearful, 07 disgust, 08
//! surprised), intensity, statement, repetition, actor; a number in the lists is read by that,
//! whatever it is numbered from. The corpus has no folds of its own; keep an actor's clips in one.

use super::listed::Listed;

pub static RAVDESS: Listed = Listed {
    name: "ravdess",
    mark: "train.txt of clips named as 01-01-05-01-02-01-12",
    classes: &CLASSES,
    codes: &[],
    test_lists: &["test"],
    class_of_path,
};

/// By the emotion's number in a clip's name, from 1.
const CLASSES: [&str; 8] = [
    "neutral", "calm", "happy", "sad", "angry", "fear", "disgust", "surprise",
];

fn class_of_path(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next()?;
    let parts: Vec<&str> = name.split('-').collect();
    let is_named = parts.len() == 7
        && parts
            .iter()
            .all(|part| part.len() == 2 && part.bytes().all(|c| c.is_ascii_digit()));
    let emotion: usize = parts.get(2).filter(|_| is_named)?.parse().ok()?;
    CLASSES.get(emotion.checked_sub(1)?).copied()
}
