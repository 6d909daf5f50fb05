//! Wrapping of secrets for an identity: HPKE (RFC 9180) in base mode with the X-Wing KEM
//! (draft-connolly-cfrg-xwing-kem-10).
//!
//! Base mode does not authenticate the sender, so an unwrapped secret is always checked against signed data.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, single_shot_open, single_shot_seal_with_rng,
};
use rand_core::CryptoRng;
use vault_wire::KemPublicKey;
use vault_wire::cbor::Array;
use vault_wire::grant::Grant;
use zeroize::Zeroizing;

use crate::secret::{Secret, wipe_stack};
use crate::v1::seal::OpenError;

/// A wrapped secret of 32 bytes.
pub(crate) struct Wrapped {
    pub(crate) encapsulated: Box<[u8; Grant::ENCAPSULATED]>,
    pub(crate) sealed: [u8; Grant::SEALED],
}

/// The X-Wing public key is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the public key is invalid")]
pub struct InvalidKemKey;

/// Wraps 32 secret bytes, bound to `info`.
pub(crate) fn wrap(
    recipient: &KemPublicKey,
    info: &Array,
    secret: &[u8; 32],
    rng: &mut impl CryptoRng,
) -> Result<Wrapped, InvalidKemKey> {
    let recipient = <XWing as Kem>::PublicKey::from_bytes(recipient.as_bytes()).map_err(|_| InvalidKemKey)?;
    let sealed = single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeS::Base,
        &recipient,
        &info.encode(),
        secret,
        &[],
        rng,
    );
    // The library leaves copies of its randomness and of the shared secret, either of which opens the result.
    wipe_stack();
    let (encapsulated, sealed) = sealed.map_err(|_| InvalidKemKey)?;
    let mut bytes = Box::new([0; Grant::ENCAPSULATED]);
    encapsulated.write_exact(bytes.as_mut_slice());
    Ok(Wrapped { encapsulated: bytes, sealed: sealed.try_into().map_err(|_| InvalidKemKey)? })
}

/// Returns the public key of a seed.
pub(crate) fn kem_public(seed: &Secret<32>) -> Box<KemPublicKey> {
    let mut public = [0; KemPublicKey::LEN];
    // The seed has the required length, so this always succeeds; zeros are never a certified key.
    if let Ok(secret) = <XWing as Kem>::PrivateKey::from_bytes(seed.expose()) {
        XWing::sk_to_pk(&secret).write_exact(&mut public);
    }
    // The library leaves copies of the seed on its stack.
    wipe_stack();
    Box::new(KemPublicKey::from_bytes(public))
}

/// Opens the output of [`wrap`] for the key with this seed, with the same info.
pub(crate) fn unwrap(
    kem_seed: &Secret<32>,
    info: &Array,
    encapsulated: &[u8; Grant::ENCAPSULATED],
    sealed: &[u8; Grant::SEALED],
) -> Result<Secret<32>, OpenError> {
    let key = <XWing as Kem>::PrivateKey::from_bytes(kem_seed.expose()).map_err(|_| OpenError)?;
    let encapsulated = <XWing as Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| OpenError)?;
    let opened = single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeR::Base,
        &key,
        &encapsulated,
        &info.encode(),
        sealed,
        &[],
    );
    // The library leaves copies of the seed and of the opened secret on its stack.
    wipe_stack();
    let opened = Zeroizing::new(opened.map_err(|_| OpenError)?);
    opened.as_slice().try_into().map(Secret::copy_of).map_err(|_| OpenError)
}
