use super::{Bordered, Group, pack, run_groups};
use crate::buffer::Floats;
use crate::dot::{Epilogue, Panels, Tap};
use crate::shape::ConvShape;
use crate::share::Shared;

/// A weight `[c_out, c_in, kt, kh, kw]` as the product reads it: a row of the kernel is one run of
/// the bordered row.
pub(crate) struct Packed {
    panels: Panels,
    weight: Floats,
}

impl Packed {
    /// `columns` is `c_out` rounded up to what the vectors need.
    pub fn new(shape: &ConvShape, weight: &[f32], columns: usize) -> Self {
        let ([kt, kh, kw], c) = (shape.kernel, shape.c_in);
        let panels = Panels::new(kt * kh, kw * c, columns);
        let weight = pack(
            &panels,
            weight,
            |tap, i| ((i % c) * kt * kh + tap) * kw + i / c,
            c * kt * kh * kw,
            shape.c_out,
        );
        Self { panels, weight }
    }
}

/// `x [batch, t, h, w, c_in]` and `weight [c_out, c_in, kt, kh, kw]` to `[batch, t, h, w, columns]`,
/// where `columns` is `c_out` rounded up to what the vectors need.
pub(crate) fn forward(shape: &ConvShape, x: &[f32], weight: &[f32], columns: usize) -> Floats {
    let len = shape.batch * shape.output().iter().product::<usize>() * columns;
    if len == 0 || x.is_empty() {
        return Floats::zeros(len);
    }
    let mut out = Floats::any(len);
    let x = Bordered::new(shape, x);
    let packed = Packed::new(shape, weight, columns);
    // SAFETY: of the output's length.
    unsafe { forward_packed(shape, &x, &packed, Shared::new(&mut out), Epilogue::NONE) };
    out
}

/// The same from what is prepared; writes all of `out`.
///
/// # Safety
/// `x` and `packed` must be made for `shape` (of any batch); `out` and what the epilogue reads must
/// have the output's length.
pub(crate) unsafe fn forward_packed(
    shape: &ConvShape,
    x: &Bordered,
    packed: &Packed,
    out: Shared,
    epilogue: Epilogue,
) {
    let ([ot, oh, ow], kh) = (shape.output(), shape.kernel[1]);
    let columns = packed.panels.columns;
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
    // SAFETY: every output pixel is a row of its frame's group, even one without taps; the border
    // makes every window lie inside its frame, valid taps lie inside the instance; groups are
    // different frames of the output.
    unsafe { run_groups(&packed.panels, &groups, &x.x, &packed.weight, out, epilogue) };
}
