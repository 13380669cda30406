//! Every instruction set that this machine has, forced. One test, for the choice is the process's.

mod common;

use common::{check, noise, r3d18};
use m3dfel_conv::batch_norm::{self, Gate, Norm};
use m3dfel_conv::{ConvShape, Isa};

#[test]
fn each_one_computes_the_same() {
    let mut lanes: Vec<usize> = Vec::new();
    for isa in Isa::available() {
        isa.limit();
        assert_eq!(
            Isa::for_columns(16).lanes(),
            isa.lanes(),
            "{isa:?} is forced"
        );
        lanes.push(isa.lanes());
        for (i, (_, shape)) in r3d18(1, 2, 24, 16).iter().enumerate() {
            check(shape, i as u64);
        }
        // Two panels and a rest, channels that fill no vector
        for (c_in, c_out) in [(24, 40), (3, 5)] {
            check(
                &ConvShape {
                    batch: 2,
                    c_in,
                    c_out,
                    input: [3, 6, 9],
                    kernel: [3; 3],
                    stride: [1; 3],
                    padding: [1; 3],
                },
                77,
            );
        }
        normalisation();
    }
    lanes.dedup();
    assert_eq!(lanes.len(), Isa::available().len(), "all differ");
    assert_eq!(lanes.last(), Some(&1));
}

/// Against sums in float64.
fn normalisation() {
    for channels in [8, 16, 64, 72] {
        let rows = 1021;
        let x: Vec<f32> = noise(rows * channels, 3).iter().map(|v| v + 4.0).collect();
        let (dy, residual) = (noise(x.len(), 4), noise(x.len(), 5));
        let (gamma, beta) = (noise(channels, 6), noise(channels, 7));
        let norm = Norm {
            gamma: &gamma,
            epsilon: 1e-5,
        };
        let statistics = batch_norm::statistics(&x, channels);
        let y = batch_norm::forward(&x, &beta, norm, &statistics, Some(&residual), true);
        let gate = Gate::Output(&y);
        let grads = batch_norm::backward(&dy, &x, gate, norm, &statistics, true);
        for c in 0..channels {
            let column = |v: &[f32]| -> Vec<f64> {
                v.iter()
                    .skip(c)
                    .step_by(channels)
                    .map(|&v| v as f64)
                    .collect()
            };
            let (x, dy, added) = (column(&x), column(&dy), column(&residual));
            let n = rows as f64;
            let mean = x.iter().sum::<f64>() / n;
            let variance = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
            assert!((statistics.mean[c] as f64 - mean).abs() < 1e-5);
            assert!((statistics.variance[c] as f64 - variance).abs() < 1e-5);
            let inverse = 1.0 / (variance + 1e-5).sqrt();
            let (gamma, beta) = (gamma[c] as f64, beta[c] as f64);
            let unit: Vec<f64> = x.iter().map(|v| (v - mean) * inverse).collect();
            let z = |i: usize| unit[i] * gamma + beta + added[i];
            let dz: Vec<f64> = (0..rows)
                .map(|i| if z(i) > 0.0 { dy[i] } else { 0.0 })
                .collect();
            let sum = dz.iter().sum::<f64>();
            let product = dz.iter().zip(&unit).map(|(a, b)| a * b).sum::<f64>();
            assert!((grads.beta[c] as f64 - sum).abs() < 1e-3);
            assert!((grads.gamma[c] as f64 - product).abs() < 1e-3);
            let (dx, dr) = (
                column(&grads.x),
                column(grads.residual.as_ref().expect("asked")),
            );
            for (i, y) in column(&y).into_iter().enumerate() {
                let from_x = gamma * inverse * (dz[i] - sum / n - unit[i] * product / n);
                assert!((y - z(i).max(0.0)).abs() < 1e-4);
                assert!((dx[i] - from_x).abs() < 1e-4);
                assert!((dr[i] - dz[i]).abs() < 1e-6 || z(i).abs() < 1e-5);
            }
        }

        // Where nothing is added, the input tells what the output does.
        let y = batch_norm::forward(&x, &beta, norm, &statistics, None, true);
        let [told, shown] = [Gate::Input(&beta), Gate::Output(&y)]
            .map(|gate| batch_norm::backward(&dy, &x, gate, norm, &statistics, false));
        assert_eq!(*told.x, *shown.x);
        assert_eq!((told.gamma, told.beta), (shown.gamma, shown.beta));
    }
}
