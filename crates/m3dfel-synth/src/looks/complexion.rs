//! How light skins are from place to place, as MakeHuman's painters had it: the sockets of the eyes, the line of the
//! lashes, nostrils, folds that stay, lips. Their colour is left out; a person's own stands for it.

use crate::{
    SynthError,
    head::Identity,
    packed::{damaged, floats, once, open, tensor, unpack},
};
use rand::{Rng, seq::IndexedRandom};
use safetensors::Dtype;
use std::sync::OnceLock;

const PACKED: &[u8] = include_bytes!("../../assets/skins.safetensors.z");

/// The byte of a place as light as most of the face.
const MIDDLE: f32 = 40.0;
/// A byte's steps by which light grows by a factor of e.
const STEPS: f32 = 24.0;

/// All skins that are built in (see `assets/README.md`).
pub struct Complexions {
    /// The part of the map around the head that they cover: around and down, from and to.
    around: [f32; 2],
    down: [f32; 2],
    columns: usize,
    rows: usize,
    skins: Vec<Skin>,
}

struct Skin {
    /// Age, ancestry and sex, as in `young-asian-male`.
    name: String,
    texels: Vec<u8>,
}

/// A person's.
#[derive(Clone, Copy)]
pub struct Complexion {
    of: &'static Complexions,
    skin: usize,
    /// How much of it shows, 1 as painted.
    strength: f32,
}

impl Complexions {
    /// The built-in ones, unpacked at the first call.
    ///
    /// # Errors
    /// If they are damaged.
    pub fn get() -> Result<&'static Self, SynthError> {
        static ALL: OnceLock<Complexions> = OnceLock::new();
        once(&ALL, || Self::unpack(PACKED))
    }

    fn unpack(packed: &[u8]) -> Result<Self, SynthError> {
        let bytes = unpack(packed)?;
        let file = open(&bytes)?;
        let window = floats(&tensor(&file, "window", Dtype::F32)?);
        let &[from, to, top, low] = window.as_slice() else {
            return Err(damaged("the skins' window is not four numbers"));
        };
        let mut names: Vec<_> = file.names().into_iter().collect();
        names.sort_unstable();
        let (mut skins, mut shape) = (Vec::new(), None);
        for full in names {
            let Some(name) = full.strip_prefix("skin.") else {
                continue;
            };
            let skin = tensor(&file, full, Dtype::U8)?;
            let &[rows, columns] = skin.shape() else {
                return Err(damaged(format!("{full} is no picture")));
            };
            if rows < 2 || columns < 2 || *shape.get_or_insert((rows, columns)) != (rows, columns) {
                return Err(damaged(format!("{full} is of another size")));
            }
            skins.push(Skin {
                name: name.to_owned(),
                texels: skin.data().to_vec(),
            });
        }
        let (rows, columns) = shape.ok_or_else(|| damaged("no skins"))?;
        Ok(Self {
            around: [from, to],
            down: [top, low],
            columns,
            rows,
            skins,
        })
    }

    /// One for a person, mostly of that age, ancestry and sex.
    pub fn draw(&'static self, who: &Identity, rng: &mut impl Rng) -> Option<Complexion> {
        let a = who.ancestry;
        let ancestry = if a.african > a.asian.max(a.caucasian) {
            "african"
        } else if a.asian > a.caucasian {
            "asian"
        } else {
            "caucasian"
        };
        let age = match who.age {
            ..0.3 => "young",
            ..0.6 => "middleage",
            _ => "old",
        };
        let sex = if who.male > 0.5 { "male" } else { "female" };
        let like = format!("{age}-{ancestry}-{sex}");
        let any = rng.random_bool(0.3);
        let fit = |skin: &Skin| any || skin.name.starts_with(&like);
        let fitting: Vec<usize> = (0..self.skins.len())
            .filter(|&k| fit(&self.skins[k]))
            .collect();
        Some(Complexion {
            of: self,
            skin: *fitting.choose(rng)?,
            strength: rng.random_range(0.5..1.3),
        })
    }
}

impl Complexion {
    /// How much lighter than most of the face a texel is, as a factor; `around` and `down` are its middle on the map around the head,
    /// of `side` texels.
    pub fn light(&self, around: f32, down: f32, side: usize) -> f32 {
        let of = self.of;
        let cell = 1.0 / side as f32;
        let place =
            |t: f32, [from, to]: [f32; 2], many: usize| (t - from) / (to - from) * many as f32;
        // all that lies within the texel
        let span = |t: f32, window: [f32; 2], many: usize| {
            let first = place(t - 0.5 * cell, window, many).max(0.0);
            let last = place(t + 0.5 * cell, window, many).min(many as f32);
            let (first, last) = (first as usize, (last.ceil().max(0.0) as usize).min(many));
            first..last
        };
        let (columns, rows) = (
            span(around, of.around, of.columns),
            span(down, of.down, of.rows),
        );
        let count = columns.len() * rows.len();
        if count == 0 {
            return 1.0;
        }
        let texels = &of.skins[self.skin].texels;
        let sum: u32 = rows
            .flat_map(|row| &texels[row * of.columns..][columns.clone()])
            .map(|&byte| u32::from(byte))
            .sum();
        (self.strength * (sum as f32 / count as f32 - MIDDLE) / STEPS).exp()
    }
}

impl std::fmt::Debug for Complexion {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{} x {}", self.of.skins[self.skin].name, self.strength)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        head::Head,
        random::{Purpose, generator},
    };

    fn people() -> impl Iterator<Item = (Identity, Complexion)> {
        (0..200).map(|k| {
            let mut rng = generator(8, Purpose::Person, k);
            let who = Identity::draw(Head::get().unwrap(), &mut rng);
            let skin = Complexions::get().unwrap().draw(&who, &mut rng).unwrap();
            (who, skin)
        })
    }

    #[test]
    fn most_people_have_a_skin_of_their_sex() {
        let fitting = people().filter(|(who, skin)| {
            let name = &skin.of.skins[skin.skin].name;
            name.contains("female") == (who.male < 0.5)
        });
        assert!((150..195).contains(&fitting.count()));
    }

    #[test]
    fn lids_are_darker_than_the_forehead_and_what_is_not_the_face_has_no_light_of_its_own() {
        let eyes = (8.6 - crate::head::EYES.y) / 2.8;
        for (_, skin) in people() {
            for side in [128, 256, 512] {
                // the upper lids at their crease; the forehead
                let lid = [0.45, 0.55].map(|around| skin.light(around, eyes - 0.02, side));
                let forehead = skin.light(0.5, eyes - 0.12, side);
                let shade = 0.5 * (lid[0] + lid[1]) / forehead;
                assert!(shade < 0.9, "{skin:?}: {shade}");
                for (around, down) in [(0.0, eyes), (1.0, eyes), (0.5, 0.0), (0.5, 1.0)] {
                    assert_eq!(skin.light(around, down, side), 1.0);
                }
            }
        }
    }

    #[test]
    fn damaged_skins_are_an_error() {
        for packed in [&PACKED[..PACKED.len() / 2], &PACKED[1..], &[][..]] {
            let unpacked = Complexions::unpack(packed);
            assert!(matches!(unpacked, Err(SynthError::Asset { .. })));
        }
    }
}
