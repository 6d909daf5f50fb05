//! The keys of texts that Bitwarden seals as `2.iv|data|mac`: AES-256-CBC, and HMAC-SHA-256 over the vector and the data.

use hkdf::{Hkdf, InvalidLength};
use sha2::Sha256;

use super::kdf::Key;

/// Both keys.
pub(crate) struct Keys {
    /// The key of the cipher.
    pub(crate) encryption: Key,
    /// The key of the MAC.
    pub(crate) mac: Key,
}

impl Keys {
    /// Expands the key that was derived from a password.
    ///
    /// # Errors
    /// Never, for keys of 32 bytes.
    pub(crate) fn expand(key: &Key) -> Result<Self, InvalidLength> {
        let expand = Hkdf::<Sha256>::from_prk(&**key).map_err(|_| InvalidLength)?;
        let [mut encryption, mut mac] = [Key::default(), Key::default()];
        expand.expand(b"enc", &mut *encryption)?;
        expand.expand(b"mac", &mut *mac)?;
        Ok(Self { encryption, mac })
    }
}
