use super::{Bordered, Group, pack, run_groups};
use crate::buffer::Fresh;
use crate::dot::{Epilogue, Panels, Tap};
use crate::shape::ConvShape;

/// `x [batch, t, h, w, c_in]` and `weight [c_out, c_in, kt, kh, kw]` to `[batch, t, h, w, columns]`,
/// where `columns` is `c_out` rounded up to what the vectors need.
pub(crate) fn forward(shape: &ConvShape, x: &[f32], weight: &[f32], columns: usize) -> Vec<f32> {
    let [ot, oh, ow] = shape.output();
    let [kt, kh, kw] = shape.kernel;
    let len = shape.batch * ot * oh * ow * columns;
    if len == 0 || x.is_empty() {
        return vec![0.0; len];
    }
    let mut out = Fresh::new(len);
    let x = Bordered::new(shape, x);
    let c = shape.c_in;
    // A row of the kernel is one run of the bordered row.
    let panels = Panels::new(kt * kh, kw * c, columns);
    let packed = pack(
        &panels,
        weight,
        |tap, i| ((i % c) * kt * kh + tap) * kw + i / c,
        c * kt * kh * kw,
        shape.c_out,
    );
    let rows = x.rows(shape, columns);
    let groups: Vec<Group> = (0..ot)
        .map(|t| Group {
            rows: &rows,
            taps: shape
                .valid_taps(t)
                .flat_map(|k| (0..kh).map(move |y| (k, y)))
                .map(|(k, y)| Tap {
                    input: shape.input_frame(t, k) * x.frame(shape) + y * x.row(shape),
                    weight: k * kh + y,
                })
                .collect(),
            input: 0,
            output: t * oh * ow * columns,
        })
        .collect();
    // SAFETY: every output pixel is a row of its frame's group, even one without taps; the border makes every window of every output pixel lie inside its frame, valid taps
    // lie inside the instance; groups are different frames of the output.
    unsafe {
        run_groups(
            &panels,
            &groups,
            &x.x,
            &packed,
            out.shared(),
            Epilogue::NONE,
        );
        out.written()
    }
}
