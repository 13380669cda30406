//! The two principal components, which t-SNE begins from: the large shape of the data, and no chance.

/// Rounds of the power method. The beginning need not be exact.
const ROUNDS: usize = 50;

/// Rows around zero, their squares one in the mean: distances that no square overflows. None where all
/// rows are alike, or empty.
pub fn scaled<'a>(rows: impl ExactSizeIterator<Item = &'a [f32]> + Clone) -> Option<Vec<Vec<f32>>> {
    let first = rows.clone().next()?;
    if rows.clone().all(|row| row == first) {
        return None;
    }
    let n = rows.len() as f64;
    let mut mean = vec![0f64; first.len()];
    for row in rows.clone() {
        for (mean, &x) in mean.iter_mut().zip(row) {
            *mean += f64::from(x) / n;
        }
    }
    let mean = &mean;
    let from_mean = |row: &'a [f32]| {
        let pairs = row.iter().zip(mean);
        pairs.map(|(&x, mean)| f64::from(x) - mean)
    };
    let squares = rows.clone().flat_map(from_mean).map(|x| x * x);
    let squares: f64 = squares.sum();
    let size = (squares / n).sqrt();
    Some(
        rows.map(|row| from_mean(row).map(|x| (x / size) as f32).collect())
            .collect(),
    )
}

/// Each row's part in the direction of most variance, and in the direction of most that is left.
///
/// By the power method on the rows, which are around zero: no covariance matrix is formed. The sign of
/// each direction is that of its largest part.
pub fn components(rows: &[Vec<f32>]) -> Vec<[f64; 2]> {
    let first = direction(rows, None);
    let second = direction(rows, Some(&first));
    rows.iter()
        .map(|row| [dot(row, &first), dot(row, &second)])
        .collect()
}

/// Across `other`, if there is one. Zero where the rows have no variance in any direction.
fn direction(rows: &[Vec<f32>], other: Option<&[f64]>) -> Vec<f64> {
    let across = |mut v: Vec<f64>| {
        if let Some(other) = other {
            let along: f64 = v.iter().zip(other).map(|(a, b)| a * b).sum();
            v.iter_mut().zip(other).for_each(|(v, o)| *v -= along * o);
        }
        unit(v)
    };
    // The row that reaches farthest: it has a part in the direction sought.
    let starts = rows.iter().map(|row| {
        let v: Vec<f64> = row.iter().map(|&x| x.into()).collect();
        let along: f64 = other.map_or(0.0, |other| dot(row, other));
        (v.iter().map(|x| x * x).sum::<f64>() - along * along, v)
    });
    let farthest = starts.max_by(|a, b| a.0.total_cmp(&b.0));
    let mut direction = across(farthest.map_or(Vec::new(), |(_, v)| v));
    for _ in 0..ROUNDS {
        let mut next = vec![0f64; direction.len()];
        for row in rows {
            let part = dot(row, &direction);
            for (next, &x) in next.iter_mut().zip(row) {
                *next += part * f64::from(x);
            }
        }
        direction = across(next);
    }
    let largest = direction
        .iter()
        .copied()
        .max_by(|a, b| a.abs().total_cmp(&b.abs()));
    if largest.is_some_and(|x| x < 0.0) {
        direction.iter_mut().for_each(|x| *x = -*x);
    }
    direction
}

fn dot(row: &[f32], v: &[f64]) -> f64 {
    row.iter().zip(v).map(|(&x, v)| f64::from(x) * v).sum()
}

fn unit(mut v: Vec<f64>) -> Vec<f64> {
    let size = v.iter().map(|x| x * x).sum::<f64>().sqrt();
    let scale = if size > 1e-12 { 1.0 / size } else { 0.0 };
    v.iter_mut().for_each(|x| *x *= scale);
    v
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Fixture {
        points: Vec<Vec<f32>>,
        components: Vec<[f64; 2]>,
    }

    /// Against scikit-learn's, by `tests/fixtures/tsne.py`: up to sign and the scale of all.
    #[test]
    fn components_are_those_of_scikit_learn() {
        let json = include_str!("../../tests/fixtures/tsne.json");
        let fixture: Fixture = serde_json::from_str(json).unwrap();
        let rows = scaled(fixture.points.iter().map(Vec::as_slice)).unwrap();
        let ours = components(&rows);
        for k in [0, 1] {
            let product = |a: &[[f64; 2]], b: &[[f64; 2]]| -> f64 {
                a.iter().zip(b).map(|(a, b)| a[k] * b[k]).sum()
            };
            let theirs = &fixture.components;
            let size = (product(&ours, &ours) * product(theirs, theirs)).sqrt();
            let cosine = product(&ours, theirs) / size;
            assert!(cosine.abs() > 1.0 - 1e-6, "component {k}: {cosine}");
        }
    }
}
