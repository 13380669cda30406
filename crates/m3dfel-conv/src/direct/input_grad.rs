use super::{Group, pack, run_groups};
use crate::buffer::{Floats, Pixels};
use crate::dot::{Epilogue, Panels, Row, Tap};
use crate::layout::bordered;
use crate::shape::ConvShape;
use crate::share::Shared;

/// One dimension of the transposed convolution: input positions `r, r + stride, ...` all meet the
/// same taps, each at a fixed distance in the output.
struct Class {
    first: usize,
    count: usize,
    /// (tap, output position less index in the class)
    taps: Vec<(usize, isize)>,
}

fn classes(shape: &ConvShape, d: usize) -> Vec<Class> {
    let (stride, padding) = (shape.stride[d], shape.padding[d]);
    (0..stride.min(shape.input[d]))
        .map(|r| Class {
            first: r,
            count: (shape.input[d] - r).div_ceil(stride),
            taps: (0..shape.kernel[d])
                .map(|k| (k, (r + padding) as isize - k as isize))
                .filter(|(_, reach)| reach.rem_euclid(stride as isize) == 0)
                .map(|(k, reach)| (k, reach.div_euclid(stride as isize)))
                .collect(),
        })
        .collect()
}

/// Border before, and extent with both borders, that all classes of a dimension reach into.
fn reach(classes: &[Class], output: usize) -> (usize, usize) {
    let all = || {
        classes.iter().flat_map(|c| {
            c.taps
                .iter()
                .map(move |&(_, o)| (o, c.count as isize - 1 + o))
        })
    };
    let low = all().map(|(first, _)| -first).max().unwrap_or(0).max(0);
    let high = all().map(|(_, last)| last + 1).max().unwrap_or(0);
    (low as usize, (low + high.max(output as isize)) as usize)
}

/// `dy [batch, ot, oh, ow, c_out]` to the gradient of the input, `[batch, t, h, w, columns]`, where
/// `columns` is `c_in` rounded up to what the vectors need; written to `dx`, or added to it.
pub(crate) fn input_grad(
    shape: &ConvShape,
    dy: &[f32],
    weight: &[f32],
    columns: usize,
    mut dx: Floats,
    add: bool,
) -> Floats {
    let [ot, oh, ow] = shape.output();
    let [kt, kh, kw] = shape.kernel;
    let [it, ih, iw] = shape.input;
    let len = shape.batch * it * ih * iw * columns;
    assert_eq!(dx.len(), len);
    if len == 0 || dy.is_empty() {
        if !add {
            dx.fill(0.0);
        }
        return dx;
    }
    let (ys, xs) = (classes(shape, 1), classes(shape, 2));
    let ((low_y, size_y), (low_x, size_x)) = (reach(&ys, oh), reach(&xs, ow));
    let k = shape.c_out;
    let dy = if [low_y, low_x] == [0; 2] && [size_y, size_x] == [oh, ow] {
        Pixels::AsGiven(dy)
    } else {
        let size = [size_y, size_x];
        Pixels::Own(bordered(dy, k, [oh, ow], [low_y, low_x], size))
    };
    let frame = size_y * size_x * k;

    let taps = kt * kh * kw;
    let panels = Panels::new(taps, k, columns);
    let packed = pack(
        &panels,
        weight,
        |tap, i| i * shape.c_in * taps + tap,
        taps,
        shape.c_in,
    );
    let rows: Vec<Vec<Row>> = ys
        .iter()
        .flat_map(|y| xs.iter().map(move |x| (y, x)))
        .map(|(y, x)| {
            let mut rows = Vec::with_capacity(shape.batch * y.count * x.count);
            for n in 0..shape.batch {
                for j in 0..y.count {
                    for i in 0..x.count {
                        let (at_y, at_x) =
                            (y.first + j * shape.stride[1], x.first + i * shape.stride[2]);
                        rows.push(Row {
                            input: n * ot * frame + (j * size_x + i) * k,
                            output: ((n * it * ih + at_y) * iw + at_x) * columns,
                        });
                    }
                }
            }
            rows
        })
        .collect();
    let mut groups = Vec::new();
    for t in 0..it {
        let frames: Vec<(usize, usize)> = (0..kt)
            .filter_map(|k| Some((k, (t + shape.padding[0]).checked_sub(k)?)))
            .filter(|(_, at)| at % shape.stride[0] == 0 && at / shape.stride[0] < ot)
            .map(|(k, at)| (k, at / shape.stride[0]))
            .collect();
        for (yi, y) in ys.iter().enumerate() {
            for (xi, x) in xs.iter().enumerate() {
                let mut list = Vec::new();
                for &(a, o) in &frames {
                    for &(b, dy) in &y.taps {
                        for &(c, dx) in &x.taps {
                            list.push(Tap {
                                input: o * frame
                                    + ((low_y as isize + dy) as usize * size_x
                                        + (low_x as isize + dx) as usize)
                                        * k,
                                weight: (a * kh + b) * kw + c,
                            });
                        }
                    }
                }
                // Pixels that no tap reaches get their zero from an empty sum.
                groups.push(Group {
                    rows: &rows[yi * xs.len() + xi],
                    taps: list,
                    input: 0,
                    output: t * ih * iw * columns,
                });
            }
        }
    }
    // SAFETY: every input pixel is in one class; `reach` covers every tap of every class; groups are
    // different frames or classes, hence different pixels.
    unsafe {
        let out = Shared::new(&mut dx);
        let epilogue = if add {
            Epilogue::onto(out)
        } else {
            Epilogue::NONE
        };
        run_groups(&panels, &groups, &dy, &packed, out, epilogue);
    }
    dx
}
