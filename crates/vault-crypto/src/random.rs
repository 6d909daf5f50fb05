//! Random identifiers.

use rand_core::CryptoRng;
use vault_wire::{BatchId, BlobId, ItemId, ProfileId};

/// An identifier that is random rather than derived.
pub trait RandomId: From<[u8; 16]> {}

impl RandomId for BatchId {}
impl RandomId for ProfileId {}
impl RandomId for ItemId {}
impl RandomId for BlobId {}

/// Draws a new identifier.
#[must_use]
pub fn make_id<T: RandomId>(rng: &mut impl CryptoRng) -> T {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    T::from(bytes)
}
