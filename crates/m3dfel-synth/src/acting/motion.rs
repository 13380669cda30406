use rand::Rng;

/// A smooth wandering value: random points, some frames apart, joined softly.
#[derive(Clone, Debug)]
pub struct Wander {
    points: Vec<f32>,
    step: f32,
}

impl Wander {
    /// Draws one within -`most`..`most` with a point about every `step` frames.
    pub fn draw(frames: usize, step: f32, most: f32, rng: &mut impl Rng) -> Self {
        let step = step * rng.random_range(0.7..1.4);
        let count = (frames as f32 / step) as usize + 3;
        let points = (0..count)
            .map(|_| rng.random_range(-1.0..1.0f32) * most)
            .collect();
        Self { points, step }
    }

    /// The value at a frame.
    pub fn at(&self, frame: f32) -> f32 {
        let t = frame.max(0.0) / self.step;
        let last = self.points.len() - 1;
        let i = (t as usize).min(last);
        let s = (t - i as f32).clamp(0.0, 1.0);
        let (a, b) = (self.points[i], self.points[(i + 1).min(last)]);
        a + (b - a) * s * s * (3.0 - 2.0 * s)
    }
}

/// Frames at which the eyes shut; a blink closes faster than it opens.
#[derive(Clone, Debug)]
pub struct Blinks {
    starts: Vec<usize>,
}

impl Blinks {
    const SHAPE: [f32; 6] = [0.35, 0.95, 1.0, 0.7, 0.35, 0.1];

    /// Draws blinks two to five seconds apart at 25 frames a second.
    pub fn draw(frames: usize, rng: &mut impl Rng) -> Self {
        let mut starts = Vec::new();
        let mut at = rng.random_range(0..70);
        while at < frames {
            starts.push(at);
            at += rng.random_range(40..120);
        }
        Self { starts }
    }

    /// How far the lids are shut, 0 to 1.
    pub fn at(&self, frame: usize) -> f32 {
        let shut = |s: &usize| frame.checked_sub(*s).and_then(|k| Self::SHAPE.get(k));
        self.starts
            .iter()
            .filter_map(shut)
            .copied()
            .fold(0.0, f32::max)
    }
}

/// Where the eyes look: still for a while, then a jump. In units of the look targets, right and up positive.
#[derive(Clone, Debug)]
pub struct Gaze {
    /// First frame and direction.
    fixations: Vec<(usize, f32, f32)>,
}

impl Gaze {
    /// Draws fixations within -`most`..`most`.
    pub fn draw(frames: usize, most: f32, rng: &mut impl Rng) -> Self {
        let mut fixations = Vec::new();
        let mut at = 0;
        let home: (f32, f32) = (rng.random_range(-0.4..0.4), rng.random_range(-0.4..0.3));
        while at < frames {
            let stray = if rng.random_bool(0.35) { 1.0 } else { 0.25 };
            let x = (home.0 + rng.random_range(-1.0..1.0) * stray) * most;
            let y = (home.1 + rng.random_range(-0.7..0.5) * stray) * most;
            fixations.push((at, x, y));
            at += rng.random_range(8..40);
        }
        Self { fixations }
    }

    /// The direction at a frame.
    pub fn at(&self, frame: usize) -> (f32, f32) {
        let now = self.fixations.iter().rev().find(|f| f.0 <= frame);
        now.map_or((0.0, 0.0), |f| (f.1, f.2))
    }
}
