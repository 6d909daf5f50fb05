//! Item revisions: sealing, signing and opening.

use rand_core::CryptoRng;
use vault_wire::cbor::{Array, Canonical};
use vault_wire::revision::{RevisionHeader, SignedRevision};
use vault_wire::{BodyHash, Label};

use crate::bytes::SecretBytes;
use crate::keys::VaultKey;
use crate::v1::account::Identity;
use crate::v1::padding::{pad, unpad};
use crate::v1::seal::OpenError;
use crate::v1::seal::{SEAL_OVERHEAD, open, seal};

/// Maximum length of an item's payload; with the padding marker it fits in 4 MiB.
pub const MAX_PAYLOAD: usize = 4 * 1024 * 1024 - 1;

/// The payload is larger than the format allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an item may have at most {MAX_PAYLOAD} bytes")]
pub struct PayloadTooLarge;

/// A signed revision and its sealed body.
pub struct SealedRevision {
    /// The signed part, which is kept forever.
    pub signed: SignedRevision,
    /// The sealed payload.
    pub body: Vec<u8>,
}

/// Seals a payload and signs the revision that contains it.
///
/// # Errors
/// If the payload is longer than [`MAX_PAYLOAD`].
pub fn make_revision(
    header: &RevisionHeader,
    payload: &[u8],
    key: &VaultKey,
    author: &Identity,
    rng: &mut impl CryptoRng,
) -> Result<SealedRevision, PayloadTooLarge> {
    if payload.len() > MAX_PAYLOAD {
        return Err(PayloadTooLarge);
    }
    let header = header.encode();
    let body = seal(key.expose_bytes(), &context(&header), pad(payload).expose(), rng);
    let body_hash = BodyHash::of(&body);
    let signature = author.sign(&RevisionHeader::message(&header, &body_hash));
    Ok(SealedRevision { signed: SignedRevision { header, body_hash, signature }, body })
}

/// Opens the body of a verified revision and returns the payload.
///
/// # Errors
/// If the body is not the signed one or does not open with this key.
pub fn open_body(revision: &SignedRevision, body: &[u8], key: &VaultKey) -> Result<SecretBytes, OpenError> {
    if body.len() > MAX_PAYLOAD + 1 + SEAL_OVERHEAD || BodyHash::of(body) != revision.body_hash {
        return Err(OpenError);
    }
    unpad(open(key.expose_bytes(), &context(&revision.header), body)?)
}

fn context(header: &[u8]) -> Array {
    Array::labelled(Label::ITEM).bytes(header)
}
