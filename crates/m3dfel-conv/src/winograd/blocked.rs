//! How transformed tiles lie in memory.

/// `[point][block of channels][frame][tile][channels of the block]`.
///
/// Tiles of a block lie closely, so that a product walks along memory; frames of a block follow one
/// another, so that frames with the same taps are one product.
#[derive(Clone, Copy)]
pub(super) struct Blocked {
    pub channels: usize,
    pub frames: usize,
    pub tiles: usize,
}

impl Blocked {
    /// Channels of a block.
    pub fn block(&self) -> usize {
        if self.channels.is_multiple_of(16) {
            16
        } else {
            8
        }
    }

    pub fn blocks(&self) -> usize {
        self.channels / self.block()
    }

    pub fn block_step(&self) -> usize {
        self.frames * self.tiles * self.block()
    }

    /// From one point to the next: a cache line more than the data, lest the 36 points of a tile meet
    /// in one set of the cache.
    pub fn point_step(&self) -> usize {
        self.blocks() * self.block_step() + 16
    }

    /// From a point's start.
    pub fn at(&self, block: usize, frame: usize, tile: usize) -> usize {
        ((block * self.frames + frame) * self.tiles + tile) * self.block()
    }

    pub fn len(&self) -> usize {
        super::POINTS * self.point_step()
    }
}
