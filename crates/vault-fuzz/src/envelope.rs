//! A second implementation of the sealed envelope, from `docs/formats/v1.md`.
//!
//! Bodies use it to seal arbitrary content validly, which a fuzzer cannot do, and to compare the results of
//! opening.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use hkdf::Hkdf;
use sha2::{Digest, Sha256};
use vault_wire::Label;
use vault_wire::cbor::Array;

/// `HKDF(ikm, [label, …], N)`.
pub(crate) fn derive<const N: usize>(salt: &[u8], ikm: &[u8], info: &Array) -> [u8; N] {
    let mut okm = [0; N];
    Hkdf::<Sha256>::new(Some(salt), ikm).expand(&info.encode(), &mut okm).expect("the output is short");
    okm
}

/// `seal(K, context, plaintext)` with this nonce.
pub(crate) fn seal(key: &[u8; 32], context: &Array, nonce: [u8; 24], plaintext: &[u8]) -> Vec<u8> {
    let context = context.encode();
    let (cipher, commitment) = schedule(key, &context, &nonce);
    let payload = Payload { msg: plaintext, aad: &context };
    let text = cipher.encrypt(&nonce.into(), payload).expect("the plaintext is short");
    [[1].as_slice(), &nonce, &commitment, &text].concat()
}

/// `open(K, context, sealed)`; `None` if the box does not open.
pub(crate) fn open(key: &[u8; 32], context: &Array, sealed: &[u8]) -> Option<Vec<u8>> {
    let context = context.encode();
    let (nonce, rest) = sealed.strip_prefix(&[1])?.split_first_chunk::<24>()?;
    let (commitment, text) = rest.split_first_chunk::<32>()?;
    let (cipher, expected) = schedule(key, &context, nonce);
    if *commitment != expected {
        return None;
    }
    cipher.decrypt(&(*nonce).into(), Payload { msg: text, aad: &context }).ok()
}

fn schedule(key: &[u8; 32], context: &[u8], nonce: &[u8; 24]) -> (XChaCha20Poly1305, [u8; 32]) {
    let info = Array::labelled(Label::SEAL).bytes(&Sha256::digest(context));
    let okm: [u8; 64] = derive(nonce, key, &info);
    let (key, commitment) = okm.split_at(32);
    let cipher = XChaCha20Poly1305::new_from_slice(key).expect("32 bytes");
    (cipher, commitment.try_into().expect("32 bytes"))
}
