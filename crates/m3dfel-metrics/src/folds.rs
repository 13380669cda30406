use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::table::{Table, percent};
use crate::{Confusion, Error, JudgedClip, Predictions, Result};

/// What was predicted on one fold's test list, by the model trained on the others.
#[derive(Clone, Copy, Debug)]
pub struct Fold<'a> {
    /// As `fold 1`.
    pub name: &'a str,
    pub predictions: &'a Predictions,
}

/// The folds of a cross-validation.
///
/// The field prints both ways to sum them up, and they differ: the mean of the folds' figures with
/// their spread, and the figures of all clips in one pool. Pooled and mean WAR are near; a class rare
/// enough to be missing in a fold makes the UARs differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Folds {
    /// Names of the classes, in the order of the confusion.
    pub classes: Vec<String>,
    pub folds: Vec<FoldScore>,
    /// All clips together, each predicted once.
    pub pooled: FoldScore,
    pub confusion: Confusion,
    /// Over the folds.
    pub war: Spread,
    pub uar: Spread,
}

/// WAR and UAR, 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoldScore {
    pub name: String,
    pub clips: u64,
    /// Clips that could not be read: each counts as an error.
    pub unread: u64,
    pub war: f64,
    pub uar: f64,
}

/// How a figure varies from fold to fold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    pub mean: f64,
    /// Sample standard deviation, over `n - 1`; none for one fold.
    pub deviation: Option<f64>,
}

impl Folds {
    /// # Errors
    /// No fold, two of one name, folds over other classes, a clip in two folds.
    pub fn of(folds: &[Fold]) -> Result<Self> {
        let pooled = pool(folds)?;
        let scores: Vec<FoldScore> = folds
            .iter()
            .map(|fold| FoldScore::of(fold.name, &fold.predictions.confusion()))
            .collect();
        let confusion = pooled.confusion();
        Ok(Self {
            classes: pooled.classes().names().to_vec(),
            war: Spread::of(scores.iter().map(|fold| fold.war)),
            uar: Spread::of(scores.iter().map(|fold| fold.uar)),
            folds: scores,
            pooled: FoldScore::of("all", &confusion),
            confusion,
        })
    }

    /// A row per fold, one for the mean, one for the pool, in percent.
    pub fn table(&self) -> Table {
        let mut table = Table::new(["fold", "clips", "WAR (%)", "UAR (%)"]);
        for fold in &self.folds {
            table.push(fold.row(&fold.name));
        }
        let [war, uar] = [self.war, self.uar].map(|spread| spread.to_string());
        table.push(["mean", "", &war, &uar]);
        table.push(self.pooled.row("all clips together"));
        table
    }
}

impl FoldScore {
    fn of(name: &str, confusion: &Confusion) -> Self {
        Self {
            name: name.into(),
            clips: confusion.total(),
            unread: confusion.total_unread(),
            war: confusion.war(),
            uar: confusion.uar(),
        }
    }

    fn row(&self, name: &str) -> [String; 4] {
        let (war, uar) = (percent(self.war), percent(self.uar));
        [name.into(), self.clips.to_string(), war, uar]
    }
}

impl Spread {
    fn of(figures: impl Iterator<Item = f64> + Clone) -> Self {
        let n = figures.clone().count();
        let mean = figures.clone().sum::<f64>() / n.max(1) as f64;
        let squares: f64 = figures.map(|figure| (figure - mean).powi(2)).sum();
        Self {
            mean,
            deviation: (n > 1).then(|| (squares / (n - 1) as f64).sqrt()),
        }
    }
}

/// `67.12 ± 1.30`, in percent.
impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&percent(self.mean))?;
        match self.deviation {
            Some(deviation) => write!(f, " ± {}", percent(deviation)),
            None => Ok(()),
        }
    }
}

/// All folds' clips as one set, under the first fold's classes.
///
/// # Errors
/// As [`Folds::of`].
pub fn pool(folds: &[Fold]) -> Result<Predictions> {
    let Some(first) = folds.first() else {
        return Err(Error::Unlike("there is no fold to sum up".into()));
    };
    let classes = first.predictions.classes();
    let mut seen: HashMap<&str, &str> = HashMap::new();
    let mut clips = Vec::new();
    for (k, fold) in folds.iter().enumerate() {
        if folds[..k].iter().any(|other| other.name == fold.name) {
            let what = format!("two folds are called \"{}\": name them apart", fold.name);
            return Err(Error::Unlike(what));
        }
        for clip in fold.predictions.clips() {
            // A clip may be listed twice within a fold.
            let other = seen
                .insert(&clip.id, fold.name)
                .filter(|&other| other != fold.name);
            if let Some(other) = other {
                let (id, name) = (&clip.id, fold.name);
                return Err(Error::Unlike(format!(
                    "clip {id} is in \"{other}\" and in \"{name}\"; give each fold's own predictions, once"
                )));
            }
        }
        clips.extend(mapped(first, fold)?);
    }
    Predictions::new(classes.clone(), clips)
}

/// A fold's clips under the first fold's classes.
fn mapped(first: &Fold, fold: &Fold) -> Result<Vec<JudgedClip>> {
    let (classes, these) = (first.predictions.classes(), fold.predictions.classes());
    // For each class of the first fold, where this one has it, and the other way round.
    let maps = classes
        .map_to(these)
        .and_then(|back| Ok((back, these.map_to(classes)?)));
    let (back, map) = maps.map_err(|_| {
        let (first, name) = (first.name, fold.name);
        Error::Unlike(format!(
            "\"{name}\" has the classes {these}, \"{first}\" has {classes}"
        ))
    })?;
    let clip = |clip: &JudgedClip| JudgedClip {
        id: clip.id.clone(),
        label: map[clip.label],
        outcome: match &clip.outcome {
            Ok(logits) => Ok(back.iter().map(|&class| logits[class]).collect()),
            Err(reason) => Err(reason.clone()),
        },
    };
    Ok(fold.predictions.clips().iter().map(clip).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::tests::predictions;

    fn fold<'a>(name: &'a str, predictions: &'a Predictions) -> Fold<'a> {
        Fold { name, predictions }
    }

    #[test]
    fn sums_up_both_ways() {
        let one = [
            ("1", "happy", "happy"),
            ("2", "happy", "sad"),
            ("3", "sad", "sad"),
        ];
        let two = [("4", "happy", "happy"), ("5", "happy", "-")];
        let (one, two) = (
            predictions("happy,sad", &one),
            predictions("sad,happy", &two),
        );
        let found = Folds::of(&[fold("fold 1", &one), fold("fold 2", &two)]).unwrap();
        assert_eq!(found.confusion.counts, [[2, 1], [0, 1]]);
        let scores: Vec<_> = found
            .folds
            .iter()
            .map(|f| (f.clips, f.unread, f.war, f.uar))
            .collect();
        assert_eq!(scores, [(3, 0, 2.0 / 3.0, 0.75), (2, 1, 0.5, 0.5)]);
        let pooled = &found.pooled;
        assert_eq!((pooled.clips, pooled.war, pooled.uar), (5, 0.6, 0.75));
        assert_eq!(found.uar.mean, 0.625);
        // Of two figures: their distance over the root of two.
        let by_hand = 0.25 / 2f64.sqrt();
        assert!((found.uar.deviation.unwrap() - by_hand).abs() < 1e-12);
        assert_eq!(
            found.table().to_string(),
            "fold                clips        WAR (%)        UAR (%)\n\
             fold 1                  3          66.67          75.00\n\
             fold 2                  2          50.00          50.00\n\
             mean                       58.33 ± 11.79  62.50 ± 17.68\n\
             all clips together      5          60.00          75.00\n"
        );
    }

    #[test]
    fn one_fold_has_no_deviation() {
        let one = predictions("happy,sad", &[("1", "happy", "happy")]);
        let found = Folds::of(&[fold("fold 1", &one)]).unwrap();
        assert_eq!(found.war.deviation, None);
        assert_eq!(found.war.to_string(), "100.00");
    }

    #[test]
    fn says_what_does_not_fit() {
        let of = |classes, id| predictions(classes, &[(id, "sad", "sad")]);
        let (one, same, other) = (
            of("happy,sad", "1"),
            of("happy,sad", "1"),
            of("fear,sad", "2"),
        );
        let more = of("happy,sad,fear", "2");
        for (folds, says) in [
            (
                vec![fold("a", &one), fold("b", &same)],
                "clip 1 is in \"a\" and in \"b\"",
            ),
            (
                vec![fold("a", &one), fold("a", &other)],
                "two folds are called \"a\"",
            ),
            (
                vec![fold("a", &one), fold("b", &other)],
                "\"b\" has the classes fear, sad",
            ),
            (
                vec![fold("a", &one), fold("b", &more)],
                "\"b\" has the classes happy, sad, fear",
            ),
            (vec![], "no fold"),
        ] {
            let error = Folds::of(&folds).unwrap_err().to_string();
            assert!(error.contains(says), "{error}\n  lacks: {says}");
        }
    }
}
