//! Which detection is which face.

/// Pairs rows with columns, the best pairs first, each at most once; pairs of None are impossible.
///
/// Greedy: in a picture with a few faces that hardly overlap it does what the optimal assignment does.
pub fn pair(
    rows: usize,
    columns: usize,
    gain: impl Fn(usize, usize) -> Option<f32>,
) -> Vec<(usize, usize)> {
    let mut all: Vec<(f32, usize, usize)> = (0..rows)
        .flat_map(|row| (0..columns).map(move |column| (row, column)))
        .filter_map(|(row, column)| Some((gain(row, column)?, row, column)))
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut row_taken, mut column_taken) = (vec![false; rows], vec![false; columns]);
    let mut out = Vec::new();
    for (_, row, column) in all {
        if !row_taken[row] && !column_taken[column] {
            row_taken[row] = true;
            column_taken[column] = true;
            out.push((row, column));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn best_pairs_first() {
        let gains = [[Some(0.9), Some(0.8)], [Some(0.7), None], [None, Some(0.1)]];
        let pairs = pair(3, 2, |row, column| gains[row][column]);
        assert_eq!(pairs, [(0, 0), (2, 1)]);
    }
}
