//! The cipher of protected values, which runs through the file in its order.

use chacha20::ChaCha20;
use cipher::{KeyIvInit, StreamCipher};
use salsa20::Salsa20;
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

use super::header::Stream;
use crate::{error::ImportError, formats::keepass::database::Unprotect};

/// A running cipher.
pub(super) struct InnerStream(Option<Box<dyn StreamCipher>>);

impl InnerStream {
    /// Starts at the beginning of a file.
    pub(super) fn new(stream: Stream, key: &[u8]) -> Result<Self, ImportError> {
        /// The same for every file.
        const SALSA20_NONCE: [u8; 8] = *b"\xe8\x30\x09\x4b\x97\x20\x5d\x2a";
        let cipher: Option<Box<dyn StreamCipher>> = match stream {
            Stream::None => None,
            Stream::Salsa20 => {
                let key: Zeroizing<[u8; 32]> = Zeroizing::new(Sha256::digest(key).into());
                let cipher = Salsa20::new_from_slices(&*key, &SALSA20_NONCE);
                Some(Box::new(cipher.map_err(|_| ImportError::Damaged)?))
            }
            Stream::ChaCha20 => {
                let hash: Zeroizing<[u8; 64]> = Zeroizing::new(Sha512::digest(key).into());
                let (key, rest) = hash.split_at(32);
                let nonce = rest.get(..12).unwrap_or_default();
                Some(Box::new(ChaCha20::new_from_slices(key, nonce).map_err(|_| ImportError::Damaged)?))
            }
        };
        Ok(Self(cipher))
    }
}

impl Unprotect for InnerStream {
    fn apply(&mut self, bytes: &mut [u8]) -> Result<(), ImportError> {
        match &mut self.0 {
            Some(cipher) => cipher.try_apply_keystream(bytes).map_err(|_| ImportError::Damaged),
            None => Ok(()),
        }
    }
}
