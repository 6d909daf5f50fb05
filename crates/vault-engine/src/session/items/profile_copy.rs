//! Copying items of one profile into another: vaults, items with their whole history, and documents. The first is only read.
//!
//! As for a transfer there are three steps: a plan; sealing the documents, for which any thread will do; and one
//! transaction. Copied into a profile in use, items get new ids, since the log of a vault records only what happened in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::ControlFlow;

use tempfile::TempDir;
use vault_wire::ItemId;

use super::progress::ItemProgress;
use super::resealed::{Resealed, documents_in, names_documents, open_all, rename};
use super::undo_record::{UndoId, UndoStep};
use crate::clock::Rng;
use crate::document::Progress;
use crate::item::FieldKind;
use crate::session::activity::event::EventKind;
use crate::session::error::SessionError;
use crate::session::lists::list;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::view;
use crate::session::state::Session;
use crate::session::transaction::Transaction;
use crate::session::vaults::vault::Vault;

/// Items of one profile that are copied into another.
pub struct CopyPlan {
    /// The items of each vault, by its row.
    items: BTreeMap<i64, Vec<ItemId>>,
    documents: Resealed,
    /// Items that cannot be copied.
    left: BTreeSet<ItemId>,
}

impl CopyPlan {
    /// Returns the number of documents, of earlier revisions too.
    #[must_use]
    pub fn documents(&self) -> usize {
        self.documents.len()
    }

    /// Returns the bytes of the documents.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.documents.bytes()
    }

    /// Seals the documents for the other profile. `progress` receives the bytes done.
    ///
    /// # Errors
    /// Returns [`SessionError::Cancelled`] if `progress` cancelled. Fails with the disk. The documents sealed so far are
    /// removed when the plan is dropped.
    pub fn seal(&mut self, rng: &mut Rng, progress: Progress<'_>) -> Result<(), SessionError> {
        self.documents.seal(&mut self.left, rng, progress)
    }
}

/// What is copied from another profile, which is open as long as this exists.
pub struct ProfileCopy {
    plan: CopyPlan,
    source: Session,
    /// The folder of the other profile, if it exists for the copy only. Deleted after it is closed.
    #[expect(dead_code, reason = "deletes the folder when it is dropped")]
    folder: Option<TempDir>,
}

/// The result of a copy.
#[derive(Debug)]
pub struct ProfileCopied {
    /// The number of items that were copied.
    pub items: usize,
    /// The number of vaults that were created for them.
    pub vaults: usize,
    /// The titles of items that were left out: one of their revisions or documents is damaged, or a document was not
    /// downloaded yet.
    pub left: Vec<String>,
    /// Undoes the copy.
    pub undo: Option<UndoId>,
}

impl ProfileCopy {
    /// The other profile.
    #[must_use]
    pub fn source(&self) -> &Session {
        &self.source
    }

    /// Returns the number of items to copy.
    #[must_use]
    pub fn len(&self) -> usize {
        self.plan.items.values().map(Vec::len).sum()
    }

    /// Returns whether there is nothing to copy.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// See [`CopyPlan::documents`].
    #[must_use]
    pub fn documents(&self) -> usize {
        self.plan.documents()
    }

    /// See [`CopyPlan::bytes`].
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.plan.bytes()
    }

    /// Has the folder of the other profile deleted after the copy, since it exists for that only.
    #[must_use]
    pub fn delete_afterwards(self, folder: TempDir) -> Self {
        Self { folder: Some(folder), ..self }
    }

    /// Returns what all entries with content and the documents take in bytes.
    ///
    /// # Errors
    /// Fails if the database of the other profile cannot be read.
    pub fn size(&self) -> Result<u64, SessionError> {
        let sql = "SELECT coalesce(sum(length(header) + length(body)), 0) FROM entry WHERE body IS NOT NULL";
        let entries: u64 = self.source.db.query_row(sql, [], |row| row.get(0))?;
        Ok(entries + self.bytes())
    }

    /// Leaves items out.
    pub fn skip(&mut self, ids: &BTreeSet<ItemId>) {
        self.plan.items.values_mut().for_each(|items| items.retain(|id| !ids.contains(id)));
    }

    /// See [`CopyPlan::seal`].
    ///
    /// # Errors
    /// As there.
    pub fn seal(&mut self, rng: &mut Rng, progress: Progress<'_>) -> Result<(), SessionError> {
        self.plan.seal(rng, progress)
    }
}

impl fmt::Debug for ProfileCopy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileCopy").field("items", &self.len()).finish_non_exhaustive()
    }
}

impl Session {
    /// Plans to copy all of another profile into this one.
    ///
    /// # Errors
    /// Fails if one of the databases cannot be read, or this profile cannot be written.
    pub fn plan_profile_copy(&self, source: Self) -> Result<ProfileCopy, SessionError> {
        let mut items = BTreeMap::new();
        for vault in source.vaults.iter() {
            items.insert(vault.vault_key, list::ids_in_vault(&source.db, vault.vault_key)?);
        }
        Ok(ProfileCopy { plan: self.plan_copy(&source, items)?, source, folder: None })
    }

    /// Plans to copy some items of another profile into this one; those that no longer exist are passed over.
    ///
    /// # Errors
    /// As [`Session::plan_profile_copy`].
    pub(crate) fn plan_item_copy(&self, source: &Self, ids: &[ItemId]) -> Result<CopyPlan, SessionError> {
        let mut items: BTreeMap<i64, Vec<ItemId>> = BTreeMap::new();
        for &id in ids {
            if let Some(current) = view::current(&source.db, id)? {
                items.entry(current.vault_key).or_default().push(id);
            }
        }
        self.plan_copy(source, items)
    }

    fn plan_copy(&self, source: &Self, items: BTreeMap<i64, Vec<ItemId>>) -> Result<CopyPlan, SessionError> {
        self.writable()?;
        let (mut documents, mut left) = (Resealed::between(&source.blobs, &self.blobs), BTreeSet::new());
        for (&vault, all) in &items {
            for &id in all {
                if !names_documents(&source.db, id)? {
                    continue;
                }
                let revisions = StoredRevision::all_of(&source.db, id, vault)?;
                match documents_in(&source.db, &source.vaults, id, &revisions) {
                    Ok(found) => documents.add(id, found),
                    Err(SessionError::RevisionDamaged | SessionError::VaultKeyMissing) => {
                        left.insert(id);
                    }
                    Err(other) => return Err(other),
                }
            }
        }
        Ok(CopyPlan { items, documents, left })
    }

    /// Carries out a plan with sealed documents, in one transaction. Items of the other home vault go into this one's,
    /// those of another vault into the vault of the same name, which is created unless there is one that nobody else
    /// can read.
    ///
    /// # Errors
    /// As any write. Returns [`SessionError::Cancelled`] if `progress`, which receives the number of items, cancelled;
    /// then nothing was copied.
    pub fn copy_profile(
        &mut self,
        mut copy: ProfileCopy,
        progress: ItemProgress<'_>,
    ) -> Result<ProfileCopied, SessionError> {
        let ProfileCopy { plan, source, .. } = &copy;
        let CopyResult { steps, created, left } =
            self.write(|tx| tx.copy_items(source, plan, Ids::New, progress))?;
        copy.plan.documents.keep();
        let (items, vaults) = (steps.len(), created.len());
        let left = titles(&copy.source, &left)?;
        let undo = self.remember_with_vaults(steps, created).undo;
        Ok(ProfileCopied { items, vaults, left, undo })
    }

    /// As [`Session::copy_profile`], into a profile without these items: they keep their ids. Returns the number of copied items
    /// and the titles of the others.
    pub(crate) fn copy_items(
        &mut self,
        source: &Self,
        mut plan: CopyPlan,
    ) -> Result<(usize, Vec<String>), SessionError> {
        let go_on = &mut |_| ControlFlow::Continue(());
        let done = self.write(|tx| tx.copy_items(source, &plan, Ids::Kept, go_on))?;
        plan.documents.keep();
        Ok((done.steps.len(), titles(source, &done.left)?))
    }
}

fn titles(source: &Session, ids: &BTreeSet<ItemId>) -> Result<Vec<String>, SessionError> {
    let mut find = source.db.prepare_cached("SELECT title FROM item WHERE item_id = ?1")?;
    ids.iter().map(|id| Ok(find.query_row([id.as_bytes()], |row| row.get(0))?)).collect()
}

/// The ids of copied items.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ids {
    New,
    Kept,
}

/// The result of carrying out a plan, within the transaction.
struct CopyResult {
    steps: Vec<UndoStep>,
    /// The rows of the vaults that were created.
    created: Vec<i64>,
    left: BTreeSet<ItemId>,
}

impl Transaction<'_> {
    fn copy_items(
        &mut self,
        source: &Session,
        plan: &CopyPlan,
        ids: Ids,
        progress: ItemProgress<'_>,
    ) -> Result<CopyResult, SessionError> {
        let mut done = CopyResult { steps: Vec::new(), created: Vec::new(), left: plan.left.clone() };
        // Links between the items follow them.
        let mut id_of = |id| if ids == Ids::New { vault_crypto::make_id(self.rng) } else { id };
        let new_ids: BTreeMap<ItemId, ItemId> =
            plan.items.values().flatten().map(|&id| (id, id_of(id))).collect();
        let mut finished = 0;
        for vault in source.vaults.in_order() {
            let items = plan.items.get(&vault.vault_key).map_or(&[][..], Vec::as_slice);
            if items.is_empty() {
                continue;
            }
            let to = self.target(source, vault, &mut done.created)?;
            let mut written = Vec::new();
            for &id in items {
                let new = new_ids.get(&id).copied().ok_or(SessionError::Fault)?;
                match self.copy_item(source, plan, id, (to, new), &new_ids)? {
                    Some(after) => {
                        written.push(new);
                        done.steps.push(UndoStep::Copied { id: new, after });
                    }
                    None => {
                        done.left.insert(id);
                        self.unnamed.extend(plan.documents.of(id).map(|blob| blob.blob_id));
                    }
                }
                finished += 1;
                if progress(finished).is_break() {
                    return Err(SessionError::Cancelled);
                }
            }
            if !written.is_empty() {
                let id = self.vault(to)?.id;
                self.note(EventKind::Copied, Some(id), &written)?;
            }
        }
        Ok(done)
    }

    /// Returns the row of the vault that receives the items of a vault of the other profile.
    fn target(
        &mut self,
        source: &Session,
        vault: &Vault,
        created: &mut Vec<i64>,
    ) -> Result<i64, SessionError> {
        if source.vaults.is_home(vault) {
            return Ok(self.vaults.home()?.vault_key);
        }
        let name = &vault.appearance.name;
        let mut fitting = self.vaults.iter().filter(|known| {
            // Items must not get into a vault that others read, because it happens to have the same name.
            // Nor may those of a vault that stays on its computer get to a server.
            known.appearance.name == *name
                && known.roster.members().count() == 1
                && known.writable().is_ok()
                && (self.vaults.stays_here(known) || !source.vaults.stays_here(vault))
        });
        if let Some(known) = fitting.next() {
            return Ok(known.vault_key);
        }
        let (_, vault_key) = self.create_vault_like(vault.appearance.clone())?;
        created.push(vault_key);
        Ok(vault_key)
    }

    /// Copies one item. Returns the row of its last entry; `None` if it cannot be copied.
    fn copy_item(
        &mut self,
        source: &Session,
        plan: &CopyPlan,
        id: ItemId,
        (to, new): (i64, ItemId),
        new_ids: &BTreeMap<ItemId, ItemId>,
    ) -> Result<Option<i64>, SessionError> {
        let CopyPlan { documents, left, .. } = plan;
        let current = view::current(&source.db, id)?.ok_or(SessionError::NotFound)?;
        if left.contains(&id) {
            return Ok(None);
        }
        let mut revisions = match open_all(&source.db, &source.vaults, id, &current) {
            Err(SessionError::RevisionDamaged | SessionError::VaultKeyMissing) => return Ok(None),
            opened => opened?,
        };
        let mut whole = false;
        for (item, _) in &mut revisions {
            whole = documents.exchange(id, item);
            rename(item, FieldKind::Link, &|target: ItemId| new_ids.get(&target).copied());
        }
        // The last revision is the current item, which must have all of its documents.
        if !whole {
            return Ok(None);
        }
        self.write_new(to, new, &revisions, documents.of(id))
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::sync::Arc;

    use vault_crypto::KdfParams;

    use crate::clock::{SystemClock, Timestamp, system_rng};
    use crate::disk::AppDirs;
    use crate::item::{Item, ItemType};
    use crate::profile::{NewProfile, NoKeychain, Profiles};
    use crate::session::Put;
    use crate::session::vaults::vault_metadata::Appearance;

    #[test]
    fn vault_with_a_name_of_another_program_is_copied() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SystemClock::new());
        let profiles = Profiles::new(AppDirs::portable(folder.path()), Box::new(NoKeychain), clock);
        let create = |name: &str| {
            let (name, device) = (name.to_owned(), "desk".to_owned());
            let new = NewProfile { name, password: "a password".into(), device, kdf: KdfParams::TEST };
            profiles.create(new, system_rng()).unwrap()
        };
        let mut source = create("Source");
        let name = "line\nline".repeat(50);
        let appearance =
            Appearance { name: name.clone().into(), icon: "Ä".to_owned(), ..Appearance::default() };
        let (vault, _) = source.write(|tx| tx.create_vault_like(appearance)).unwrap();
        source.put(Put { vault: Some(vault), ..Put::new(Item::new(ItemType::Note, Timestamp(1))) }).unwrap();
        let mut session = create("Target");
        let plan = session.plan_profile_copy(source).unwrap();
        let done = session.copy_profile(plan, &mut |_| ControlFlow::Continue(())).unwrap();
        assert_eq!((done.items, done.vaults), (1, 1));
        assert_eq!(session.vaults().unwrap()[1].appearance.name, name);
    }
}
