use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// What a stream of random numbers is for, so that no two uses share one.
#[derive(Clone, Copy)]
pub enum Purpose {
    Order = 1,
    Clip = 2,
}

/// The stream that belongs to this use of this seed: `a` and `b` say which, as epoch and clip.
///
/// Keyed, not drawn one after the other: so it is the same whoever asks first.
pub fn stream(purpose: Purpose, seed: u64, a: u64, b: u64) -> ChaCha8Rng {
    let mut key = [0; 32];
    for (part, value) in key.chunks_exact_mut(8).zip([seed, a, b, purpose as u64]) {
        part.copy_from_slice(&value.to_le_bytes());
    }
    ChaCha8Rng::from_seed(key)
}
