//! Several sets of predictions brought together clip by clip.

use std::cmp::Ordering;
use std::ops::Range;

use crate::{Error, Predictions, Result};

/// One contender: a model trained and evaluated the same way once or several times, each time from
/// another seed. Its score is the mean over its seeds.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    pub name: &'a str,
    /// One set of predictions per seed.
    pub seeds: &'a [Predictions],
}

impl<'a> Side<'a> {
    pub fn new(name: &'a str, seeds: &'a [Predictions]) -> Self {
        Self { name, seeds }
    }

    /// How messages call one of its sets.
    fn set(&self, seed: usize) -> String {
        match self.seeds.len() {
            1 => format!("\"{}\"", self.name),
            many => format!("\"{}\" (seed {} of {many})", self.name, seed + 1),
        }
    }
}

/// Which clips each set got right: the same clips in the same order for all.
pub(crate) struct Panel {
    /// As the first set orders them.
    pub classes: Vec<String>,
    /// Clips lie class by class; these are each class's. Empty for a class without clips.
    pub strata: Vec<Range<usize>>,
    /// By side and seed: for each clip whether it was called by its class.
    pub right: Vec<Vec<Vec<bool>>>,
}

impl Panel {
    /// Clips are matched by id, classes by name.
    ///
    /// # Errors
    /// No side, a side without predictions, sets over other classes, clips or labels.
    pub fn align(sides: &[Side]) -> Result<Self> {
        if let Some(side) = sides.iter().find(|side| side.seeds.is_empty()) {
            let what = format!(
                "\"{}\" has no predictions: give it one set or more",
                side.name
            );
            return Err(Error::Unlike(what));
        }
        let Some((first, reference)) = sides
            .iter()
            .find_map(|side| Some((side.set(0), side.seeds.first()?)))
        else {
            return Err(Error::Unlike("there is nothing to compare".into()));
        };
        let classes = reference.classes().names().to_vec();
        let rows = rows(&first, reference, reference)?;
        // Sorting keeps equals in order, so the clips of a class stay sorted by id.
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|&row| rows[row].label);
        let strata = strata(&rows, classes.len());

        let mut right = Vec::new();
        for side in sides {
            let mut of_side = Vec::new();
            for (seed, set) in side.seeds.iter().enumerate() {
                let name = side.set(seed);
                let others = self::rows(&name, set, reference)?;
                match_clips((&first, &rows), (&name, &others), &classes)?;
                of_side.push(order.iter().map(|&row| others[row].right).collect());
            }
            right.push(of_side);
        }
        Ok(Self {
            classes,
            strata,
            right,
        })
    }

    pub fn clips(&self) -> usize {
        self.strata.iter().map(Range::len).sum()
    }
}

/// One clip as one set has it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Row<'a> {
    id: &'a str,
    /// In the order of the reference's classes.
    label: usize,
    right: bool,
}

/// A set's clips sorted by id, so that the rows of like sets match one by one, even where a clip is
/// listed twice.
fn rows<'a>(name: &str, set: &'a Predictions, reference: &Predictions) -> Result<Vec<Row<'a>>> {
    let unlike = || {
        let (these, those) = (set.classes(), reference.classes());
        let what = format!("{name} has the classes {these}, the first set has {those}");
        Error::Unlike(what)
    };
    if set.classes().len() != reference.classes().len() {
        return Err(unlike());
    }
    let map = set.classes().map_to(reference.classes());
    let map = map.map_err(|_| unlike())?;
    let mut rows: Vec<Row> = set
        .clips()
        .iter()
        .map(|clip| Row {
            id: &clip.id,
            label: map[clip.label],
            right: clip.predicted() == Some(clip.label),
        })
        .collect();
    rows.sort();
    Ok(rows)
}

fn match_clips(
    (first, rows): (&str, &[Row]),
    (name, others): (&str, &[Row]),
    classes: &[String],
) -> Result<()> {
    let missing = |id: &str, has: &str, lacks: &str| {
        Err(Error::Unlike(format!(
            "clip {id} is in {has} but not in {lacks}, or is listed there less often; \
             evaluate both on the same test list"
        )))
    };
    for (row, other) in rows.iter().zip(others) {
        match row.id.cmp(other.id) {
            Ordering::Less => return missing(row.id, first, name),
            Ordering::Greater => return missing(other.id, name, first),
            Ordering::Equal => {}
        }
        if row.label != other.label {
            let (here, there) = (&classes[row.label], &classes[other.label]);
            return Err(Error::Unlike(format!(
                "clip {} is of class {here} in {first} but of class {there} in {name}; \
                 evaluate both on the same test list",
                row.id
            )));
        }
    }
    match rows.len().cmp(&others.len()) {
        Ordering::Greater => missing(rows[others.len()].id, first, name),
        Ordering::Less => missing(others[rows.len()].id, name, first),
        Ordering::Equal => Ok(()),
    }
}

fn strata(rows: &[Row], classes: usize) -> Vec<Range<usize>> {
    let mut start = 0;
    (0..classes)
        .map(|class| {
            let end = start + rows.iter().filter(|row| row.label == class).count();
            std::mem::replace(&mut start, end)..end
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::JudgedClip;
    use m3dfel_data::Vocabulary;

    /// Predictions of `(clip, label, predicted)`, a class given by its name; `-` for an unread clip.
    pub fn predictions(classes: &str, clips: &[(&str, &str, &str)]) -> Predictions {
        let classes: Vocabulary = classes.parse().unwrap();
        let clips = clips
            .iter()
            .map(|&(id, label, predicted)| JudgedClip {
                id: id.into(),
                label: classes.index(label).unwrap(),
                outcome: match classes.index(predicted) {
                    Some(class) => Ok((0..classes.len())
                        .map(|k| if k == class { 2.0 } else { 0.0 })
                        .collect()),
                    None => Err("gone".into()),
                },
            })
            .collect();
        Predictions::new(classes, clips).unwrap()
    }

    fn align(a: &Predictions, b: &Predictions) -> Result<Panel> {
        let [a, b] = [a, b].map(std::slice::from_ref);
        Panel::align(&[Side::new("a", a), Side::new("b", b)])
    }

    #[test]
    fn matches_clips_by_id_and_classes_by_name() {
        let a = [
            ("1", "sad", "sad"),
            ("2", "happy", "sad"),
            ("3", "happy", "happy"),
        ];
        let b = [
            ("3", "joy", "joy"),
            ("1", "sadness", "joy"),
            ("2", "joy", "-"),
        ];
        let panel = align(
            &predictions("happy,sad", &a),
            &predictions("sadness,joy", &b),
        )
        .unwrap();
        assert_eq!(panel.classes, ["happy", "sad"]);
        assert_eq!(panel.strata, [0..2, 2..3]); // clips 2, 3, then 1
        assert_eq!(panel.right[0], [[false, true, true]]);
        assert_eq!(panel.right[1], [[false, true, false]]);
    }

    #[test]
    fn says_which_clip_does_not_match() {
        let of = |clips: &[(&str, &str, &str)]| predictions("happy,sad", clips);
        let one = of(&[("1", "sad", "sad"), ("2", "sad", "sad")]);
        for (other, says) in [
            (
                of(&[("1", "sad", "sad")]),
                "clip 2 is in \"a\" but not in \"b\"",
            ),
            (
                of(&[("2", "sad", "sad")]),
                "clip 1 is in \"a\" but not in \"b\"",
            ),
            (
                of(&[
                    ("1", "sad", "sad"),
                    ("2", "sad", "sad"),
                    ("9", "sad", "sad"),
                ]),
                "clip 9 is in \"b\" but not in \"a\"",
            ),
            (
                of(&[
                    ("1", "sad", "sad"),
                    ("1", "sad", "sad"),
                    ("2", "sad", "sad"),
                ]),
                "clip 1 is in \"b\" but not in \"a\", or is listed there less often",
            ),
            (
                of(&[("1", "sad", "sad"), ("2", "happy", "sad")]),
                "clip 2 is of class sad in \"a\" but of class happy in \"b\"",
            ),
            (
                predictions("happy,sad,fear", &[("1", "sad", "sad")]),
                "\"b\" has the classes happy, sad, fear, the first set has happy, sad",
            ),
            (
                predictions("fear,sad", &[("1", "sad", "sad")]),
                "\"b\" has the classes fear, sad",
            ),
        ] {
            let error = align(&one, &other).err().unwrap().to_string();
            assert!(error.contains(says), "{error}\n  lacks: {says}");
        }
        let two = [one, of(&[("1", "sad", "sad")])];
        let error = Panel::align(&[Side::new("ours", &two)]).err().unwrap();
        assert!(
            error.to_string().contains("\"ours\" (seed 2 of 2)"),
            "{error}"
        );
        let error = Panel::align(&[Side::new("ours", &two[..1]), Side::new("none", &[])]);
        assert!(
            error
                .err()
                .unwrap()
                .to_string()
                .starts_with("\"none\" has no")
        );
        assert!(Panel::align(&[]).is_err());
    }

    #[test]
    fn a_clip_listed_twice_is_two() {
        let twice = predictions("happy,sad", &[("1", "sad", "sad"), ("1", "sad", "sad")]);
        assert_eq!(align(&twice, &twice).unwrap().clips(), 2);
    }
}
