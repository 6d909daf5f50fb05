//! What even a server may know: identifiers, canonical encoding, headers, roster records, and their verification.
//!
//! This crate holds no secret, does no IO and reads no clock. Its parts:
//!
//! - ids, hashes and public keys as types of their own ([`VaultId`], [`RevHash`], [`SignPublicKey`], …);
//! - [`cbor`]: the one encoding, and [`Label`]: the names that begin whatever is hashed, signed or derived from;
//! - [`account`]: identity certificates, pins, re-enrolment; [`recovery`]: consents and shares; [`roster`]: who belongs to a vault; [`revision`]: item revisions;
//!   [`invitation`] and [`grant`]: how somebody joins, and gets the keys;
//! - [`log`]: roots over a vault's entries, and [`log::LogVerifier`], which judges each entry;
//! - [`blob`]: sizes and hashes of sealed documents;
//! - [`message`]: every message between a client and a server.
//!
//! The byte layouts are described in `docs/formats/v1.md`, the messages in `docs/formats/protocol.md`.

pub mod account;
pub mod blob;
pub mod cbor;
pub mod grant;
mod id;
pub mod invitation;
mod label;
pub mod log;
pub mod message;
pub mod recovery;
pub mod revision;
pub mod roster;
mod signature;
mod words;

pub use id::{
    AccountId, BatchId, BlobId, BodyHash, CertificateHash, ContentHash, CtRoot, DeviceId, EntryHash, IdError,
    ItemId, KemPublicKey, KeyCommitment, ProfileId, RevHash, Root, SessionId, SignPublicKey, Signature,
    SlotId, VaultId, parse_hex, write_hex,
};
pub use label::Label;
pub use signature::{SignatureError, VerifyKey};
pub use words::{words_of, words_of_identity};
