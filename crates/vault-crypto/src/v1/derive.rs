//! Key derivation: HKDF-SHA-256 (RFC 5869), its info always a labelled array.

use hkdf::Hkdf;
use sha2::Sha256;
use vault_wire::cbor::Array;

use crate::secret::Secret;

/// Derives `N` bytes. An empty salt stands for none.
pub(crate) fn derive<const N: usize>(salt: &[u8], ikm: &[u8], info: &Array) -> Secret<N> {
    // More than 255 hashes cannot be had from HKDF; this is a check at compile time.
    const { assert!(N <= 255 * 32) };
    Secret::fill_with(|okm| {
        let expanded = Hkdf::<Sha256>::new(Some(salt), ikm).expand(&info.encode(), okm);
        debug_assert!(expanded.is_ok(), "the length is checked above");
    })
}
