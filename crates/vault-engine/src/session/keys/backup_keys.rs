//! The keys of a profile's backups.

use std::sync::Arc;

use vault_crypto::{BackupKey, DatabaseKey, RootKey};
use vault_wire::{EntryHash, ProfileId, VaultId};

/// The keys for writing and opening the backups of a profile.
pub(crate) struct BackupKeys {
    pub(crate) profile: ProfileId,
    pub(crate) manifest: BackupKey,
    pub(crate) database: Arc<DatabaseKey>,
    /// The home vault, whose log is replayed; unknown while a profile is being opened.
    pub(crate) home: Option<Home>,
}

/// The home vault of a profile.
pub(crate) struct Home {
    pub(crate) vault_id: VaultId,
    pub(crate) genesis: EntryHash,
}

impl BackupKeys {
    pub(crate) fn derive(profile: ProfileId, root_key: &RootKey, home: Option<Home>) -> Self {
        let (manifest, database) = (root_key.derive_backup_key(), Arc::new(root_key.derive_database_key()));
        Self { profile, manifest, database, home }
    }
}
