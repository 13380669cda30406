use crate::head::UnitWeights;
use glam::Mat3;

/// How a head is turned, in radians: `yaw` to the viewer's right, `pitch` down, `roll` to the viewer's left.
#[derive(Clone, Copy, Debug)]
pub struct Pose {
    pub yaw: f32,
    pub pitch: f32,
    pub roll: f32,
}

impl Pose {
    /// The turn of a head that rests upright, facing the viewer.
    pub fn turn(self) -> Mat3 {
        Mat3::from_rotation_z(self.roll)
            * Mat3::from_rotation_x(self.pitch)
            * Mat3::from_rotation_y(self.yaw)
    }
}

/// Face and head at one frame.
#[derive(Clone, Debug)]
pub struct Moment {
    pub units: UnitWeights,
    /// How far the brows slant beside what the units do, of what a sneer does to them: left, right.
    pub slant: [f32; 2],
    /// Of the expression: 0 to the clip's intensity.
    pub activation: f32,
    pub pose: Pose,
}
