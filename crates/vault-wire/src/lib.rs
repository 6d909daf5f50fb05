//! What even a server may know: identifiers, canonical encoding, headers, roster records, and their verification.
//!
//! This crate holds no secret, does no IO and reads no clock.

mod id;

pub use id::{
    AccountId, BlobId, BodyHash, CertificateHash, CtRoot, EntryHash, IdError, ItemId, KemPublicKey,
    KeyCommitment, ProfileId, RevHash, Root, SignPublicKey, Signature, SlotId, VaultId,
};
