//! The transforms along one side of a tile, for the points 0, 1, -1, 2, -2 and infinity.

//!
//! No closures and no iterators in here or wherever else vectors are at work: what they call is not
//! compiled for the wide instructions, and a call for each sum costs more than the sum.

use pulp::Simd;

/// Six inputs to six points (the matrix B transposed).
#[inline(always)]
pub(super) fn input<S: Simd>(simd: S, d: [S::f32s; 6]) -> [S::f32s; 6] {
    let four = simd.splat_f32s(4.0);
    let five = simd.splat_f32s(-5.0);
    let two = simd.splat_f32s(2.0);
    let minus_four = simd.splat_f32s(-4.0);
    let even = simd.mul_add_e_f32s(minus_four, d[2], d[4]);
    let odd = simd.mul_add_e_f32s(minus_four, d[1], d[3]);
    let even2 = simd.sub_f32s(d[4], d[2]);
    let odd2 = simd.mul_f32s(two, simd.sub_f32s(d[3], d[1]));
    [
        simd.mul_add_e_f32s(four, d[0], simd.mul_add_e_f32s(five, d[2], d[4])),
        simd.add_f32s(even, odd),
        simd.sub_f32s(even, odd),
        simd.add_f32s(even2, odd2),
        simd.sub_f32s(even2, odd2),
        simd.mul_add_e_f32s(four, d[1], simd.mul_add_e_f32s(five, d[3], d[5])),
    ]
}

/// Six points to four outputs (A transposed).
#[inline(always)]
pub(super) fn output<S: Simd>(simd: S, m: [S::f32s; 6]) -> [S::f32s; 4] {
    let two = simd.splat_f32s(2.0);
    let four = simd.splat_f32s(4.0);
    let eight = simd.splat_f32s(8.0);
    let (sum, difference) = (simd.add_f32s(m[1], m[2]), simd.sub_f32s(m[1], m[2]));
    let (sum2, difference2) = (simd.add_f32s(m[3], m[4]), simd.sub_f32s(m[3], m[4]));
    [
        simd.add_f32s(simd.add_f32s(m[0], sum), sum2),
        simd.mul_add_e_f32s(two, difference2, difference),
        simd.mul_add_e_f32s(four, sum2, sum),
        simd.add_f32s(simd.mul_add_e_f32s(eight, difference2, difference), m[5]),
    ]
}

/// Gradients of four outputs to six points (A, the adjoint of [`output`]).
#[inline(always)]
pub(super) fn output_adjoint<S: Simd>(simd: S, y: [S::f32s; 4]) -> [S::f32s; 6] {
    let two = simd.splat_f32s(2.0);
    let four = simd.splat_f32s(4.0);
    let eight = simd.splat_f32s(8.0);
    let (even, odd) = (simd.add_f32s(y[0], y[2]), simd.add_f32s(y[1], y[3]));
    let even2 = simd.mul_add_e_f32s(four, y[2], y[0]);
    let odd2 = simd.mul_add_e_f32s(eight, y[3], simd.mul_f32s(two, y[1]));
    [
        y[0],
        simd.add_f32s(even, odd),
        simd.sub_f32s(even, odd),
        simd.add_f32s(even2, odd2),
        simd.sub_f32s(even2, odd2),
        y[3],
    ]
}

/// Three weights to six points (G).
#[inline(always)]
pub(super) fn weight<S: Simd>(simd: S, w: [S::f32s; 3]) -> [S::f32s; 6] {
    let quarter = simd.splat_f32s(1.0 / 4.0);
    let sixth = simd.splat_f32s(1.0 / 6.0);
    let twelfth = simd.splat_f32s(1.0 / 12.0);
    let twenty_fourth = simd.splat_f32s(1.0 / 24.0);
    let minus_sixth = simd.splat_f32s(-1.0 / 6.0);
    let even = simd.mul_f32s(minus_sixth, simd.add_f32s(w[0], w[2]));
    let odd = simd.mul_f32s(sixth, w[1]);
    let even2 = simd.mul_add_e_f32s(twenty_fourth, w[0], simd.mul_f32s(sixth, w[2]));
    let odd2 = simd.mul_f32s(twelfth, w[1]);
    [
        simd.mul_f32s(quarter, w[0]),
        simd.sub_f32s(even, odd),
        simd.add_f32s(even, odd),
        simd.add_f32s(even2, odd2),
        simd.sub_f32s(even2, odd2),
        w[2],
    ]
}

/// Gradients of six points to three weights (the adjoint of [`weight`]).
#[inline(always)]
pub(super) fn weight_adjoint<S: Simd>(simd: S, u: [S::f32s; 6]) -> [S::f32s; 3] {
    let quarter = simd.splat_f32s(1.0 / 4.0);
    let sixth = simd.splat_f32s(1.0 / 6.0);
    let twelfth = simd.splat_f32s(1.0 / 12.0);
    let twenty_fourth = simd.splat_f32s(1.0 / 24.0);
    let (sum, sum2) = (simd.add_f32s(u[1], u[2]), simd.add_f32s(u[3], u[4]));
    let minus_sixth = simd.splat_f32s(-1.0 / 6.0);
    [
        simd.mul_add_e_f32s(
            quarter,
            u[0],
            simd.mul_add_e_f32s(minus_sixth, sum, simd.mul_f32s(twenty_fourth, sum2)),
        ),
        simd.mul_add_e_f32s(
            sixth,
            simd.sub_f32s(u[2], u[1]),
            simd.mul_f32s(twelfth, simd.sub_f32s(u[3], u[4])),
        ),
        simd.mul_add_e_f32s(sixth, simd.sub_f32s(sum2, sum), u[5]),
    ]
}

/// Value `j` of each row. For tiles of vectors, where no iterator can be used.
#[inline(always)]
fn column<V: Copy, const N: usize, const M: usize>(x: &[[V; N]; M], j: usize) -> [V; M] {
    let mut column = [x[0][j]; M];
    for i in 1..M {
        column[i] = x[i][j];
    }
    column
}

/// A transform along both sides: of every column, then of every row. The lists count them up: as
/// loops they would not be unrolled, and tiles would not stay in registers.
macro_rules! both_sides {
    ($name:ident, $one:ident, $n:literal [$($j:literal)*] => $m:literal [$($i:literal)*]) => {
        #[inline(always)]
        pub(super) fn $name<S: Simd>(simd: S, x: [[S::f32s; $n]; $n]) -> [[S::f32s; $m]; $m] {
            let columns = [$($one(simd, column(&x, $j))),*];
            [$($one(simd, column(&columns, $i))),*]
        }
    };
}

both_sides!(input2, input, 6 [0 1 2 3 4 5] => 6 [0 1 2 3 4 5]);
both_sides!(output2, output, 6 [0 1 2 3 4 5] => 4 [0 1 2 3]);
both_sides!(output_adjoint2, output_adjoint, 4 [0 1 2 3] => 6 [0 1 2 3 4 5]);
both_sides!(weight2, weight, 3 [0 1 2] => 6 [0 1 2 3 4 5]);
both_sides!(weight_adjoint2, weight_adjoint, 6 [0 1 2 3 4 5] => 3 [0 1 2]);
