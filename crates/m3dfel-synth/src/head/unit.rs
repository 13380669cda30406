//! The 52 ARKit face units, and the muscles that move them on both sides.

use std::ops::{Index, IndexMut};

macro_rules! units {
    ($($name:ident = $text:literal),* $(,)?) => {
        /// One ARKit face unit: a movement of the face with an activation of 0 (rest) to 1 (full).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Unit { $($name),* }

        impl Unit {
            /// Every unit, in the order of [`UnitWeights`].
            pub const ALL: [Unit; [$($text),*].len()] = [$(Unit::$name),*];

            /// ARKit's name of the unit.
            pub const fn name(self) -> &'static str {
                match self { $(Unit::$name => $text),* }
            }
        }
    };
}

units! {
    BrowDownLeft = "browDownLeft", BrowDownRight = "browDownRight", BrowInnerUp = "browInnerUp",
    BrowOuterUpLeft = "browOuterUpLeft", BrowOuterUpRight = "browOuterUpRight", CheekPuff = "cheekPuff",
    CheekSquintLeft = "cheekSquintLeft", CheekSquintRight = "cheekSquintRight", EyeBlinkLeft = "eyeBlinkLeft",
    EyeBlinkRight = "eyeBlinkRight", EyeLookDownLeft = "eyeLookDownLeft", EyeLookDownRight = "eyeLookDownRight",
    EyeLookInLeft = "eyeLookInLeft", EyeLookInRight = "eyeLookInRight", EyeLookOutLeft = "eyeLookOutLeft",
    EyeLookOutRight = "eyeLookOutRight", EyeLookUpLeft = "eyeLookUpLeft", EyeLookUpRight = "eyeLookUpRight",
    EyeSquintLeft = "eyeSquintLeft", EyeSquintRight = "eyeSquintRight", EyeWideLeft = "eyeWideLeft",
    EyeWideRight = "eyeWideRight", JawForward = "jawForward", JawLeft = "jawLeft", JawOpen = "jawOpen",
    JawRight = "jawRight", MouthClose = "mouthClose", MouthDimpleLeft = "mouthDimpleLeft",
    MouthDimpleRight = "mouthDimpleRight", MouthFrownLeft = "mouthFrownLeft", MouthFrownRight = "mouthFrownRight",
    MouthFunnel = "mouthFunnel", MouthLeft = "mouthLeft", MouthLowerDownLeft = "mouthLowerDownLeft",
    MouthLowerDownRight = "mouthLowerDownRight", MouthPressLeft = "mouthPressLeft",
    MouthPressRight = "mouthPressRight", MouthPucker = "mouthPucker", MouthRight = "mouthRight",
    MouthRollLower = "mouthRollLower", MouthRollUpper = "mouthRollUpper", MouthShrugLower = "mouthShrugLower",
    MouthShrugUpper = "mouthShrugUpper", MouthSmileLeft = "mouthSmileLeft", MouthSmileRight = "mouthSmileRight",
    MouthStretchLeft = "mouthStretchLeft", MouthStretchRight = "mouthStretchRight",
    MouthUpperUpLeft = "mouthUpperUpLeft", MouthUpperUpRight = "mouthUpperUpRight",
    NoseSneerLeft = "noseSneerLeft", NoseSneerRight = "noseSneerRight", TongueOut = "tongueOut",
}

/// A movement named without a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Muscle {
    /// A unit in the middle of the face.
    Middle(Unit),
    /// A unit of each side: left, right.
    Sides(Unit, Unit),
}

#[rustfmt::skip]
#[allow(missing_docs)] // ARKit's own names
impl Muscle {
    pub const BROW_DOWN: Self = Self::Sides(Unit::BrowDownLeft, Unit::BrowDownRight);
    pub const BROW_INNER_UP: Self = Self::Middle(Unit::BrowInnerUp);
    pub const BROW_OUTER_UP: Self = Self::Sides(Unit::BrowOuterUpLeft, Unit::BrowOuterUpRight);
    pub const CHEEK_SQUINT: Self = Self::Sides(Unit::CheekSquintLeft, Unit::CheekSquintRight);
    pub const EYE_BLINK: Self = Self::Sides(Unit::EyeBlinkLeft, Unit::EyeBlinkRight);
    pub const EYE_SQUINT: Self = Self::Sides(Unit::EyeSquintLeft, Unit::EyeSquintRight);
    pub const EYE_WIDE: Self = Self::Sides(Unit::EyeWideLeft, Unit::EyeWideRight);
    pub const EYE_LOOK_DOWN: Self = Self::Sides(Unit::EyeLookDownLeft, Unit::EyeLookDownRight);
    pub const EYE_LOOK_UP: Self = Self::Sides(Unit::EyeLookUpLeft, Unit::EyeLookUpRight);
    pub const JAW_OPEN: Self = Self::Middle(Unit::JawOpen);
    pub const JAW_FORWARD: Self = Self::Middle(Unit::JawForward);
    pub const MOUTH_CLOSE: Self = Self::Middle(Unit::MouthClose);
    pub const MOUTH_DIMPLE: Self = Self::Sides(Unit::MouthDimpleLeft, Unit::MouthDimpleRight);
    pub const MOUTH_FROWN: Self = Self::Sides(Unit::MouthFrownLeft, Unit::MouthFrownRight);
    pub const MOUTH_FUNNEL: Self = Self::Middle(Unit::MouthFunnel);
    pub const MOUTH_LOWER_DOWN: Self = Self::Sides(Unit::MouthLowerDownLeft, Unit::MouthLowerDownRight);
    pub const MOUTH_PRESS: Self = Self::Sides(Unit::MouthPressLeft, Unit::MouthPressRight);
    pub const MOUTH_PUCKER: Self = Self::Middle(Unit::MouthPucker);
    pub const MOUTH_ROLL_LOWER: Self = Self::Middle(Unit::MouthRollLower);
    pub const MOUTH_ROLL_UPPER: Self = Self::Middle(Unit::MouthRollUpper);
    pub const MOUTH_SHRUG_LOWER: Self = Self::Middle(Unit::MouthShrugLower);
    pub const MOUTH_SHRUG_UPPER: Self = Self::Middle(Unit::MouthShrugUpper);
    pub const MOUTH_SMILE: Self = Self::Sides(Unit::MouthSmileLeft, Unit::MouthSmileRight);
    pub const MOUTH_STRETCH: Self = Self::Sides(Unit::MouthStretchLeft, Unit::MouthStretchRight);
    pub const MOUTH_UPPER_UP: Self = Self::Sides(Unit::MouthUpperUpLeft, Unit::MouthUpperUpRight);
    pub const TONGUE_OUT: Self = Self::Middle(Unit::TongueOut);
    pub const NOSE_SNEER: Self = Self::Sides(Unit::NoseSneerLeft, Unit::NoseSneerRight);
}

/// The activation of every unit.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitWeights([f32; Unit::ALL.len()]);

impl Default for UnitWeights {
    fn default() -> Self {
        Self([0.0; Unit::ALL.len()])
    }
}

impl UnitWeights {
    /// Adds to a muscle; `lean` in -1..1 favours the left (positive) or the right side.
    pub fn add(&mut self, muscle: Muscle, weight: f32, lean: f32) {
        match muscle {
            Muscle::Middle(unit) => self[unit] += weight,
            Muscle::Sides(left, right) => {
                self[left] += weight * (1.0 + lean);
                self[right] += weight * (1.0 - lean);
            }
        }
    }

    /// The larger of a muscle's two sides.
    pub fn of(&self, muscle: Muscle) -> f32 {
        match muscle {
            Muscle::Middle(unit) => self[unit],
            Muscle::Sides(left, right) => self[left].max(self[right]),
        }
    }

    /// Brings every activation into 0..`most`: linear targets fold the mesh beyond that.
    pub fn clamp(&mut self, most: f32) {
        self.0.iter_mut().for_each(|w| *w = w.clamp(0.0, most));
    }

    /// Multiplies a muscle.
    pub fn scale(&mut self, muscle: Muscle, by: f32) {
        match muscle {
            Muscle::Middle(unit) => self[unit] *= by,
            Muscle::Sides(left, right) => {
                self[left] *= by;
                self[right] *= by;
            }
        }
    }

    /// The units that are not at rest.
    pub fn active(&self) -> impl Iterator<Item = (Unit, f32)> + '_ {
        Unit::ALL.into_iter().zip(self.0).filter(|&(_, w)| w != 0.0)
    }

    /// All activations in the order of [`Unit::ALL`].
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }
}

impl Index<Unit> for UnitWeights {
    type Output = f32;
    fn index(&self, unit: Unit) -> &f32 {
        &self.0[unit as usize]
    }
}

impl IndexMut<Unit> for UnitWeights {
    fn index_mut(&mut self, unit: Unit) -> &mut f32 {
        &mut self.0[unit as usize]
    }
}
