//! Scores with intervals: of one side, and of the difference of two.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::panel::Panel;
use crate::{Bootstrap, Interval, Result, Side};

/// WAR, UAR and the recall of each class, as fractions (0 to 1), or differences of them (-1 to 1).
///
/// # What is drawn
///
/// Clips are drawn with replacement **within each class**: a resample has as many clips of each class
/// as the test list. Were they drawn from all clips alike, a rare class (DFEW's disgust: some thirty
/// clips of 2,341 in a fold) would vary in number, or vanish and leave the UAR undefined; the number
/// of clips of a class is a choice of whoever made the list, not an outcome.
///
/// All sides see the same resample of clips, so that differences are paired. Where a side has several
/// seeds, these are drawn with replacement too, each side's for itself: an interval then speaks of the
/// way of training, not of one run of it. Drawing both crosswise overstates the spread a little rather
/// than understate it (Owen 2007, *The pigeonhole bootstrap*), while few seeds understate their own
/// part: two or three are few. With one seed a side, intervals speak of those trained weights alone.
///
/// A class of which every clip is right, or none, or that has one clip, does not vary between
/// resamples: its recall's interval is a point, and no proof of certainty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Weighted average recall: the part of all clips called by their class.
    pub war: Interval,
    /// Unweighted average recall: the mean of the recalls of the classes that have clips.
    pub uar: Interval,
    /// By class; none for a class without clips.
    pub recalls: Vec<Option<Interval>>,
}

impl Scores {
    /// One side's: the mean over its seeds. Recalls are in the order of its first set's classes.
    ///
    /// # Errors
    /// A side without predictions; seeds over other classes, clips or labels.
    pub fn of(side: Side, bootstrap: &Bootstrap) -> Result<Self> {
        let panel = Panel::align(&[side])?;
        Ok(Resampled::new(&panel, bootstrap).side(0))
    }

    /// `side` less `other`, on the same clips.
    ///
    /// # Errors
    /// As [`Self::of`]; sides over other classes, clips or labels, by the clip.
    pub fn difference(side: Side, other: Side, bootstrap: &Bootstrap) -> Result<Self> {
        let panel = Panel::align(&[side, other])?;
        Ok(Resampled::new(&panel, bootstrap).difference(0, 1))
    }
}

/// A panel's recalls on the clips themselves and on each resample.
pub(crate) struct Resampled<'a> {
    panel: &'a Panel,
    estimate: Recalls,
    resamples: Vec<Recalls>,
}

/// `[sides, classes]`, flat; all else is a weighted sum of these. 0 for a class without clips.
type Recalls = Vec<f64>;

impl<'a> Resampled<'a> {
    pub fn new(panel: &'a Panel, bootstrap: &Bootstrap) -> Self {
        Self {
            panel,
            estimate: recalls(panel, &vec![1; panel.clips()], |seeds| vec![1; seeds]),
            resamples: bootstrap.draw(|rng| {
                let times = draw_clips(panel, rng);
                recalls(panel, &times, |seeds| draw(seeds, rng))
            }),
        }
    }

    pub fn side(&self, side: usize) -> Scores {
        let classes = self.panel.classes.len();
        self.scores(|recalls, class| recalls[side * classes + class])
    }

    pub fn difference(&self, side: usize, other: usize) -> Scores {
        let classes = self.panel.classes.len();
        self.scores(|recalls, class| {
            recalls[side * classes + class] - recalls[other * classes + class]
        })
    }

    fn scores(&self, recall: impl Fn(&Recalls, usize) -> f64) -> Scores {
        let strata = &self.panel.strata;
        let present: Vec<usize> = (0..strata.len())
            .filter(|&class| !strata[class].is_empty())
            .collect();
        let clips = self.panel.clips() as f64;
        let war = |recalls: &Recalls| {
            let right = |&class: &usize| recall(recalls, class) * strata[class].len() as f64;
            present.iter().map(right).sum::<f64>() / clips
        };
        let uar = |recalls: &Recalls| {
            let sum: f64 = present.iter().map(|&class| recall(recalls, class)).sum();
            sum / present.len() as f64
        };
        Scores {
            war: self.interval(war),
            uar: self.interval(uar),
            recalls: (0..strata.len())
                .map(|class| {
                    present
                        .contains(&class)
                        .then(|| self.interval(|recalls| recall(recalls, class)))
                })
                .collect(),
        }
    }

    fn interval(&self, figure: impl Fn(&Recalls) -> f64) -> Interval {
        let figures = self.resamples.iter().map(&figure).collect();
        Interval::of(figure(&self.estimate), figures)
    }
}

/// How often each clip is in a resample.
fn draw_clips(panel: &Panel, rng: &mut ChaCha8Rng) -> Vec<u32> {
    panel
        .strata
        .iter()
        .flat_map(|s| draw(s.len(), rng))
        .collect()
}

/// How often each of `count` things is drawn in `count` draws with replacement.
fn draw(count: usize, rng: &mut ChaCha8Rng) -> Vec<u32> {
    let mut times = vec![0; count];
    for _ in 0..count {
        times[rng.random_range(0..count)] += 1;
    }
    times
}

/// Each side's recalls where clip `i` counts `times[i]` times and seeds as often as `seeds` says.
fn recalls(panel: &Panel, times: &[u32], mut seeds: impl FnMut(usize) -> Vec<u32>) -> Recalls {
    let mut all = Vec::with_capacity(panel.right.len() * panel.strata.len());
    for side in &panel.right {
        let weights = seeds(side.len());
        for stratum in &panel.strata {
            let mut hits = 0;
            for (right, weight) in side.iter().zip(&weights) {
                let clips = right[stratum.clone()].iter().zip(&times[stratum.clone()]);
                hits += weight
                    * clips
                        .map(|(&right, times)| u32::from(right) * times)
                        .sum::<u32>();
            }
            let of = (side.len() * stratum.len()).max(1);
            all.push(f64::from(hits) / of as f64);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::tests::predictions;
    use crate::{JudgedClip, Predictions};
    use rand::SeedableRng;

    /// Clips of happy and sad of which so many are right, out of so many.
    fn set(happy: (usize, usize), sad: (usize, usize)) -> Predictions {
        let clips = |label: usize, (right, of): (usize, usize)| {
            (0..of).map(move |k| JudgedClip {
                id: format!("{label} {k:05}"),
                label,
                outcome: Ok(match (k < right) == (label == 0) {
                    true => vec![1.0, 0.0],
                    false => vec![0.0, 1.0],
                }),
            })
        };
        let clips = clips(0, happy).chain(clips(1, sad)).collect();
        Predictions::new("happy,sad".parse().unwrap(), clips).unwrap()
    }

    #[test]
    fn a_resample_has_as_many_clips_of_each_class() {
        let one = [set((3, 40), (1, 2))];
        let panel = Panel::align(&[Side::new("one", &one)]).unwrap();
        for seed in 0..50 {
            let times = draw_clips(&panel, &mut ChaCha8Rng::seed_from_u64(seed));
            assert_eq!(times[..40].iter().sum::<u32>(), 40);
            assert_eq!(times[40..].iter().sum::<u32>(), 2);
        }
    }

    #[test]
    fn small_cases_by_hand() {
        // Two clips, one right: 0, 1/2 and 1 come up in 1/4, 1/2 and 1/4 of resamples.
        let one = [set((1, 2), (5, 5))];
        let found = Scores::of(Side::new("one", &one), &Bootstrap::default()).unwrap();
        let happy = found.recalls[0].unwrap();
        assert_eq!((happy.low, happy.estimate, happy.high), (0.0, 0.5, 1.0));
        let sad = found.recalls[1].unwrap();
        assert_eq!((sad.low, sad.estimate, sad.high), (1.0, 1.0, 1.0));
        assert_eq!(
            (found.uar.low, found.uar.estimate, found.uar.high),
            (0.5, 0.75, 1.0)
        );
        let war = found.war;
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        close(war.estimate, 6.0 / 7.0);
        close(war.low, 5.0 / 7.0);
        close(war.high, 1.0);
    }

    #[test]
    fn one_set_less_itself_is_nothing() {
        let one = [set((7, 10), (3, 9))];
        let (a, b) = (Side::new("a", &one), Side::new("b", &one));
        let found = Scores::difference(a, b, &Bootstrap::default()).unwrap();
        let nothing = Interval {
            estimate: 0.0,
            low: 0.0,
            high: 0.0,
        };
        assert_eq!(
            (found.war, found.uar),
            (nothing, nothing),
            "differences are paired"
        );
    }

    #[test]
    fn seeds_that_differ_widen_the_interval() {
        // All clips of a seed right or wrong: only the draw of the seeds varies.
        let seeds = [set((10, 10), (10, 10)), set((0, 10), (0, 10))];
        let found = Scores::of(Side::new("two", &seeds), &Bootstrap::default()).unwrap();
        assert_eq!(
            (found.war.low, found.war.estimate, found.war.high),
            (0.0, 0.5, 1.0)
        );
    }

    #[test]
    fn an_unread_clip_is_an_error() {
        let one = [predictions(
            "happy,sad",
            &[("1", "sad", "-"), ("2", "sad", "sad")],
        )];
        let found = Scores::of(Side::new("one", &one), &Bootstrap::default()).unwrap();
        assert_eq!((found.war.estimate, found.recalls[0]), (0.5, None));
        assert_eq!(found.uar.estimate, 0.5, "of the class that has clips");
    }

    /// Of many test lists drawn from one world, 95 in a hundred intervals hold that world's figure.
    #[test]
    fn covers_the_truth_as_often_as_it_says() {
        let (happy, sad) = (0.8, 0.4);
        let bootstrap = Bootstrap {
            resamples: 400.try_into().unwrap(),
            ..Bootstrap::default()
        };
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let (lists, mut covered) = (400, [0; 2]);
        for _ in 0..lists {
            let mut right =
                |of: usize, p: f64| ((0..of).filter(|_| rng.random_bool(p)).count(), of);
            let one = [set(right(150, happy), right(60, sad))];
            let found = Scores::of(Side::new("one", &one), &bootstrap).unwrap();
            let truths = [(150.0 * happy + 60.0 * sad) / 210.0, (happy + sad) / 2.0];
            for ((covered, interval), truth) in
                covered.iter_mut().zip([found.war, found.uar]).zip(truths)
            {
                *covered += usize::from(interval.low <= truth && truth <= interval.high);
            }
        }
        for covered in covered {
            // The count's own standard error is 1.1 %, and percentile intervals are a little short.
            let part = covered as f64 / f64::from(lists);
            assert!((0.915..=0.975).contains(&part), "{part}");
        }
    }
}
