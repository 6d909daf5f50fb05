//! The end of this account's membership, by the last part of a log that it may read without bodies.

use std::collections::BTreeMap;

use rusqlite::Connection;
use vault_wire::cbor::Canonical;
use vault_wire::log::{Entry, Equivocation, Head, LogVerifier, Named, Verdict};
use vault_wire::message::{LogEntry, LogPage};
use vault_wire::roster::Record;
use vault_wire::{EntryHash, VaultId};

use super::alarm::Alarm;
use super::error::SyncError;
use super::status;
use crate::session::activity::event::EventKind;
use crate::session::error::SessionError;
use crate::session::rows::view::time;
use crate::session::state::Session;
use crate::session::vaults::past;

impl Session {
    /// Returns whether this account is known to be no member of a vault any more.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn is_former(&self, vault: VaultId) -> Result<bool, SessionError> {
        Ok(self.vaults.find(vault)?.role_of(&self.vaults.author.account).is_none())
    }

    /// Verifies the pages after the confirmed entries, up to the record by which this account ceased to be a member. Their
    /// entries are not stored, since they have no bodies: a server could leave out what a member must have. Returns whether
    /// they end the membership.
    ///
    /// # Errors
    /// [`SyncError::Alarm`] if the membership has ended and an entry is missing that the server had accepted; else as any
    /// write.
    pub fn receive_removal(&mut self, vault: VaultId, pages: &[LogPage]) -> Result<bool, SyncError> {
        let vault = self.vaults.find(vault)?;
        let (vault_key, own) = (vault.vault_key, self.vaults.author.account);
        let (Some(confirmed), Some(last)) = (vault.confirmed, pages.last()) else { return Ok(false) };
        let entries: Vec<&LogEntry> = pages.iter().flat_map(|page| &page.entries).collect();
        let mut named = Named::default();
        entries.iter().for_each(|entry| named.add(entry.as_entry()));
        let past = past::load(&self.db, vault_key, confirmed, &named)?;
        let mut log = LogVerifier::resume(self.confirmed_roster(vault, confirmed)?, past);
        let mut by = None;
        let numbered = (confirmed.seq + 1..).zip(entries.iter().map(|entry| status::node(entry)));
        let missing = missing_own(&self.db, vault_key, &numbered.collect())?;
        for entry in entries {
            let was_member = log.roster().member(&own).is_some();
            let verdict = log.push(entry.as_entry());
            if let (Verdict::Accepted, Entry::Record(record)) = (verdict, entry.as_entry())
                && was_member
                && log.roster().member(&own).is_none()
            {
                by = Record::decode(&record.bytes).ok().map(|record| (log.head().seq, record.author));
            }
        }
        let stated = Head { seq: last.head_seq, root: last.head_root };
        let is_end = log.equivocation().is_none() && log.head() == stated;
        let Some((seq, author)) = by.filter(|_| is_end && log.roster().member(&own).is_none()) else {
            return Ok(false);
        };
        let alarm = missing.map(|seq| Alarm::of(Equivocation::MissingOwn { seq }, self.clock.now()));
        self.write(|tx| {
            tx.db.execute(
                "INSERT OR REPLACE INTO former (vault_key, seq, author) VALUES (?1, ?2, ?3)",
                (vault_key, time(seq), author.as_bytes()),
            )?;
            // What waited to be sent to the roster is moot, and what was to be read back is here.
            tx.db.execute("DELETE FROM roster_change WHERE vault_key = ?1", [vault_key])?;
            tx.db.execute("DELETE FROM grant_due WHERE vault_key = ?1", [vault_key])?;
            match alarm {
                None => {
                    tx.db.execute("DELETE FROM acknowledged WHERE vault_key = ?1", [vault_key])?;
                    Ok(())
                }
                Some(alarm) => {
                    alarm.store(&tx.db, vault_key, &last.encode())?;
                    let id = tx.vaults.get(vault_key)?.id;
                    tx.note(EventKind::AlarmRaised, Some(id), &[])
                }
            }
        })?;
        let author_key = self.vaults.author.clone();
        let vault = self.vaults.get_mut(vault_key)?;
        vault.former = Some(author);
        vault.renew_read_only(&author_key);
        let Some(alarm) = alarm else { return Ok(true) };
        vault.alarmed();
        Err(SyncError::Alarm(alarm))
    }
}

/// Returns the number of the first own entry that the server had accepted and that is not at its place.
fn missing_own(
    db: &Connection,
    vault_key: i64,
    entries: &BTreeMap<u64, (EntryHash, Vec<u8>)>,
) -> Result<Option<u64>, SessionError> {
    let accepted = status::expected(db, vault_key, u64::MAX)?.into_iter();
    let mut missing = accepted.filter(|(seq, hash, signatures)| {
        entries.get(seq).is_none_or(|(at, signed)| at != hash || signed != signatures)
    });
    Ok(missing.next().map(|(seq, ..)| seq))
}
