//! Items whose secrets former members could read and that have not been changed since.
//!
//! Nothing is stored for it: who left follows from the log, and what they could read from the epochs under which revisions
//! were sealed. That an owner or manager dismissed items is an item of programs in the vault; see
//! `docs/formats/item-payload.md`.

use std::collections::{BTreeMap, BTreeSet};

use vault_wire::cbor::Canonical;
use vault_wire::revision::RevisionHeader;
use vault_wire::{AccountId, ItemId, RevHash, VaultId};

use super::dismissal::{self, Dismissal};
use super::exposure;
use super::former::{self, Former};
use super::keys::may_grant;
use super::seen::SeenRotation;
use crate::clock::Timestamp;
use crate::item::{Item, ItemType};
use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::view;
use crate::session::sharing::{MembersError, cards};
use crate::session::state::Session;
use crate::session::vaults::vault::Vault;

pub use super::exposure::SecretKind;

/// Somebody who was a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerMember {
    /// The account.
    pub account: AccountId,
    /// Its name, or the first digits of the account.
    pub name: String,
    /// When it left or was removed, by the clock of the account that did it.
    pub left_at: Timestamp,
}

/// An item that former members could read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExposedItem {
    /// The item.
    pub item: ItemId,
    /// Its most dangerous content.
    pub kind: SecretKind,
    /// Whether it was written while one of them was a member, and not only before.
    pub is_recent: bool,
    /// Those who know its present secrets, as positions in [`ExposedItems::former`]; none if they were changed.
    pub readers: Vec<usize>,
}

/// What former members of a vault could read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExposedItems {
    /// The former members, the last first.
    pub former: Vec<FormerMember>,
    /// The items whose secrets they still know, worst first; then those that were changed.
    pub items: Vec<ExposedItem>,
    /// How many of them are to be changed.
    pub due: usize,
}

impl Session {
    /// Returns what former members of a vault could read, or `None` as long as more than `most` items would have to be
    /// opened for it: those are, and the call is to be repeated. It is empty for those who are neither owner nor manager.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn rotation(&mut self, id: VaultId, most: usize) -> Result<Option<ExposedItems>, SessionError> {
        let vault = self.vaults.find(id)?;
        let vault_key = vault.vault_key;
        if !may_grant(vault, &self.vaults.author.account) {
            return Ok(Some(ExposedItems::default()));
        }
        let mut seen = self.rotations.remove(&id).unwrap_or_default();
        let vault = self.vaults.get(vault_key)?;
        let gone = seen.records.former(&self.db, vault)?;
        if gone.is_empty() {
            self.rotations.insert(id, seen);
            return Ok(Some(ExposedItems::default()));
        }
        let is_complete = self.look(vault, &mut seen, most)?;
        let found = if is_complete { Some(self.rotation_of(vault, &gone, &seen)?) } else { None };
        self.rotations.insert(id, seen);
        Ok(found)
    }

    /// Dismisses items that former members could read, for all owners and managers: Who leaves later may know them
    /// again.
    ///
    /// # Errors
    /// [`MembersError::Rejected`] if the account is neither owner nor manager; else as any write.
    pub fn dismiss_rotation(&mut self, id: VaultId, items: &BTreeSet<ItemId>) -> Result<(), MembersError> {
        let vault = self.vaults.find(id)?;
        let vault_key = vault.vault_key;
        if !may_grant(vault, &self.vaults.author.account) {
            return Err(MembersError::Rejected(vault_wire::log::RejectReason::Role));
        }
        let gone = former::all(&self.db, vault)?;
        let Some(left) = gone.first().map(|one| one.left) else { return Ok(()) };
        let ids: Vec<ItemId> = items.iter().copied().collect();
        self.write(|tx| {
            for part in ids.chunks(dismissal::MOST) {
                let mut item = Item::new(ItemType::Note, tx.now);
                Dismissal::write(&mut item, left, part);
                tx.device.clone_into(&mut item.device);
                let id = vault_crypto::make_id(tx.rng);
                tx.append_item(vault_key, id, None, &item, tx.now)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Examines items and dismissals that were not seen yet. Returns whether there are no others.
    fn look(&self, vault: &Vault, seen: &mut SeenRotation, most: usize) -> Result<bool, SessionError> {
        let confirmed = vault.confirmed.map_or(0, |head| head.seq);
        if confirmed < seen.searched {
            *seen = SeenRotation::default();
        }
        for (id, revision) in view::items_without(&self.db, vault.vault_key, seen.searched)? {
            let stored = StoredRevision::of_hash(&self.db, id, revision)?;
            let Ok(item) = stored.open_quickly(&self.vaults, id) else { continue };
            let header = RevisionHeader::decode(&stored.signed.header);
            let header = header.map_err(|_| SessionError::DatabaseDamaged)?;
            if let Some(dismissal) = Dismissal::of(&item, &header) {
                seen.dismissals.insert(id, dismissal);
            }
        }
        seen.searched = confirmed;
        let mut left = most;
        let mut find = self.db.prepare_cached("SELECT item_id, revision FROM item WHERE vault_key = ?1")?;
        let mut rows = find.query([vault.vault_key])?;
        while let Some(row) = rows.next()? {
            let (id, revision) = (ItemId::from_bytes(row.get(0)?), RevHash::from_bytes(row.get(1)?));
            if seen.items.get(&id).is_some_and(|(known, _)| *known == revision) {
                continue;
            }
            let Some(rest) = left.checked_sub(1) else { return Ok(false) };
            left = rest;
            let exposure = exposure::of(&self.db, &self.vaults, vault.vault_key, id, &revision)?;
            seen.items.insert(id, (revision, exposure));
        }
        Ok(true)
    }

    fn rotation_of(
        &self,
        vault: &Vault,
        gone: &[Former],
        seen: &SeenRotation,
    ) -> Result<ExposedItems, SessionError> {
        let mut dismissed: BTreeMap<ItemId, u64> = BTreeMap::new();
        for dismissal in seen.dismissals.values().filter(|one| may_grant(vault, &one.author)) {
            for item in &dismissal.items {
                let left = dismissed.entry(*item).or_default();
                *left = dismissal.left.max(*left);
            }
        }
        let mut find = self.db.prepare_cached(
            "SELECT item_id, sort_title FROM item WHERE vault_key = ?1 AND place <> 2
                 AND item_key NOT IN (SELECT item_key FROM template)",
        )?;
        let mut rows = find.query([vault.vault_key])?;
        let mut items = Vec::new();
        while let Some(row) = rows.next()? {
            let id = ItemId::from_bytes(row.get(0)?);
            let Some((_, Some(exposure))) = seen.items.get(&id) else { continue };
            let after = dismissed.get(&id).copied().unwrap_or_default();
            let open = |one: &Former| one.left > after && exposure.first_epoch <= one.epoch;
            if !gone.iter().any(open) {
                continue;
            }
            let knows = |one: &Former| open(one) && exposure.is_known_by(one.epoch, one.left_at);
            let readers: Vec<usize> =
                gone.iter().enumerate().filter(|(_, one)| knows(one)).map(|(at, _)| at).collect();
            let is_recent = gone.iter().any(|one| {
                open(one) && exposure.written.iter().any(|seq| (one.joined..=one.left).contains(seq))
            });
            let title: String = row.get(1)?;
            items.push((title, ExposedItem { item: id, kind: exposure.kind, is_recent, readers }));
        }
        items.sort_by(|(title, a), (other, b)| {
            let rank = |one: &ExposedItem| (one.readers.is_empty(), one.kind, !one.is_recent);
            rank(a).cmp(&rank(b)).then_with(|| title.cmp(other)).then_with(|| a.item.cmp(&b.item))
        });
        let items: Vec<ExposedItem> = items.into_iter().map(|(_, item)| item).collect();
        let due = items.iter().filter(|item| !item.readers.is_empty()).count();
        let former = gone.iter().map(|one| {
            let name = cards::name_of(&self.db, vault.vault_key, &vault.roster, &one.account)?;
            let name = name.unwrap_or_else(|| one.account.to_string().chars().take(8).collect());
            Ok(FormerMember { account: one.account, name, left_at: one.left_at })
        });
        Ok(ExposedItems { former: former.collect::<Result<_, SessionError>>()?, items, due })
    }
}
