//! Lines that the moving face folds: where they lie, and which units fold them.

use super::{person::Looks, skin::TexelMap};
use crate::head::{Muscle, UnitWeights, smooth};
use glam::Vec3;

/// How many families of lines there are: frown, forehead, smile (with crow's feet), nose (and a line of the chin), and the
/// pits of a chin that is pushed up.
pub const FAMILIES: usize = 5;

/// How deep each family of lines is at a place.
pub struct WrinkleMaps {
    side: usize,
    texels: Vec<[u8; FAMILIES]>,
}

impl WrinkleMaps {
    /// Draws the lines; they are the same for everybody, how deep they are is not.
    pub fn new(map: &TexelMap) -> Self {
        let byte = |x: f32| (x.clamp(0.0, 1.0) * 255.0) as u8;
        let texels = map
            .places()
            .iter()
            .map(|p| p.map_or([0; FAMILIES], |p| lines(p.at).map(byte)))
            .collect();
        Self {
            side: map.side(),
            texels,
        }
    }

    /// The depth of folds at a place when the families are folded by `folded`.
    #[inline]
    pub fn at(&self, around: f32, down: f32, folded: &[f32; FAMILIES]) -> f32 {
        let last = self.side as i32 - 1;
        let cell = |t: f32| ((t * self.side as f32) as i32).clamp(0, last) as usize;
        let t = self.texels[cell(down) * self.side + cell(around)];
        if t == [0; FAMILIES] {
            return 0.0;
        }
        t.iter()
            .zip(folded)
            .map(|(&t, f)| f32::from(t) * f)
            .sum::<f32>()
            / 255.0
    }
}

/// How far each family is folded by the units, more with age; some skins fold more or less (`lines`), keep `lasting`
/// folds, or fold with their neighbours too, so far as they are `creased`.
pub fn folds(units: &UnitWeights, looks: &Looks) -> [f32; FAMILIES] {
    let &Looks {
        age,
        lines,
        lasting,
        creased,
        ..
    } = looks;
    // Skin folds no further where a brow or a nose goes further than the head's units know.
    let of = |muscle| units.of(muscle).min(1.2);
    let deep = 0.5 + 0.5 * age;
    let aged = 0.35 * (age - 0.2).max(0.0);
    let brow_up = 0.5 * (of(Muscle::BROW_INNER_UP) + of(Muscle::BROW_OUTER_UP));
    let smile = 0.7 * of(Muscle::MOUTH_SMILE)
        + 0.4 * of(Muscle::CHEEK_SQUINT)
        + 0.5 * of(Muscle::NOSE_SNEER)
        + creased
            * (0.5 * of(Muscle::MOUTH_UPPER_UP)
                + 0.4 * of(Muscle::MOUTH_STRETCH)
                + 0.4 * of(Muscle::MOUTH_FROWN)
                + 0.3 * of(Muscle::MOUTH_LOWER_DOWN));
    // the muscle between the brows folds the root of the nose as well
    let nose = of(Muscle::NOSE_SNEER)
        + 0.4 * of(Muscle::MOUTH_SHRUG_LOWER)
        + creased * 0.6 * of(Muscle::BROW_DOWN);
    let folded = [of(Muscle::BROW_DOWN), brow_up, smile, nose];
    let chin = creased * of(Muscle::MOUTH_SHRUG_LOWER) * (deep * lines[3]);
    let of_family = |k: usize| (folded[k] * (deep * lines[k]) + aged + lasting[k]).min(1.0);
    [
        of_family(0),
        of_family(1),
        of_family(2),
        of_family(3),
        chin.min(1.0),
    ]
}

fn lines(p: Vec3) -> [f32; FAMILIES] {
    let (x, y, side) = (p.x, p.y, p.x.abs());
    if p.z < -0.75 {
        return [0.0; FAMILIES];
    }
    let line = |off: f32, width: f32| (-(off / width).powi(2)).exp();
    let frown = line(side - 0.075 - 0.05 * (y - 0.15), 0.018)
        * smooth(0.02, 0.12, y)
        * smooth(0.36, 0.25, y);
    let arch = y + 0.05 * x * x - 0.02 * (x * 6.0).sin().abs();
    let forehead = [0.36, 0.45, 0.54]
        .iter()
        .map(|h| line(arch - h, 0.014))
        .sum::<f32>()
        * smooth(0.55, 0.35, side);
    // from the wing of the nose around the corner of the mouth
    let down = (-0.36 - y) / 0.42;
    let fold = 0.155 + 0.24 * down.clamp(0.0, 1.0).powf(0.8);
    let nasolabial =
        line(side - fold, 0.022) * smooth(-0.02, 0.12, down) * smooth(1.02, 0.75, down);
    let feet = [0.05, -0.0, -0.06]
        .iter()
        .map(|h| line(y - h - 1.4 * h * (side - 0.46), 0.011))
        .sum::<f32>()
        * smooth(0.475, 0.50, side)
        * smooth(0.66, 0.58, side);
    let nose = [-0.02, -0.07]
        .iter()
        .map(|h| line(y - h + 0.5 * side, 0.014))
        .sum::<f32>()
        * smooth(0.13, 0.08, side);
    let chin = line(y + 0.90 - 0.4 * x * x, 0.02) * smooth(0.22, 0.12, side);
    let mound = smooth(0.2, 0.12, side) * smooth(-0.78, -0.84, y) * smooth(-1.1, -1.0, y);
    let pits = (x * 66.0).cos() * (y * 66.0 + (x * 33.0).sin()).cos();
    let under_lip = line(y + 0.80 + 0.6 * x * x, 0.025) * smooth(0.24, 0.14, side);
    let bunched = under_lip + 0.8 * mound * pits.max(0.0);
    [
        frown,
        forehead,
        nasolabial + 0.7 * feet,
        nose + 0.6 * chin,
        bunched,
    ]
    .map(|d| d.min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        head::{Head, Identity},
        random::{Purpose, generator},
    };
    use glam::vec3;

    #[test]
    fn a_chin_pushed_up_is_pitted_where_skin_is_creased() {
        let mut rng = generator(2, Purpose::Person, 1);
        let who = Identity::draw(Head::get().unwrap(), &mut rng);
        let mut looks = Looks::draw(&who, &mut rng);
        let mut chin = |muscle: Muscle, creased: f32| {
            let mut units = UnitWeights::default();
            units.add(muscle, 1.0, 0.0);
            looks.creased = creased;
            folds(&units, &looks)[4]
        };
        assert!(chin(Muscle::MOUTH_SHRUG_LOWER, 1.0) > 0.3);
        // as on easy faces, which never change
        assert_eq!(chin(Muscle::MOUTH_SHRUG_LOWER, 0.0), 0.0);
        assert_eq!(chin(Muscle::MOUTH_FROWN, 1.0), 0.0);

        let depth = |x: f32, y: f32| lines(vec3(x, y, 0.3))[4];
        assert_eq!(depth(0.0, -0.80), 1.0, "under the lip");
        let on_chin =
            (0..20).flat_map(|i| (0..20).map(move |j| (0.01 * i as f32, -0.85 - 0.01 * j as f32)));
        let on_chin: Vec<f32> = on_chin.map(|(x, y)| depth(x, y)).collect();
        assert!(on_chin.iter().any(|&d| d > 0.6) && on_chin.iter().any(|&d| d < 0.05));
        for (x, y) in [(0.0, -0.68), (0.35, -0.9), (0.0, 0.0), (0.0, 0.5)] {
            assert!(depth(x, y) < 0.02, "{x}, {y}");
        }
    }
}
