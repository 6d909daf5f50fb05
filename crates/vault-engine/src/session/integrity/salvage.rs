//! Saving what still opens out of a damaged database.
//!
//! Every entry of the log is looked for on its own, by its number, so that a damaged page costs what lies on it and no
//! more. What is found is checked as always: it opens under the vault's key and is what its author signed. The numbers
//! that are missing, and what lists and indexes still say of items, tell what was lost.

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
use crate::session::vaults::edit::VaultLook;
use crate::session::vaults::vault::Vaults;
use crate::store::Salvage;

/// Items written in one transaction.
const BATCH: usize = 200;
/// The most names that are told of each kind of loss; all are counted.
const NAMED: usize = 1000;

/// What can be, or was, saved out of a damaged profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// Items that open.
    pub items: u32,
    /// Those of them whose last change is lost: they are as they were before it.
    pub older: Losses,
    /// Items that are lost, by the titles that the list still has.
    pub lost: Losses,
    /// Documents that were copied; none as long as it is only looked at.
    pub documents_saved: u32,
    /// Documents that are lost, by the names of their files.
    pub documents: Losses,
    /// Entries of the log that cannot be read. Older revisions of items that open count, too.
    pub entries_lost: u64,
    /// Pages of the database that fail their check.
    pub pages: u64,
    /// Whether the key file is not as it was written, or an old one.
    pub keys_damaged: bool,
}

impl Saved {
    /// Whether nothing at all is damaged or lost.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let Self { items: _, older, lost, documents_saved: _, documents, entries_lost, pages, keys_damaged } =
            self;
        let losses = [older, lost, documents].iter().any(|lost| lost.count > 0);
        !(losses || *entries_lost > 0 || *pages > 0 || *keys_damaged)
    }
}

/// Things lost: how many, and the names of the first thousand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// How many.
    pub count: u32,
    /// Their names, as far as they are known.
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

/// A damaged profile, looked through.
pub(crate) struct Wreck {
    db: Salvage,
    vaults: Vaults,
    blobs: BlobFolder,
    /// The newest entry that can be read of each item that was not deleted.
    newest: BTreeMap<ItemId, i64>,
    saved: Saved,
}

/// What the log says, as far as it can be read.
#[derive(Default)]
struct Entries {
    /// By item and vault: the number in that vault's log, the entry, and whether it says what is in the item. An item that
    /// was moved has ended in one log and goes on in another.
    newest: BTreeMap<(ItemId, i64), (u64, i64, bool)>,
    lost: BTreeSet<i64>,
}

impl Wreck {
    /// Looks through the log. None if the keys of the vaults cannot be read: then nothing opens. `keys` is what the key
    /// file says of itself, if that is as it was written. `progress` is told how much is done, of a hundred.
    pub(crate) fn look_through(
        mut db: Salvage,
        (root_key, keys): (&RootKey, Option<&HeaderPin>),
        blobs: BlobFolder,
        progress: Progress<'_>,
    ) -> Result<Option<Self>, SessionError> {
        let Some(vaults) = ask(&mut db, |db| Vaults::open(db, root_key, &root_key.derive_local_key())) else {
            return Ok(None);
        };
        let follows = keys.and_then(|keys| ask(&mut db, |db| Ok(meta::header(db)?.check(keys).is_ok())));
        // Each entry has one number in one log, so there are at least as many.
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
        let saved = Saved {
            pages: db.damaged_pages(),
            entries_lost: u64::try_from(entries.lost.len()).unwrap_or(u64::MAX),
            keys_damaged: follows != Some(true),
            ..Saved::default()
        };
        let mut wreck = Self { db, vaults, blobs, newest: BTreeMap::new(), saved };
        wreck.count(&entries);
        Ok(Some(wreck))
    }

    /// What can be saved, apart from documents, which are only looked at when they are copied.
    pub(crate) fn findings(&self) -> &Saved {
        &self.saved
    }

    /// Compares what was found with what lists and indexes say there should be.
    fn count(&mut self, entries: &Entries) {
        let cards = self.ids("SELECT item_id FROM joined");
        for ((id, _), (_, entry_key, says_what)) in &entries.newest {
            if *says_what && !cards.contains(id) {
                let newest = self.newest.entry(*id).or_insert(*entry_key);
                *newest = (*newest).max(*entry_key);
            }
        }
        for id in self.ids("SELECT item_id FROM item") {
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

    /// Whether an item had a later entry than this one. The list says it; else the index of entries; where neither can be
    /// read, it may be one of those that are lost.
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
        // A record of the vault is of no item.
        let Some(id) = item.map(ItemId::from_bytes) else { return };
        let is_put = RevisionHeader::decode(&header).is_ok_and(|header| header.kind == RevisionKind::Put);
        let newest = self.newest.entry((id, vault_key)).or_insert((0, 0, false));
        if newest.0 < seq {
            *newest = (seq, entry_key, is_put && !without_body);
        }
    }
}

impl Wreck {
    /// Writes what opens into a profile that was just made, with its documents, into vaults of the same names. Answers with
    /// what was saved; `progress` is told how much is done, of a hundred.
    pub(crate) fn save_into(
        mut self,
        session: &mut Session,
        progress: Progress<'_>,
    ) -> Result<Saved, SessionError> {
        let vaults = self.make_vaults(session)?;
        let mut puts = Vec::new();
        let newest = std::mem::take(&mut self.newest);
        let all = i64::try_from(newest.len()).unwrap_or(i64::MAX);
        for ((id, entry_key), done) in newest.into_iter().zip(1..) {
            let done = part(done, all);
            match self.open(id, entry_key) {
                Some((item, header, vault_key)) => {
                    let vault = vaults.get(&vault_key).copied();
                    let (item, blobs) = self.seal_again(item, &header, session, &mut || progress(done))?;
                    puts.push(Put { target: Target::Kept { id }, blobs, vault, ..Put::new(item) });
                }
                None => {
                    // It can be read, but is not what its author wrote.
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
        write(session, &mut puts)?;
        Ok(self.saved)
    }

    /// Makes the vaults, and answers with the new one for each of the old.
    fn make_vaults(&self, session: &mut Session) -> Result<BTreeMap<i64, VaultId>, SessionError> {
        let mut made = BTreeMap::new();
        for vault in self.vaults.in_order() {
            let look = &vault.look;
            let (name, icon) = (look.name.to_string(), look.icon.clone());
            let look = VaultLook { name, hue: look.hue, icon };
            let home = session.vaults()?.into_iter().find(|vault| vault.home).ok_or(SessionError::Fault)?.id;
            let id = match self.vaults.is_home(vault) {
                false => session.create_vault(&look)?,
                true if look.name.is_empty() => home,
                true => session.set_vault_look(home, &look).map(|()| home)?,
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

    /// Gives the new item documents of its own; those that are damaged are left out.
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
                Err(DocumentError::Damaged) => self.saved.documents.add(Some(old.name)),
                Err(DocumentError::Cancelled) => return Err(SessionError::Cancelled),
                Err(DocumentError::Io(error)) => return Err(SessionError::Disk(error.into())),
                Err(_) => return Err(SessionError::Fault),
            }
        }
        Ok((item, blobs))
    }
}

/// How much is done, of a hundred.
fn part(done: i64, all: i64) -> u64 {
    u64::try_from(done.saturating_mul(100) / all.max(1)).unwrap_or_default()
}

fn write(session: &mut Session, puts: &mut Vec<Put>) -> Result<(), SessionError> {
    session.put_many(std::mem::take(puts), &mut |_| ControlFlow::Continue(())).map(drop)
}

/// Asks one question; none if the answer lies on a damaged page.
fn ask<T>(db: &mut Salvage, question: impl FnOnce(&Connection) -> Result<T, SessionError>) -> Option<T> {
    db.ask(question)
}
