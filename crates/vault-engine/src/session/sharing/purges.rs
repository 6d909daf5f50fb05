//! Purges: records that let a server drop the content of items that were deleted permanently.
//!
//! A deleted item ends with a tombstone. No device shows or keeps what was before it, but a server keeps it until an owner's
//! purge, which the account's root signs. So these records are made when the password was just typed, and wait until they are
//! sent. What is due is derived from the log. If other records come first, those that wait are dropped, and are made again the
//! next time.
//!
//! A purge ends at the tombstone: what a device wrote after it, which had edited the item meanwhile, stays. What a rule removed from
//! histories is purged with it, in vaults that nobody else is a member of: others have rules of their own.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension};
use vault_crypto::{RootSigner, SecretText};
use vault_wire::cbor::{Array, Canonical, DecodeError, Reader};
use vault_wire::log::{Head, Named, Verdict};
use vault_wire::message::{LogEntry, PushBatch};
use vault_wire::revision::{RevisionHeader, RevisionKind};
use vault_wire::roster::{MemberRole, Op, Record, SignedRecord};
use vault_wire::{EntryHash, ItemId, RevHash, VaultId};

use super::error::MembersError;
use super::history_purges;
use crate::session::error::SessionError;
use crate::session::keys::KeysError;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::view::time;
use crate::session::state::Session;
use crate::session::vaults::past;
use crate::session::vaults::vault::Vault;

/// The most records that wait in a vault: they purge 2,048 items.
const MOST: u64 = 64;
/// After so many entries without anything to purge, the next search begins behind them.
const LOOK_BEHIND: u64 = 1_000;
/// Name of a row of `meta`, before a vault's id: the records that wait.
const WAITING: &str = "purges.";
/// The same: the head up to which nothing is to be purged any more.
const LOOKED: &str = "purged.";

/// Records that were signed and are not in the log yet, each on the one before it.
struct Waiting(Vec<LogEntry>);

impl Session {
    /// Signs the purge of items that were deleted permanently, in all vaults that this account owns, and returns their number.
    /// They are sent with the next synchronization. Takes about a second, if there is something to purge.
    ///
    /// # Errors
    /// [`KeysError::WrongPassword`]; else as any write.
    pub fn sign_purges(&mut self, password: &SecretText) -> Result<usize, KeysError> {
        let due = self.vaults_to_purge()?;
        if due.is_empty() {
            return Ok(0);
        }
        let root = self.root_opening()?.open(password)?;
        due.into_iter().try_fold(0, |count, vault| Ok(count + self.sign_purges_of(vault, &root)?))
    }

    /// Returns the vaults in which something is to be purged.
    ///
    /// # Errors
    /// Fails if the database cannot be read or written.
    pub fn vaults_to_purge(&mut self) -> Result<Vec<VaultId>, SessionError> {
        if self.read_only.is_some() {
            return Ok(Vec::new());
        }
        let all: Vec<(i64, VaultId)> = self.vaults.iter().map(|vault| (vault.vault_key, vault.id)).collect();
        let mut due = Vec::new();
        for (vault_key, id) in all {
            let ops = self.purges_due(vault_key)?;
            if !ops.is_empty() && !self.are_waiting(vault_key, &ops)? {
                due.push(id);
            }
        }
        Ok(due)
    }

    /// Signs the purges of one vault, and returns their number: at most 2,048 items at once.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if the vault is not here any more; else as any write.
    pub fn sign_purges_of(&mut self, vault: VaultId, root: &RootSigner) -> Result<usize, KeysError> {
        let vault_key = self.vaults.find(vault)?.vault_key;
        let ops = self.purges_due(vault_key)?;
        let count = self.sign_in(vault_key, &ops, root)?;
        self.log_writes += 1;
        Ok(count)
    }

    /// Returns whether signed purges of a vault wait to be sent.
    pub(super) fn has_purges(&self, vault: &Vault) -> Result<bool, SessionError> {
        let mut find = self.db.prepare_cached("SELECT 1 FROM meta WHERE name = ?1")?;
        Ok(find.exists([name(WAITING, &vault.id)])?)
    }

    /// Returns the signed purges that are the next records of a vault's log. If the log does not take them any more, they are
    /// dropped.
    pub(super) fn next_purges(&mut self, vault_key: i64) -> Result<Option<PushBatch>, SessionError> {
        let vault = self.vaults.get(vault_key)?;
        if !self.has_purges(vault)? {
            return Ok(None);
        }
        let (id, last) = (vault.id, *vault.roster.last_record());
        let Waiting(entries) = Waiting::read(&self.db, &id)?;
        let entries: Vec<LogEntry> =
            entries.into_iter().skip_while(|entry| previous(entry) != Some(last)).collect();
        if !entries.is_empty() && self.would_take(vault_key, &entries)? {
            let batch_id = vault_crypto::make_id(&mut self.rng);
            return Ok(Some(PushBatch { batch_id, atomic: false, entries }));
        }
        self.write(|tx| forget(&tx.db, &id))?;
        Ok(None)
    }

    /// Returns the purges of a vault's deleted items that this account may write and the log does not have.
    fn purges_due(&mut self, vault_key: i64) -> Result<Vec<Op>, SessionError> {
        let vault = self.vaults.get(vault_key)?;
        let is_owner = vault.role_of(&self.vaults.author.account) == Some(MemberRole::Owner);
        let Some(confirmed) = vault.confirmed.filter(|_| is_owner) else { return Ok(Vec::new()) };
        if !self.can_change(vault)? {
            return Ok(Vec::new());
        }
        let looked = looked(&self.db, vault)?;
        let mut due = Vec::new();
        let most = usize::try_from(MOST * Record::MAX_OPS).unwrap_or(usize::MAX);
        for item_id in without_view(&self.db, vault_key, (looked, confirmed.seq))? {
            let Some(current) = past::current(&self.db, vault_key, confirmed.seq, &item_id)? else {
                continue;
            };
            let is_purged = vault.roster.purged_before(&item_id) >= current.seq;
            if !is_purged && is_deleted(&self.db, item_id, &current.hash)? {
                due.push(Op::Purge { item_id, before_seq: current.seq });
            }
            if due.len() == most {
                return Ok(due);
            }
        }
        let is_alone = vault.roster.members().count() == 1;
        if is_alone {
            let (removed, done) = history_purges::due(&self.db, vault, confirmed.seq, most - due.len())?;
            due.extend(removed);
            if !done.is_empty() {
                self.write(|tx| history_purges::forget(&tx.db, &done))?;
            }
        }
        let vault = self.vaults.get(vault_key)?;
        if due.is_empty() && confirmed.seq.saturating_sub(looked) >= LOOK_BEHIND {
            let id = vault.id;
            self.write(|tx| set(&tx.db, &name(LOOKED, &id), &Looked(confirmed).encode()))?;
        }
        Ok(due)
    }

    /// Returns whether purges were signed already and can be sent.
    fn are_waiting(&self, vault_key: i64, ops: &[Op]) -> Result<bool, SessionError> {
        let vault = self.vaults.get(vault_key)?;
        if !self.has_purges(vault)? {
            return Ok(false);
        }
        let Waiting(entries) = Waiting::read(&self.db, &vault.id)?;
        let is_next = entries.first().and_then(previous) == Some(*vault.roster.last_record());
        let waiting: BTreeSet<Vec<u8>> = entries.iter().flat_map(ops_of).map(|op| op.encode()).collect();
        Ok(is_next
            && ops.iter().all(|op| waiting.contains(&op.encode()))
            && self.would_take(vault_key, &entries)?)
    }

    fn sign_in(&mut self, vault_key: i64, ops: &[Op], root: &RootSigner) -> Result<usize, KeysError> {
        let together = usize::try_from(Record::MAX_OPS).unwrap_or(1);
        let (mut entries, mut last) = (Vec::new(), None);
        for part in ops.chunks(together) {
            let made = self.record_of(vault_key, part.to_vec());
            let mut record = made.map_err(|error| match error {
                MembersError::Session(error) => error,
                _ => SessionError::Fault,
            })?;
            record.prev = last.unwrap_or(record.prev);
            let signed = self.signed(&record, Some(root));
            last = Some(signed.entry_hash());
            entries.push(LogEntry::Record(signed));
        }
        if !self.would_take(vault_key, &entries)? {
            return Ok(0);
        }
        let id = self.vaults.get(vault_key)?.id;
        self.write(|tx| set(&tx.db, &name(WAITING, &id), &Waiting(entries).encode()))?;
        Ok(ops.len())
    }

    /// Returns whether the log as it is here would take all of these records.
    fn would_take(&self, vault_key: i64, entries: &[LogEntry]) -> Result<bool, SessionError> {
        let mut named = Named::default();
        entries.iter().for_each(|entry| named.add(entry.as_entry()));
        let mut log = self.log_before(self.vaults.get(vault_key)?, &named)?;
        Ok(entries.iter().all(|entry| log.push(entry.as_entry()) == Verdict::Accepted))
    }
}

/// Drops the purges of a vault that wait.
pub(super) fn forget(db: &Connection, vault: &VaultId) -> Result<(), SessionError> {
    db.prepare_cached("DELETE FROM meta WHERE name = ?1")?.execute([name(WAITING, vault)])?;
    Ok(())
}

/// Returns whether a record has nothing but purges.
pub(crate) fn is_purge(record: &[u8]) -> bool {
    Record::decode(record).is_ok_and(|record| record.ops.iter().all(|op| matches!(op, Op::Purge { .. })))
}

fn name(kind: &str, vault: &VaultId) -> String {
    [kind, &vault.to_string()].concat()
}

fn set(db: &Connection, name: &str, value: &[u8]) -> Result<(), SessionError> {
    let mut put = db.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")?;
    put.execute((name, value))?;
    Ok(())
}

fn get(db: &Connection, name: &str) -> Result<Option<Vec<u8>>, SessionError> {
    let mut find = db.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    Ok(find.query_row([name], |row| row.get(0)).optional()?)
}

/// Returns the number of entries among which nothing is to be purged; 0 if the log is another one since.
fn looked(db: &Connection, vault: &Vault) -> Result<u64, SessionError> {
    let Some(stored) = get(db, &name(LOOKED, &vault.id))? else { return Ok(0) };
    let Looked(head) = Looked::decode(&stored).map_err(|_| SessionError::DatabaseDamaged)?;
    let is_same = past::root_at(db, vault.vault_key, head.seq)? == Some(head.root);
    Ok(if is_same { head.seq } else { 0 })
}

/// Returns the items with entries after the first and up to the last of two numbers that no list shows.
fn without_view(
    db: &Connection,
    vault_key: i64,
    (after, last): (u64, u64),
) -> Result<Vec<ItemId>, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT DISTINCT item_id FROM entry
         WHERE vault_key = ?1 AND seq > ?2 AND seq <= ?3 AND item_id IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM item WHERE item.item_id = entry.item_id)",
    )?;
    let found =
        find.query_map((vault_key, time(after), time(last)), |row| Ok(ItemId::from_bytes(row.get(0)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Returns whether a revision is a tombstone that follows another revision.
fn is_deleted(db: &Connection, item: ItemId, hash: &RevHash) -> Result<bool, SessionError> {
    let stored = StoredRevision::of_hash(db, item, *hash)?;
    let header = RevisionHeader::decode(&stored.signed.header).map_err(|_| SessionError::DatabaseDamaged)?;
    Ok(header.kind == RevisionKind::Tombstone && header.parent.is_some())
}

fn record_of(entry: &LogEntry) -> Option<Record> {
    let LogEntry::Record(SignedRecord { bytes, .. }) = entry else { return None };
    Record::decode(bytes).ok()
}

fn previous(entry: &LogEntry) -> Option<EntryHash> {
    record_of(entry).map(|record| record.prev)
}

fn ops_of(entry: &LogEntry) -> Vec<Op> {
    record_of(entry).map_or(Vec::new(), |record| record.ops)
}

impl Waiting {
    fn read(db: &Connection, vault: &VaultId) -> Result<Self, SessionError> {
        let stored = get(db, &name(WAITING, vault))?.unwrap_or_default();
        Self::decode(&stored).map_err(|_| SessionError::DatabaseDamaged)
    }
}

impl Canonical for Waiting {
    const MAX_LEN: usize = 1 << 20;

    fn write(&self) -> Array {
        self.0.iter().fold(Array::new(), |list, entry| list.array(&entry.write()))
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let count = reader.array_up_to(MOST)?;
        Ok(Self((0..count).map(|_| LogEntry::read(reader)).collect::<Result<_, _>>()?))
    }
}

/// The head up to which nothing is to be purged.
struct Looked(Head);

impl Canonical for Looked {
    const MAX_LEN: usize = 64;

    fn write(&self) -> Array {
        Array::new().uint(self.0.seq).bytes(self.0.root.as_bytes())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self(Head { seq: reader.uint()?, root: reader.fixed()? }))
    }
}
