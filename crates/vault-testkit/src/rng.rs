//! Random generators with a fixed output.

use std::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};

/// A generator determined by a seed: block n is SHA-256 of seed and n.
#[derive(Clone, Debug)]
pub struct FixedRng {
    seed: u64,
    block: u64,
    buffer: Vec<u8>,
}

impl FixedRng {
    /// Starts the sequence of this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed, block: 0, buffer: Vec::new() }
    }

    fn fill(&mut self, dst: &mut [u8]) {
        for to in dst {
            if self.buffer.is_empty() {
                let input = [self.seed.to_be_bytes(), self.block.to_be_bytes()].concat();
                self.buffer = Sha256::digest(input).to_vec();
                self.block += 1;
            }
            *to = self.buffer.pop().unwrap_or_default();
        }
    }
}

/// A generator that returns given bytes in order: the fixed randomness of a golden vector.
#[derive(Clone, Debug)]
pub struct ByteRng {
    bytes: Vec<u8>,
    used: usize,
}

impl ByteRng {
    /// Makes a generator of these bytes.
    #[must_use]
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, used: 0 }
    }

    /// The number of bytes not drawn yet.
    #[must_use]
    pub const fn remaining(&self) -> usize {
        self.bytes.len() - self.used
    }

    #[expect(clippy::expect_used, reason = "a test must not draw more than it was given")]
    fn fill(&mut self, dst: &mut [u8]) {
        let end = self.used + dst.len();
        dst.copy_from_slice(self.bytes.get(self.used..end).expect("enough bytes are given"));
        self.used = end;
    }
}

macro_rules! generator {
    ($type:ty) => {
        impl TryRng for $type {
            type Error = Infallible;

            fn try_next_u32(&mut self) -> Result<u32, Infallible> {
                let mut bytes = [0; 4];
                self.fill(&mut bytes);
                Ok(u32::from_be_bytes(bytes))
            }

            fn try_next_u64(&mut self) -> Result<u64, Infallible> {
                let mut bytes = [0; 8];
                self.fill(&mut bytes);
                Ok(u64::from_be_bytes(bytes))
            }

            fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
                self.fill(dst);
                Ok(())
            }
        }

        impl TryCryptoRng for $type {}
    };
}
generator!(FixedRng);
generator!(ByteRng);

#[cfg(test)]
mod tests {
    use rand_core::Rng;

    use super::*;

    #[test]
    fn a_seed_gives_one_sequence() {
        let draw = |seed| {
            let mut bytes = [0; 100];
            FixedRng::new(seed).fill_bytes(&mut bytes);
            bytes
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn given_bytes_come_in_order() {
        let mut rng = ByteRng::new(vec![1, 2, 3, 4, 5]);
        assert_eq!(rng.next_u32(), 0x0102_0304);
        assert_eq!(rng.remaining(), 1);
    }
}
