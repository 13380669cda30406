//! A steady box out of detections that tremble: at each moment a straight line through the detections around it, near
//! ones weighing more (W. S. Cleveland: "Robust locally weighted regression", JASA 74, 1979, without the robustness).

/// A weighted least-squares line's value at `time`, one for each of `N` numbers; None without a sample in reach.
///
/// `samples` are moments and their numbers, `reach` is from how far a sample still counts, in the same unit.
pub fn local_line<const N: usize>(
    samples: impl Iterator<Item = (f64, [f32; N])>,
    time: f64,
    reach: f64,
) -> Option<[f32; N]> {
    let (mut w, mut wt, mut wtt) = (0.0, 0.0, 0.0);
    let (mut wv, mut wtv) = ([0.0; N], [0.0; N]);
    for (at, values) in samples {
        // At the moment itself it is 0 whatever the reach: that of a single picture is 0.
        let t = if at == time { 0.0 } else { (at - time) / reach };
        if t.is_nan() || t.abs() >= 1.0 {
            continue;
        }
        let weight = (1.0 - t.abs().powi(3)).powi(3);
        w += weight;
        wt += weight * t;
        wtt += weight * t * t;
        for k in 0..N {
            let value = f64::from(values[k]);
            wv[k] += weight * value;
            wtv[k] += weight * t * value;
        }
    }
    if w <= 0.0 {
        return None;
    }
    let spread = w * wtt - wt * wt;
    Some(std::array::from_fn(|k| {
        // One sample, or all at one moment: no slope can be told.
        let value = if spread < 1e-6 * w * w {
            wv[k] / w
        } else {
            (wtt * wv[k] - wt * wtv[k]) / spread
        };
        value as f32
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_a_line() {
        let samples = [0.0, 0.1, 0.35, 0.4, 0.9].map(|t| (t, [3.0 + 2.0 * t as f32, -t as f32]));
        for time in [0.05, 0.3, 0.6, 0.9] {
            let [a, b] = local_line(samples.into_iter(), time, 0.5).unwrap();
            assert!((a - (3.0 + 2.0 * time as f32)).abs() < 1e-5, "{time}: {a}");
            assert!((b + time as f32).abs() < 1e-5, "{time}: {b}");
        }
    }

    #[test]
    fn trembling_is_taken_out() {
        let samples = (0..20).map(|k| (f64::from(k) * 0.1, [if k % 2 == 0 { 1.0 } else { -1.0 }]));
        let [value] = local_line(samples, 1.0, 0.5).unwrap();
        assert!(value.abs() < 0.25, "{value}");
    }

    #[test]
    fn one_sample_is_its_value_and_none_is_none() {
        assert_eq!(
            local_line([(1.0, [5.0])].into_iter(), 1.2, 0.5),
            Some([5.0])
        );
        assert_eq!(local_line([(1.0, [5.0])].into_iter(), 1.6, 0.5), None);
    }

    #[test]
    fn without_any_reach_a_moment_has_its_own_samples() {
        let samples = [(0.0, [3.0]), (1.0, [5.0]), (f64::NAN, [9.0])];
        for (time, value) in [(0.0, Some([3.0])), (1.0, Some([5.0])), (0.5, None)] {
            assert_eq!(local_line(samples.into_iter(), time, 0.0), value, "{time}");
        }
    }
}
