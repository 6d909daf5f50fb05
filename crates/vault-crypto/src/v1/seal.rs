//! The sealed envelope: key-committing XChaCha20-Poly1305.
//!
//! With plain XChaCha20-Poly1305, a party who knows two keys can make one ciphertext that opens under both.
//! The commitment to key and context, derived beside the encryption key, prevents that.

use chacha20poly1305::aead::Tag;
use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305, XNonce};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use vault_wire::Label;
use vault_wire::cbor::Array;
use zeroize::Zeroize;

use crate::bytes::SecretBytes;
use crate::secret::Secret;
use crate::v1::derive::derive;

/// Bytes that sealing adds: version, nonce, commitment and tag.
pub const SEAL_OVERHEAD: usize = 1 + NONCE + COMMITMENT + TAG;

const VERSION: u8 = 1;
const NONCE: usize = 24;
const COMMITMENT: usize = 32;
const TAG: usize = 16;

/// The box does not open: another key, another context, or changed bytes. The error does not say which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("does not open: wrong key or changed bytes")]
pub struct OpenError;

/// Seals `plaintext` under `key`, bound to `context`.
pub(crate) fn seal(key: &[u8; 32], context: &Array, plaintext: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
    let mut nonce = [0; NONCE];
    rng.fill_bytes(&mut nonce);
    let context = context.encode();
    let schedule = Schedule::derive(key, &context, &nonce);

    let mut out = Vec::with_capacity(SEAL_OVERHEAD + plaintext.len());
    out.push(VERSION);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(schedule.commitment());
    out.extend_from_slice(plaintext);
    let (_, text) = out.split_at_mut(1 + NONCE + COMMITMENT);
    match schedule.cipher().encrypt_inout_detached(&XNonce::from(nonce), &context, text.into()) {
        Ok(tag) => out.extend_from_slice(&tag),
        // Only beyond 256 GiB, which does not fit in memory. The output then does not open and reveals
        // nothing.
        Err(_) => out.zeroize(),
    }
    out
}

/// Opens the output of [`seal`] with the same key and context.
pub(crate) fn open(key: &[u8; 32], context: &Array, sealed: &[u8]) -> Result<SecretBytes, OpenError> {
    let (&[VERSION], rest) = sealed.split_first_chunk::<1>().ok_or(OpenError)? else {
        return Err(OpenError);
    };
    let (nonce, rest) = rest.split_first_chunk::<NONCE>().ok_or(OpenError)?;
    let (commitment, rest) = rest.split_first_chunk::<COMMITMENT>().ok_or(OpenError)?;
    let (text, tag) = rest.split_last_chunk::<TAG>().ok_or(OpenError)?;

    let context = context.encode();
    let schedule = Schedule::derive(key, &context, nonce);
    if !bool::from(schedule.commitment().ct_eq(commitment.as_slice())) {
        return Err(OpenError);
    }
    let mut plaintext = text.to_vec();
    let (nonce, tag) = (XNonce::from(*nonce), Tag::<XChaCha20Poly1305>::from(*tag));
    // The tag is verified before decryption, so a failure leaves no plaintext behind.
    schedule
        .cipher()
        .decrypt_inout_detached(&nonce, &context, plaintext.as_mut_slice().into(), &tag)
        .map_err(|_| OpenError)?;
    Ok(SecretBytes::new(plaintext))
}

/// The key schedule of one nonce: the encryption key, then the commitment.
struct Schedule(Secret<64>);

impl Schedule {
    fn derive(key: &[u8; 32], context: &[u8], nonce: &[u8; NONCE]) -> Self {
        Self(derive(nonce, key, &Array::labelled(Label::SEAL).bytes(&Sha256::digest(context))))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        let (key, _) = self.0.halves();
        XChaCha20Poly1305::new(key.into())
    }

    fn commitment(&self) -> &[u8] {
        let (_, commitment) = self.0.halves();
        commitment
    }
}
