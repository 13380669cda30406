//! One independent generator for each thing drawn, so that order and threads change nothing.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// What a generator is for.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Plan = 1,
    /// Shape and looks of an identity.
    Person = 2,
    /// An identity's way of showing expressions.
    Manner = 3,
    /// Everything that differs from clip to clip.
    Clip = 4,
    /// What a person of the wild has besides.
    Variety = 5,
}

/// The generator for `number` of a purpose.
pub(crate) fn generator(seed: u64, purpose: Purpose, number: u64) -> ChaCha8Rng {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&(purpose as u64).to_le_bytes());
    key[16..24].copy_from_slice(&number.to_le_bytes());
    ChaCha8Rng::from_seed(key)
}
