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
