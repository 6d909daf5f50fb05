//! Everything of Coffer that has a secret key in it: keys, derivation, the sealed envelope, streams and signing.
//!
//! This crate does no IO, reads no clock, writes no log and has no generator of its own: randomness is handed in, so
//! the same inputs give the same bytes. `derive_…` is deterministic, `make_…` draws, `seal_…` and `open_…` encrypt.
//! Keys are types that derive nothing; see [`keys`].
//!
//! # Overview
//!
//! A profile from nothing, and back:
//!
//! 1. [`SecretKey::make`] and [`RootKey::make`]; [`PasswordSlot::make`] seals the root key under password and Secret
//!    Key and gives the [`Stretched`] password; [`Header::to_file`] writes `profile.keys`.
//! 2. [`HeaderFile::parse`], [`PasswordSlot::open`], then [`HeaderFile::is_authentic`] with the root key.
//! 3. From the root key: [`RootKey::derive_database_key`], [`RootKey::derive_local_key`] (boxes for the Secret Key,
//!    vault keys and drafts).
//!
//! An account: [`RootSigner::make`], [`Identity::make_first`], [`RootSigner::certify`], [`found_vault`]; kept by
//! [`Keyset::seal_local`] and [`RootSigner::seal_local`].
//!
//! Items: [`make_revision`] and [`open_body`]; the log roots and the verification are in `vault_wire`.
//!
//! Documents: [`BlobCipher`] over [`vault_wire::blob::BlobLayout`].
//!
//! The byte layouts are described in `docs/formats/v1.md`.

#[cfg(all(feature = "test-kdf", not(debug_assertions)))]
compile_error!("the feature `test-kdf` makes passwords guessable and is for debug builds only");

mod bytes;
pub mod keys;
mod random;
mod secret;
mod text;
mod v1;

pub use bytes::SecretBytes;
pub use keys::{DatabaseKey, FileKey, RootKey, SecretKey, VaultKey};
pub use random::{RandomId, make_id};
pub use secret::KeyLengthError;
pub use text::SecretText;
pub use v1::account::{Identity, Keyset, RootSigner};
pub use v1::blob::{BlobCipher, ChunkLengthError, Place, check_zeros};
pub use v1::header::{HEADER_FORMAT, Header, HeaderError, HeaderFile, MAX_HEADER, PasswordSlot, UnlockError};
pub use v1::local::LocalKey;
pub use v1::password::{KdfParams, KdfRefused, KdfSalt, MAX_PASSWORD, StretchError, Stretched};
pub use v1::revision::{MAX_PAYLOAD, MadeRevision, PayloadTooLarge, make_revision, open_body};
pub use v1::seal::{OpenError, SEAL_OVERHEAD};
pub use v1::secret_key::SecretKeyTextError;
pub use v1::vault::{FoundedVault, found_vault};
