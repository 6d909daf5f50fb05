//! Values that the server seals for itself: states of a sign-in, secrets of second factors.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::setup::SecretsError;

/// Seals and opens with one key. What is sealed for one purpose does not open for another one.
pub struct Sealer(LessSafeKey);

impl Sealer {
    /// Uses this key.
    ///
    /// # Errors
    /// If the cryptographic library fails.
    pub fn new(key: &[u8; 32]) -> Result<Self, SecretsError> {
        let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| SecretsError::Malformed)?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Seals bytes.
    ///
    /// # Errors
    /// If the system gives no random numbers.
    pub fn seal(&self, purpose: &[u8], plain: &[u8]) -> Result<Vec<u8>, SecretsError> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|_| SecretsError::Randomness)?;
        let mut sealed = plain.to_vec();
        let used = Nonce::assume_unique_for_key(nonce);
        self.0
            .seal_in_place_append_tag(used, Aad::from(purpose), &mut sealed)
            .map_err(|_| SecretsError::Randomness)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens bytes that were sealed for this purpose.
    #[must_use]
    pub fn open(&self, purpose: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut plain = Zeroizing::new(sealed.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self.0.open_in_place(nonce, Aad::from(purpose), &mut plain).ok()?.len();
        plain.truncate(length);
        Some(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_purpose_and_unchanged_only() {
        let sealer = Sealer::new(&[1; 32]).unwrap();
        let sealed = sealer.seal(b"a", b"text").unwrap();
        assert_eq!(sealer.open(b"a", &sealed).unwrap().as_slice(), b"text");
        assert!(sealer.open(b"b", &sealed).is_none() && sealer.open(b"a", &[]).is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(sealer.open(b"a", &changed).is_none());
        }
        assert!(Sealer::new(&[2; 32]).unwrap().open(b"a", &sealed).is_none());
    }
}
