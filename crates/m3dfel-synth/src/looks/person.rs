//! The colours and hair of a person. The tone follows ancestry; the rest is drawn.

use super::{
    colour::linear,
    complexion::{Complexion, Complexions},
    glasses::Glasses,
    hair::{Hair, HairKind},
};
use crate::head::Identity;
use glam::Vec3;
use rand::Rng;

/// Shape of the brows.
#[derive(Clone, Copy, Debug)]
pub struct Brow {
    /// Over the eyes' centres, decimetres.
    pub height: f32,
    /// Of their inner ends, from the middle of the face, decimetres.
    pub inner: f32,
    pub arch: f32,
    /// How much lower their outer ends lie for it, decimetres.
    pub fall: f32,
    pub thickness: f32,
    pub density: f32,
}

/// What a person looks like apart from shape. Colours are linear.
#[derive(Clone, Debug)]
pub struct Looks {
    pub skin: Vec3,
    pub blush: f32,
    pub freckles: f32,
    pub blotches: f32,
    pub oil: f32,
    pub lips: Vec3,
    /// 0 natural, 1 painted.
    pub lip_strength: f32,
    pub eye_shadow: f32,
    pub iris: Vec3,
    pub pupil: f32,
    /// Of the head's own, which is large.
    pub iris_size: f32,
    /// How far lids, lashes and the eye's own curve shade its white, which by itself is brighter than most skins: 0 not at
    /// all, 1 as in most pictures.
    pub eye_shade: f32,
    /// How dark it is in the mouth, 0 to 1: an open one is a black hole in most pictures.
    pub mouth_shade: f32,
    /// How dark it is in the nostrils, 0 to 1: in most pictures they are two dark spots, in the head's shapes they hardly show.
    pub nostrils: f32,
    /// How much light from above there is painted in: a light bridge of the nose, dark flanks, shade under nose and lower lip
    /// and where the lips meet. 0 to 1.
    pub relief: f32,
    pub hair: Hair,
    pub brow: Brow,
    pub brow_colour: Vec3,
    pub beard_colour: Vec3,
    /// Full beard, moustache, stubble: how dense.
    pub beard: f32,
    pub moustache: f32,
    pub stubble: f32,
    pub age: f32,
    pub lashes: f32,
    /// Their brightness.
    pub teeth: f32,
    /// How deep the first four families of lines (see [`folds`](super::wrinkles::folds)) fold as the face moves, for the age, and
    /// which stay at rest; a chin's pits are as deep as the lines of the nose, and none stay.
    pub lines: [f32; 4],
    pub lasting: [f32; 4],
    /// How far lines fold with what moves beside them, 0 to 1.
    pub creased: f32,
    /// How dark hollows are: the eyes' sockets, beside the nose, under the lip. 0 to 1.
    pub hollows: f32,
    /// How light the skin is from place to place, as photographs have it; besides what is painted.
    pub complexion: Option<Complexion>,
    pub glasses: Option<Glasses>,
    /// Painted plainly, as a puppet: no lines, no shine, no shadows.
    pub plain: bool,
    /// Moves the random fields, so that no two skins are alike.
    pub seed: f32,
}

/// How many people in the wild have a skin that is young, cared for or made up: even, dull, and almost without lines.
const SMOOTH: f64 = 0.5;
/// How many of them are painted plainly. Who must read these too, and the others, reads what they share: the shapes.
const PLAIN: f64 = 0.4;
/// How many of the others have a skin as photographs have it.
const PHOTOGRAPHED: f64 = 0.75;

impl Looks {
    /// Draws them for an identity.
    pub fn draw(who: &Identity, rng: &mut impl Rng) -> Self {
        let (male, age) = (who.male > 0.5, who.age);
        let a = who.ancestry;
        let dark: f32 = rng.random();
        let african = linear(0.35, 0.23, 0.165).lerp(linear(0.60, 0.42, 0.31), dark);
        let asian = linear(0.72, 0.54, 0.41).lerp(linear(0.87, 0.70, 0.57), dark);
        let caucasian = linear(0.76, 0.57, 0.46).lerp(linear(0.90, 0.73, 0.65), dark);
        let skin = (african * a.african + asian * a.asian + caucasian * a.caucasian)
            * rng.random_range(0.92..1.08);

        let grey = if rng.random_bool(f64::from((age * 1.3).clamp(0.0, 0.95))) {
            rng.random_range(0.3..1.0) * age
        } else {
            0.0
        };
        let fair = a.caucasian > 0.6 && rng.random_bool(0.6);
        let pigment = match rng.random_range(0..10) {
            0..=3 if fair => linear(0.42, 0.29, 0.18).lerp(linear(0.62, 0.47, 0.29), rng.random()),
            4 if fair => linear(0.45, 0.20, 0.10),
            5..=7 if fair => linear(0.32, 0.20, 0.12),
            _ => linear(0.085, 0.058, 0.045).lerp(linear(0.22, 0.135, 0.085), rng.random()),
        };
        let hair_colour = pigment.lerp(linear(0.70, 0.69, 0.67), grey);

        let made_up = !male && rng.random_bool(0.5);
        let natural_lips = skin * Vec3::new(0.92, 0.58, 0.58);
        let lips = if made_up {
            linear(0.62, 0.20, 0.22).lerp(linear(0.70, 0.36, 0.36), rng.random())
        } else {
            natural_lips
        };
        let kind = HairKind::draw(male, age, a.african, rng);
        Self {
            skin,
            blush: rng.random_range(0.2..1.0) * (1.0 - 0.7 * a.african),
            freckles: if fair && rng.random_bool(0.3) {
                rng.random_range(0.2..1.0)
            } else {
                0.0
            },
            blotches: rng.random_range(0.3..1.0),
            oil: rng.random_range(0.3..1.0),
            lips,
            lip_strength: if made_up {
                rng.random_range(0.6..0.95)
            } else {
                rng.random_range(0.45..0.85)
            },
            eye_shadow: if made_up {
                rng.random_range(0.1..0.6)
            } else {
                0.0
            },
            iris: match rng.random_range(0..10) {
                0..=2 if a.caucasian > 0.5 => linear(0.36, 0.47, 0.56),
                3..=4 if a.caucasian > 0.5 => linear(0.36, 0.42, 0.28),
                5 if a.caucasian > 0.5 => linear(0.45, 0.33, 0.18),
                _ => linear(0.20, 0.12, 0.07).lerp(linear(0.36, 0.22, 0.12), rng.random()),
            },
            pupil: rng.random_range(0.15..0.24),
            iris_size: 1.0,
            eye_shade: 0.0,
            mouth_shade: 0.0,
            nostrils: 0.0,
            relief: 0.0,
            brow: Brow {
                height: rng.random_range(0.17..0.215),
                inner: 0.10,
                arch: rng.random_range(0.01..0.07) + if male { 0.0 } else { 0.015 },
                fall: 0.06,
                thickness: if male {
                    rng.random_range(0.032..0.055)
                } else {
                    rng.random_range(0.02..0.038)
                },
                density: rng.random_range(0.55..0.95) * (1.0 - 0.3 * age),
            },
            brow_colour: hair_colour.lerp(linear(0.15, 0.11, 0.09), 0.45),
            beard_colour: hair_colour,
            beard: if male && rng.random_bool(0.25) {
                rng.random_range(0.4..0.95)
            } else {
                0.0
            },
            moustache: if male && rng.random_bool(0.2) {
                rng.random_range(0.4..0.95)
            } else {
                0.0
            },
            stubble: if male {
                rng.random_range(0.0..0.5)
            } else {
                0.0
            },
            age,
            lashes: if male {
                rng.random_range(0.3..0.5)
            } else {
                rng.random_range(0.5..0.85)
            },
            teeth: 1.0,
            lines: [1.0; 4],
            lasting: [0.0; 4],
            creased: 0.0,
            hollows: 0.0,
            complexion: None,
            glasses: None,
            plain: false,
            hair: Hair::draw(kind, hair_colour, age, rng),
            seed: rng.random_range(0.0..1.0),
        }
    }

    /// What besides sets people in the wild apart: brows of all kinds, skin that folds more or less, glasses, caps, headscarves.
    pub fn vary(&mut self, who: &Identity, skins: &'static Complexions, rng: &mut impl Rng) {
        // Many a skin hardly folds anywhere: an expression must be told without its lines too.
        self.lines = [(); 4].map(|()| 1.8 * rng.random::<f32>().powf(1.3));
        // few adults are smooth at rest: lines by themselves are no expression
        self.lasting = [(); 4].map(|()| 0.6 * rng.random::<f32>().powi(2));
        self.creased = rng.random();
        self.hollows = rng.random();
        if rng.random_bool(SMOOTH) {
            self.lines = self.lines.map(|most| 0.25 * most);
            self.lasting = [0.0; 4];
            self.hollows *= 0.2;
            self.oil *= 0.3;
            self.blotches *= 0.4;
        }
        self.brow.height += rng.random_range(-0.065..0.02);
        self.brow.fall = rng.random_range(0.06..0.12);
        self.brow.inner = rng.random_range(0.11..0.18);
        self.brow.thickness *= rng.random_range(0.6..1.6);
        self.brow.density = (self.brow.density * rng.random_range(0.45..1.5)).min(1.0);
        self.brow_colour *= rng.random_range(0.5..1.7);
        self.lashes = rng.random_range(0.4..1.0);
        self.teeth = rng.random_range(0.7..1.6);
        self.iris_size = rng.random_range(0.8..0.93);
        self.eye_shade = rng.random_range(0.5..1.2);
        self.mouth_shade = rng.random_range(0.2..1.0);
        self.nostrils = rng.random_range(0.2..1.0);
        self.relief = rng.random();
        self.lips *= rng.random_range(0.45..1.0);
        self.lip_strength = rng.random_range(0.6..1.0);
        self.glasses = rng.random_bool(0.2).then(|| Glasses::draw(rng));
        if who.male < 0.5 && rng.random_bool(0.4) {
            let kind = if rng.random_bool(0.6) {
                HairKind::Long
            } else {
                HairKind::Bob
            };
            self.hair = Hair::draw(kind, self.hair.colour, self.age, rng);
        }
        let worn = match rng.random_range(0..100) {
            0..4 => Some(HairKind::Cap),
            4..8 if who.male < 0.5 => Some(HairKind::Scarf),
            _ => None,
        };
        if let Some(worn) = worn {
            let shade: f32 = rng.random_range(0.03..0.8);
            let mut tint = || (shade * rng.random_range(0.75..1.25f32)).min(0.95);
            let cloth = linear(tint(), tint(), tint());
            self.hair = Hair::draw(worn, cloth, self.age, rng);
        }
        if rng.random_bool(PLAIN) {
            self.paint_plainly(rng);
        } else if rng.random_bool(PHOTOGRAPHED) {
            self.complexion = skins.draw(who, rng);
            // it has its own
            self.hollows *= 0.5;
            self.relief *= 0.5;
            self.nostrils *= 0.5;
        }
    }

    fn paint_plainly(&mut self, rng: &mut impl Rng) {
        self.plain = true;
        self.lines = [0.0; 4];
        self.lasting = [0.0; 4];
        self.hollows = 0.0;
        self.freckles = 0.0;
        self.oil = 0.0;
        self.blotches *= 0.5;
        self.eye_shade *= 0.7;
        self.glasses = None;
        let worn = matches!(self.hair.kind, HairKind::Cap | HairKind::Scarf);
        if !worn && rng.random_bool(0.5) {
            self.hair = Hair::draw(HairKind::Bald, self.hair.colour, self.age, rng);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        head::Head,
        random::{Purpose, generator},
    };

    #[test]
    fn two_in_five_people_in_the_wild_are_painted_plainly() {
        let people = (0..400).map(|k| {
            let mut rng = generator(8, Purpose::Person, k);
            let who = Identity::draw(Head::get().unwrap(), &mut rng);
            let mut looks = Looks::draw(&who, &mut rng);
            assert!(!looks.plain, "only the wild are");
            looks.vary(&who, Complexions::get().unwrap(), &mut rng);
            looks
        });
        let (plain, full): (Vec<_>, Vec<_>) = people.partition(|l| l.plain);
        assert!((130..190).contains(&plain.len()), "{}", plain.len());
        let lined = |l: &Looks| l.lines.iter().chain(&l.lasting).any(|&x| x > 0.0);
        assert!(!plain.iter().any(|l| lined(l) || l.glasses.is_some()));
        assert!(full.iter().any(lined));
    }
}
