use crate::Difficulty;
use rand::Rng;
use std::ops::Range;

/// The course of an expression over a clip: 0 before `onset` and after `offset`, 1 at `apex`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The first frame on which the expression shows.
    pub onset: usize,
    /// The frame on which it is strongest.
    pub apex: usize,
    /// The last frame on which it shows.
    pub offset: usize,
    /// When the rise begins and the fall ends, in frames; before or after the clip where it is cut out of a longer course.
    begin: i32,
    end: i32,
    /// How long it is near its peak before it reaches it, and how long it stays near it.
    swell: i32,
    hold: i32,
}

/// What a plateau rises or sinks by.
const SLOPE: f32 = 0.12;

impl Envelope {
    /// Draws a course within a clip of `frames` (at least 16) frames.
    ///
    /// An easy clip holds all of it. Windows cut out of a film rarely do: a quarter of the wild clips is near the apex from
    /// the first frame to the last, an eighth begins so, an eighth has risen to it early on, and a quarter rises to it until it ends.
    pub fn draw(frames: usize, difficulty: Difficulty, rng: &mut impl Rng) -> Self {
        if difficulty == Difficulty::Easy {
            // of sixteen frames some six show it near its peak
            return Self::whole(frames, 0.68..0.92, 0.12..0.28, 0.35..0.55, rng);
        }
        let (all, third) = (frames as i32, frames as i32 / 3);
        let attack = rng.random_range(3..=third);
        match rng.random_range(0..8) {
            0 | 1 => {
                let (apex, lead) = (rng.random_range(1..all - 1), rng.random_range(0..9));
                Self::cut(frames, -attack - lead, attack, apex + lead, all, attack)
            }
            2 => {
                let (apex, lead) = (rng.random_range(1..=third / 2), rng.random_range(0..9));
                let hold = rng.random_range(third..=4 * third / 3);
                Self::cut(frames, -attack - lead, attack, apex + lead, hold, attack)
            }
            3 => Self::cut(frames, rng.random_range(1..=third), attack, 0, all, attack),
            4 | 5 => {
                let begin = rng.random_range(-third / 3..=third);
                Self::cut(frames, begin, all - 2 - begin, 0, 0, all)
            }
            _ => Self::whole(frames, 0.5..0.9, 0.12..0.35, 0.2..0.5, rng),
        }
    }

    /// From before its onset to after its offset.
    fn whole(
        frames: usize,
        share: Range<f32>,
        attack: Range<f32>,
        hold: Range<f32>,
        rng: &mut impl Rng,
    ) -> Self {
        let share: f32 = rng.random_range(share);
        let length = ((frames as f32 * share) as usize).clamp(10, frames - 2);
        let onset = rng.random_range(1..=frames - 1 - length);
        let attack = (length as f32 * rng.random_range(attack)) as usize;
        let hold = (length as f32 * rng.random_range(hold)) as usize;
        Self {
            onset,
            apex: onset + attack.max(2),
            offset: onset + length - 1,
            begin: onset as i32,
            end: (onset + length - 1) as i32,
            swell: 0,
            hold: hold as i32,
        }
    }

    /// As much of a course as falls into the clip; its apex must.
    fn cut(frames: usize, begin: i32, attack: i32, swell: i32, hold: i32, fall: i32) -> Self {
        let (last, apex) = (frames as i32 - 1, begin + attack + swell);
        let end = apex + hold + fall.max(3);
        Self {
            onset: begin.max(0) as usize,
            apex: apex.clamp(1, last - 1) as usize,
            offset: end.clamp(apex + 1, last) as usize,
            begin,
            end,
            swell,
            hold,
        }
    }

    /// The activation at a frame, 0 to 1. Only the apex reaches 1; a plateau rises towards it and sinks after it a little.
    pub fn at(&self, frame: usize) -> f32 {
        if frame < self.onset || frame > self.offset {
            return 0.0;
        }
        let (frame, apex) = (frame as i32, self.apex as i32);
        let share = |part: i32, of: i32| part as f32 / of.max(1) as f32;
        if frame <= apex {
            let near = apex - self.swell;
            if frame >= near {
                return 1.0 - SLOPE * share(apex - frame, self.swell);
            }
            // the onset frame itself shows already
            let peak = if self.swell > 0 { 1.0 - SLOPE } else { 1.0 };
            return peak * ease(share(frame + 1 - self.begin, near + 1 - self.begin));
        }
        let plateau = (apex + self.hold).min(self.end - 3).max(apex);
        let sunk = frame.min(plateau) - apex;
        let sinking = SLOPE * sunk as f32 / self.hold.max(1) as f32;
        if frame <= plateau {
            return 1.0 - sinking;
        }
        (1.0 - sinking) * ease(1.0 - share(frame - plateau, self.end + 1 - plateau))
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
            assert!(difficulty == Difficulty::Wild || e.offset - e.onset + 1 < frames);
        }
    }

    #[test]
    fn of_wild_clips_a_quarter_is_near_the_apex_throughout_a_quarter_shows_all_and_a_quarter_rises()
    {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let (mut held, mut begun, mut kept, mut whole, mut rising) = (0, 0, 0, 0, 0);
        for round in 0..1200 {
            let frames = 24 + round % 37;
            let e = Envelope::draw(frames, Difficulty::Wild, &mut rng);
            let near = |f: usize| e.at(f) > 0.85;
            match (near(0), near(frames - 1)) {
                (true, true) => {
                    assert!((0..frames).all(near), "{e:?} of {frames}");
                    held += 1;
                }
                (true, false) => begun += 1,
                (false, true) => kept += 1,
                (false, false) => whole += 1,
            }
            rising += usize::from(e.apex == frames - 2 && e.swell == 0 && e.hold == 0);
            let shown = (0..frames).filter(|&f| e.at(f) > 0.5).count();
            assert!(
                5 * shown >= frames,
                "{e:?} of {frames}: {shown} frames show it"
            );
        }
        assert!((250..350).contains(&held), "{held}");
        assert!((110..190).contains(&begun), "{begun}");
        assert!((400..500).contains(&kept), "{kept}");
        assert!((250..350).contains(&rising), "{rising} rise");
        assert!((250..350).contains(&whole), "{whole}");
    }
}
