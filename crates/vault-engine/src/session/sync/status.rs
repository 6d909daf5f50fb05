//! The tables of synchronization, and what is shown of it.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension};
use vault_wire::log::Head;
use vault_wire::message::{LogEntry, Refusal};
use vault_wire::{BatchId, EntryHash, VaultId};

use super::alarm::Alarm;
use super::handed;
use crate::clock::Timestamp;
use crate::session::error::SessionError;
use crate::session::rows::restoring::Restoring;
use crate::session::rows::status as row_status;
use crate::session::rows::view::time;
use crate::session::sharing::cards;
use crate::session::state::Session;
use crate::session::vaults::vault::OutboxState;

/// The state of a vault's synchronization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultSync {
    /// The vault.
    pub vault: VaultId,
    /// Whether it stays on this computer: then nothing of it is to be sent.
    pub only_here: bool,
    /// Whether it is the home vault.
    pub home: bool,
    /// Its name; the home vault has none until the user sets one.
    pub name: String,
    /// The number of entries that the server has confirmed; 0 if it does not know the vault.
    pub confirmed: u64,
    /// Entries in the outbox, those that are set aside included.
    pub unsent: u64,
    /// When the first of them was written.
    pub oldest_unsent: Option<Timestamp>,
    /// Entries that the server refused.
    pub refused: u64,
    /// Whether changes of members or grants wait.
    pub roster_work: bool,
    /// Entries without effect. An honest server returns none.
    pub void: u64,
    /// The first contradiction of the server.
    pub alarm: Option<Alarm>,
}

impl Session {
    /// Returns the number of a vault's entries that the server has confirmed; 0 if it does not know the vault.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn confirmed(&self, vault: VaultId) -> Result<u64, SessionError> {
        Ok(self.vaults.find(vault)?.confirmed.map_or(0, |confirmed| confirmed.seq))
    }

    /// Returns the number of entries that the server of a vault must have: those that it has confirmed, and those that it
    /// accepted.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault; else fails if the database cannot be read.
    pub fn known_end(&self, vault: VaultId) -> Result<u64, SessionError> {
        let vault = self.vaults.find(vault)?;
        let mut last = self.db.prepare_cached("SELECT max(seq) FROM acknowledged WHERE vault_key = ?1")?;
        let accepted: Option<u64> = last.query_row([vault.vault_key], |row| row.get(0))?;
        Ok(vault.confirmed.map_or(0, |confirmed| confirmed.seq).max(accepted.unwrap_or_default()))
    }

    /// Returns whether a vault has nothing to send, and a server whose log ends with this entry nothing to return.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault; else fails if the database cannot be read.
    pub fn is_current(&self, vault: VaultId, end: Head) -> Result<bool, SessionError> {
        let vault = self.vaults.find(vault)?;
        let settled = vault.confirmed == Some(end) && vault.head == end && vault.outbox == OutboxState::Based;
        Ok(settled
            && handed::head_of(&self.db, &vault.id)?.is_none()
            && expected_after(&self.db, vault.vault_key, 0)?.is_none()
            && !self.has_member_work(vault.id)?
            && Restoring::read(&self.db, &vault.id)?.is_none()
            && Alarm::read(&self.db, vault.vault_key)?.is_none())
    }

    /// Returns the state of synchronization of every vault, deleted ones left out.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn sync_status(&self) -> Result<Vec<VaultSync>, SessionError> {
        let mut oldest =
            self.db.prepare_cached("SELECT written_at FROM entry WHERE vault_key = ?1 AND seq = ?2")?;
        let mut refused = self.db.prepare_cached(
            "SELECT count(*) FROM refused CROSS JOIN entry USING (entry_key) WHERE vault_key = ?1",
        )?;
        let mut void = self.db.prepare_cached(
            "SELECT count(*) FROM entry_status CROSS JOIN entry USING (entry_key)
             WHERE status = ?2 AND vault_key = ?1 AND seq <= ?3",
        )?;
        let states = self.vaults.in_order().into_iter().map(|vault| {
            let confirmed = vault.confirmed.map_or(0, |confirmed| confirmed.seq);
            let only_here = self.vaults.stays_here(vault);
            let end = if only_here { confirmed } else { vault.head.seq };
            let first = oldest.query_row((vault.vault_key, time(confirmed + 1)), |row| row.get(0));
            Ok(VaultSync {
                vault: vault.id,
                only_here,
                home: self.vaults.is_home(vault),
                name: cards::shown(&self.db, vault)?.name.to_string(),
                confirmed,
                unsent: end.saturating_sub(confirmed),
                oldest_unsent: first.optional()?.filter(|_| !only_here).map(Timestamp),
                refused: refused.query_row([vault.vault_key], |row| row.get(0))?,
                roster_work: self.has_roster_work(vault.id)?,
                // Those of a format that this program does not know may have one.
                void: if vault.roster.is_format_known() {
                    void.query_row((vault.vault_key, row_status::NO_EFFECT, time(confirmed)), |row| {
                        row.get(0)
                    })?
                } else {
                    0
                },
                alarm: Alarm::read(&self.db, vault.vault_key)?,
            })
        });
        states.collect()
    }
}

/// Hash and signatures of an entry, which a log's roots cover.
pub(super) fn node(entry: &LogEntry) -> (EntryHash, Vec<u8>) {
    let signatures = match entry {
        LogEntry::Revision { revision, .. } => revision.signature.as_bytes().to_vec(),
        LogEntry::Record(record) => record.signatures(),
    };
    (entry.entry_hash(), signatures)
}

/// Returns id and hashes of the push under way.
pub(super) fn push_under_way(
    db: &Connection,
    vault_key: i64,
) -> Result<Option<(BatchId, Vec<u8>)>, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT batch_id, hashes FROM sync WHERE vault_key = ?1 AND batch_id IS NOT NULL AND hashes IS NOT NULL",
    )?;
    let found = find.query_row([vault_key], |row| Ok((BatchId::from_bytes(row.get(0)?), row.get(1)?)));
    Ok(found.optional()?)
}

pub(super) fn begin_push(
    db: &Connection,
    vault_key: i64,
    batch_id: &BatchId,
    hashes: &[u8],
) -> Result<(), SessionError> {
    let mut put = db.prepare_cached(
        "INSERT INTO sync (vault_key, batch_id, hashes) VALUES (?1, ?2, ?3)
         ON CONFLICT (vault_key) DO UPDATE SET batch_id = excluded.batch_id, hashes = excluded.hashes",
    )?;
    put.execute((vault_key, batch_id.as_bytes(), hashes))?;
    Ok(())
}

pub(super) fn end_push(db: &Connection, vault_key: i64) -> Result<(), SessionError> {
    db.prepare_cached("UPDATE sync SET batch_id = NULL, hashes = NULL WHERE vault_key = ?1")?
        .execute([vault_key])?;
    Ok(())
}

pub(crate) fn set_outbox(db: &Connection, vault_key: i64, state: OutboxState) -> Result<(), SessionError> {
    let mut put = db.prepare_cached(
        "INSERT INTO sync (vault_key, rebase) VALUES (?1, ?2)
         ON CONFLICT (vault_key) DO UPDATE SET rebase = excluded.rebase",
    )?;
    put.execute((vault_key, state as i64))?;
    Ok(())
}

/// Stores that the server accepted an own entry at a number.
pub(crate) fn expect(
    db: &Connection,
    vault_key: i64,
    seq: u64,
    entry: &LogEntry,
) -> Result<(), SessionError> {
    let (hash, signatures) = node(entry);
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO acknowledged (vault_key, seq, hash, signatures) VALUES (?1, ?2, ?3, ?4)",
    )?;
    insert.execute((vault_key, time(seq), hash.as_bytes(), signatures))?;
    Ok(())
}

/// Returns whether another own entry was accepted at a number.
pub(super) fn is_expected_otherwise(
    db: &Connection,
    vault_key: i64,
    seq: u64,
    entry: &LogEntry,
) -> Result<bool, SessionError> {
    let (hash, signatures) = node(entry);
    let mut find = db.prepare_cached(
        "SELECT 1 FROM acknowledged
         WHERE vault_key = ?1 AND seq = ?2 AND (hash <> ?3 OR signatures <> ?4)",
    )?;
    Ok(find.exists((vault_key, time(seq), hash.as_bytes(), signatures))?)
}

/// Returns the own entries that must be among the first `last` ones of the log, and are not confirmed yet.
pub(super) fn expected(
    db: &Connection,
    vault_key: i64,
    last: u64,
) -> Result<Vec<(u64, EntryHash, Vec<u8>)>, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT seq, hash, signatures FROM acknowledged WHERE vault_key = ?1 AND seq <= ?2 ORDER BY seq",
    )?;
    let found = find.query_map((vault_key, time(last)), |row| {
        Ok((row.get(0)?, EntryHash::from_bytes(row.get(1)?), row.get(2)?))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Returns the number of the first own entry that must be after the first `last` ones.
pub(super) fn expected_after(
    db: &Connection,
    vault_key: i64,
    last: u64,
) -> Result<Option<u64>, SessionError> {
    let mut find =
        db.prepare_cached("SELECT min(seq) FROM acknowledged WHERE vault_key = ?1 AND seq > ?2")?;
    Ok(find.query_row((vault_key, time(last)), |row| row.get(0))?)
}

/// Removes what was expected among the first `last` entries, and that any of them was refused.
pub(super) fn read_back(db: &Connection, vault_key: i64, last: u64) -> Result<(), SessionError> {
    db.prepare_cached("DELETE FROM acknowledged WHERE vault_key = ?1 AND seq <= ?2")?
        .execute((vault_key, time(last)))?;
    db.prepare_cached(
        "DELETE FROM refused WHERE EXISTS (SELECT 1 FROM entry
             WHERE entry.entry_key = refused.entry_key AND vault_key = ?1 AND seq <= ?2)",
    )?
    .execute((vault_key, time(last)))?;
    Ok(())
}

/// Returns whether entries were refused for one of these reasons.
pub(super) fn any_refused(db: &Connection, reasons: [u64; 2]) -> Result<bool, SessionError> {
    Ok(db.prepare_cached("SELECT 1 FROM refused WHERE reason IN (?1, ?2)")?.exists(reasons.map(time))?)
}

/// Lets entries that were refused for these reasons be sent again.
pub(super) fn forget_refused(db: &Connection, reasons: [u64; 2]) -> Result<(), SessionError> {
    db.prepare_cached("DELETE FROM refused WHERE reason IN (?1, ?2)")?.execute(reasons.map(time))?;
    Ok(())
}

/// Sets an entry of the outbox aside. One that is no longer there is ignored.
pub(super) fn refuse(
    db: &Connection,
    vault_key: i64,
    entry: &LogEntry,
    reason: u64,
    now: Timestamp,
) -> Result<(), SessionError> {
    let mut insert = db.prepare_cached(
        "INSERT OR REPLACE INTO refused (entry_key, reason, refused_at)
         SELECT entry_key, ?3, ?4 FROM entry JOIN vault USING (vault_key)
         WHERE vault_key = ?1 AND hash = ?2 AND seq > confirmed",
    )?;
    insert.execute((vault_key, entry.entry_hash().as_bytes(), time(reason), time(now.0)))?;
    Ok(())
}

/// Sets an item's entries in the outbox aside whose bodies are longer than the server takes.
pub(super) fn refuse_longer(
    db: &Connection,
    vault_key: i64,
    entry: &LogEntry,
    (body, reason): (usize, u64),
    now: Timestamp,
) -> Result<(), SessionError> {
    let mut insert = db.prepare_cached(
        "INSERT OR REPLACE INTO refused (entry_key, reason, refused_at)
         SELECT longer.entry_key, ?3, ?4
         FROM entry JOIN vault USING (vault_key) JOIN entry AS longer INDEXED BY entry_of_item
             ON longer.item_id = entry.item_id AND longer.vault_key = entry.vault_key
         WHERE entry.vault_key = ?1 AND entry.hash = ?2 AND entry.seq > confirmed
             AND longer.seq > confirmed AND length(longer.body) > ?5",
    )?;
    let body = i64::try_from(body).unwrap_or(i64::MAX);
    insert.execute((vault_key, entry.entry_hash().as_bytes(), time(reason), time(now.0), body))?;
    Ok(())
}

/// Returns the entries of a vault that were too long for the server and are followed by a shorter one of the same item. An entry
/// whose body was dropped since counts as longer than any.
pub(super) fn overtaken(db: &Connection, vault_key: i64) -> Result<BTreeSet<i64>, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT refused.entry_key FROM refused CROSS JOIN entry AS before USING (entry_key)
         WHERE before.vault_key = ?1 AND reason = ?2 AND EXISTS (
             SELECT 1 FROM entry AS later INDEXED BY entry_of_item
             WHERE later.item_id = before.item_id AND later.vault_key = before.vault_key
                 AND later.seq > before.seq AND later.entry_key NOT IN (SELECT entry_key FROM refused)
                 AND coalesce(length(later.body) < length(before.body), TRUE))",
    )?;
    let found = find.query_map((vault_key, time(Refusal::Size.number())), |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}
