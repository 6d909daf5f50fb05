//! Randomness for `opaque-ke`.

use opaque_ke::rand;
use rand_core::CryptoRng;

/// A random generator in the older form that `opaque-ke` expects.
pub(crate) struct OlderRng<'a, R>(pub(crate) &'a mut R);

impl<R: CryptoRng> rand::RngCore for OlderRng<'_, R> {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, to: &mut [u8]) {
        self.0.fill_bytes(to);
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), rand::Error> {
        self.0.fill_bytes(to);
        Ok(())
    }
}

impl<R: CryptoRng> rand::CryptoRng for OlderRng<'_, R> {}
