//! What was found about members until the program is locked, and where looking for it begins again.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use vault_wire::{AccountId, EntryHash, ItemId, RevHash};

use super::dismissal::Dismissal;
use super::exposure::Exposure;
use super::former::SeenRecords;
use crate::session::error::SessionError;

/// The setting with the last record after which nobody lacked a grant, by the vault's id.
pub(super) const COMPLETE: &str = "vault.granted.";

/// Who lacked a grant when the server was asked last.
#[derive(Default)]
pub(crate) struct SeenLacking {
    pub(super) record: Option<EntryHash>,
    pub(super) seen: BTreeSet<AccountId>,
    pub(super) served: BTreeSet<AccountId>,
}

/// What was found of a vault's items.
#[derive(Default)]
pub(crate) struct SeenRotation {
    pub(super) records: SeenRecords,
    pub(super) dismissals: BTreeMap<ItemId, Dismissal>,
    /// Entries that were searched for dismissals.
    pub(super) searched: u64,
    pub(super) items: BTreeMap<ItemId, (RevHash, Option<Exposure>)>,
}

/// Lets the servers of all vaults be asked again who lacks a grant.
pub(crate) fn ask_again(db: &Connection) -> Result<(), SessionError> {
    db.prepare_cached("DELETE FROM setting WHERE name >= ?1 AND name < ?2")?
        .execute([COMPLETE, "vault.granted/"])?;
    Ok(())
}
