//! The backbone's convolutions, in the order of the forward pass.

use crate::shape::ConvShape;

/// Convolutions of the backbone: each with its normalisation.
pub const CONVOLUTIONS: usize = 20;

/// A convolution, and its number in the order in which parameters are handed over: the stem, then of
/// each block the first, the second and, where there is one, the shortcut's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub number: usize,
    pub shape: ConvShape,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockPlaces {
    pub conv1: Place,
    pub conv2: Place,
    pub downsample: Option<Place>,
}

/// Where everything is, for one shape of input.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub stem: Place,
    pub blocks: Vec<BlockPlaces>,
}

impl Network {
    /// For `input [frames, h, w]`.
    pub fn new(base_width: usize, instances: usize, input: [usize; 3]) -> Self {
        let mut count = 0;
        let mut place = |[c_in, c_out]: [usize; 2], input, kernel: [usize; 3], stride| {
            count += 1;
            Place {
                number: count - 1,
                shape: ConvShape {
                    batch: instances,
                    c_in,
                    c_out,
                    input,
                    kernel,
                    stride,
                    padding: kernel.map(|k| k / 2),
                },
            }
        };
        let stem = place([3, base_width], input, [3, 7, 7], [1, 2, 2]);
        let (mut c_in, mut extents) = (base_width, stem.shape.output());
        let mut blocks = Vec::new();
        for block in 0..8 {
            let c_out = base_width << (block / 2);
            let stride = if block > 0 && block % 2 == 0 { 2 } else { 1 };
            let conv1 = place([c_in, c_out], extents, [3; 3], [stride; 3]);
            let between = conv1.shape.output();
            blocks.push(BlockPlaces {
                conv1,
                conv2: place([c_out, c_out], between, [3; 3], [1; 3]),
                downsample: (stride != 1)
                    .then(|| place([c_in, c_out], extents, [1; 3], [stride; 3])),
            });
            (c_in, extents) = (c_out, between);
        }
        debug_assert_eq!(count, CONVOLUTIONS);
        Self { stem, blocks }
    }

    /// All of them, by number.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        let of_block = |b: &BlockPlaces| [Some(b.conv1), Some(b.conv2), b.downsample];
        [self.stem]
            .into_iter()
            .chain(self.blocks.iter().flat_map(of_block).flatten())
    }

    /// The last convolution, whose output is the backbone's.
    pub fn last(&self) -> Place {
        self.blocks.last().map_or(self.stem, |block| block.conv2)
    }
}
