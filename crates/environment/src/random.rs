//! Randomness: bytes and ids, from the system or from a seed.

use std::sync::{Arc, Mutex, PoisonError};

use rand::{RngCore, SeedableRng, rngs::OsRng};
use rand_chacha::ChaCha12Rng;

/// Makes random bytes and ids.
#[derive(Debug, Clone)]
pub struct Random(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Seeded(Arc<Mutex<ChaCha12Rng>>),
}

impl Random {
    pub(crate) fn real() -> Self {
        Self(Source::System)
    }

    pub(crate) fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new(ChaCha12Rng::seed_from_u64(seed)))))
    }

    /// Fills `bytes`, fit for keys.
    pub fn fill(&self, bytes: &mut [u8]) {
        match &self.0 {
            Source::System => rand::TryRngCore::unwrap_err(OsRng).fill_bytes(bytes),
            Source::Seeded(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes),
        }
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A number from 0 up to, not including, `end`; 0 when `end` is 0.
    pub fn below(&self, end: u64) -> u64 {
        u64::from_le_bytes(self.bytes()).checked_rem(end).unwrap_or(0)
    }

    /// A random (version 4) UUID in lower-case text.
    pub fn uuid(&self) -> String {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid().as_hyphenated().to_string()
    }

    /// `count` characters out of `alphabet`, each as likely as any other when its length divides 256.
    pub fn text(&self, alphabet: &[u8], count: usize) -> String {
        let size = u64::try_from(alphabet.len()).unwrap_or(1);
        let pick = |_| usize::try_from(self.below(size)).ok().and_then(|at| alphabet.get(at));
        (0..count).filter_map(pick).map(|byte| char::from(*byte)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_give_equal_ids_and_the_system_does_not_repeat() {
        assert_eq!(Random::seeded(7).uuid(), Random::seeded(7).uuid());
        assert_ne!(Random::seeded(7).uuid(), Random::seeded(8).uuid());
        assert_ne!(Random::real().uuid(), Random::real().uuid());
        assert_eq!(Random::seeded(1).text(b"AB", 5).len(), 5);
        assert_eq!(Random::real().below(0), 0);
    }
}
