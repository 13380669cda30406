//! Who a person is: the shape of the head, drawn once per identity.

use super::{
    Head, Muscle, UnitWeights,
    rig::{EYE_X, EYES, Rig, smooth},
};
use glam::Vec3;
use rand::{Rng, seq::IndexedRandom};
use rand_distr::{Beta, Distribution};
use std::collections::BTreeMap;

/// Shares of the three ancestries that MakeHuman models; they sum to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ancestry {
    pub african: f32,
    pub asian: f32,
    pub caucasian: f32,
}

/// A person's head at rest and what about it decides the looks.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The resting vertices of [`super::Rig::rest`].
    pub shape: Vec<Vec3>,
    pub ancestry: Ancestry,
    /// 0 woman, 1 man.
    pub male: f32,
    /// 0 young, 1 old.
    pub age: f32,
    /// The face's habitual set, present in every frame: nobody rests at zero.
    pub habit: UnitWeights,
    /// How much further the lower teeth go with the jaw than the head has them.
    pub teeth_follow: f32,
}

impl Identity {
    /// Draws a person.
    pub fn draw(head: &Head, rng: &mut impl Rng) -> Self {
        let ancestry = draw_ancestry(rng);
        let male = {
            let lean: f32 = rng.random_range(0.0..0.25);
            if rng.random_bool(0.5) {
                1.0 - lean
            } else {
                lean
            }
        };
        let age = if rng.random_bool(0.45) {
            rng.random_range(0.0..1.0f32)
        } else {
            rng.random_range(0.0..0.2)
        };

        let mut shape = head.rig.rest.clone();
        let shares = [
            ("african", ancestry.african),
            ("asian", ancestry.asian),
            ("caucasian", ancestry.caucasian),
        ];
        for (name, share) in shares {
            for (sex, of_sex) in [("female", 1.0 - male), ("male", male)] {
                for (years, of_age) in [("young", 1.0 - age), ("old", age)] {
                    let weight = share * of_sex * of_age;
                    if let Some(morph) = head.macros.get(&format!("{name}-{sex}-{years}")) {
                        morph.apply(&mut shape, weight);
                    }
                }
            }
        }
        let weight: f32 = rng.random_range(-0.8..0.8);
        let (sex, years) = (
            if male > 0.5 { "male" } else { "female" },
            if age > 0.5 { "old" } else { "young" },
        );
        let extreme = if weight > 0.0 { "max" } else { "min" };
        let build = format!("universal-{sex}-{years}-averagemuscle-{extreme}weight");
        if let Some(morph) = head.macros.get(&build) {
            morph.apply(&mut shape, weight.abs());
        }
        draw_features(head, &mut shape, rng);
        centre_eyes(&head.rig, &mut shape);

        let mut habit = UnitWeights::default();
        for (muscle, most) in [
            (Muscle::BROW_DOWN, 0.18),
            (Muscle::BROW_INNER_UP, 0.15),
            (Muscle::BROW_OUTER_UP, 0.15),
            (Muscle::EYE_SQUINT, 0.2),
            (Muscle::EYE_WIDE, 0.25),
            (Muscle::MOUTH_PRESS, 0.15),
            (Muscle::MOUTH_FROWN, 0.12),
            (Muscle::MOUTH_SMILE, 0.1),
        ] {
            if rng.random_bool(0.3) {
                habit.add(
                    muscle,
                    rng.random_range(0.0..most),
                    rng.random_range(-0.2..0.2),
                );
            }
        }
        Self {
            shape,
            ancestry,
            male,
            age,
            habit,
            teeth_follow: 0.0,
        }
    }
}

impl Identity {
    /// Makes the head narrower from the temples on: at 1 by a tenth, so that it is as wide as people's, for how far apart the eyes
    /// are.
    pub fn narrow(&mut self, by: f32) {
        for point in &mut self.shape {
            point.x *= 1.0 - 0.1 * by * smooth(0.35, 0.75, point.x.abs());
        }
    }

    /// Draws nose and mouth nearer to the eyes, the chin where it is: at 1 by a thirtieth of a decimetre, so that they lie as in people's
    /// faces, for how far apart the eyes are.
    pub fn lift_middle(&mut self, by: f32) {
        for point in &mut self.shape {
            let down = EYES.y - point.y;
            point.y += 0.033 * by * smooth(0.05, 0.42, down) * smooth(1.15, 0.75, down);
        }
    }

    /// Hangs all teeth lower, at 1 by 4 mm, and lets the lower ones go as far down as the lip before them. The head's upper teeth
    /// end where the lips meet and its lower ones stay behind an open jaw, so that an open mouth shows the lower teeth; people's shows the
    /// upper ones.
    pub fn show_upper_teeth(&mut self, head: &Head, by: f32) {
        for &v in &head.teeth {
            self.shape[usize::from(v)].y -= 0.04 * by;
        }
        // The head's jaw takes the lower lip down by 34 mm and the front teeth by 26.
        self.teeth_follow = 0.3;
    }

    /// Makes both eyes larger: the head's are a sixth shorter than people's, for how far apart they are. At 1 they are as people's.
    pub fn enlarge_eyes(&mut self, head: &Head, by: f32) {
        for name in ["eyes.l-eye-scale-incr", "eyes.r-eye-scale-incr"] {
            if let Some(morph) = head.shapes.get(name) {
                morph.apply(&mut self.shape, by);
            }
        }
        // what is between the lids grows with them
        for eye in &head.rig.eyes {
            let sum: Vec3 = eye.iter().map(|&v| self.shape[usize::from(v)]).sum();
            let centre = sum / eye.len().max(1) as f32;
            for &v in eye {
                let point = &mut self.shape[usize::from(v)];
                *point = centre + (*point - centre) * (1.0 + 0.12 * by);
            }
        }
    }
}

/// Moves and scales a head so that its eyes lie where the base mesh has them: crops are framed by the eyes.
fn centre_eyes(rig: &Rig, shape: &mut [Vec3]) {
    let [left, right] = rig.eyes.each_ref().map(|eye| {
        let sum: Vec3 = eye.iter().map(|&v| shape[usize::from(v)]).sum();
        sum / eye.len().max(1) as f32
    });
    let middle = (left + right) / 2.0;
    let scale = 2.0 * EYE_X / (left - right).length().max(0.1);
    shape
        .iter_mut()
        .for_each(|p| *p = (*p - middle) * scale + EYES);
}

/// Mostly one ancestry, often with a share of another.
fn draw_ancestry(rng: &mut impl Rng) -> Ancestry {
    let mut shares = [0.0f32; 3];
    let first = rng.random_range(0..3);
    let second = (first + rng.random_range(1..3)) % 3;
    let mixed = if rng.random_bool(0.4) {
        rng.random_range(0.0..0.5)
    } else {
        0.0
    };
    shares[first] += 1.0 - mixed;
    shares[second] += mixed;
    Ancestry {
        african: shares[0],
        asian: shares[1],
        caucasian: shares[2],
    }
}

/// Targets that shift whole features sideways or deform beyond the human.
const LEFT_OUT: [&str; 12] = [
    "head-trans",
    "head-angle",
    "mouth-trans-in",
    "mouth-trans-out",
    "nose-trans-in",
    "nose-trans-out",
    "ear-shape-pointed",
    "eye-push",
    "eye-trans-in",
    "eye-trans-out",
    "eye-scale-decr",
    "eye-height",
];

/// A few shape targets of each family. Opposites exclude each other; left and right go together but for a little.
fn draw_features(head: &Head, shape: &mut [Vec3], rng: &mut impl Rng) {
    let mut families: BTreeMap<&str, BTreeMap<String, Vec<&str>>> = BTreeMap::new();
    for name in head.shapes.keys() {
        if LEFT_OUT.iter().any(|l| name.contains(l)) {
            continue;
        }
        let Some((family, target)) = name.split_once('.') else {
            continue;
        };
        let target = target.strip_prefix("r-").map_or(target, |_| "");
        let axis = target.rsplit_once('-').map_or(target, |(axis, _)| axis);
        if !axis.is_empty() {
            families
                .entry(family)
                .or_default()
                .entry(axis.to_owned())
                .or_default()
                .push(name);
        }
    }
    let strength = Beta::new(1.3f32, 3.5).expect("positive parameters");
    for (family, axes) in &families {
        let axes: Vec<_> = axes.values().collect();
        let (count, most) = match *family {
            "asym" => (3, 0.35),
            "ears" => (3, 0.6),
            // more makes the brows slant, and the face look angry at rest
            "eyebrows" => (3, 0.45),
            "head" => (4, 0.6),
            _ => (7, 0.85),
        };
        for axis in axes.choose_multiple(rng, count) {
            let Some(name) = axis.choose(rng) else {
                continue;
            };
            let weight = strength.sample(rng) * most;
            if let Some(morph) = head.shapes.get(*name) {
                morph.apply(shape, weight);
            }
            let twin = name.replacen(".l-", ".r-", 1);
            if twin != **name
                && let Some(morph) = head.shapes.get(&twin)
            {
                morph.apply(shape, weight * rng.random_range(0.9..1.1));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        head::{Part, Unit},
        random::{Purpose, generator},
    };
    use glam::vec3;

    #[test]
    fn lifting_the_middle_moves_nose_and_mouth_and_neither_eyes_nor_chin() {
        let head = Head::get().unwrap();
        let mut rng = generator(8, Purpose::Person, 1);
        let before = Identity::draw(head, &mut rng);
        let mut after = before.clone();
        after.lift_middle(1.0);
        let (mut lifted, mut still) = (0, 0);
        for (a, b) in before.shape.iter().zip(&after.shape) {
            assert_eq!((a.x, a.z), (b.x, b.z));
            let (down, up) = (EYES.y - a.y, b.y - a.y);
            if (0.45..0.7).contains(&down) {
                assert!((up - 0.033).abs() < 1e-4, "{down}: {up}");
                lifted += 1;
            } else if !(0.05..1.15).contains(&down) {
                assert_eq!(up, 0.0, "{down}");
                still += 1;
            }
        }
        assert!(lifted > 100 && still > 100, "{lifted} {still}");
    }

    #[test]
    fn an_open_mouth_shows_the_upper_teeth_and_hides_the_lower_ones() {
        let head = Head::get().unwrap();
        // Where the lips meet in the middle of the mouth, and the front teeth behind them: of the head at rest.
        let near = |part: Part, up: f32, towards: f32| {
            let vertices = head.rig.vertices_of(part);
            let far = |v: &u16| {
                let place = head.rig.rest[usize::from(*v)] - EYES - vec3(0.0, up, towards);
                (place.length() * 1e6) as u32
            };
            usize::from(vertices.into_iter().min_by_key(far).unwrap())
        };
        let (upper_lip, lower_lip) = (
            near(Part::Skin, -0.676, 0.308),
            near(Part::Skin, -0.71, 0.314),
        );
        let front = |jaw: bool| {
            let teeth = head.teeth.iter().map(|&v| usize::from(v));
            let teeth = teeth.filter(move |&v| {
                let p = head.rig.rest[v] - EYES;
                p.x.abs() < 0.06 && p.z > 0.1 && head.lower_teeth.moves(v) == jaw
            });
            teeth.collect::<Vec<_>>()
        };
        let (upper, lower) = (front(false), front(true));
        assert!(!upper.is_empty() && !lower.is_empty());
        let shown = |by: Option<f32>, number| {
            let mut who = Identity::draw(head, &mut generator(3, Purpose::Person, number));
            if let Some(by) = by {
                who.show_upper_teeth(head, by);
            }
            let mut face = who.shape.clone();
            head.units[Unit::JawOpen as usize].apply(&mut face, 1.0);
            head.lower_teeth.apply(&mut face, who.teeth_follow);
            let ends = upper.iter().map(|&v| face[v].y).reduce(f32::min).unwrap();
            let begins = lower.iter().map(|&v| face[v].y).reduce(f32::max).unwrap();
            [face[upper_lip].y - ends, begins - face[lower_lip].y]
        };
        let mean = |by| {
            let sum = (0..40).fold([0.0; 2], |sum, number| {
                let [up, down] = shown(by, number);
                [sum[0] + up, sum[1] + down]
            });
            sum.map(|x: f32| x / 40.0)
        };
        let [[up, down], [up_before, down_before]] = [mean(Some(1.0)), mean(None)];
        assert!((up - up_before - 0.04).abs() < 1e-4, "{up} {up_before}");
        assert!(up > 0.03, "upper teeth end {up} dm under the lip");
        assert!(
            down < 0.1 && down_before > 0.1,
            "lower teeth stand {down} dm over the lip, {down_before} before"
        );
    }
}
