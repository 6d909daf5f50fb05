//! The vaults of a profile: making, naming, ordering and deleting them.

use std::collections::BTreeMap;

use vault_crypto::make_vault;
use vault_wire::revision::RevisionKind;
use vault_wire::{ItemId, VaultId};
use zeroize::Zeroizing;

use super::vault::{Vault, insert};
use super::vault_metadata::{Card, ICON_LIMIT, Look, Shelf};
use crate::disk::acceptable_name;
use crate::item::{LimitedPart, PayloadError};
use crate::session::activity::event::EventKind;
use crate::session::error::SessionError;
use crate::session::items::bulk::ItemProgress;
use crate::session::lists::list;
use crate::session::rows::view;
use crate::session::state::Session;
use crate::session::transaction::{Append, Writer};

/// How a person wants to see a vault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VaultLook {
    /// Its name.
    pub name: String,
    /// The hue of its colour, 0 to 359.
    pub hue: Option<u16>,
    /// The name of its icon: at most 32 lower-case letters, digits and dashes. Empty for none.
    pub icon: String,
}

/// A vault of the profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultInfo {
    /// Its id.
    pub id: VaultId,
    /// Whether it is the account's own vault, which cannot be deleted.
    pub home: bool,
    /// How it looks; the home vault has no name until it is given one.
    pub look: VaultLook,
    /// Items neither in the trash nor archived.
    pub listed: u32,
    /// Archived items.
    pub archived: u32,
    /// Items in the trash.
    pub trashed: u32,
}

/// What becomes of the items of a vault that is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contents {
    /// There are none, in archive and trash neither; else the vault stays.
    None,
    /// They are deleted for good with it, if there are as many as the person was told.
    Delete {
        /// The items in it, those in archive and trash included.
        items: u32,
    },
}

impl Session {
    /// Lists the vaults: the home vault first, then in the person's order.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn vaults(&self) -> Result<Vec<VaultInfo>, SessionError> {
        let mut counts = BTreeMap::<(i64, i64), u32>::new();
        let mut count = self
            .db
            .prepare_cached("SELECT vault_key, place, count(*) FROM item GROUP BY vault_key, place")?;
        let mut rows = count.query([])?;
        while let Some(row) = rows.next()? {
            counts.insert((row.get(0)?, row.get(1)?), row.get(2)?);
        }
        let infos = self.vaults.in_order().into_iter().map(|vault| {
            let count =
                |place: view::Place| counts.get(&(vault.vault_key, place.number())).copied().unwrap_or(0);
            VaultInfo {
                id: vault.id,
                home: self.vaults.is_home(vault),
                look: VaultLook {
                    name: vault.look.name.to_string(),
                    hue: vault.look.hue,
                    icon: vault.look.icon.clone(),
                },
                listed: count(view::Place::Listed),
                archived: count(view::Place::Archive),
                trashed: count(view::Place::Trash),
            }
        });
        Ok(infos.collect())
    }

    /// Makes a vault, the last in the order.
    ///
    /// # Errors
    /// [`SessionError::Invalid`] for a look that is not acceptable, or if there are too many vaults.
    pub fn create_vault(&mut self, look: &VaultLook) -> Result<VaultId, SessionError> {
        let all = self.vaults.in_order();
        if all.len() >= LimitedPart::Vaults.limit() {
            return Err(SessionError::Invalid(PayloadError::TooLarge(LimitedPart::Vaults)));
        }
        let last = all.last().map_or(0, |vault| vault.look.position);
        let look = checked(look, last.saturating_add(1))?;
        let vault = self.write(|writer| writer.found(look))?;
        let id = vault.id;
        self.vaults.add(vault);
        Ok(id)
    }

    /// Gives a vault another name, colour or icon.
    ///
    /// # Errors
    /// [`SessionError::Invalid`] for a look that is not acceptable; [`SessionError::NotFound`].
    pub fn set_vault_look(&mut self, id: VaultId, look: &VaultLook) -> Result<(), SessionError> {
        let vault = self.vaults.find(id)?;
        let (vault_key, look) = (vault.vault_key, checked(look, vault.look.position)?);
        let shelf = self.write(|writer| {
            let vaults = writer.vaults;
            writer.put_card(vaults.get(vault_key)?, &look)
        })?;
        self.vaults.set_look(vault_key, shelf, look);
        Ok(())
    }

    /// Puts the vaults into an order; the home vault is always the first.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] unless these are all the vaults, the home vault aside, each once.
    pub fn order_vaults(&mut self, order: &[VaultId]) -> Result<(), SessionError> {
        let mut known: Vec<VaultId> =
            self.vaults.iter().filter(|vault| !self.vaults.is_home(vault)).map(|vault| vault.id).collect();
        let mut named = order.to_vec();
        known.sort_unstable();
        named.sort_unstable();
        if known != named {
            return Err(SessionError::NotFound);
        }
        let looks = self.write(|writer| {
            let vaults = writer.vaults;
            let mut looks = Vec::new();
            for (id, position) in order.iter().zip(1..) {
                let vault = vaults.find(*id)?;
                if vault.look.position != position {
                    let look = Look { position, ..vault.look.clone() };
                    looks.push((vault.vault_key, writer.put_card(vault, &look)?, look));
                }
            }
            Ok(looks)
        })?;
        for (vault_key, shelf, look) in looks {
            self.vaults.set_look(vault_key, shelf, look);
        }
        Ok(())
    }

    /// Deletes a vault for good. Its items are ended by tombstones, as items deleted from the trash are; what stays is its
    /// log without content. The home vault cannot be deleted.
    ///
    /// # Errors
    /// [`SessionError::NotEmpty`] if there is more in it than `contents` says; [`SessionError::NotFound`];
    /// [`SessionError::Cancelled`] if `progress`, which is told of items, broke off.
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
        let vault_key = vault.vault_key;
        self.write(|writer| {
            let items = list::ids_in_vault(&writer.tx, vault_key)?;
            let expected = match contents {
                Contents::None => 0,
                Contents::Delete { items } => items,
            };
            let found = u32::try_from(items.len()).unwrap_or(u32::MAX);
            if found != expected {
                return Err(SessionError::NotEmpty { items: found });
            }
            let vaults = writer.vaults;
            writer.end_vault(vaults.get(vault_key)?, &items, progress)
        })?;
        self.vaults.end(vault_key);
        // Steps back would lead into it.
        self.undo.clear();
        Ok(())
    }

    /// The items of a vault, those in archive and trash included.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn items_of_vault(&self, id: VaultId) -> Result<Vec<ItemId>, SessionError> {
        list::ids_in_vault(&self.db, self.vaults.find(id)?.vault_key)
    }
}

impl<'s> Writer<'s> {
    /// Founds a vault and writes its card.
    fn found(&mut self, look: Look) -> Result<Vault, SessionError> {
        let author = &self.vaults.author;
        let founded =
            make_vault(&author.account, &author.identity, &author.certificate, self.now.0, self.rng);
        let sealed_key = self.local.seal_vault_key(&founded.vault_id, 1, &founded.key, self.rng);
        let (vault_key, head) = insert(&self.tx, &founded, &sealed_key, self.now)?;
        let mut vault = Vault {
            vault_key,
            id: founded.vault_id,
            epoch: 1,
            key: founded.key,
            head,
            genesis: founded.genesis_hash,
            shelf: None,
            look: Look::default(),
        };
        vault.shelf = Some(self.put_card(&vault, &look)?);
        vault.look = look;
        Ok(vault)
    }

    /// Writes the card of a vault into the home vault.
    fn put_card(&mut self, vault: &Vault, look: &Look) -> Result<Shelf, SessionError> {
        let home = self.vaults.home()?.vault_key;
        let (item_id, parent, mut item) = match &vault.shelf {
            Some(shelf) => (shelf.item_id, Some(shelf.revision), shelf.open(&self.tx, self.vaults)?),
            None => (vault_crypto::make_id(self.rng), None, Card::new_item(self.now)),
        };
        let head = self.head(vault);
        Card { vault_id: vault.id, genesis: vault.genesis, head, look: look.clone() }.write(&mut item);
        item.modified_at = self.now;
        self.device.clone_into(&mut item.device);
        let appended = self.append_item(home, item_id, parent, &item, self.now)?;
        let shelf = Shelf { item_id, entry_key: appended.entry_key, revision: appended.revision };
        shelf.store(&self.tx, vault.id)?;
        let kind = if parent.is_some() || vault.vault_key == home {
            EventKind::VaultChanged
        } else {
            EventKind::VaultCreated
        };
        self.note(kind, Some(vault.id), &[])?;
        Ok(shelf)
    }

    /// Ends all items of a vault, and then its card.
    fn end_vault(
        &mut self,
        vault: &'s Vault,
        items: &[ItemId],
        progress: ItemProgress<'_>,
    ) -> Result<(), SessionError> {
        for (&id, done) in items.iter().zip(1..) {
            let current = self.current(id)?;
            self.delete(id, current)?;
            if progress(done).is_break() {
                return Err(SessionError::Cancelled);
            }
        }
        let shelf = vault.shelf.ok_or(SessionError::DatabaseDamaged)?;
        let home = self.vaults.home()?.vault_key;
        let tombstone = Append {
            id: shelf.item_id,
            kind: RevisionKind::Tombstone,
            parent: Some(shelf.revision),
            blobs: Vec::new(),
            payload: &[],
            written_at: self.now,
        };
        let ended = self.append(home, tombstone)?;
        crate::session::rows::blobs::drop_bodies(&self.tx, shelf.item_id, ended.entry_key)?;
        let shelf = Shelf { entry_key: ended.entry_key, revision: ended.revision, ..shelf };
        shelf.store(&self.tx, vault.id)?;
        self.note(EventKind::VaultDeleted, Some(vault.id), items)
    }
}

/// The look as it is kept.
fn checked(look: &VaultLook, position: u64) -> Result<Look, SessionError> {
    let VaultLook { name, hue, icon } = look;
    let malformed = SessionError::Invalid(PayloadError::Malformed);
    let Some(name) = acceptable_name(name) else { return Err(malformed) };
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let sound = icon.len() <= ICON_LIMIT && icon.bytes().all(plain) && hue.is_none_or(|hue| hue < 360);
    let name = Zeroizing::new(name.to_owned());
    if sound { Ok(Look { name, hue: *hue, icon: icon.clone(), position }) } else { Err(malformed) }
}
