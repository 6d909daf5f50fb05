//! Sign-in by OPAQUE (RFC 9807), for both ends.
//!
//! The configuration is ristretto255, SHA-512, 3DH and the identity as key stretching function: Argon2id has run
//! before, so that what stands for the password here is 32 uniform bytes. Client identity and credential
//! identifier are the account id, server identity is the issuer, the context is `coffer/v1/opaque`
//! (`docs/formats/protocol.md`, *Registration*).
//!
//! A registration: [`ClientRegistration::start`], [`ServerSetup::respond`], [`ClientRegistration::finish`], and on the
//! server [`RegistrationRecord::parse`]. A sign-in: [`ClientLogin::start`], [`ServerSetup::start_login`],
//! [`ClientLogin::finish`], [`ServerLogin::finish`].
//!
//! The crate does no IO, reads no clock and has no random generator: the caller passes one. It is the only one with
//! `opaque-ke`, which rests on an older generation of the cryptographic crates.

mod client;
mod error;
mod export_key;
mod names;
mod rng;
mod server;
mod suite;
#[cfg(test)]
mod tests;

pub use client::{ClientLogin, ClientRegistration, FinishedLogin, Registration};
pub use error::LoginError;
pub use export_key::ExportKey;
pub use server::{RegistrationRecord, ServerLogin, ServerSetup, StartedLogin};
pub use suite::{KE1_LEN, KE2_LEN, KE3_LEN, RECORD_LEN, REQUEST_LEN, RESPONSE_LEN};
