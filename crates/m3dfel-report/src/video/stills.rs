use crate::{Picture, Result, Still};

/// Stills are no nearer to each other than this, in seconds.
const NEAREST: f64 = 0.25;

/// Stills spread evenly over a time whose length nobody knows yet: when there are too many, every second one
/// goes, and from then on they are taken half as often.
#[derive(Clone, Debug)]
pub struct Stills {
    most: usize,
    every: f64,
    kept: Vec<Still>,
}

impl Stills {
    /// Keeps at most `most` (at least two); of a long time never fewer than half of that.
    pub fn new(most: usize) -> Self {
        Self {
            most: most.max(2),
            every: NEAREST,
            kept: Vec::new(),
        }
    }

    /// Offers a picture, in order of time. It is made only where one is due.
    ///
    /// # Errors
    /// What making the picture gives.
    pub fn offer(&mut self, time: f64, picture: impl FnOnce() -> Result<Picture>) -> Result<()> {
        // A hair early is in time: times are sums of fractions.
        let due = |last: &Still| time - last.time >= self.every - 1e-6;
        if !self.kept.last().is_none_or(due) {
            return Ok(());
        }
        self.kept.push(Still {
            time,
            picture: picture()?,
        });
        if self.kept.len() > self.most {
            let mut k = 0;
            self.kept.retain(|_| {
                k += 1;
                k % 2 == 1
            });
            self.every *= 2.0;
        }
        Ok(())
    }

    /// In order of time.
    pub fn into_vec(self) -> Vec<Still> {
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> Result<Picture> {
        Picture::new(vec![0xff, 0xd8, 0xff])
    }

    /// Times kept, and how many pictures were made.
    fn kept(most: usize, times: impl IntoIterator<Item = f64>) -> (Vec<f64>, usize) {
        let (mut stills, mut made) = (Stills::new(most), 0);
        for time in times {
            let make = || {
                made += 1;
                picture()
            };
            stills.offer(time, make).unwrap();
        }
        let times = stills.into_vec().into_iter().map(|still| still.time);
        (times.collect(), made)
    }

    #[test]
    fn they_spread_evenly_over_any_length() {
        for seconds in [1, 7, 8, 9, 60, 600, 36_000] {
            let (times, made) = kept(32, (0..seconds * 25).map(|k| f64::from(k) / 25.0));
            assert_eq!(times[0], 0.0);
            assert!(times.len() <= 32, "{seconds} s: {}", times.len());
            let steps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
            let (low, high) = steps
                .iter()
                .fold((f64::MAX, 0f64), |(l, h), &s| (l.min(s), h.max(s)));
            assert!(high < 1.2 * low, "{seconds} s: steps of {low} to {high}");
            let end = f64::from(seconds);
            assert!(times[times.len() - 1] > end - high - 0.1, "{seconds} s");
            if seconds > 8 {
                assert!(times.len() >= 16, "{seconds} s: {}", times.len());
            }
            assert!(made < 250, "{seconds} s: {made} pictures made");
        }
    }

    #[test]
    fn a_gap_leaves_none_out_that_come_after() {
        let (times, _) = kept(8, [0.0, 0.1, 0.3, 9.0, 9.1, 9.3]);
        assert_eq!(times, [0.0, 0.3, 9.0, 9.3]);
    }

    #[test]
    fn a_picture_that_fails_is_told_and_times_that_are_none_do_no_harm() {
        let mut stills = Stills::new(0);
        let error = stills.offer(0.0, || Picture::new(vec![])).unwrap_err();
        assert!(error.to_string().contains("neither JPEG nor PNG"));
        for time in [0.0, f64::NAN, 1.0, -1.0, 2.0, f64::INFINITY] {
            stills.offer(time, picture).unwrap();
        }
        assert!(stills.into_vec().len() <= 2);
    }
}
