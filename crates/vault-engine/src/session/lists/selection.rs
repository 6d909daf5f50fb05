//! The items of a choice, archived ones included.

use rusqlite::named_params;
use vault_wire::{ItemId, VaultId};

use crate::session::error::SessionError;
use crate::session::state::Session;

/// A choice of items; every part narrows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// In one of these vaults; in any if `None`.
    pub vaults: Option<Vec<VaultId>>,
    /// In this folder or below it.
    pub folder: Option<String>,
    /// With this tag.
    pub tag: Option<String>,
    /// In the trash too, unless a folder or tag is asked for: those of items in the trash are not indexed.
    pub trash: bool,
}

impl Session {
    /// Lists the items of a choice with their vaults, by title. Templates are never among them.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn select(&self, selection: &Selection) -> Result<Vec<(ItemId, VaultId)>, SessionError> {
        let mut find = self.db.prepare_cached(
            "SELECT item_id, (SELECT vault_id FROM vault WHERE vault.vault_key = item.vault_key) FROM item
             WHERE (place <> 2 OR :trash) AND item_key NOT IN (SELECT item_key FROM template)
               AND (:folder IS NULL OR folder = :folder OR (folder > :folder || '/' AND folder < :folder || '0'))
               AND (:tag IS NULL OR item_key IN (SELECT item_key FROM item_tag WHERE tag = :tag))
             ORDER BY sort_title, item_key",
        )?;
        let Selection { vaults, folder, tag, trash } = selection;
        let trash = *trash && folder.is_none() && tag.is_none();
        let values = named_params! { ":trash": trash, ":folder": folder, ":tag": tag };
        let rows = find.query_map(values, |row| {
            Ok((ItemId::from_bytes(row.get(0)?), VaultId::from_bytes(row.get(1)?)))
        })?;
        let mut found: Vec<(ItemId, VaultId)> = rows.collect::<Result<_, _>>()?;
        if let Some(vaults) = vaults {
            found.retain(|(_, vault)| vaults.contains(vault));
        }
        Ok(found)
    }
}
