//! Values that the server seals for itself: states of a sign-in, secrets of second factors, its own secrets.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::secrets::SecretsError;

/// Seals with a key, and opens with that and those before it. What is sealed for one purpose does not open for another one.
pub struct Sealer(Vec<LessSafeKey>);

impl Sealer {
    /// Uses these keys. The first one seals, all open.
    ///
    /// # Errors
    /// If the cryptographic library fails.
    pub fn new(keys: &[Zeroizing<[u8; 32]>]) -> Result<Self, SecretsError> {
        let key = |key: &Zeroizing<[u8; 32]>| UnboundKey::new(&AES_256_GCM, key.as_slice());
        let keys = keys.iter().map(|bytes| key(bytes).map(LessSafeKey::new)).collect::<Result<_, _>>();
        keys.map(Self).map_err(|_| SecretsError::Malformed)
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
        let key = self.0.first().ok_or(SecretsError::Malformed)?;
        key.seal_in_place_append_tag(used, Aad::from(purpose), &mut sealed)
            .map_err(|_| SecretsError::Randomness)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens bytes that were sealed for this purpose.
    #[must_use]
    pub fn open(&self, purpose: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        self.0.iter().find_map(|key| {
            let mut plain = Zeroizing::new(sealed.to_vec());
            let nonce = Nonce::assume_unique_for_key(*nonce);
            let length = key.open_in_place(nonce, Aad::from(purpose), &mut plain).ok()?.len();
            plain.truncate(length);
            Some(plain)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_purpose_and_unchanged_only() {
        let sealer = Sealer::new(&[Zeroizing::new([1; 32])]).unwrap();
        let sealed = sealer.seal(b"a", b"text").unwrap();
        assert_eq!(sealer.open(b"a", &sealed).unwrap().as_slice(), b"text");
        assert!(sealer.open(b"b", &sealed).is_none() && sealer.open(b"a", &[]).is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(sealer.open(b"a", &changed).is_none());
        }
        let (first, second) = (Zeroizing::new([1; 32]), Zeroizing::new([2; 32]));
        assert!(Sealer::new(std::slice::from_ref(&second)).unwrap().open(b"a", &sealed).is_none());
        let rotated = Sealer::new(&[second, first]).unwrap();
        assert_eq!(rotated.open(b"a", &sealed).unwrap().as_slice(), b"text");
        assert!(sealer.open(b"a", &rotated.seal(b"a", b"text").unwrap()).is_none());
    }
}
