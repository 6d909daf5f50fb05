//! The end of this account's membership, by the last part of a log that it may read without bodies.

use vault_wire::VaultId;
use vault_wire::cbor::Canonical;
use vault_wire::log::{Entry, Head, LogVerifier, Named, Verdict};
use vault_wire::message::{LogEntry, LogPage};
use vault_wire::roster::Record;

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
    /// [`SessionError::NotFound`] if there is no such vault; else as any write.
    pub fn receive_removal(&mut self, vault: VaultId, pages: &[LogPage]) -> Result<bool, SessionError> {
        let vault = self.vaults.find(vault)?;
        let (vault_key, own) = (vault.vault_key, self.vaults.author.account);
        let (Some(confirmed), Some(last)) = (vault.confirmed, pages.last()) else { return Ok(false) };
        let entries: Vec<&LogEntry> = pages.iter().flat_map(|page| &page.entries).collect();
        let mut named = Named::default();
        entries.iter().for_each(|entry| named.add(entry.as_entry()));
        let past = past::load(&self.db, vault_key, confirmed, &named)?;
        let mut log = LogVerifier::resume(self.confirmed_roster(vault, confirmed)?, past);
        let mut by = None;
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
        self.write(|tx| {
            tx.db.execute(
                "INSERT OR REPLACE INTO former (vault_key, seq, author) VALUES (?1, ?2, ?3)",
                (vault_key, time(seq), author.as_bytes()),
            )?;
            // What waited to be sent to the roster, and what was to be read back, is moot.
            tx.db.execute("DELETE FROM roster_change WHERE vault_key = ?1", [vault_key])?;
            tx.db.execute("DELETE FROM acknowledged WHERE vault_key = ?1", [vault_key])?;
            tx.db.execute("DELETE FROM grant_due WHERE vault_key = ?1", [vault_key])?;
            Ok(())
        })?;
        let author_key = self.vaults.author.clone();
        let vault = self.vaults.get_mut(vault_key)?;
        vault.former = Some(author);
        vault.renew_read_only(&author_key);
        Ok(true)
    }
}
