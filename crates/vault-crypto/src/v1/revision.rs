//! Item revisions: sealing, signing and opening.

use rand_core::CryptoRng;
use vault_wire::cbor::{Array, Canonical};
use vault_wire::revision::{RevisionHeader, SignedRevision};
use vault_wire::{BodyHash, Label};

use crate::v1::account::Identity;
use crate::v1::padding::{pad, unpad};
use crate::v1::seal::{SEAL_OVERHEAD, open, seal};
use crate::{OpenError, SecretBytes, VaultKey};

/// The longest payload of an item: with the padding mark it fits 4 MiB.
pub const MAX_PAYLOAD: usize = 4 * 1024 * 1024 - 1;

/// An item's content is larger than the format allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an item may have at most {MAX_PAYLOAD} bytes")]
pub struct PayloadTooLarge;

/// A revision and its body.
pub struct MadeRevision {
    /// What is kept for ever.
    pub signed: SignedRevision,
    /// The sealed payload.
    pub body: Vec<u8>,
}

/// Seals a payload and signs the revision that carries it.
///
/// # Errors
/// If the payload is longer than [`MAX_PAYLOAD`].
pub fn make_revision(
    header: &RevisionHeader,
    payload: &[u8],
    key: &VaultKey,
    author: &Identity,
    rng: &mut impl CryptoRng,
) -> Result<MadeRevision, PayloadTooLarge> {
    if payload.len() > MAX_PAYLOAD {
        return Err(PayloadTooLarge);
    }
    let header = header.encode();
    let body = seal(key.expose_bytes(), &context(&header), pad(payload).expose(), rng);
    let body_hash = BodyHash::of(&body);
    let signature = author.sign(&RevisionHeader::message(&header, &body_hash));
    Ok(MadeRevision { signed: SignedRevision { header, body_hash, signature }, body })
}

/// Opens the body of a revision whose signature has been verified, and gives the payload.
///
/// # Errors
/// If the body is not the one that was signed or does not open with this key.
pub fn open_body(revision: &SignedRevision, body: &[u8], key: &VaultKey) -> Result<SecretBytes, OpenError> {
    if body.len() > MAX_PAYLOAD + 1 + SEAL_OVERHEAD || BodyHash::of(body) != revision.body_hash {
        return Err(OpenError);
    }
    unpad(open(key.expose_bytes(), &context(&revision.header), body)?)
}

fn context(header: &[u8]) -> Array {
    Array::labelled(Label::ITEM).bytes(header)
}
