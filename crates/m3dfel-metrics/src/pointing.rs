//! The pointing game in time: does the instance that weighs most show the expression?
//!
//! After Zhang et al. 2018 (*Top-down neural attention by excitation backprop*), who ask whether the
//! largest response in a picture lies on the object.

use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::{Bootstrap, Interval};

/// What is known of one clip's instances.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointedClip {
    pub id: String,
    pub instances: Vec<Instance>,
    /// The first and last frame that show the expression, counted from 0 in the video; none for a
    /// face at rest throughout.
    pub expression: Option<(usize, usize)>,
}

/// One instance of a bag.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Instance {
    /// Its part in the decision; only its order among those of the bag counts.
    pub share: f64,
    /// First and last frame, counted from 0 in the original video.
    pub frames: (usize, usize),
}

/// How the clips came out. Every clip is counted once: in the score, at rest, or left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pointing {
    /// None where no clip counts.
    pub score: Option<PointingScore>,
    /// Clips without an expression to point at: not counted in the score.
    pub at_rest: usize,
    /// Clips that make no sense, and why.
    pub left_out: Vec<LeftOut>,
}

/// Fractions of clips, 0 to 1, with intervals over resampled clips.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointingScore {
    /// Clips it is of.
    pub clips: usize,
    /// A clip is hit where the instance of the largest share has its middle, half-way between its
    /// first and last frame, within the expression, onset and offset included. Where several share
    /// the largest, it is hit by the part of them that hit: what drawing one of them would score.
    pub hits: Interval,
    /// What an instance drawn at random would score: the part of instances that hit, mean over clips.
    pub chance: Interval,
    /// Hits less chance, clip by clip: -1 to 1.
    pub gain: Interval,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub id: String,
    pub why: String,
}

impl Pointing {
    pub fn of(clips: &[PointedClip], bootstrap: &Bootstrap) -> Self {
        let (mut outcomes, mut at_rest, mut left_out) = (Vec::new(), 0, Vec::new());
        for clip in clips {
            match clip.outcome() {
                Ok(Some(outcome)) => outcomes.push(outcome),
                Ok(None) => at_rest += 1,
                Err(why) => left_out.push(LeftOut {
                    id: clip.id.clone(),
                    why,
                }),
            }
        }
        Self {
            score: (!outcomes.is_empty()).then(|| PointingScore::of(&outcomes, bootstrap)),
            at_rest,
            left_out,
        }
    }
}

/// What a clip's largest share scores, and what chance would, 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Outcome {
    hit: f64,
    chance: f64,
}

impl PointedClip {
    /// None for a face at rest.
    fn outcome(&self) -> Result<Option<Outcome>, String> {
        if self.instances.is_empty() {
            return Err("it has no instance".into());
        }
        for (k, Instance { share, frames }) in self.instances.iter().enumerate() {
            if !share.is_finite() {
                return Err(format!("the share of its instance {} is {share}", k + 1));
            }
            if frames.0 > frames.1 {
                let (first, last) = frames;
                return Err(format!(
                    "its instance {} is of frames {first} to {last}",
                    k + 1
                ));
            }
        }
        let Some((onset, offset)) = self.expression else {
            return Ok(None);
        };
        if onset > offset {
            return Err(format!("its expression is of frames {onset} to {offset}"));
        }
        let hits = |instance: &Instance| {
            let (first, last) = instance.frames;
            let twice_middle = first as f64 + last as f64;
            (2.0 * onset as f64..=2.0 * offset as f64).contains(&twice_middle)
        };
        let part = |of: &[&Instance]| {
            let hit = of.iter().filter(|instance| hits(instance)).count();
            hit as f64 / of.len() as f64
        };
        let all: Vec<&Instance> = self.instances.iter().collect();
        let shares = all.iter().map(|instance| instance.share);
        let most = shares.fold(f64::NEG_INFINITY, f64::max);
        let largest: Vec<&Instance> = all.iter().copied().filter(|i| i.share == most).collect();
        Ok(Some(Outcome {
            hit: part(&largest),
            chance: part(&all),
        }))
    }
}

impl PointingScore {
    /// `outcomes` are one or more.
    fn of(outcomes: &[Outcome], bootstrap: &Bootstrap) -> Self {
        let clips = outcomes.len();
        let estimate = mean(outcomes.iter().copied(), clips);
        let means = bootstrap.draw(|rng| {
            let drawn = (0..clips).map(|_| outcomes[rng.random_range(0..clips)]);
            mean(drawn, clips)
        });
        let interval = |figure: fn(&Outcome) -> f64| {
            Interval::of(figure(&estimate), means.iter().map(figure).collect())
        };
        Self {
            clips,
            hits: interval(|o| o.hit),
            chance: interval(|o| o.chance),
            gain: interval(|o| o.hit - o.chance),
        }
    }
}

fn mean(outcomes: impl Iterator<Item = Outcome>, of: usize) -> Outcome {
    let sum = outcomes.fold(Outcome::default(), |sum, one| Outcome {
        hit: sum.hit + one.hit,
        chance: sum.chance + one.chance,
    });
    Outcome {
        hit: sum.hit / of as f64,
        chance: sum.chance / of as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four instances of four frames each, of these shares.
    fn clip(shares: &[f64], expression: Option<(usize, usize)>) -> PointedClip {
        let instance = |(k, &share): (usize, &f64)| Instance {
            share,
            frames: (4 * k, 4 * k + 3),
        };
        PointedClip {
            id: "00001".into(),
            instances: shares.iter().enumerate().map(instance).collect(),
            expression,
        }
    }

    fn outcome(shares: &[f64], expression: (usize, usize)) -> (f64, f64) {
        let outcome = clip(shares, Some(expression)).outcome().unwrap().unwrap();
        (outcome.hit, outcome.chance)
    }

    #[test]
    fn a_hit_has_its_middle_within_the_expression() {
        let second = [0.1, 0.6, 0.2, 0.1]; // frames 4 to 7: the middle is 5.5
        assert_eq!(outcome(&second, (5, 10)), (1.0, 0.5)); // 5.5 and 9.5
        assert_eq!(outcome(&second, (6, 10)), (0.0, 0.25));
        assert_eq!(outcome(&second, (2, 5)), (0.0, 0.0));
        assert_eq!(outcome(&second, (0, 99)), (1.0, 1.0));
        // One frame: its middle is the frame, and the edges of the expression belong to it.
        let mut one = clip(&[1.0], Some((7, 9)));
        for (frame, hit) in [(6, 0.0), (7, 1.0), (9, 1.0), (10, 0.0)] {
            one.instances[0].frames = (frame, frame);
            assert_eq!(one.outcome().unwrap().unwrap().hit, hit, "{frame}");
        }
    }

    #[test]
    fn ties_score_what_drawing_one_would() {
        assert_eq!(outcome(&[0.4, 0.4, 0.1, 0.1], (0, 3)), (0.5, 0.25));
        assert_eq!(
            outcome(&[0.25; 4], (0, 8)),
            (0.5, 0.5),
            "even shares are chance"
        );
        assert_eq!(outcome(&[0.0; 4], (0, 8)), (0.5, 0.5));
    }

    #[test]
    fn each_clip_is_counted_once() {
        let clips = [
            clip(&[0.1, 0.9, 0.0, 0.0], Some((4, 8))), // hit, chance 1/4
            clip(&[0.9, 0.1, 0.0, 0.0], Some((4, 11))), // missed, chance 1/2
            clip(&[0.9, 0.1, 0.0, 0.0], None),
            clip(&[], None),
            clip(&[f64::NAN, 1.0], Some((0, 1))),
            clip(&[1.0], Some((3, 1))),
            PointedClip {
                instances: vec![Instance {
                    share: 1.0,
                    frames: (5, 4),
                }],
                ..clip(&[], Some((0, 1)))
            },
        ];
        let found = Pointing::of(&clips, &Bootstrap::default());
        let score = found.score.unwrap();
        assert_eq!(
            (score.clips, found.at_rest, found.left_out.len()),
            (2, 1, 4)
        );
        assert_eq!(score.hits.estimate, 0.5);
        assert_eq!(score.chance.estimate, 0.375);
        assert_eq!(score.gain.estimate, 0.125);
        // The extremes of two clips come up in a quarter of resamples each.
        assert_eq!((score.gain.low, score.gain.high), (-0.5, 0.75));
        let why: Vec<&str> = found.left_out.iter().map(|l| l.why.as_str()).collect();
        assert_eq!(why[0], "it has no instance");
        assert_eq!(why[1], "the share of its instance 1 is NaN");
        assert_eq!(why[3], "its instance 1 is of frames 5 to 4");
    }

    #[test]
    fn nothing_to_point_at_is_no_score() {
        let found = Pointing::of(&[clip(&[1.0], None)], &Bootstrap::default());
        assert_eq!((found.score, found.at_rest), (None, 1));
        assert_eq!(Pointing::of(&[], &Bootstrap::default()).score, None);
    }
}
