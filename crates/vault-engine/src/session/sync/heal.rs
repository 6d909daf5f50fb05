//! Healing: a server that was restored from a backup gets the entries again that it has lost.
//!
//! Until it has shown all of them the vault is read-only. What is sent are entries as they were signed, so nothing is
//! decided here: a crash anywhere is followed by the same question to the server, and the same answer.

use rusqlite::OptionalExtension;
use vault_wire::VaultId;
use vault_wire::cbor::Canonical as _;
use vault_wire::log::Equivocation;
use vault_wire::message::{HealBatch, LogEntry, LogPage};

use super::error::SyncError;
use super::judge::{self, ReadBack};
use super::outbox::read_entry;
use super::status;
use crate::session::activity::event::{self, EventKind};
use crate::session::error::{SessionError, VaultReadOnly};
use crate::session::rows::restoring::Restoring;
use crate::session::rows::view::time;
use crate::session::state::Session;

impl Session {
    /// Returns how far the server of a vault is with the entries that it had lost; `None` if it has everything.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn restoring(&self, vault: VaultId) -> Result<Option<Restoring>, SessionError> {
        Restoring::read(&self.db, &vault)
    }

    /// Stores that the server has only so many entries.
    pub(super) fn note_restoring(&mut self, vault_key: i64, seq: u64) -> Result<(), SessionError> {
        let vault = self.vaults.get(vault_key)?;
        let (id, confirmed) = (vault.id, vault.confirmed.map_or(0, |confirmed| confirmed.seq));
        let before = Restoring::read(&self.db, &id)?;
        let read_back = seq.min(confirmed).min(before.map_or(u64::MAX, |before| before.read_back));
        let now = Restoring { read_back, sent: before.map_or(0, |before| before.sent) };
        if before != Some(now) {
            self.write(|tx| {
                Restoring::store(&tx.db, &id, Some(now))?;
                if before.is_none() { tx.note(EventKind::ServerRestored, Some(id), &[]) } else { Ok(()) }
            })?;
        }
        self.vaults.get_mut(vault_key)?.being_restored();
        Ok(())
    }

    /// Returns at most so many entries that a server lacks which has the first `after` ones of a vault: as they were signed,
    /// in their order, with the bodies that are here. `None` if the next one is not here.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault; else fails if the database cannot be read.
    pub fn next_heal(
        &self,
        vault: VaultId,
        after: u64,
        most: usize,
    ) -> Result<Option<HealBatch>, SessionError> {
        let vault = self.vaults.find(vault)?;
        let confirmed = vault.confirmed.map_or(0, |confirmed| confirmed.seq);
        // An entry that the server accepted and that was not read back is in the outbox, at any number.
        let mut find = self.db.prepare_cached(
            "SELECT header, signature, body_hash, body FROM entry WHERE vault_key = ?1 AND seq = ?2 AND seq <= ?3
             UNION ALL
             SELECT header, signature, body_hash, body FROM acknowledged JOIN entry USING (vault_key, hash)
             WHERE vault_key = ?1 AND acknowledged.seq = ?2 AND ?2 > ?3 AND entry.seq > ?3",
        )?;
        let mut room = HealBatch::MAX_LEN.saturating_sub(64);
        let (mut entries, mut seq) = (Vec::new(), after);
        while entries.len() < most {
            seq = seq.saturating_add(1);
            let mut rows = find.query((vault.vault_key, time(seq), time(confirmed)))?;
            let Some(row) = rows.next()? else { break };
            let entry = read_entry(row)?;
            let length = entry.encode().len();
            if length > room {
                break;
            }
            room -= length;
            entries.push(entry);
        }
        let first_seq = after.saturating_add(1);
        Ok(if entries.is_empty() { None } else { Some(HealBatch { first_seq, entries }) })
    }

    /// Stores that the server took so many lost entries.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn healed(&mut self, vault: VaultId, entries: usize) -> Result<(), SessionError> {
        let Some(before) = self.restoring(vault)? else { return Ok(()) };
        let sent = before.sent.saturating_add(entries as u64);
        self.write(|tx| Restoring::store(&tx.db, &vault, Some(Restoring { sent, ..before })))
    }

    /// Compares a page of entries that the server had lost, those after [`Restoring::read_back`], with those that are here.
    /// With the last one the vault can be changed again.
    ///
    /// # Errors
    /// [`SyncError::Alarm`] if one is another than it was; [`SyncError::BeingRestored`] if the server lacks them again;
    /// [`SyncError::OtherPage`] if the page is another one.
    pub fn read_back_restored(&mut self, vault: VaultId, page: &LogPage) -> Result<(), SyncError> {
        let Some(before) = self.restoring(vault)? else { return Ok(()) };
        let found = self.vaults.find(vault)?;
        let (vault_key, confirmed) = (found.vault_key, found.confirmed.map_or(0, |confirmed| confirmed.seq));
        if page.vault_id != vault || page.after != before.read_back {
            return Err(SyncError::OtherPage);
        }
        let same = (before.read_back + 1..).zip(&page.entries);
        let same = same.map(|(seq, entry)| self.is_as_before(vault_key, seq, entry));
        let (read_back, ends) = match judge::read_back(before.read_back, confirmed, same)? {
            ReadBack::Upto { seq, complete } => (seq, complete),
            ReadBack::Lacks { seq } => return Err(SyncError::BeingRestored { seq }),
            ReadBack::Differs { seq } => {
                return Err(self.raise(vault_key, Equivocation::Fork { seq }, &page.encode())?);
            }
        };
        self.write(|tx| {
            let after = if ends { None } else { Some(Restoring { read_back, ..before }) };
            Restoring::store(&tx.db, &vault, after)?;
            if ends {
                event::note_entries(&tx.db, tx.now, EventKind::ServerComplete, vault, before.sent)?;
            }
            Ok(())
        })?;
        let author = self.vaults.author.clone();
        let vault = self.vaults.get_mut(vault_key)?;
        if ends && vault.read_only == Some(VaultReadOnly::BeingRestored) {
            vault.read_only = vault.why_read_only(&author);
        }
        Ok(())
    }

    /// Returns whether an entry is the one with this number here.
    fn is_as_before(&self, vault_key: i64, seq: u64, entry: &LogEntry) -> Result<bool, SessionError> {
        let mut find =
            self.db.prepare_cached("SELECT hash, signature FROM entry WHERE vault_key = ?1 AND seq = ?2")?;
        let known: Option<([u8; 32], Vec<u8>)> =
            find.query_row((vault_key, time(seq)), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (hash, signatures) = status::node(entry);
        Ok(known == Some((*hash.as_bytes(), signatures)))
    }
}
