//! Which clip shows which expression by whom, and which fold tests it.

use crate::{
    ClipSpec, CorpusOptions, Difficulty, Expression, SynthError,
    random::{Purpose, generator},
};
use rand::{Rng, seq::SliceRandom};

/// Folds of cross-validation, as DFEW has.
pub const FOLDS: usize = 5;

/// A clip of a corpus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedClip {
    /// 1 to 5: the only fold that tests this clip; the others train on it.
    pub fold: usize,
    /// What to render. `number` is the clip's name, from 1.
    pub spec: ClipSpec,
}

/// Plans a corpus.
///
/// Classes of an easy corpus are as unequal as in DFEW, but a fold's test split holds at least a few clips of each (one
/// for every 28 clips of the fold, at most 5; one from 7 clips on), where DFEW's share of disgust would come to fewer.
/// Those of a wild one are equal: it is there to train on, and films are not as unequal as DFEW in the same way.
/// A person plays in about three clips, all of the same fold.
///
/// # Errors
/// If the options ask for no clips, too many, or an impossible size.
pub fn plan_corpus(options: &CorpusOptions) -> Result<Vec<PlannedClip>, SynthError> {
    options.check()?;
    let mut rng = generator(options.seed, Purpose::Plan, 0);
    let mut cast = Vec::with_capacity(options.clips);
    let mut identities = 0;
    for fold in 1..=FOLDS {
        let clips = options.clips / FOLDS + usize::from(fold <= options.clips % FOLDS);
        let people = clips.div_ceil(3) as u64;
        let mut labels: Vec<Expression> = Expression::ALL
            .into_iter()
            .zip(match options.difficulty {
                Difficulty::Easy => class_counts(clips),
                Difficulty::Wild => even_counts(clips, fold),
            })
            .flat_map(|(e, n)| std::iter::repeat_n(e, n))
            .collect();
        labels.shuffle(&mut rng);
        for (k, expression) in labels.into_iter().enumerate() {
            // everybody plays once before anybody is drawn again
            let k = k as u64;
            let person = if k < people {
                k
            } else {
                rng.random_range(0..people)
            };
            cast.push((fold, expression, identities + person));
        }
        identities += people;
    }
    cast.shuffle(&mut rng);
    let clip = |(k, (fold, expression, identity)): (usize, _)| PlannedClip {
        fold,
        spec: ClipSpec {
            seed: options.seed,
            number: k as u64 + 1,
            identity,
            expression,
            difficulty: options.difficulty,
            size: options.size,
        },
    };
    Ok(cast.into_iter().enumerate().map(clip).collect())
}

/// Clips of each class among `clips`, in DFEW's order.
fn class_counts(clips: usize) -> [usize; 7] {
    let least = match clips {
        0..7 => 0,
        _ => (clips / 28).clamp(1, 5),
    };
    let total: usize = Expression::ALL.iter().map(|e| e.dfew_count()).sum();
    let spare = clips - least * Expression::ALL.len();
    let wanted = Expression::ALL.map(|e| (e.dfew_count() * clips) as f64 / total as f64);
    let over = wanted.map(|w| (w - least as f64).max(0.0));
    let sum: f64 = over.iter().sum();
    let exact = over.map(|o| o / sum * spare as f64);
    let mut counts = exact.map(|x| least + x as usize);
    // the largest remainders take what rounding left
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_by(|&a, &b| {
        exact[b]
            .fract()
            .total_cmp(&exact[a].fract())
            .then(a.cmp(&b))
    });
    let left = clips - counts.iter().sum::<usize>();
    for &k in order.iter().cycle().take(left) {
        counts[k] += 1;
    }
    counts
}

/// As many clips of each class as of any other; those left over are of other classes in each fold.
fn even_counts(clips: usize, fold: usize) -> [usize; 7] {
    let classes = Expression::ALL.len();
    let left = clips % classes;
    std::array::from_fn(|k| clips / classes + usize::from((k + fold * left) % classes < left))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn plan(clips: usize, seed: u64) -> Vec<PlannedClip> {
        plan_corpus(&CorpusOptions {
            clips,
            seed,
            size: 64,
            ..CorpusOptions::default()
        })
        .unwrap()
    }

    #[test]
    fn counts_add_up_and_follow_dfew() {
        for clips in [1, 6, 7, 20, 50, 140, 1000, 2341] {
            let counts = class_counts(clips);
            assert_eq!(counts.iter().sum::<usize>(), clips);
            if clips >= 7 {
                assert!(counts.iter().all(|&n| n >= 1), "{clips}: {counts:?}");
            }
        }
        let counts = class_counts(2341); // DFEW's own size
        for (e, n) in Expression::ALL.iter().zip(counts) {
            let dfew = e.dfew_count() as f64 * 2341.0 / 9356.0;
            assert!((n as f64 - dfew).abs() <= 2.0, "{e}: {n} against {dfew}");
        }
        assert_eq!(class_counts(140)[5], 5);
    }

    #[test]
    fn a_wild_corpus_is_balanced() {
        for clips in [3, 35, 36, 99, 1000] {
            let options = CorpusOptions {
                clips,
                difficulty: Difficulty::Wild,
                ..CorpusOptions::default()
            };
            let plan = plan_corpus(&options).unwrap();
            assert_eq!(plan.len(), clips);
            for fold in 1..=FOLDS {
                let counts = Expression::ALL.map(|e| {
                    let of = |c: &&PlannedClip| c.fold == fold && c.spec.expression == e;
                    plan.iter().filter(of).count()
                });
                let (least, most) = (counts.iter().min(), counts.iter().max());
                assert!(most.unwrap() - least.unwrap() <= 1, "{clips}: {counts:?}");
            }
            let counts =
                Expression::ALL.map(|e| plan.iter().filter(|c| c.spec.expression == e).count());
            let (least, most) = (counts.iter().min(), counts.iter().max());
            assert!(most.unwrap() - least.unwrap() <= 3, "{clips}: {counts:?}");
        }
    }

    #[test]
    fn an_identity_belongs_to_one_fold() {
        for clips in [1, 3, 36, 700] {
            let mut fold_of = BTreeMap::new();
            for clip in plan(clips, 7) {
                assert!((1..=FOLDS).contains(&clip.fold));
                assert_eq!(
                    *fold_of.entry(clip.spec.identity).or_insert(clip.fold),
                    clip.fold
                );
            }
        }
    }

    #[test]
    fn folds_are_even_and_names_are_unique() {
        let clips = plan(703, 1);
        let names: BTreeSet<_> = clips.iter().map(|c| c.spec.number).collect();
        assert_eq!(names, (1..=703).collect());
        for fold in 1..=FOLDS {
            let n = clips.iter().filter(|c| c.fold == fold).count();
            assert!((140..=141).contains(&n));
        }
    }

    #[test]
    fn another_seed_is_another_plan() {
        assert_eq!(plan(50, 1), plan(50, 1));
        assert_ne!(
            plan(50, 1)
                .iter()
                .map(|c| c.spec.expression)
                .collect::<Vec<_>>(),
            plan(50, 2)
                .iter()
                .map(|c| c.spec.expression)
                .collect::<Vec<_>>()
        );
    }
}
