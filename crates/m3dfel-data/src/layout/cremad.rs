//! CREMA-D (Cao et al., *CREMA-D: Crowd-sourced Emotional Multimodal Actors Dataset*, IEEE
//! Transactions on Affective Computing 2014).
//!
//! Lists are as in [`listed`](super::listed). Clips are named `1001_DFA_ANG_XX`: actor, sentence,
//! emotion, intensity; a number in the lists is read by that. The corpus has no folds of its own;
//! keep an actor's clips in one.

use super::listed::Listed;

pub static CREMAD: Listed = Listed {
    name: "cremad",
    mark: "train.txt of clips named as 1001_DFA_ANG_XX",
    classes: &["angry", "disgust", "fear", "happy", "neutral", "sad"],
    codes: &CODES,
    test_lists: &["test"],
    class_of_path,
};

const CODES: [(&str, &str); 6] = [
    ("ANG", "angry"),
    ("DIS", "disgust"),
    ("FEA", "fear"),
    ("HAP", "happy"),
    ("NEU", "neutral"),
    ("SAD", "sad"),
];

fn class_of_path(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next()?;
    let mut parts = name.split('_');
    let (actor, sentence, emotion) = (parts.next()?, parts.next()?, parts.next()?);
    let is_named = actor.len() == 4
        && actor.bytes().all(|c| c.is_ascii_digit())
        && sentence.len() == 3
        && sentence.bytes().all(|c| c.is_ascii_uppercase());
    let code = CODES.iter().find(|(code, _)| *code == emotion);
    code.filter(|_| is_named).map(|(_, name)| *name)
}
