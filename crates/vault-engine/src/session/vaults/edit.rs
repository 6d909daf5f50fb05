//! Creating, naming, ordering and deleting vaults.

use std::collections::BTreeMap;

use vault_crypto::make_vault;
use vault_wire::log::Head;
use vault_wire::roster::{Genesis, Roster};
use vault_wire::{ItemId, RevHash, VaultId};
use zeroize::Zeroizing;

use super::authority;
use super::past;
use super::update::MetadataUpdate;
use super::vault::{OutboxState, Vault, insert};
use super::vault_metadata::{Appearance, ICON_LIMIT, MetadataRow, VaultMetadata};
use crate::disk::acceptable_name;
use crate::item::{Item, LimitedPart, PayloadError};
use crate::session::activity::event::EventKind;
use crate::session::error::{SessionError, VaultReadOnly};
use crate::session::items::progress::ItemProgress;
use crate::session::lists::list;
use crate::session::rows::view;
use crate::session::sharing::{VaultSharing, cards};
use crate::session::state::Session;
use crate::session::transaction::Transaction;

/// The appearance of a vault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VaultAppearance {
    /// Its name.
    pub name: String,
    /// The hue of its colour, 0 to 359.
    pub hue: Option<u16>,
    /// The name of its icon: at most 32 lower-case letters, digits and dashes; may be empty.
    pub icon: String,
}

/// A vault of the profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultInfo {
    /// Its id.
    pub id: VaultId,
    /// Whether it is the account's own vault, which cannot be deleted.
    pub home: bool,
    /// Whether it stays on this computer: no server gets it.
    pub only_here: bool,
    /// Its appearance. The home vault has no name until the user sets one, and one that was joined none until its key
    /// was received.
    pub appearance: VaultAppearance,
    /// Its members, in short.
    pub sharing: VaultSharing,
    /// The directory whose groups its members follow: the vault itself, if it is the directory of a team.
    pub team: Option<VaultId>,
    /// Why nothing can be written into it, if so.
    pub read_only: Option<VaultReadOnly>,
    /// Items neither in the trash nor archived.
    pub listed: u32,
    /// Archived items.
    pub archived: u32,
    /// Items in the trash.
    pub trashed: u32,
}

/// What happens to the items of a vault that is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contents {
    /// The vault is deleted only if it has no items, not even in archive and trash.
    None,
    /// The items are permanently deleted with it, if their number is the one that the user was shown.
    Delete {
        /// The number of items, archive and trash included.
        items: u32,
    },
}

impl Session {
    /// Lists the vaults: the home vault first, then in the user's order.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn vaults(&self) -> Result<Vec<VaultInfo>, SessionError> {
        let mut counts = BTreeMap::<(i64, i64), u32>::new();
        let mut count = self
            .db
            .prepare_cached("SELECT vault_key, place, count(*) FROM item GROUP BY vault_key, place")?;
        let mut rows = count.query([])?;
        while let Some(row) = rows.next()? {
            counts.insert((row.get(0)?, row.get(1)?), row.get(2)?);
        }
        // A vault that ends is shown again if others write into it.
        let is_shown = |vault: &&Vault| {
            !vault.ending || counts.keys().any(|(vault_key, _)| *vault_key == vault.vault_key)
        };
        let shown = self.vaults.in_order().into_iter().filter(is_shown);
        let infos = shown.map(|vault| -> Result<VaultInfo, SessionError> {
            let appearance = cards::shown(&self.db, vault)?;
            let team = authority::team_of(&self.db, vault)?;
            let is_directory = team == Some(vault.id);
            let count =
                |place: view::ItemState| counts.get(&(vault.vault_key, place.number())).copied().unwrap_or(0);
            Ok(VaultInfo {
                id: vault.id,
                home: self.vaults.is_home(vault),
                only_here: self.vaults.stays_here(vault),
                appearance: VaultAppearance {
                    name: appearance.name.to_string(),
                    hue: appearance.hue,
                    icon: appearance.icon,
                },
                sharing: self.sharing(vault)?,
                team,
                read_only: vault.read_only.or(is_directory.then_some(VaultReadOnly::Directory)),
                listed: count(view::ItemState::Listed),
                archived: count(view::ItemState::Archive),
                trashed: count(view::ItemState::Trash),
            })
        });
        infos.collect()
    }

    /// Returns the ids of the vaults: the home vault first, then in the user's order; also of deleted ones whose logs are not
    /// settled yet.
    #[must_use]
    pub fn vault_ids(&self) -> Vec<VaultId> {
        self.vaults.in_order().into_iter().map(|vault| vault.id).collect()
    }

    /// Creates a vault, last in the order.
    ///
    /// # Errors
    /// Returns [`SessionError::Invalid`] for an unacceptable name, hue or icon, or if there are too many vaults.
    pub fn create_vault(&mut self, appearance: &VaultAppearance) -> Result<VaultId, SessionError> {
        self.write(|tx| Ok(tx.create_vault(appearance)?.0))
    }

    /// Changes a vault's name, colour or icon.
    ///
    /// # Errors
    /// Returns [`SessionError::Invalid`] for an unacceptable name, hue or icon; [`SessionError::NotFound`] if there is
    /// no such vault.
    pub fn set_vault_appearance(
        &mut self,
        id: VaultId,
        appearance: &VaultAppearance,
    ) -> Result<(), SessionError> {
        let vault = self.vaults.find(id)?;
        let Appearance { position, only_here, .. } = vault.appearance;
        let (vault_key, appearance) = (vault.vault_key, checked(appearance)?);
        self.put_appearance(vault_key, Appearance { position, only_here, ..appearance })
    }

    /// The same with an appearance that a user of this program need not have chosen.
    pub(crate) fn put_appearance(
        &mut self,
        vault_key: i64,
        appearance: Appearance,
    ) -> Result<(), SessionError> {
        let metadata_row = self.write(|tx| {
            let vaults = tx.vaults;
            tx.put_metadata(vaults.get(vault_key)?, &appearance)
        })?;
        self.vaults.set_appearance(vault_key, metadata_row, appearance);
        Ok(())
    }

    /// Sets the order of the vaults. The home vault is always the first.
    ///
    /// # Errors
    /// Returns [`SessionError::NotFound`] unless `order` has every vault but the home vault exactly once.
    pub fn order_vaults(&mut self, order: &[VaultId]) -> Result<(), SessionError> {
        let mut known: Vec<VaultId> =
            self.vaults.iter().filter(|vault| !self.vaults.is_home(vault)).map(|vault| vault.id).collect();
        let mut named = order.to_vec();
        known.sort_unstable();
        named.sort_unstable();
        if known != named {
            return Err(SessionError::NotFound);
        }
        let looks = self.write(|tx| {
            let vaults = tx.vaults;
            let mut looks = Vec::new();
            for (id, position) in order.iter().zip(1..) {
                let vault = vaults.find(*id)?;
                if vault.appearance.position != position {
                    let appearance = Appearance { position, ..vault.appearance.clone() };
                    looks.push((vault.vault_key, tx.put_metadata(vault, &appearance)?, appearance));
                }
            }
            Ok(looks)
        })?;
        for (vault_key, metadata_row, appearance) in looks {
            self.vaults.set_appearance(vault_key, metadata_row, appearance);
        }
        Ok(())
    }

    /// Permanently deletes a vault. Its items end with tombstones, like items deleted from the trash; its log is kept
    /// without content. The home vault cannot be deleted.
    ///
    /// # Errors
    /// Returns [`SessionError::NotEmpty`] if the number of items is not the one in `contents`,
    /// [`SessionError::NotFound`] for the home vault or an unknown one, [`SessionError::VaultShared`] for one that has other
    /// members, and [`SessionError::Cancelled`] if `progress`,
    /// which receives the number of items, cancelled.
    pub fn delete_vault(
        &mut self,
        id: VaultId,
        contents: Contents,
        progress: ItemProgress<'_>,
    ) -> Result<(), SessionError> {
        let vault = self.vaults.find(id)?;
        if self.vaults.is_home(vault) {
            return Err(SessionError::NotFound);
        }
        if vault.roster.members().any(|(account, _)| *account != self.vaults.author.account) {
            return Err(SessionError::VaultShared);
        }
        let vault_key = vault.vault_key;
        let update = self.write(|tx| {
            let items = list::ids_in_vault(&tx.db, vault_key)?;
            let expected = match contents {
                Contents::None => 0,
                Contents::Delete { items } => items,
            };
            let found = u32::try_from(items.len()).unwrap_or(u32::MAX);
            if found != expected {
                return Err(SessionError::NotEmpty { items: found });
            }
            let vaults = tx.vaults;
            tx.end_vault(vaults.get(vault_key)?, &items, progress)
        })?;
        self.apply_metadata([update]);
        // Undo records may refer to the deleted vault.
        self.undo.clear();
        Ok(())
    }

    /// Lists the items of a vault, archive and trash included.
    ///
    /// # Errors
    /// Returns [`SessionError::NotFound`] if there is no such vault.
    pub fn items_of_vault(&self, id: VaultId) -> Result<Vec<ItemId>, SessionError> {
        list::ids_in_vault(&self.db, self.vaults.find(id)?.vault_key)
    }
}

impl<'s> Transaction<'s> {
    /// Creates a vault, last in the order, and writes its metadata. Returns its id and row number.
    pub(crate) fn create_vault(
        &mut self,
        appearance: &VaultAppearance,
    ) -> Result<(VaultId, i64), SessionError> {
        self.create_vault_like(checked(appearance)?)
    }

    /// The same with the appearance of another vault, which a user of this program need not have chosen.
    pub(crate) fn create_vault_like(
        &mut self,
        appearance: Appearance,
    ) -> Result<(VaultId, i64), SessionError> {
        let positions = self.vaults.iter().chain(self.created()).map(|vault| vault.appearance.position);
        let (count, last) = positions.fold((0, 0), |(count, last), next| (count + 1, u64::max(last, next)));
        if count >= LimitedPart::Vaults.limit() {
            return Err(SessionError::Invalid(PayloadError::TooLarge(LimitedPart::Vaults)));
        }
        let appearance = Appearance { position: last.saturating_add(1), ..appearance };
        let author = &self.vaults.author;
        let founded =
            make_vault(&author.account, &author.identity, &author.certificate, self.now.0, self.rng);
        let sealed_key = self.local.seal_vault_key(&founded.vault_id, 1, &founded.key, self.rng);
        let (vault_key, head) = insert(&self.db, &founded, &sealed_key, self.now)?;
        let genesis = Genesis::verify(&founded.record, None).map_err(|_| SessionError::Fault)?;
        let mut vault = Vault {
            vault_key,
            id: founded.vault_id,
            keys: BTreeMap::from([(1, founded.key)]),
            authors: author.alone(),
            read_only: None,
            former: None,
            roster: Roster::from_genesis(&genesis).map_err(|_| SessionError::Fault)?,
            head,
            confirmed: None,
            outbox: OutboxState::Based,
            genesis: founded.genesis_hash,
            metadata_row: None,
            appearance: Appearance::default(),
            ending: false,
        };
        vault.metadata_row = Some(self.put_metadata(&vault, &appearance)?);
        vault.appearance = appearance;
        let id = vault.id;
        self.add_vault(vault);
        Ok((id, vault_key))
    }

    /// Writes the metadata of a vault into the home vault.
    pub(crate) fn put_metadata(
        &mut self,
        vault: &Vault,
        appearance: &Appearance,
    ) -> Result<MetadataRow, SessionError> {
        let last = vault.metadata_row.map(|row| row.revision);
        self.put_metadata_after(last, vault, appearance)
    }

    /// The same after another revision of the metadata than the last one that could be read.
    pub(super) fn put_metadata_after(
        &mut self,
        parent: Option<RevHash>,
        vault: &Vault,
        appearance: &Appearance,
    ) -> Result<MetadataRow, SessionError> {
        let home = self.vaults.home()?.vault_key;
        // Others may re-sign what no server has confirmed, but not the genesis record.
        let head = match vault.confirmed {
            Some(confirmed) => confirmed,
            None => past::head_at(&self.db, vault.vault_key, 1)?,
        };
        let metadata_row = self.write_metadata(parent, vault, head, appearance)?;
        let kind = if parent.is_some() || vault.vault_key == home {
            EventKind::VaultChanged
        } else {
            EventKind::VaultCreated
        };
        self.note(kind, Some(vault.id), &[])?;
        Ok(metadata_row)
    }

    /// Writes the head of a vault's log into its metadata.
    pub(crate) fn put_head(&mut self, vault: &Vault, head: Head) -> Result<MetadataRow, SessionError> {
        let last = vault.metadata_row.map(|row| row.revision);
        self.write_metadata(last, vault, head, &vault.appearance)
    }

    fn write_metadata(
        &mut self,
        parent: Option<RevHash>,
        vault: &Vault,
        head: Head,
        appearance: &Appearance,
    ) -> Result<MetadataRow, SessionError> {
        let (item_id, item) = match &vault.metadata_row {
            Some(metadata_row) => (metadata_row.item_id, metadata_row.open(&self.db, self.vaults)?),
            None => (vault_crypto::make_id(self.rng), VaultMetadata::new_item(self.now)),
        };
        self.append_metadata((item_id, item), parent, (vault, head), appearance)
    }

    /// The same into an item.
    pub(crate) fn append_metadata(
        &mut self,
        (item_id, mut item): (ItemId, Item),
        parent: Option<RevHash>,
        (vault, head): (&Vault, Head),
        appearance: &Appearance,
    ) -> Result<MetadataRow, SessionError> {
        let home = self.vaults.home()?.vault_key;
        VaultMetadata { vault_id: vault.id, genesis: vault.genesis, head, appearance: appearance.clone() }
            .write(&mut item);
        item.modified_at = self.now;
        self.device.clone_into(&mut item.device);
        let appended = self.append_item(home, item_id, parent, &item, self.now)?;
        let metadata_row =
            MetadataRow { item_id, entry_key: appended.entry_key, revision: appended.revision };
        metadata_row.store(&self.db, vault.id)?;
        Ok(metadata_row)
    }

    /// Deletes all items of a vault, data of programs included, and ends it as soon as its log is settled.
    pub(crate) fn end_vault(
        &mut self,
        vault: &'s Vault,
        items: &[ItemId],
        progress: ItemProgress<'_>,
    ) -> Result<MetadataUpdate, SessionError> {
        for (&id, done) in items.iter().zip(1..) {
            let current = self.current(id)?;
            self.delete(id, current)?;
            if progress(done).is_break() {
                return Err(SessionError::Cancelled);
            }
        }
        for (id, revision) in view::items_without(&self.db, vault.vault_key, 0)? {
            self.append_tombstone(vault.vault_key, id, revision)?;
        }
        self.note(EventKind::VaultDeleted, Some(vault.id), items)?;
        self.begin_to_end(vault)
    }
}

/// Checks an appearance and converts it for storage.
pub(super) fn checked(appearance: &VaultAppearance) -> Result<Appearance, SessionError> {
    let VaultAppearance { name, hue, icon } = appearance;
    let malformed = SessionError::Invalid(PayloadError::Malformed);
    let Some(name) = acceptable_name(name) else { return Err(malformed) };
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let sound = icon.len() <= ICON_LIMIT && icon.bytes().all(plain) && hue.is_none_or(|hue| hue < 360);
    let name = Zeroizing::new(name.to_owned());
    if !sound {
        return Err(malformed);
    }
    Ok(Appearance { name, hue: *hue, icon: icon.clone(), ..Appearance::default() })
}
