//! t-SNE: a plane on which clips with like features are near each other.
//!
//! The method is the `bhtsne` crate's. Left alone, it begins from random numbers that nobody can seed,
//! looks for neighbours in a tree of random numbers, where of two as near it finds either, and sums in an
//! order that depends on which thread is free; t-SNE blows the last digit's difference up to another
//! picture. So it is given its beginning, the neighbours, and one thread.

mod principal;

use bhtsne::{Neighbor, tSNE};
use rayon::prelude::*;

use crate::{ReportError, Result};

/// Fewer clips make no picture.
const LEAST: usize = 10;
/// More clips are a blot: on a page, and in the time that they take.
const MOST: usize = 3000;
/// How many neighbours a clip has, softly; scikit-learn's default.
const PERPLEXITY: usize = 30;
/// Of the Barnes-Hut approximation: van der Maaten's default.
const THETA: f64 = 0.5;
/// How wide the plane is in the beginning: about as scikit-learn's, small, so that clips can pass each other.
const BEGIN: f64 = 1e-4;

/// Where t-SNE puts clips.
#[derive(Clone, Debug, PartialEq)]
pub struct Tsne {
    /// One for each clip, in their order; none for those that were left out.
    pub places: Vec<Option<[f64; 2]>>,
    pub perplexity: usize,
    /// Clips left out since a feature of theirs is infinite or no number.
    pub unusable: usize,
}

/// Barnes-Hut t-SNE (van der Maaten, "Accelerating t-SNE using Tree-Based Algorithms", JMLR 2014) of
/// features `[clips, features]`, in Euclidean distances, begun from the two principal components (Kobak
/// and Berens, "The art of using t-SNE for single-cell transcriptomics", 2019). Deterministic: no random
/// number, one thread.
///
/// Of more than 3000 clips, evenly chosen 3000 are placed. None where fewer than ten can be, or all
/// are alike.
///
/// # Errors
/// Clips with different numbers of features.
pub fn tsne<F: AsRef<[f32]>>(features: &[F]) -> Result<Option<Tsne>> {
    let rows: Vec<&[f32]> = features.iter().map(AsRef::as_ref).collect();
    let width = rows.first().map_or(0, |row| row.len());
    if let Some(k) = rows.iter().position(|row| row.len() != width) {
        return Err(ReportError::Features {
            clip: k + 1,
            found: rows[k].len(),
            expected: width,
        });
    }
    let usable: Vec<usize> = (0..rows.len())
        .filter(|&k| rows[k].iter().all(|x| x.is_finite()))
        .collect();
    let chosen: Vec<usize> = match usable.len() {
        n if n > MOST => (0..MOST).map(|k| usable[k * n / MOST]).collect(),
        _ => usable.clone(),
    };
    if chosen.len() < LEAST {
        return Ok(None);
    }
    let Some(samples) = principal::scaled(chosen.iter().map(|&k| rows[k])) else {
        return Ok(None);
    };
    let perplexity = PERPLEXITY.min((chosen.len() - 1) / 3);
    let neighbours = neighbours(&samples, 3 * perplexity);
    let plane = alone(|| place(&samples, &neighbours, perplexity));
    let mut places = vec![None; rows.len()];
    for (&k, place) in chosen.iter().zip(plane) {
        places[k] = Some(place);
    }
    Ok(Some(Tsne {
        places,
        perplexity,
        unusable: rows.len() - usable.len(),
    }))
}

fn place(
    samples: &[Vec<f32>],
    neighbours: &[Vec<Neighbor<f64>>],
    perplexity: usize,
) -> Vec<[f64; 2]> {
    let mut begin = principal::components(samples).into_flattened();
    let widest = begin.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    let scale = if widest > 0.0 { BEGIN / widest } else { 0.0 };
    begin.iter_mut().for_each(|x| *x *= scale);
    let mut tsne: tSNE<f64, Vec<f32>> = tSNE::new(samples);
    tsne.perplexity(perplexity as f64)
        .initial_embedding(begin)
        .barnes_hut_with_neighbors(THETA, neighbours);
    tsne.embedding().as_chunks().0.to_vec()
}

/// Of each sample the `k` nearest others, nearest first; of two as near, the first in the list.
fn neighbours(samples: &[Vec<f32>], k: usize) -> Vec<Vec<Neighbor<f64>>> {
    let of = |(i, sample): (usize, &Vec<f32>)| {
        let others = samples.iter().enumerate().filter(|(index, _)| *index != i);
        let mut others: Vec<Neighbor<f64>> = others
            .map(|(index, other)| Neighbor {
                index,
                distance: distance(sample, other),
            })
            .collect();
        others.sort_by(|a, b| a.distance.total_cmp(&b.distance)); // stable
        others.truncate(k);
        others
    };
    samples.par_iter().enumerate().map(of).collect()
}

/// Euclidean. Summed in eight lanes, which a processor adds at once.
fn distance(a: &[f32], b: &[f32]) -> f64 {
    let ((a, rest_a), (b, rest_b)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut lanes = [0f32; 8];
    for (a, b) in a.iter().zip(b) {
        for k in 0..8 {
            lanes[k] += (a[k] - b[k]) * (a[k] - b[k]);
        }
    }
    let rest = rest_a.iter().zip(rest_b).map(|(a, b)| (a - b) * (a - b));
    f64::from(lanes.iter().sum::<f32>() + rest.sum::<f32>()).sqrt()
}

/// Runs with no thread beside it to share sums with. Where no thread can be had, it runs as it is:
/// then two maps of the same clips may differ.
fn alone<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three groups of clips around corners of a cube of 20 dimensions, without random numbers.
    fn groups(each: usize) -> Vec<Vec<f32>> {
        let noise = |k: usize, d: usize| (((k * 37 + d * 101) as f32).sin() * 4375.0).fract();
        let row = |k: usize| {
            let middle = move |d: usize| if d % 3 == k % 3 { 6.0 } else { 0.0 };
            (0..20).map(move |d| middle(d) + noise(k, d)).collect()
        };
        (0..3 * each).map(row).collect()
    }

    fn places(features: &[Vec<f32>]) -> Vec<[f64; 2]> {
        let map = tsne(features).unwrap().unwrap();
        map.places.into_iter().flatten().collect()
    }

    #[test]
    fn groups_stay_groups_and_the_same_clips_are_the_same_map() {
        let features = groups(20);
        let plane = places(&features);
        for (k, a) in plane.iter().enumerate() {
            let others = plane.iter().enumerate().filter(|(other, _)| *other != k);
            let near = others.min_by(|(_, b), (_, c)| {
                let far = |p: &[f64; 2]| (p[0] - a[0]).hypot(p[1] - a[1]);
                far(b).total_cmp(&far(c))
            });
            assert_eq!(near.unwrap().0 % 3, k % 3, "clip {k} lies with others");
        }
        assert_eq!(plane, places(&features));
    }

    #[test]
    fn neighbours_as_near_do_not_make_another_map() {
        let row = |k: usize| vec![(k % 2) as f32 * 9.0, k as f32 * 0.5];
        let ladder: Vec<Vec<f32>> = (0..40).map(row).collect();
        let first = places(&ladder);
        assert!((0..5).all(|_| places(&ladder) == first));
    }

    #[test]
    fn clips_without_numbers_are_left_out() {
        let mut features = groups(5);
        features[3][1] = f32::NAN;
        features[4][0] = f32::INFINITY;
        let map = tsne(&features).unwrap().unwrap();
        assert_eq!((map.places.len(), map.unusable, map.perplexity), (15, 2, 4));
        let left_out: Vec<usize> = (0..15).filter(|&k| map.places[k].is_none()).collect();
        assert_eq!(left_out, [3, 4]);
        assert_eq!(tsne(&features[..11]).unwrap(), None, "nine are left");
    }

    #[test]
    fn odd_features_have_finite_places() {
        let huge = groups(4)
            .into_iter()
            .map(|row| row.into_iter().map(|x| x * 1e37).collect());
        let tiny = groups(4)
            .into_iter()
            .map(|row| row.into_iter().map(|x| x * 1e-40).collect());
        let twins = groups(4).into_iter().flat_map(|row| [row.clone(), row]);
        let one = groups(4).into_iter().map(|row: Vec<f32>| row[..1].to_vec());
        let outlier = (0..12).map(|k| vec![if k == 5 { 7.0 } else { 2.0 }; 5]);
        let cases: [Vec<Vec<f32>>; 5] = [
            huge.collect(),
            tiny.collect(),
            twins.collect(),
            one.collect(),
            outlier.collect(),
        ];
        for (k, features) in cases.iter().enumerate() {
            let finite = places(features).iter().flatten().all(|x| x.is_finite());
            assert!(finite, "case {k}");
        }
        let same = vec![vec![2.0; 5]; 12];
        assert_eq!(tsne(&same).unwrap(), None, "nothing tells them apart");
        assert_eq!(tsne(&vec![vec![]; 12]).unwrap(), None, "no features");
        assert_eq!(tsne::<Vec<f32>>(&[]).unwrap(), None);
    }

    #[test]
    fn ragged_features_are_named() {
        let mut features = groups(4);
        features[6].pop();
        let error = tsne(&features).unwrap_err().to_string();
        assert!(error.contains("clip 7") && error.contains("19"), "{error}");
    }
}
