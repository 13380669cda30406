use serde::{Deserialize, Serialize};

use crate::mcnemar::McNemar;
use crate::panel::Panel;
use crate::scores::Resampled;
use crate::table::{Cell, Table, percent, points};
use crate::{Bootstrap, Error, Interval, Result, Scores, Side};

/// Several sides on the same test list, each against the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Names of the classes, in the order of all recalls here.
    pub classes: Vec<String>,
    /// Clips of each class.
    pub clips: Vec<usize>,
    /// One or more, as given: the first is the one that the others are held against.
    pub sides: Vec<ComparedSide>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComparedSide {
    pub name: String,
    /// Number of seeds that the scores are the mean of.
    pub seeds: usize,
    /// Clips that could not be read, summed over the seeds: each counts as an error.
    pub unread: u64,
    pub scores: Scores,
    /// None for the first side itself.
    pub against_first: Option<Against>,
}

/// A side less the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Against {
    pub difference: Scores,
    /// Its first set is the first side's. None where a side has several seeds.
    pub mcnemar: Option<McNemar>,
}

impl Comparison {
    /// # Errors
    /// No side, two of one name, a side without predictions, sides over other classes, clips or
    /// labels, by the clip.
    pub fn of(sides: &[Side], bootstrap: &Bootstrap) -> Result<Self> {
        for (k, side) in sides.iter().enumerate() {
            if sides[..k].iter().any(|other| other.name == side.name) {
                let what = format!("two sides are called \"{}\": name them apart", side.name);
                return Err(Error::Unlike(what));
            }
        }
        let panel = Panel::align(sides)?;
        let resampled = Resampled::new(&panel, bootstrap);
        let compared = sides.iter().enumerate().map(|(k, side)| ComparedSide {
            name: side.name.into(),
            seeds: side.seeds.len(),
            unread: side
                .seeds
                .iter()
                .map(|s| s.confusion().total_unread())
                .sum(),
            scores: resampled.side(k),
            against_first: (k > 0).then(|| Against {
                difference: resampled.difference(k, 0),
                mcnemar: McNemar::of_panel(&panel, 0, k),
            }),
        });
        Ok(Self {
            clips: panel.strata.iter().map(ExactSizeIterator::len).collect(),
            sides: compared.collect(),
            classes: panel.classes.clone(),
        })
    }

    /// A row per side: WAR and UAR with intervals, recalls, in percent; the best of each marked.
    pub fn scores_table(&self) -> Table {
        let recalls = self.classes.iter().map(String::as_str);
        let mut table = Table::new(
            ["side", "seeds", "WAR (%)", "UAR (%)"]
                .into_iter()
                .chain(recalls),
        );
        for side in &self.sides {
            let scores = &side.scores;
            let mut row = vec![side.name.as_str().into(), side.seeds.to_string().into()];
            row.push(self.cell(&scores.war, |s| Some(s.war), with_interval));
            row.push(self.cell(&scores.uar, |s| Some(s.uar), with_interval));
            for (class, recall) in scores.recalls.iter().enumerate() {
                row.push(match recall {
                    Some(recall) => self.cell(recall, |s| s.recalls[class], alone),
                    None => "-".into(),
                });
            }
            table.push(row);
        }
        table
    }

    /// A row per side but the first: how far it is above the first, in percentage points, and
    /// McNemar's test.
    pub fn differences_table(&self) -> Table {
        let first = self.sides.first().map_or("", |side| side.name.as_str());
        let side = format!("less {first}");
        let mut table = Table::new([
            side.as_str(),
            "WAR (points)",
            "UAR (points)",
            "only it right",
            "only first right",
            "p",
        ]);
        for side in &self.sides {
            let Some(against) = &side.against_first else {
                continue;
            };
            let difference = |d: &Interval| {
                let [estimate, low, high] = [d.estimate, d.low, d.high].map(points);
                format!("{estimate} [{low}, {high}]")
            };
            let (war, uar) = (&against.difference.war, &against.difference.uar);
            let mut row = vec![side.name.clone(), difference(war), difference(uar)];
            row.extend(match against.mcnemar {
                Some(test) => [
                    test.only_second.to_string(),
                    test.only_first.to_string(),
                    match test.p {
                        p if p < 0.001 => "< 0.001".into(),
                        p => format!("{p:.3}"),
                    },
                ],
                None => ["-"; 3].map(str::to_owned),
            });
            table.push(row);
        }
        table
    }

    /// Best where no side's figure prints as more.
    fn cell(
        &self,
        figure: &Interval,
        same: impl Fn(&Scores) -> Option<Interval>,
        print: impl Fn(&Interval) -> String,
    ) -> Cell {
        let figures = self.sides.iter().filter_map(|side| same(&side.scores));
        let most = figures
            .map(|f| f.estimate)
            .fold(f64::NEG_INFINITY, f64::max);
        Cell {
            text: print(figure),
            best: self.sides.len() > 1 && percent(figure.estimate) == percent(most),
        }
    }
}

fn alone(figure: &Interval) -> String {
    percent(figure.estimate)
}

fn with_interval(figure: &Interval) -> String {
    let [estimate, low, high] = [figure.estimate, figure.low, figure.high].map(percent);
    format!("{estimate} [{low}, {high}]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Predictions;
    use crate::panel::tests::predictions;

    const CLASSES: &str = "happy,sad,fear";

    /// Ten clips of happy and ten of sad, of which so many are right.
    fn set(happy: usize, sad: usize) -> Predictions {
        let ids: Vec<String> = (0..20).map(|k| format!("{k:02}")).collect();
        let clips: Vec<(&str, &str, &str)> = ids
            .iter()
            .enumerate()
            .map(|(k, id)| match k < 10 {
                true => (
                    id.as_str(),
                    "happy",
                    if k < happy { "happy" } else { "fear" },
                ),
                false => (
                    id.as_str(),
                    "sad",
                    if k - 10 < sad { "sad" } else { "fear" },
                ),
            })
            .collect();
        predictions(CLASSES, &clips)
    }

    fn compared() -> Comparison {
        let (plain, ours, better) = ([set(5, 5)], [set(7, 5), set(9, 5)], [set(10, 5)]);
        let sides = [
            Side::new("plain", &plain),
            Side::new("ours", &ours),
            Side::new("better", &better),
        ];
        Comparison::of(&sides, &Bootstrap::default()).unwrap()
    }

    #[test]
    fn each_side_and_its_difference_to_the_first() {
        let found = compared();
        assert_eq!(
            (&found.classes[0][..], &found.clips[..]),
            ("happy", &[10, 10, 0][..])
        );
        let [plain, ours, better] = &found.sides[..] else {
            panic!("{found:?}")
        };
        assert_eq!((plain.seeds, ours.seeds), (1, 2));
        assert_eq!(plain.against_first, None);
        assert_eq!(ours.scores.war.estimate, 0.65);
        assert_eq!(ours.scores.recalls[0].unwrap().estimate, 0.8);
        assert_eq!(ours.scores.recalls[2], None);
        let against = ours.against_first.as_ref().unwrap();
        assert!((against.difference.uar.estimate - 0.15).abs() < 1e-12);
        assert!((against.difference.recalls[0].unwrap().estimate - 0.3).abs() < 1e-12);
        assert_eq!(against.mcnemar, None, "several seeds");
        let test = better.against_first.as_ref().unwrap().mcnemar.unwrap();
        assert_eq!((test.only_first, test.only_second, test.p), (0, 5, 0.0625));
        // All ten right in every resample; sad's differences are zero clip by clip.
        let recall = better.scores.recalls[0].unwrap();
        assert_eq!((recall.low, recall.high), (1.0, 1.0));
        let sad = better.against_first.as_ref().unwrap().difference.recalls[1];
        let sad = sad.unwrap();
        assert_eq!((sad.low, sad.estimate, sad.high), (0.0, 0.0, 0.0));
    }

    #[test]
    fn tables_say_the_same() {
        let found = compared();
        let scores = found.scores_table();
        assert_eq!(
            scores.header,
            [
                "side", "seeds", "WAR (%)", "UAR (%)", "happy", "sad", "fear"
            ]
        );
        assert!(scores.rows[1][2].text.starts_with("65.00 ["));
        let best = |row: usize| {
            scores.rows[row]
                .iter()
                .map(|cell| cell.best)
                .collect::<Vec<_>>()
        };
        assert_eq!(best(0), [false, false, false, false, false, true, false]);
        assert_eq!(best(2), [false, false, true, true, true, true, false]);
        let differences = found.differences_table();
        let row = |k: usize| {
            differences.rows[k]
                .iter()
                .map(|c| &c.text[..])
                .collect::<Vec<_>>()
        };
        assert_eq!(row(0)[3..], ["-", "-", "-"]);
        assert!(row(1)[1].starts_with("+25.00 [+"), "{:?}", row(1));
        assert_eq!(row(1)[3..], ["5", "0", "0.062"]);
    }

    #[test]
    fn unread_clips_are_said() {
        let seeds =
            [("1", "sad", "-"), ("1", "sad", "sad")].map(|clip| predictions(CLASSES, &[clip]));
        let found = Comparison::of(&[Side::new("ours", &seeds)], &Bootstrap::default()).unwrap();
        assert_eq!(
            (found.sides[0].unread, found.sides[0].scores.war.estimate),
            (1, 0.5)
        );
    }

    #[test]
    fn travels_as_json() {
        let found = compared();
        let text = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<Comparison>(&text).unwrap(), found);
    }

    #[test]
    fn two_of_one_name_are_refused() {
        let one = [set(1, 1)];
        let sides = [Side::new("ours", &one), Side::new("ours", &one)];
        let error = Comparison::of(&sides, &Bootstrap::default()).unwrap_err();
        assert!(
            error.to_string().contains("two sides are called \"ours\""),
            "{error}"
        );
        assert!(Comparison::of(&[], &Bootstrap::default()).is_err());
    }
}
