/// The learning rate of each step: linear warm-up from zero, then a cosine over the step number from
/// `base` down to `floor`. As published, the cosine counts from the run's start, not from the warm-up's end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    pub base: f64,
    pub floor: f64,
    pub warmup: usize,
    pub total: usize,
}

impl Schedule {
    /// The learning rate of step `step`, counted from 0.
    pub fn at(&self, step: usize) -> f64 {
        if step < self.warmup {
            return self.base * step as f64 / self.warmup as f64;
        }
        let part = step as f64 / self.total.max(1) as f64;
        self.floor + 0.5 * (self.base - self.floor) * (1.0 + (std::f64::consts::PI * part).cos())
    }
}
