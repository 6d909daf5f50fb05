//! Fixed keys and ids.

use vault_wire::{AccountId, ItemId, ProfileId, VaultId};

pub(crate) const PROFILE: ProfileId = ProfileId::from_bytes([0x11; 16]);
pub(crate) const VAULT: VaultId = VaultId::from_bytes([0x22; 16]);
pub(crate) const ITEM: ItemId = ItemId::from_bytes([0x33; 16]);
pub(crate) const ACCOUNT: AccountId = AccountId::from_bytes([0x44; 16]);
pub(crate) const KEY: [u8; 32] = [0x55; 32];
pub(crate) const NONCE: [u8; 24] = [0x66; 24];
