//! All operations with secret keys: keys, derivation, the sealed envelope, streams and signing.
//!
//! This crate does no IO, reads no clock, writes no log and has no random generator: the caller passes one,
//! so equal inputs give equal bytes. `derive_…` is deterministic, `make_…` draws randomness, `seal_…` and
//! `open_…` encrypt and decrypt. Key types implement no `Debug`, `Clone`, `==` or serialisation; see
//! [`keys`].
//!
//! # Overview
//!
//! Creating and opening a profile:
//!
//! 1. [`SecretKey::make`] and [`RootKey::make`]; [`PasswordSlot::make`] seals the root key under password and
//!    Secret Key and returns the [`StretchedPassword`]; [`Header::to_file`] writes `profile.keys`.
//! 2. [`HeaderFile::parse`], [`PasswordSlot::open`] or [`KeySlot::open`], then [`HeaderFile::is_authentic`]
//!    with the root key, and [`HeaderPin::check`] with the pinned header.
//! 3. From the root key: [`RootKey::derive_database_key`], [`RootKey::derive_local_key`] (boxes for the
//!    Secret Key, vault keys and drafts), [`RootKey::derive_backup_key`].
//!
//! An account: [`RootSigner::make`], [`Identity::make_first`], [`RootSigner::certify`], [`make_vault`];
//! stored by [`Keyset::seal_local`] and [`RootSigner::seal_local`]. For a server:
//! [`StretchedAccountPassword`], [`Keyset::seal_account`] and [`RootSigner::seal_account`], opened together
//! by [`AccountBoxes::open`]. With guardians: [`RootSigner::make_recovery`], [`RecoveryShare::open`],
//! [`open_recovered`].
//!
//! Sharing: [`sign_record`] for changes to the roster; [`make_epoch`] and [`open_history`]; [`make_grant`]
//! and [`open_grant`]; [`InviteLink`].
//!
//! A new device: [`ApprovalCode`], [`ApprovalSecret::seal_answer`]; or by paper, [`KitCode`].
//!
//! Items: [`make_revision`] and [`open_body`]; the log roots and the verification are in `vault_wire`.
//!
//! Documents: [`BlobCipher`] over [`vault_wire::blob::BlobLayout`].
//!
//! The byte layouts are described in `docs/formats/v1.md`.

#[cfg(all(feature = "test-kdf", not(debug_assertions)))]
compile_error!("the feature `test-kdf` weakens password protection and is for debug builds only");

mod bytes;
pub mod keys;
mod random;
mod secret;
#[cfg(test)]
mod tests;
mod text;
mod v1;

pub use bytes::SecretBytes;
pub use keys::{
    AccountUnlockKey, BackupKey, DatabaseKey, FileKey, OpaquePassword, QuickKey, RecoveryCode, RecoveryKey,
    RootKey, SecretKey, UnlockSeed, VaultKey,
};
pub use random::{RandomId, make_id};
pub use secret::{KeyLengthError, wipe_stack};
pub use text::SecretText;
pub use v1::account::{
    AccountBoxes, CodeAccount, CodeKey, DeviceSigner, Identity, Keyset, NewCodeBox, OpenedAccount,
    ReenrolmentParts, RootSigner, check_account, seal_for_device,
};
pub use v1::approval::{ApprovalCode, ApprovalSecret, Handover};
pub use v1::blob::{BlobCipher, ChunkLengthError, ChunkPosition, check_zero_padding};
pub use v1::code::CodeTextError;
pub use v1::epoch::{NewEpoch, make_epoch, open_history};
pub use v1::grant::{GrantError, make_grant, open_grant};
pub use v1::header::{
    HEADER_FORMAT, Header, HeaderError, HeaderFile, HeaderOutdated, HeaderPin, MAX_HEADER, SlotsError,
};
pub use v1::invitation::{InviteLink, InviteSecret, JoinError};
pub use v1::kit_code::KitCode;
pub use v1::link::LinkError;
pub use v1::local::LocalKey;
pub use v1::padding::NameTooLong;
pub use v1::password::{
    KdfParams, KdfParamsError, KdfSalt, MAX_PASSWORD, StretchError, StretchedAccountPassword,
    StretchedPassword,
};
pub use v1::record::sign_record;
pub use v1::recovery::{
    NewRecovery, RecoveredAccount, RecoveryPlan, RecoveryPlanError, RecoveryShare, ReleaseError,
    RequestError, RequestKey, open_recovered,
};
pub use v1::revision::{MAX_PAYLOAD, PayloadTooLarge, SealedRevision, make_revision, open_body};
pub use v1::seal::{OpenError, SEAL_OVERHEAD};
pub use v1::slot::{KeySlot, PasswordSlot, Slot, SlotKey, SlotKind, UnlockError};
pub use v1::vault::{NewVault, make_vault};
pub use v1::wrap::InvalidKemKey;
