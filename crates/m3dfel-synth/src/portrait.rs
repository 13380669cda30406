//! A still of a person under an even light, for tests.

use crate::{
    acting::{Moment, Pose},
    figure::Figure,
    head::{EYE_X, Head, Identity, UnitWeights},
    looks::Looks,
    random::{Purpose, generator},
    render::{Camera, Light, Lighting, SAMPLES_A_SIDE, Samples, resolve},
};
use glam::{Vec3, Vec4, vec3};

const SIDE: usize = 96;
/// Pixels to a decimetre.
const SCALE: f32 = SIDE as f32 / 2.3;

pub struct Portrait {
    pixels: Vec<Vec4>,
}

impl Portrait {
    /// Of always the same person, as `change` makes them up.
    pub fn of(units: UnitWeights, change: impl FnOnce(&Identity, &mut Looks)) -> Self {
        let mut rng = generator(2, Purpose::Person, 1);
        let who = Identity::draw(Head::get().unwrap(), &mut rng);
        let mut looks = Looks::draw(&who, &mut rng);
        change(&who, &mut looks);
        let mut rng = generator(2, Purpose::Clip, 1);
        let mut figure = Figure::new(&who, looks, SIDE as u32, &mut rng).unwrap();
        let moment = Moment {
            units,
            slant: [0.0; 2],
            activation: 0.0,
            pose: Pose {
                yaw: 0.0,
                pitch: 0.0,
                roll: 0.0,
            },
        };
        let many = SAMPLES_A_SIDE as f32;
        let camera = Camera {
            distance: 12.0,
            scale: SCALE * many,
            centre: (0.5 * SIDE as f32 * many, 0.4 * SIDE as f32 * many),
        };
        let light = |towards: Vec3| Light {
            towards: towards.normalize(),
            colour: Vec3::splat(0.3),
        };
        let lighting = Lighting {
            key: light(vec3(0.3, 0.5, 1.0)),
            fill: light(vec3(-0.5, 0.2, 1.0)),
            sky: Vec3::splat(0.6),
            ground: Vec3::splat(0.5),
        };
        let mut samples = Samples::new(SIDE * SAMPLES_A_SIDE);
        figure.draw(&moment, &camera, &lighting, &mut samples);
        let mut pixels = vec![Vec4::ZERO; SIDE * SIDE];
        resolve(
            &samples,
            &figure,
            |_, _| Vec4::ZERO,
            |x, y, colour| pixels[y * SIDE + x] = colour,
        );
        Self { pixels }
    }

    /// The linear colour so far to the right of the eyes' middle and above it, in decimetres.
    pub fn at(&self, right: f32, up: f32) -> Vec3 {
        let x = 0.5 * SIDE as f32 + right * SCALE;
        let y = 0.4 * SIDE as f32 - up * SCALE;
        self.pixels[y as usize * SIDE + x as usize].truncate()
    }

    /// How far two pictures differ at a place, as a share of the first's brightness.
    pub fn differs(&self, other: &Self, right: f32, up: f32) -> f32 {
        let (a, b) = (self.at(right, up), other.at(right, up));
        (a - b).length() / a.length().max(1e-3)
    }
}

/// The head's left eye.
pub const EYE: (f32, f32) = (EYE_X, 0.0);

mod tests {
    use super::*;
    use crate::{
        head::Muscle,
        looks::{Hair, HairKind},
    };

    #[test]
    fn a_face_painted_plainly_has_neither_shine_nor_shade_of_its_own() {
        let face = |plain: bool| {
            Portrait::of(UnitWeights::default(), |_, looks| {
                looks.oil = 1.0;
                looks.plain = plain;
            })
        };
        let (painted, full) = (face(true), face(false));
        // the nose's tip shines; the corners of the eyes lie in its shade
        let nose = (0.0, -0.35);
        assert!(full.differs(&painted, nose.0, nose.1) > 0.02);
        let flat = |p: &Portrait| (p.at(0.1, 0.0).y - p.at(0.0, 0.4).y).abs();
        assert!(flat(&painted) < flat(&full));
    }

    #[test]
    fn a_smaller_iris_shows_more_white_and_leaves_the_pupil_in_the_middle() {
        let eye = |iris_size: f32| {
            Portrait::of(UnitWeights::default(), |_, looks| {
                looks.iris_size = iris_size;
            })
        };
        let (large, small) = (eye(1.0), eye(0.7));
        // inside the large iris' rim and outside the small one's
        let rim = |p: &Portrait| p.at(EYE.0 + 0.055, EYE.1).element_sum();
        assert!(rim(&small) > 1.3 * rim(&large));
        assert!(large.differs(&small, EYE.0, EYE.1) < 0.5);
        assert!(large.differs(&small, 0.0, -0.3) < 0.01);
    }

    #[test]
    fn caps_and_scarves_cover_the_hair_and_leave_the_face() {
        let cloth = vec3(0.05, 0.1, 0.6);
        let dressed = |kind: Option<HairKind>| {
            Portrait::of(UnitWeights::default(), |_, looks| {
                let mut rng = generator(1, Purpose::Variety, 1);
                if let Some(kind) = kind {
                    looks.hair = Hair::draw(kind, cloth, looks.age, &mut rng);
                }
            })
        };
        let bare = dressed(None);
        for kind in [HairKind::Cap, HairKind::Scarf] {
            let worn = dressed(Some(kind));
            for (x, y) in [(0.0, 0.85), (-0.35, 0.8), (0.35, 0.8)] {
                let seen = worn.at(x, y);
                assert!(seen.z > 2.0 * seen.x, "{kind:?} shows {seen} at {x}, {y}");
            }
            for (x, y) in [(0.0, -0.3), (EYE.0, EYE.1), (-EYE.0, EYE.1), (0.0, -0.75)] {
                // what it shades is a little darker
                assert!(bare.differs(&worn, x, y) < 0.2, "{kind:?} at {x}, {y}");
            }
        }
        let beside = dressed(Some(HairKind::Scarf)).at(0.8, -0.5);
        assert!(
            beside.z > 2.0 * beside.x,
            "no scarf beside the cheek: {beside}"
        );
    }

    #[test]
    fn a_smile_folds_the_cheeks_as_deep_as_the_skin_has_it() {
        let smiling = |lines: f32| {
            let mut units = UnitWeights::default();
            units.add(Muscle::MOUTH_SMILE, 1.0, 0.0);
            Portrait::of(units, |_, looks| looks.lines = [lines; 4])
        };
        let (smooth, folded) = (smiling(0.0), smiling(1.8));
        let grid = || (0..12).flat_map(|i| (0..12).map(move |j| (i as f32, j as f32)));
        let darkest = grid()
            .map(|(i, j)| {
                let (x, y) = (0.15 + 0.03 * i, -0.72 + 0.03 * j);
                folded.at(x, y).element_sum() / smooth.at(x, y).element_sum().max(0.01)
            })
            .fold(1.0, f32::min);
        assert!(
            darkest < 0.85,
            "the deepest fold keeps {darkest} of the light"
        );
        assert!(
            smooth.differs(&folded, 0.0, 0.4) < 0.02,
            "the forehead folds too"
        );
    }
}
