//! Public data formats: identifiers, canonical encoding, headers, roster records, and their verification.
//!
//! Everything here may be known to a server. The crate handles no secrets, does no IO and reads no clock. Its
//! parts:
//!
//! - ids, hashes and public keys as newtypes ([`VaultId`], [`RevHash`], [`SignPublicKey`], …);
//! - [`cbor`]: the canonical encoding; [`Label`]: domain separation labels of everything hashed, signed or
//!   derived;
//! - [`account`]: identity certificates, pins, devices, re-enrolment; [`recovery`]: consents and shares; [`guardians`]: what
//!   people pass on for a recovery;
//! - [`roster`]: the members of a vault; [`invitation`] and [`grant`]: joining, and receiving the vault keys;
//! - [`revision`]: item revisions; [`log`]: roots over a vault's entries, and [`log::LogVerifier`], which
//!   validates them;
//! - [`blob`]: sizes and hashes of sealed documents;
//! - [`message`]: every message between a client and a server.
//!
//! The byte layouts are described in `docs/formats/v1.md`, the messages in `docs/formats/protocol.md`.

pub mod account;
pub mod blob;
pub mod cbor;
mod fingerprint;
pub mod grant;
pub mod guardians;
mod history;
mod id;
pub mod invitation;
mod label;
pub mod log;
pub mod message;
pub mod recovery;
pub mod revision;
mod role;
pub mod roster;
mod signature;
mod statement;

pub use fingerprint::{device_words, identity_words, log_words, request_words, server_words};
pub use id::{
    AccountId, ApprovalId, BatchId, BlobId, BodyHash, CertificateHash, ContentHash, CtRoot, DeviceId,
    EntryHash, IdError, ItemId, KemPublicKey, KeyCommitment, ProfileId, RevHash, Root, SessionId,
    SignPublicKey, Signature, SlotId, VaultId, parse_hex, write_hex,
};
pub use label::Label;
pub use signature::{SignatureError, VerifyKey};
