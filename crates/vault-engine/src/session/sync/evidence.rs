//! What shows others that a server contradicted itself. It has nothing that only members may read.

use vault_wire::cbor::Canonical as _;
use vault_wire::log::Head;
use vault_wire::message::{LogEntry, LogPage, PushReply};
use vault_wire::{EntryHash, VaultId};

use super::alarm::Alarm;
use crate::session::error::SessionError;
use crate::session::rows::view::time;
use crate::session::state::Session;

/// An alarm, what the server had answered, and what this device has of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The vault.
    pub vault: VaultId,
    /// The hash of its genesis record.
    pub genesis: EntryHash,
    /// The alarm.
    pub alarm: Alarm,
    /// The end of the log that this device has verified; `None` if that is only the genesis record.
    pub own: Option<Head>,
    /// The end of the log that the server states in its answer.
    pub server: Head,
    /// The roots that this device has at the numbers of the answer's entries, and at the one before.
    pub roots: Vec<Head>,
    /// The answer, without bodies.
    pub answer: Answer,
}

/// The answer of a server that shows a contradiction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A page of the log, encoded.
    LogPage(Vec<u8>),
    /// The answer to a push, encoded.
    PushReply(Vec<u8>),
}

impl Session {
    /// Returns the evidence of a vault's alarm; `None` if it has none.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault; else fails if the database cannot be read.
    pub fn evidence(&self, vault: VaultId) -> Result<Option<Evidence>, SessionError> {
        let vault = self.vaults.find(vault)?;
        let Some(alarm) = Alarm::read(&self.db, vault.vault_key)? else { return Ok(None) };
        let message = Alarm::message(&self.db, vault.vault_key)?;
        let (server, first, last, answer) = if let Ok(mut page) = LogPage::decode(&message) {
            for entry in &mut page.entries {
                if let LogEntry::Revision { body, .. } = entry {
                    *body = None;
                }
            }
            let server = Head { seq: page.head_seq, root: page.head_root };
            let last = page.after.saturating_add(page.entries.len() as u64);
            (server, page.after, last, Answer::LogPage(page.encode()))
        } else {
            let reply = PushReply::decode(&message).map_err(|_| SessionError::DatabaseDamaged)?;
            let server = Head { seq: reply.head_seq, root: reply.head_root };
            (server, alarm.seq, alarm.seq, Answer::PushReply(message))
        };
        let confirmed = vault.confirmed.map_or(1, |confirmed| confirmed.seq);
        let mut find = self.db.prepare_cached(
            "SELECT seq, root FROM entry WHERE vault_key = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq",
        )?;
        let roots = find.query_map((vault.vault_key, time(first), time(last.min(confirmed))), |row| {
            Ok(Head { seq: row.get(0)?, root: vault_wire::Root::from_bytes(row.get(1)?) })
        })?;
        let roots = roots.collect::<Result<_, _>>()?;
        let own = vault.confirmed;
        Ok(Some(Evidence { vault: vault.id, genesis: vault.genesis, alarm, own, server, roots, answer }))
    }
}
