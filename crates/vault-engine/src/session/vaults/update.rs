//! What follows for the vaults in memory from metadata that was written or received, after its transaction was committed.

use super::vault::Vault;
use super::vault_metadata::{Appearance, MetadataRow};
use crate::session::state::Session;

/// The new state of a vault.
pub(crate) struct MetadataUpdate {
    pub(crate) vault_key: i64,
    pub(crate) change: MetadataChange,
}

pub(crate) enum MetadataChange {
    Shown(MetadataRow, Appearance),
    /// It was deleted, and its log is not settled yet.
    Ending,
    Ended,
    /// It had ended, and was brought back.
    Returned(Box<Vault>),
}

impl Session {
    /// Takes over the metadata of vaults after its transaction was committed.
    pub(crate) fn apply_metadata(&mut self, updates: impl IntoIterator<Item = MetadataUpdate>) {
        for MetadataUpdate { vault_key, change } in updates {
            match change {
                MetadataChange::Shown(row, appearance) => {
                    self.vaults.set_appearance(vault_key, row, appearance);
                }
                MetadataChange::Ending => self.vaults.begin_to_end(vault_key),
                MetadataChange::Ended => self.vaults.end(vault_key),
                MetadataChange::Returned(vault) => self.vaults.add(*vault),
            }
        }
    }
}
