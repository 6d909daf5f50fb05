//! Key derivation: HKDF-SHA-256 (RFC 5869) with a labelled array as info.

use hkdf::Hkdf;
use sha2::Sha256;
use vault_wire::cbor::Array;

use crate::secret::Secret;

/// Derives `N` bytes. An empty salt means none.
pub(crate) fn derive<const N: usize>(salt: &[u8], ikm: &[u8], info: &Array) -> Secret<N> {
    // Compile-time check: HKDF outputs at most 255 hashes.
    const { assert!(N <= 255 * 32) };
    Secret::fill_with(|okm| {
        let expanded = Hkdf::<Sha256>::new(Some(salt), ikm).expand(&info.encode(), okm);
        debug_assert!(expanded.is_ok(), "the length is checked above");
    })
}
