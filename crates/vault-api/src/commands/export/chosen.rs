//! What is exported.

use std::collections::{BTreeMap, BTreeSet};

use vault_engine::session::{Selection, Session};
use vault_engine::{ItemId, VaultId};
use vault_interchange::export::Exported;

use crate::coffer::Coffer;
use crate::commands::document::DocumentStore;
use crate::error::{ErrorCode, Result};
use crate::views::ExportChoice;

/// The items of an export that their teams permit.
pub(super) struct Chosen {
    pub(super) ids: Vec<ItemId>,
    /// Names of vaults whose team does not permit the export.
    pub(super) forbidden: Vec<String>,
    pub(super) store: DocumentStore,
    /// Names of the vaults, if there are several.
    names: Option<BTreeMap<VaultId, String>>,
}

impl Chosen {
    /// Finds the items. `trash` says whether those in the trash have a place in the format, `encrypted` whether the file is.
    ///
    /// # Errors
    /// `not_found` for an unknown item or vault, `policy_forbids` if nothing chosen may be exported, or the disk.
    pub(super) fn of(session: &Session, choice: ExportChoice, trash: bool, encrypted: bool) -> Result<Self> {
        let ExportChoice { vault_ids, folder, tag, item_ids, trash: with_trash } = choice;
        let found = match item_ids {
            Some(ids) => {
                let items: Vec<ItemId> = parse(&ids)?;
                items.into_iter().map(|id| Ok((id, session.get(id)?.vault))).collect::<Result<Vec<_>>>()?
            }
            None => {
                let vaults = vault_ids.as_deref().map(parse).transpose()?;
                session.select(&Selection { vaults, folder, tag, trash: trash && with_trash })?
            }
        };
        let used: BTreeSet<VaultId> = found.iter().map(|(_, vault)| *vault).collect();
        let (mut names, mut forbidden) = (BTreeMap::new(), Vec::new());
        for vault in session.vaults()?.into_iter().filter(|vault| used.contains(&vault.id)) {
            let policy = session.policy_of(vault.id)?;
            if policy.no_export || (policy.no_plain_export && !encrypted) {
                forbidden.push(vault.appearance.name);
            } else {
                names.insert(vault.id, vault.appearance.name);
            }
        }
        if names.is_empty() && !forbidden.is_empty() {
            return Err(ErrorCode::PolicyForbids.into());
        }
        let permitted = found.into_iter().filter(|(_, vault)| names.contains_key(vault));
        Ok(Self {
            ids: permitted.map(|(id, _)| id).collect(),
            forbidden,
            store: DocumentStore::of(session),
            names: (names.len() > 1).then_some(names),
        })
    }

    /// Opens an item; `None` if it is damaged or gone.
    ///
    /// # Errors
    /// `locked`, also if another profile is open now.
    pub(super) fn item(&self, coffer: &Coffer, id: ItemId) -> Result<Option<Exported>> {
        let profile = self.store.profile;
        let opened = coffer.actor.call_blocking(move |state| {
            let session = state.session()?;
            if session.profile().id != profile {
                return Err(ErrorCode::Locked.into());
            }
            Ok(session.get(id).ok())
        })?;
        Ok(opened.map(|opened| Exported {
            vault: self.names.as_ref().and_then(|names| names.get(&opened.vault)).cloned(),
            item: opened.item,
        }))
    }
}

fn parse<T: std::str::FromStr>(ids: &[String]) -> Result<Vec<T>> {
    ids.iter().map(|id| id.parse().map_err(|_| ErrorCode::NotFound.into())).collect()
}
