//! The extents of one convolution.

use std::ops::Range;

/// A 3-D convolution without bias, dilation or groups. Extents are `[t, h, w]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConvShape {
    pub batch: usize,
    pub c_in: usize,
    pub c_out: usize,
    pub input: [usize; 3],
    pub kernel: [usize; 3],
    pub stride: [usize; 3],
    pub padding: [usize; 3],
}

impl ConvShape {
    /// Extents of the output; zero where the kernel does not fit the padded input.
    pub fn output(&self) -> [usize; 3] {
        std::array::from_fn(|d| {
            (self.input[d] + 2 * self.padding[d] + 1)
                .saturating_sub(self.kernel[d])
                .div_ceil(self.stride[d])
        })
    }

    /// Floats of the input `[batch, t, h, w, c_in]`.
    pub fn input_len(&self) -> usize {
        self.batch * self.input.iter().product::<usize>() * self.c_in
    }

    /// Floats of the output `[batch, t, h, w, c_out]`.
    pub fn output_len(&self) -> usize {
        self.batch * self.output().iter().product::<usize>() * self.c_out
    }

    /// Floats of the weight `[c_out, c_in, kt, kh, kw]`.
    pub fn weight_len(&self) -> usize {
        self.c_out * self.c_in * self.kernel.iter().product::<usize>()
    }

    /// The temporal taps of output frame `ot` that meet a frame and not padding.
    pub fn valid_taps(&self, ot: usize) -> Range<usize> {
        let first = ot * self.stride[0]; // frame of tap 0, counted from the padding's start
        let start = self.padding[0].saturating_sub(first);
        let end = (self.input[0] + self.padding[0])
            .saturating_sub(first)
            .min(self.kernel[0]);
        start.min(end)..end
    }

    /// The input frame that tap `kt` of output frame `ot` meets. The tap must be valid.
    pub fn input_frame(&self, ot: usize, kt: usize) -> usize {
        ot * self.stride[0] + kt - self.padding[0]
    }

    /// Multiply-adds that meet data in time (padding in space counted, as every peer does).
    pub fn multiply_adds(&self) -> usize {
        let [ot, oh, ow] = self.output();
        let taps: usize = (0..ot).map(|t| self.valid_taps(t).len()).sum();
        self.batch * taps * oh * ow * self.kernel[1] * self.kernel[2] * self.c_in * self.c_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taps_that_only_meet_padding_are_left_out() {
        let shape = ConvShape {
            batch: 1,
            c_in: 1,
            c_out: 1,
            input: [4, 7, 7],
            kernel: [3; 3],
            stride: [1; 3],
            padding: [1; 3],
        };
        assert_eq!(shape.output(), [4, 7, 7]);
        assert_eq!(shape.valid_taps(0), 1..3);
        assert_eq!(shape.valid_taps(1), 0..3);
        assert_eq!(shape.valid_taps(3), 0..2);
        let one = ConvShape {
            input: [1, 7, 7],
            ..shape
        };
        assert_eq!(one.valid_taps(0), 1..2);
        let strided = ConvShape {
            stride: [2; 3],
            ..shape
        };
        assert_eq!(strided.output(), [2, 4, 4]);
        assert_eq!(strided.input_frame(1, 0), 1);
    }

    #[test]
    fn a_kernel_that_does_not_fit_leaves_nothing() {
        let shape = ConvShape {
            batch: 1,
            c_in: 1,
            c_out: 1,
            input: [1, 2, 2],
            kernel: [1, 3, 3],
            stride: [1; 3],
            padding: [0; 3],
        };
        assert_eq!(shape.output(), [1, 0, 0]);
    }
}
