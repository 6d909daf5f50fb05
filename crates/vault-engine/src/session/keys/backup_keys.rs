use std::sync::Arc;

use vault_crypto::{BackupKey, DatabaseKey, RootKey};
use vault_wire::{EntryHash, ProfileId, VaultId};

/// What writes and opens the backups of one profile.
pub(crate) struct BackupKeys {
    pub(crate) profile: ProfileId,
    pub(crate) manifest: BackupKey,
    pub(crate) database: Arc<DatabaseKey>,
    /// The log to replay; unknown while a profile is only being opened.
    pub(crate) home: Option<Home>,
}

/// Which log is the profile's.
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
