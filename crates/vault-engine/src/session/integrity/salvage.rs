//! Salvage of readable items from a damaged database.
//!
//! Every entry of the log is read separately, by its row number, so a damaged page loses only the entries on it.
//! Entries are checked as usual: they must open under the vault's key and match their author's signature. What was lost
//! follows from missing row numbers and from the lists and indexes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension};
use vault_crypto::{HeaderPin, RootKey};
use vault_wire::cbor::Canonical;
use vault_wire::revision::{BlobRef, RevisionHeader, RevisionKind};
use vault_wire::{ItemId, VaultId};

use crate::disk::BlobFolder;
use crate::document::{DocumentError, NewBlob, Progress};
use crate::item::Item;
use crate::session::error::SessionError;
use crate::session::items::change::{Put, Target};
use crate::session::items::read;
use crate::session::items::reseal::reseal;
use crate::session::rows::meta;
use crate::session::rows::stored::StoredRevision;
use crate::session::state::Session;
use crate::session::vaults::vault::Vaults;
use crate::session::vaults::vault_metadata;
use crate::store::Salvage;

/// Items written in one transaction.
const BATCH: usize = 200;
/// Names that are kept for each kind of loss. All losses are counted.
const NAMED: usize = 1000;

/// What can be, or was, salvaged from a damaged profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// Items that can be opened.
    pub items: u32,
    /// Items whose last change is lost: an earlier revision is used.
    pub older: Losses,
    /// Lost items, by the titles that the list still has.
    pub lost: Losses,
    /// Documents that were copied; 0 for an examination.
    pub documents_saved: u32,
    /// Lost documents, by file name.
    pub documents: Losses,
    /// Entries of the log that cannot be read, including superseded revisions of readable items.
    pub entries_lost: u64,
    /// Pages of the database that do not authenticate.
    pub pages: u64,
    /// Whether the key file is not authentic or is an old one.
    pub keys_damaged: bool,
}

impl Salvaged {
    /// Returns whether nothing is damaged or lost.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let Self { items: _, older, lost, documents_saved: _, documents, entries_lost, pages, keys_damaged } =
            self;
        let losses = [older, lost, documents].iter().any(|lost| lost.count > 0);
        !(losses || *entries_lost > 0 || *pages > 0 || *keys_damaged)
    }
}

/// A number of lost things, and the names of the first thousand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// The number of lost things.
    pub count: u32,
    /// Their names, where known.
    pub names: Vec<String>,
}

impl Losses {
    fn add(&mut self, name: Option<String>) {
        self.count += 1;
        if self.names.len() < NAMED {
            self.names.extend(name);
        }
    }
}

/// The database of a damaged profile, scanned.
pub(crate) struct DamagedDatabase {
    db: Salvage,
    vaults: Vaults,
    blobs: BlobFolder,
    /// The newest readable entry of each item that was not deleted.
    newest: BTreeMap<ItemId, i64>,
    /// As `newest`, of data of programs: salvaged but not counted.
    program_data: BTreeMap<ItemId, i64>,
    saved: Salvaged,
}

/// The readable entries of the log, and the numbers of the lost ones.
#[derive(Default)]
struct Entries {
    /// By item and vault: the number in the vault's log, the row, and whether the entry has the item's content. A moved
    /// item ends in one log and continues in another.
    newest: BTreeMap<(ItemId, i64), (u64, i64, bool)>,
    lost: BTreeSet<i64>,
}

impl DamagedDatabase {
    /// Scans the log. Returns `None` if the vault keys cannot be read: then nothing can be opened. `keys` is the header
    /// pin of the key file, if the file is authentic. `progress` receives percent.
    pub(crate) fn scan(
        mut db: Salvage,
        (root_key, keys): (&RootKey, Option<&HeaderPin>),
        blobs: BlobFolder,
        progress: Progress<'_>,
    ) -> Result<Option<Self>, SessionError> {
        let local = root_key.derive_local_key();
        let proven = ask(&mut db, |db| Vaults::open(db, root_key, &local));
        let opened = proven.or_else(|| ask(&mut db, |db| Vaults::open_unproven(db, root_key, &local)));
        let Some(vaults) = opened else { return Ok(None) };
        let follows = keys.and_then(|keys| ask(&mut db, |db| Ok(meta::header(db)?.check(keys).is_ok())));
        // The logs' heads count their entries, so there are at least that many rows.
        let numbers = vaults.logs().map(|log| i64::try_from(log.head.seq).unwrap_or_default()).sum();
        let last = ask(&mut db, |db| {
            Ok(db.query_row("SELECT max(entry_key) FROM entry", [], |row| row.get::<_, i64>(0))?)
        });
        let last: i64 = last.unwrap_or_default().max(numbers);
        let mut entries = Entries::default();
        for entry_key in 1..=last {
            entries.look_at(&mut db, entry_key);
            if entry_key % 1024 == 0 && progress(part(entry_key, last)).is_break() {
                return Err(SessionError::Cancelled);
            }
        }
        let saved = Salvaged {
            pages: db.damaged_pages(),
            entries_lost: u64::try_from(entries.lost.len()).unwrap_or(u64::MAX),
            keys_damaged: follows != Some(true),
            ..Salvaged::default()
        };
        let (newest, program_data) = (BTreeMap::new(), BTreeMap::new());
        let mut damaged_database = Self { db, vaults, blobs, newest, program_data, saved };
        damaged_database.count(&entries);
        Ok(Some(damaged_database))
    }

    /// Returns what can be salvaged. Documents are only read when they are copied.
    pub(crate) fn findings(&self) -> &Salvaged {
        &self.saved
    }

    /// Compares the entries found with the lists and indexes, and counts what is lost.
    fn count(&mut self, entries: &Entries) {
        for ((id, _), (_, entry_key, has_content)) in &entries.newest {
            if *has_content {
                let newest = self.newest.entry(*id).or_insert(*entry_key);
                *newest = (*newest).max(*entry_key);
            }
        }
        let listed = self.ids("SELECT item_id FROM item");
        for (id, entry_key) in self.newest.clone() {
            if listed.contains(&id) {
                continue;
            }
            match self.type_of_programs(id, entry_key) {
                None => continue,
                // The vaults of the new profile have metadata of their own.
                Some(vault_metadata::TYPE) => {}
                Some(_) => drop(self.program_data.insert(id, entry_key)),
            }
            self.newest.remove(&id);
        }
        for id in listed {
            if !self.newest.contains_key(&id) {
                let title = self.title(id);
                self.saved.lost.add(title);
            }
        }
        for (id, entry_key) in self.newest.clone() {
            self.saved.items += 1;
            if self.is_older(id, entry_key, &entries.lost) {
                let title = self.title(id);
                self.saved.older.add(title);
            }
        }
    }

    fn ids(&mut self, all: &'static str) -> BTreeSet<ItemId> {
        let ids = ask(&mut self.db, |db| {
            let mut all = db.prepare(all)?;
            let ids = all.query_map([], |row| Ok(ItemId::from_bytes(row.get(0)?)))?;
            Ok(ids.collect::<Result<_, _>>()?)
        });
        ids.unwrap_or_default()
    }

    /// Returns the type of an item that is data of programs.
    fn type_of_programs(&mut self, id: ItemId, entry_key: i64) -> Option<u64> {
        let vaults = &self.vaults;
        let item = ask(&mut self.db, |db| StoredRevision::of_entry(db, entry_key)?.open_quickly(vaults, id))?;
        item.type_of_programs()
    }

    /// Returns whether an item had a later entry than this one, by the list, else by the index of entries. If neither
    /// can be read, any later lost entry may have been one.
    fn is_older(&mut self, id: ItemId, entry_key: i64, lost: &BTreeSet<i64>) -> bool {
        let listed = ask(&mut self.db, |db| {
            let mut find = db.prepare_cached("SELECT entry_key FROM item WHERE item_id = ?1")?;
            Ok(find.query_row([id.as_bytes()], |row| row.get::<_, i64>(0))?)
        });
        if let Some(listed) = listed {
            return listed != entry_key;
        }
        let indexed = ask(&mut self.db, |db| {
            let mut all = db.prepare_cached("SELECT entry_key FROM entry WHERE item_id = ?1")?;
            let all = all.query_map([id.as_bytes()], |row| row.get::<_, i64>(0))?;
            Ok(all.collect::<Result<Vec<_>, _>>()?)
        });
        match indexed {
            Some(all) => all.iter().any(|later| *later > entry_key && lost.contains(later)),
            None => lost.iter().any(|later| *later > entry_key),
        }
    }

    fn title(&mut self, id: ItemId) -> Option<String> {
        ask(&mut self.db, |db| {
            let mut find = db.prepare_cached("SELECT title FROM item WHERE item_id = ?1")?;
            Ok(find.query_row([id.as_bytes()], |row| row.get(0))?)
        })
    }
}

impl Entries {
    fn look_at(&mut self, db: &mut Salvage, entry_key: i64) {
        let found = ask(db, |db| {
            let mut find = db.prepare_cached(
                "SELECT item_id, vault_key, seq, header, body IS NULL FROM entry WHERE entry_key = ?1",
            )?;
            let found = find.query_row([entry_key], |row| {
                let of = (row.get::<_, Option<[u8; 16]>>(0)?, row.get(1)?);
                Ok((of, row.get::<_, u64>(2)?, row.get::<_, Vec<u8>>(3)?, row.get::<_, bool>(4)?))
            });
            Ok(found.optional()?)
        });
        let Some(((item, vault_key), seq, header, without_body)) = found.flatten() else {
            self.lost.insert(entry_key);
            return;
        };
        // Records of the vault have no item.
        let Some(id) = item.map(ItemId::from_bytes) else { return };
        let is_put = RevisionHeader::decode(&header).is_ok_and(|header| header.kind == RevisionKind::Put);
        let newest = self.newest.entry((id, vault_key)).or_insert((0, 0, false));
        if newest.0 < seq {
            *newest = (seq, entry_key, is_put && !without_body);
        }
    }
}

impl DamagedDatabase {
    /// Writes the readable items, with their documents, into a new profile, into vaults of the same names. Returns what
    /// was salvaged. `progress` receives percent.
    pub(crate) fn save_into(
        mut self,
        session: &mut Session,
        progress: Progress<'_>,
    ) -> Result<Salvaged, SessionError> {
        let vaults = self.make_vaults(session)?;
        let mut puts = Vec::new();
        let newest = std::mem::take(&mut self.newest);
        let all = i64::try_from(newest.len()).unwrap_or(i64::MAX);
        for ((id, entry_key), done) in newest.into_iter().zip(1..) {
            let done = part(done, all);
            match self.open(id, entry_key) {
                Some(opened) => puts.push(self.kept(id, opened, &vaults, session, &mut || progress(done))?),
                None => {
                    // It is readable but not authentic.
                    self.saved.items -= 1;
                    let title = self.title(id);
                    self.saved.lost.add(title);
                }
            }
            if puts.len() >= BATCH {
                write(session, &mut puts)?;
            }
            if progress(done).is_break() {
                return Err(SessionError::Cancelled);
            }
        }
        for (id, entry_key) in std::mem::take(&mut self.program_data) {
            if let Some(opened) = self.open(id, entry_key) {
                puts.push(self.kept(id, opened, &vaults, session, &mut || progress(100))?);
            }
        }
        write(session, &mut puts)?;
        Ok(self.saved)
    }

    /// Returns the write of a salvaged item, with its documents.
    fn kept(
        &mut self,
        id: ItemId,
        (item, header, vault_key): (Item, RevisionHeader, i64),
        vaults: &BTreeMap<i64, VaultId>,
        session: &mut Session,
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<Put, SessionError> {
        let vault = vaults.get(&vault_key).copied();
        let (item, blobs) = self.seal_again(item, &header, session, go_on)?;
        Ok(Put { target: Target::Kept { id }, blobs, vault, ..Put::new(item) })
    }

    /// Creates the vaults; returns the new vault for each old one.
    fn make_vaults(&self, session: &mut Session) -> Result<BTreeMap<i64, VaultId>, SessionError> {
        let mut made = BTreeMap::new();
        for vault in self.vaults.in_order() {
            let appearance = vault.appearance.clone();
            let home = session.vaults.home()?;
            let (id, home_key) = (home.id, home.vault_key);
            let id = match self.vaults.is_home(vault) {
                false => session.write(|tx| Ok(tx.create_vault_like(appearance)?.0))?,
                true if appearance.name.is_empty() => id,
                true => session.put_appearance(home_key, appearance).map(|()| id)?,
            };
            made.insert(vault.vault_key, id);
        }
        Ok(made)
    }

    fn open(&mut self, id: ItemId, entry_key: i64) -> Option<(Item, RevisionHeader, i64)> {
        let vaults = &self.vaults;
        ask(&mut self.db, |db| {
            let stored = StoredRevision::of_entry(db, entry_key)?;
            let header = stored.header(vaults)?;
            Ok((stored.open_as(vaults, id, &header)?, header, stored.vault_key))
        })
    }

    /// Seals the documents again for the new item; damaged ones are left out.
    fn seal_again(
        &mut self,
        mut item: Item,
        header: &RevisionHeader,
        session: &mut Session,
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<(Item, Vec<BlobRef>), SessionError> {
        let mut blobs = Vec::new();
        for old in std::mem::take(&mut item.attachments) {
            let new = NewBlob::make(session.rng());
            let sealed = match read::signed_blob(header, &old.blob_id) {
                Ok(signed) => reseal((&old, &signed), &self.blobs, new, session.blobs(), &mut |_| go_on()),
                Err(_) => Err(DocumentError::Damaged),
            };
            match sealed {
                Ok(sealed) => {
                    self.saved.documents_saved += 1;
                    blobs.push(sealed.blob);
                    item.attachments.push(sealed.into_attachment(old.name.clone(), old.added_at));
                }
                Err(DocumentError::Damaged | DocumentError::NotHere) => {
                    self.saved.documents.add(Some(old.name));
                }
                Err(DocumentError::Cancelled) => return Err(SessionError::Cancelled),
                Err(DocumentError::Io(error)) => return Err(SessionError::Disk(error.into())),
                Err(_) => return Err(SessionError::Fault),
            }
        }
        Ok((item, blobs))
    }
}

/// Returns the progress in percent.
fn part(done: i64, all: i64) -> u64 {
    u64::try_from(done.saturating_mul(100) / all.max(1)).unwrap_or_default()
}

fn write(session: &mut Session, puts: &mut Vec<Put>) -> Result<(), SessionError> {
    session.put_many(std::mem::take(puts), &mut |_| ControlFlow::Continue(())).map(drop)
}

/// Runs one query; `None` if it needs a damaged page.
fn ask<T>(db: &mut Salvage, question: impl FnOnce(&Connection) -> Result<T, SessionError>) -> Option<T> {
    db.ask(question)
}
