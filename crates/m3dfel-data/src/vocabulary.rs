use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// The names of the classes, in the order of a model's logits.
///
/// Names are the only key. Corpora and repositories number the classes in conflicting orders, so a
/// number is turned into a name where it is read and never leaves the layout that read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Vocabulary {
    names: Vec<String>,
}

/// DFEW's seven, in DFEW's order.
const DFEW: [&str; 7] = [
    "happy", "sad", "neutral", "angry", "surprise", "disgust", "fear",
];

/// Other words for a class; the first of each row is the name used here.
const ALIASES: [&[&str]; 12] = [
    &["happy", "happiness", "joy"],
    &["sad", "sadness"],
    &["neutral", "neutrality"],
    &["angry", "anger"],
    &["surprise", "surprised"],
    &["disgust", "disgusted"],
    &["fear", "fearful", "afraid"],
    &["contempt", "contemptuous"],
    &["anxiety", "anxious"],
    &["helplessness", "helpless"],
    &["disappointment", "disappointed"],
    &["calm", "calmness"],
];

impl Default for Vocabulary {
    fn default() -> Self {
        Self {
            names: DFEW.map(str::to_owned).into(),
        }
    }
}

impl Vocabulary {
    /// # Errors
    /// Fewer than two names, an empty one, or two that mean the same class.
    pub fn new<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Result<Self> {
        let mut vocabulary = Self { names: Vec::new() };
        for name in names {
            let name = name.as_ref().trim();
            if name.is_empty() {
                return Err(Error::Vocabulary("one is empty".into()));
            }
            if let Some(same) = vocabulary.index(name) {
                return Err(Error::Vocabulary(format!(
                    "\"{name}\" and \"{}\" are the same",
                    vocabulary.names[same]
                )));
            }
            vocabulary.names.push(name.to_owned());
        }
        match vocabulary.len() {
            0 | 1 => Err(Error::Vocabulary(format!("there are {}", vocabulary.len()))),
            _ => Ok(vocabulary),
        }
    }

    /// The class a name means: whatever its case, and by the usual other words (`Anger` is `angry`).
    pub fn index(&self, name: &str) -> Option<usize> {
        let wanted = canonical(name);
        self.names
            .iter()
            .position(|known| canonical(known) == wanted)
    }

    pub fn name(&self, class: usize) -> Option<&str> {
        self.names.get(class).map(String::as_str)
    }

    pub fn names(&self) -> &[String] {
        &self.names
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Never true: there are always two classes or more.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// For each class of this vocabulary, its index in `other`.
    ///
    /// # Errors
    /// A class that `other` lacks.
    pub fn map_to(&self, other: &Self) -> Result<Vec<usize>> {
        let index = |name: &String| {
            other.index(name).ok_or_else(|| Error::ClassMissing {
                name: name.clone(),
                wanted: other.to_string(),
            })
        };
        self.names.iter().map(index).collect()
    }
}

/// `happy, sad, ...`
impl std::fmt::Display for Vocabulary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.names.join(", "))
    }
}

/// From `happy,sad,...`
impl std::str::FromStr for Vocabulary {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::new(text.split(','))
    }
}

impl TryFrom<Vec<String>> for Vocabulary {
    type Error = Error;

    fn try_from(names: Vec<String>) -> Result<Self> {
        Self::new(names)
    }
}

impl From<Vocabulary> for Vec<String> {
    fn from(vocabulary: Vocabulary) -> Self {
        vocabulary.names
    }
}

/// The one name for all words that mean the same class: `angry` for `Anger`; in small letters.
pub(crate) fn canonical(name: &str) -> String {
    let name = name.trim().to_lowercase();
    match ALIASES.iter().find(|words| words.contains(&name.as_str())) {
        Some(words) => words[0].to_owned(),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_class_by_its_other_names() {
        let dfew = Vocabulary::default();
        for (name, class) in [
            ("happy", 0),
            ("Happiness", 0),
            (" SAD ", 1),
            ("anger", 3),
            ("Surprised", 4),
            ("fear", 6),
        ] {
            assert_eq!(dfew.index(name), Some(class), "{name}");
        }
        assert_eq!(dfew.index("contempt"), None);
        assert_eq!(dfew.index("3"), None);
        let nouns = Vocabulary::new(["anger", "sadness"]).unwrap();
        assert_eq!(
            (nouns.index("angry"), nouns.name(0)),
            (Some(0), Some("anger"))
        );
    }

    #[test]
    fn refuses_what_is_no_vocabulary() {
        for names in [
            &["happy"][..],
            &[],
            &["happy", "joy"],
            &["happy", " "],
            &["Sad", "sad"],
        ] {
            assert!(Vocabulary::new(names).is_err(), "{names:?}");
        }
    }

    #[test]
    fn maps_one_order_to_another_by_name() {
        let other: Vocabulary = "Angry,Disgust,Fear,Happy,Neutral,Sad,Surprise"
            .parse()
            .unwrap();
        assert_eq!(
            other.map_to(&Vocabulary::default()).unwrap(),
            [3, 5, 6, 0, 2, 1, 4]
        );
        let more = Vocabulary::new(["happy", "contempt"]).unwrap();
        let error = more.map_to(&other).unwrap_err().to_string();
        assert!(
            error.contains("contempt") && error.contains("Surprise"),
            "{error}"
        );
    }

    #[test]
    fn travels_as_a_list_of_names() {
        let text = serde_json::to_string(&Vocabulary::default()).unwrap();
        assert!(text.starts_with(r#"["happy","sad""#), "{text}");
        assert_eq!(
            serde_json::from_str::<Vocabulary>(&text).unwrap(),
            Vocabulary::default()
        );
        assert!(serde_json::from_str::<Vocabulary>(r#"["a","A"]"#).is_err());
    }
}
