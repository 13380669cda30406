use crate::Difficulty;
use rand::Rng;

/// The course of an expression over a clip: 0 before `onset` and after `offset`, 1 at `apex`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The first frame on which the expression shows.
    pub onset: usize,
    /// The frame on which it is strongest.
    pub apex: usize,
    /// The last frame on which it shows.
    pub offset: usize,
    /// How long it stays near its peak.
    hold: usize,
}

impl Envelope {
    /// Draws a course within a clip of `frames` (at least 16) frames. It never fills the clip.
    pub fn draw(frames: usize, difficulty: Difficulty, rng: &mut impl Rng) -> Self {
        // easy: of sixteen frames some six show it near its peak
        let (share, attack, hold) = match difficulty {
            Difficulty::Easy => (0.68..0.92, 0.12..0.28, 0.35..0.55),
            Difficulty::Wild => (0.3..0.8, 0.15..0.4, 0.15..0.45),
        };
        let share: f32 = rng.random_range(share);
        let length = ((frames as f32 * share) as usize).clamp(10, frames - 2);
        let onset = rng.random_range(1..=frames - 1 - length);
        let attack = (length as f32 * rng.random_range(attack)) as usize;
        let hold = (length as f32 * rng.random_range(hold)) as usize;
        Self {
            onset,
            apex: onset + attack.max(2),
            offset: onset + length - 1,
            hold,
        }
    }

    /// The activation at a frame, 0 to 1. Only the apex reaches 1; the plateau after it sinks a little.
    pub fn at(&self, frame: usize) -> f32 {
        if frame < self.onset || frame > self.offset {
            return 0.0;
        }
        if frame <= self.apex {
            // the onset frame itself shows already
            let t = (frame + 1 - self.onset) as f32 / (self.apex + 1 - self.onset) as f32;
            return ease(t);
        }
        let plateau = (self.apex + self.hold)
            .min(self.offset.saturating_sub(3))
            .max(self.apex);
        let sinking = 0.12 * (frame.min(plateau) - self.apex) as f32 / self.hold.max(1) as f32;
        if frame <= plateau {
            return 1.0 - sinking;
        }
        let t = (frame - plateau) as f32 / (self.offset + 1 - plateau) as f32;
        (1.0 - sinking) * ease(1.0 - t)
    }
}

fn ease(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn shows_from_onset_to_offset_only_and_most_at_the_apex() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        for round in 0..2000 {
            let frames = 24 + round % 37;
            let difficulty = if round % 2 == 0 {
                Difficulty::Easy
            } else {
                Difficulty::Wild
            };
            let e = Envelope::draw(frames, difficulty, &mut rng);
            assert!(
                e.onset < e.apex && e.apex < e.offset && e.offset < frames,
                "{e:?} of {frames}"
            );
            for f in 0..frames {
                let inside = (e.onset..=e.offset).contains(&f);
                assert_eq!(e.at(f) > 0.0, inside, "{e:?} at {f}");
                assert!(
                    f == e.apex || e.at(f) < e.at(e.apex),
                    "{e:?} at {f}: {}",
                    e.at(f)
                );
            }
            assert_eq!(e.at(e.apex), 1.0);
            assert!(e.offset - e.onset + 1 < frames);
        }
    }
}
