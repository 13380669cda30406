//! Where a face will be: a Kalman filter of constant velocity (R. E. Kalman, 1960), for centre, width and height each.

use crate::geometry::{Point, Rect};

/// How far a detection lies from the truth, as a share of the face's side.
const MEASUREMENT: f32 = 0.06;
/// How strongly a head accelerates, in sides a second squared.
const ACCELERATION: f32 = 2.0;
/// How fast a head may move when first seen, in sides a second.
const SPEED: f32 = 1.0;

/// One number and its speed, with the covariance of both.
#[derive(Clone, Copy, Debug)]
struct Axis {
    value: f32,
    speed: f32,
    p00: f32,
    p01: f32,
    p11: f32,
}

impl Axis {
    fn new(value: f32, side: f32) -> Self {
        Self {
            value,
            speed: 0.0,
            p00: (MEASUREMENT * side).powi(2),
            p01: 0.0,
            p11: (SPEED * side).powi(2),
        }
    }

    fn predict(&mut self, seconds: f32, side: f32) {
        let noise = (ACCELERATION * side).powi(2);
        let (t, t2) = (seconds, seconds * seconds);
        self.value += self.speed * t;
        self.p00 += 2.0 * t * self.p01 + t2 * self.p11 + noise * t2 * t2 / 4.0;
        self.p01 += t * self.p11 + noise * t2 * t / 2.0;
        self.p11 += noise * t2;
    }

    fn update(&mut self, measured: f32, side: f32) {
        let total = self.p00 + (MEASUREMENT * side).powi(2);
        let (gain, speed_gain) = (self.p00 / total, self.p01 / total);
        let surprise = measured - self.value;
        self.value += gain * surprise;
        self.speed += speed_gain * surprise;
        self.p11 -= speed_gain * self.p01;
        self.p01 *= 1.0 - gain;
        self.p00 *= 1.0 - gain;
    }
}

/// A face's place over time.
#[derive(Clone, Debug)]
pub struct Motion {
    /// Centre across, centre down, width, height.
    axes: [Axis; 4],
    time: f64,
}

fn numbers(bbox: &Rect) -> [f32; 4] {
    let Point { x, y } = bbox.centre();
    [x, y, bbox.width, bbox.height]
}

impl Motion {
    pub fn new(bbox: &Rect, time: f64) -> Self {
        let side = bbox.side();
        Self {
            axes: numbers(bbox).map(|value| Axis::new(value, side)),
            time,
        }
    }

    pub fn bbox(&self) -> Rect {
        let [x, y, width, height] = self.axes.map(|axis| axis.value);
        Rect::from_centre(Point { x, y }, width.max(1.0), height.max(1.0))
    }

    /// Moves on to `time`. A face unseen for long stays where it was last rather than fly away.
    pub fn predict(&mut self, time: f64, seen: bool) {
        let seconds = (time - self.time).clamp(0.0, 1.0) as f32;
        let side = self.bbox().side();
        self.time = time;
        for axis in &mut self.axes {
            if !seen {
                axis.speed *= 0.5;
            }
            axis.predict(seconds, side);
        }
    }

    pub fn update(&mut self, bbox: &Rect) {
        let side = bbox.side();
        for (axis, measured) in self.axes.iter_mut().zip(numbers(bbox)) {
            axis.update(measured, side);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f32, side: f32) -> Rect {
        Rect {
            left: x,
            top: 50.0,
            width: side,
            height: side,
        }
    }

    #[test]
    fn a_steady_walk_is_foreseen() {
        let mut motion = Motion::new(&at(0.0, 100.0), 0.0);
        for step in 1..20 {
            let time = f64::from(step) * 0.16;
            motion.predict(time, true);
            motion.update(&at(step as f32 * 16.0, 100.0));
        }
        motion.predict(20.0 * 0.16, true);
        let foreseen = motion.bbox();
        assert!((foreseen.left - 320.0).abs() < 3.0, "{foreseen:?}");
        assert!((foreseen.width - 100.0).abs() < 1.0, "{foreseen:?}");
    }

    #[test]
    fn a_face_that_is_gone_does_not_fly_away() {
        let mut motion = Motion::new(&at(0.0, 100.0), 0.0);
        for step in 1..10 {
            motion.predict(f64::from(step) * 0.16, true);
            motion.update(&at(step as f32 * 32.0, 100.0));
        }
        for step in 10..60 {
            motion.predict(f64::from(step) * 0.16, false);
        }
        assert!(
            (288.0..388.0).contains(&motion.bbox().left),
            "{:?}",
            motion.bbox()
        );
    }
}
