//! The engine of Coffer: opens, changes and stores one user's encrypted profile on this computer.
//!
//! # Modules
//!
//! In floors, from the top. A module uses only modules of lower floors; `cargo xtask tidy` checks the order in
//! `crates/xtask/src/modules/floors.rs`. `docs/architecture.md` shows the uses, and how a profile is opened, written
//! and locked. Links name the reasons.
//!
//! - [`profile`]: all profiles on this computer: create, unlock, move, repair, restore, delete
//!   (`docs/decisions/0022-ways-in.md`, `docs/decisions/0025-damaged-profiles-on-screen.md`)
//!
//! - [`backup`]: writes, checks and reads backups (`docs/decisions/0014-backups.md`)
//!
//! - [`session`]: one open profile: items, lists, vaults, keys, retention, activity, integrity
//!   (`docs/decisions/0008-how-a-profile-is-stored.md`)
//!
//! - `store`: opens, migrates and copies the database
//!
//! - [`costs`]: KDF parameters for this computer
//! - [`search`]: the search index in memory (`docs/decisions/0001-search-index-in-memory.md`)
//! - [`document`]: sealed streams (`docs/decisions/0009-one-hash-for-documents.md`,
//!   `docs/decisions/0021-documents-and-their-pictures.md`)
//! - [`merge`]: merging edits made in two places (`docs/decisions/0010-merging-items.md`)
//!
//! - [`disk`]: folders, locks, key files, the blob folder, free space (`docs/decisions/0028-disks-that-fail.md`)
//! - [`generator`]: passwords, passphrases, user names and PINs
//! - [`health`]: weak, reused, old, expired and breached passwords (`docs/decisions/0017-health.md`)
//! - [`kit`]: the Emergency Kit
//!
//! - [`item`]: the content of a revision: model, payload encoding, limits
//!   (`docs/decisions/0002-items-are-lists-of-fields.md`)
//!
//! - [`clock`]: time and the source of randomness
//! - [`strength`]: password strength
//! - `steps`: crash points for tests

pub mod backup;
pub mod clock;
pub mod costs;
pub mod disk;
pub mod document;
pub mod generator;
pub mod health;
pub mod item;
pub mod kit;
pub mod merge;
pub mod profile;
pub mod search;
pub mod session;
mod steps;
mod store;
pub mod strength;

pub use vault_crypto::{InviteLink, JoinError, KdfParams, MAX_PASSWORD, SecretText};
pub use vault_wire::log::RejectReason;
pub use vault_wire::revision::BlobRef;
pub use vault_wire::roster::{MemberRole, Op};
pub use vault_wire::{
    AccountId, BlobId, CertificateHash, IdError, ItemId, ProfileId, RevHash, SignPublicKey, VaultId,
    identity_words,
};
