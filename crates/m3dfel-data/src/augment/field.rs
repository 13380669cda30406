use rand::Rng;
use rand_distr::StandardNormal;

/// Values drawn on an `N` x `N` grid over a frame, and between them a smooth surface (Catmull and Rom's cubic; the grid's
/// edge is repeated beyond it). `C` values at each place.
#[derive(Clone, Debug, PartialEq)]
pub struct Field<const N: usize, const C: usize>([[[f32; C]; N]; N]);

impl<const N: usize, const C: usize> Field<N, C> {
    /// Gaussian values of this deviation.
    pub fn draw(deviation: f64, rng: &mut impl Rng) -> Self {
        let mut value = || deviation as f32 * rng.sample::<f32, _>(StandardNormal);
        Self(std::array::from_fn(|_| {
            std::array::from_fn(|_| std::array::from_fn(|_| value()))
        }))
    }

    /// The surface along a row, `down` of the way down (0 to 1): what [`Row::at`] needs of it.
    pub(super) fn row(&self, down: f32) -> Row<N, C> {
        Row(std::array::from_fn(|column| {
            cubic::<N, C>(down, |row| self.0[row][column])
        }))
    }
}

/// A [`Field`] at one height.
pub struct Row<const N: usize, const C: usize>([[f32; C]; N]);

impl<const N: usize, const C: usize> Row<N, C> {
    /// The values `across` of the way across, 0 to 1.
    #[inline]
    pub fn at(&self, across: f32) -> [f32; C] {
        cubic::<N, C>(across, |column| self.0[column])
    }
}

/// Between `N` values that lie evenly from 0 to 1.
#[inline]
fn cubic<const N: usize, const C: usize>(at: f32, value: impl Fn(usize) -> [f32; C]) -> [f32; C] {
    let last = N.saturating_sub(1);
    let at = at.clamp(0.0, 1.0) * last as f32;
    let cell = (at as usize).min(last.saturating_sub(1));
    let t = at - cell as f32;
    let (t2, t3) = (t * t, t * t * t);
    let weights = [
        -0.5 * t + t2 - 0.5 * t3,
        1.0 - 2.5 * t2 + 1.5 * t3,
        0.5 * t + 2.0 * t2 - 1.5 * t3,
        0.5 * (t3 - t2),
    ];
    let mut sum = [0.0; C];
    for (k, weight) in weights.into_iter().enumerate() {
        let neighbour = value((cell + k).saturating_sub(1).min(last));
        for (sum, value) in sum.iter_mut().zip(neighbour) {
            *sum += weight * value;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};

    #[test]
    fn goes_through_its_values_and_smoothly_between() {
        let field = Field::<4, 2>::draw(1.0, &mut stream(Purpose::Clip, 1, 0, 0));
        let mut before = field.row(0.0).at(0.0);
        for i in 0..=300 {
            let at = i as f32 / 300.0;
            let now = field.row(at).at(at);
            if i % 100 == 0 {
                let node = field.0[i / 100][i / 100];
                assert!(now.iter().zip(node).all(|(a, b)| (a - b).abs() < 1e-4));
            }
            let step = now.iter().zip(before).map(|(a, b)| (a - b).abs());
            assert!(step.fold(0.0, f32::max) < 0.06, "{at}");
            before = now;
        }
        let flat = Field::<3, 1>([[[0.7]; 3]; 3]);
        for at in [-1.0, 0.0, 0.3, 0.5, 1.0, 2.0] {
            assert!((flat.row(at).at(1.0 - at)[0] - 0.7).abs() < 1e-6);
        }
    }

    #[test]
    fn has_the_deviation_asked_for() {
        let mut rng = stream(Purpose::Clip, 2, 0, 0);
        let values: Vec<f32> = (0..2000)
            .flat_map(|_| Field::<4, 1>::draw(0.3, &mut rng).0)
            .flatten()
            .map(|[value]| value)
            .collect();
        let squares = values.iter().map(|v| f64::from(v * v)).sum::<f64>();
        let deviation = (squares / values.len() as f64).sqrt();
        // five standard deviations of 32,000 values' deviation are 0.006
        assert!((deviation - 0.3).abs() < 0.006, "{deviation}");
    }
}
