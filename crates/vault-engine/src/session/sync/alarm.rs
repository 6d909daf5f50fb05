//! Alarms: contradictions of a server that freeze a vault.

use rusqlite::{Connection, OptionalExtension};
use vault_wire::AccountId;
use vault_wire::cbor::Canonical as _;
use vault_wire::log::{Equivocation, Head, LogVerifier};
use vault_wire::message::{LogEntry, LogPage};
use vault_wire::revision::RevisionHeader;
use vault_wire::roster::Record;

use crate::clock::Timestamp;
use crate::session::error::SessionError;
use crate::session::rows::view::time;
use crate::session::vaults::past;

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

    /// Returns whether a log, verified without contradiction up to its present head, can be the one that was known before.
    /// Beside the confirmed and the acknowledged entries, which were compared already, that is what a member had signed. At
    /// the end of the log it must be there.
    pub(super) fn allows(
        &self,
        db: &Connection,
        vault_key: i64,
        log: &LogVerifier,
        at_head: bool,
    ) -> Result<bool, SessionError> {
        if self.kind != AlarmKind::Contradiction {
            return Ok(true);
        }
        let Some(signed) = self.signed(db, vault_key)? else { return Ok(false) };
        if signed.seq > log.head().seq {
            return Ok(!at_head);
        }
        let root = match log.root_at(signed.seq) {
            Some(root) => Some(*root),
            None => past::root_at(db, vault_key, signed.seq)?,
        };
        Ok(root == Some(signed.root))
    }

    /// Returns the head that the author of a contradicting entry had seen, as the evidence says.
    fn signed(&self, db: &Connection, vault_key: i64) -> Result<Option<Head>, SessionError> {
        let evidence: Vec<u8> = db
            .prepare_cached("SELECT evidence FROM alarm WHERE vault_key = ?1")?
            .query_row([vault_key], |row| row.get(0))?;
        let page = LogPage::decode(&evidence).ok();
        Ok(page.and_then(|page| {
            let index = self.seq.checked_sub(page.after)?.checked_sub(1)?;
            let (seq, root) = match page.entries.get(usize::try_from(index).ok()?)? {
                LogEntry::Revision { revision, .. } => {
                    let header = RevisionHeader::decode(&revision.header).ok()?;
                    (header.base_seq, header.base_root)
                }
                LogEntry::Record(record) => {
                    let record = Record::decode(&record.bytes).ok()?;
                    (record.base_seq, record.base_root)
                }
            };
            Some(Head { seq, root })
        }))
    }

    /// Removes the alarm of a vault.
    pub(super) fn end(db: &Connection, vault_key: i64) -> Result<(), SessionError> {
        db.execute("DELETE FROM alarm WHERE vault_key = ?1", [vault_key])?;
        Ok(())
    }
}
