//! What a hint is about.

use vault_wire::{AccountId, VaultId};

/// Something changed, and the change is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// The log of a vault.
    Vault(VaultId),
    /// What is beside the log of a vault: answers to invitations, and grants.
    Beside(VaultId),
    /// The sessions of an account, whether it is locked, or which vaults it has.
    Account(AccountId),
}
