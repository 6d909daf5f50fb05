//! Alarms: contradictions of a server that freeze a vault.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension};
use vault_wire::cbor::Canonical as _;
use vault_wire::log::Equivocation;
use vault_wire::message::{LogEntry, LogPage};
use vault_wire::revision::RevisionHeader;
use vault_wire::roster::Record;
use vault_wire::{AccountId, EntryHash};

use crate::clock::Timestamp;
use crate::session::error::SessionError;
use crate::session::rows::view::time;
use crate::session::vaults::vault::Vault;

/// The kinds of contradictions. The number is the one in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlarmKind {
    /// The server has fewer entries than before.
    Rollback = 1,
    /// The server shows another history than before.
    Fork = 2,
    /// A member has seen another history than this device.
    Contradiction = 3,
    /// An entry that the server acknowledged is not there.
    MissingOwn = 4,
}

impl AlarmKind {
    const ALL: [Self; 4] = [Self::Rollback, Self::Fork, Self::Contradiction, Self::MissingOwn];
}

/// A contradiction in a vault. It outlives the program, and ends when the log has all again that was known before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// When it was noticed, by this computer's clock.
    pub raised_at: Timestamp,
    /// Its kind.
    pub kind: AlarmKind,
    /// The number of the entry that shows it.
    pub seq: u64,
    /// Of a contradiction: the member who signed the entry.
    pub account: Option<AccountId>,
}

impl Alarm {
    pub(super) fn of(evidence: Equivocation, raised_at: Timestamp) -> Self {
        let (kind, seq, account) = match evidence {
            Equivocation::Rollback { seq } => (AlarmKind::Rollback, seq, None),
            Equivocation::Fork { seq } => (AlarmKind::Fork, seq, None),
            Equivocation::Contradiction { seq, author } => (AlarmKind::Contradiction, seq, Some(author)),
            Equivocation::MissingOwn { seq } => (AlarmKind::MissingOwn, seq, None),
        };
        Self { raised_at, kind, seq, account }
    }

    /// Stores the alarm with the message that shows it, unless the vault has one.
    pub(super) fn store(&self, db: &Connection, vault_key: i64, evidence: &[u8]) -> Result<(), SessionError> {
        let Self { raised_at, kind, seq, account } = self;
        db.execute(
            "INSERT OR IGNORE INTO alarm (vault_key, raised_at, kind, seq, account, evidence)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (
                vault_key,
                time(raised_at.0),
                *kind as i64,
                time(*seq),
                account.as_ref().map(AccountId::as_bytes),
                evidence,
            ),
        )?;
        Ok(())
    }

    /// Reads the alarm of a vault.
    pub(crate) fn read(db: &Connection, vault_key: i64) -> Result<Option<Self>, SessionError> {
        let found = db
            .prepare_cached("SELECT raised_at, kind, seq, account FROM alarm WHERE vault_key = ?1")?
            .query_row([vault_key], |row| {
                let kind: i64 = row.get(1)?;
                Ok((Timestamp(row.get(0)?), kind, row.get(2)?, row.get::<_, Option<[u8; 16]>>(3)?))
            })
            .optional()?;
        let Some((raised_at, number, seq, account)) = found else { return Ok(None) };
        let kind = AlarmKind::ALL.into_iter().find(|kind| *kind as i64 == number);
        let kind = kind.ok_or(SessionError::DatabaseDamaged)?;
        Ok(Some(Self { raised_at, kind, seq, account: account.map(AccountId::from_bytes) }))
    }

    /// Returns the message that showed it.
    pub(super) fn message(db: &Connection, vault_key: i64) -> Result<Vec<u8>, SessionError> {
        let mut find = db.prepare_cached("SELECT evidence FROM alarm WHERE vault_key = ?1")?;
        Ok(find.query_row([vault_key], |row| row.get(0))?)
    }

    /// Returns whether a log, of which a page follows what is stored, has what the evidence shows: every entry of the vault
    /// that a member has signed. A server that only hides another history again does not have it.
    pub(super) fn is_answered(db: &Connection, vault: &Vault, page: &LogPage) -> Result<bool, SessionError> {
        // The answer to a push has none.
        let Ok(shown) = LogPage::decode(&Self::message(db, vault.vault_key)?) else { return Ok(true) };
        let present: HashSet<EntryHash> = page.entries.iter().map(LogEntry::entry_hash).collect();
        for entry in shown.entries.iter().filter(|entry| is_signed(vault, entry)) {
            if !present.contains(&entry.entry_hash()) && !is_stored(db, vault.vault_key, entry)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns whether members can bring back what the alarm is about, by sending it again.
    pub(super) fn can_be_healed(self) -> bool {
        matches!(self.kind, AlarmKind::Rollback | AlarmKind::MissingOwn)
    }

    /// Removes the alarm of a vault.
    pub(super) fn end(db: &Connection, vault_key: i64) -> Result<(), SessionError> {
        db.execute("DELETE FROM alarm WHERE vault_key = ?1", [vault_key])?;
        Ok(())
    }
}

/// Returns whether an entry is stored: among the revisions of its item, or among records and entries without effect.
fn is_stored(db: &Connection, vault_key: i64, entry: &LogEntry) -> Result<bool, SessionError> {
    let hash = entry.entry_hash();
    if let LogEntry::Revision { revision, .. } = entry
        && let Ok(header) = RevisionHeader::decode(&revision.header)
    {
        let mut of_item = db.prepare_cached(
            "SELECT 1 FROM entry INDEXED BY entry_of_item WHERE item_id = ?1 AND vault_key = ?2 AND hash = ?3",
        )?;
        if of_item.exists((header.item_id.as_bytes(), vault_key, hash.as_bytes()))? {
            return Ok(true);
        }
    }
    let mut others = db.prepare_cached(
        "SELECT 1 FROM entry INDEXED BY entry_without_item
         WHERE item_id IS NULL AND vault_key = ?1 AND hash = ?2",
    )?;
    Ok(others.exists((vault_key, hash.as_bytes()))?)
}

/// Returns whether a member of a vault has signed an entry of it.
fn is_signed(vault: &Vault, entry: &LogEntry) -> bool {
    let key = |author: &AccountId| vault.roster.member(author).map(|member| &member.identity.key);
    match entry {
        LogEntry::Revision { revision, .. } => RevisionHeader::decode(&revision.header).is_ok_and(|header| {
            header.vault_id == vault.id
                && key(&header.author).is_some_and(|key| revision.verify_signature(key).is_ok())
        }),
        LogEntry::Record(signed) => Record::decode(&signed.bytes).is_ok_and(|record| {
            let message = Record::message(&signed.bytes);
            record.vault_id == vault.id
                && key(&record.author).is_some_and(|key| key.verify(&message, &signed.signature).is_ok())
        }),
    }
}
