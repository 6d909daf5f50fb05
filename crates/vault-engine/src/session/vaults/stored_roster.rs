//! The roster of a vault, made from the records of its stored log.
//!
//! The entries were verified before they were stored, and the database is authenticated, so revisions are not read: the
//! time does not depend on the number of items.

use rusqlite::Connection;
use vault_wire::AccountId;
use vault_wire::cbor::Canonical;
use vault_wire::log::{Entry, LogVerifier, Named, Verdict};
use vault_wire::roster::{Op, Record, Roster, SignedRecord};

use super::past;
use super::replay::Authors;
use crate::session::error::SessionError;
use crate::session::rows::view::time;

/// A roster, and the keys of all who have been members.
pub(crate) struct StoredRoster {
    pub(crate) roster: Roster,
    pub(crate) authors: Authors,
}

/// Returns whether a log has records after its first `seq` entries.
pub(crate) fn has_records_after(db: &Connection, vault_key: i64, seq: u64) -> Result<bool, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT 1 FROM entry WHERE vault_key = ?1 AND seq > ?2 AND item_id IS NULL AND body_hash IS NULL",
    )?;
    Ok(find.exists((vault_key, time(seq)))?)
}

impl StoredRoster {
    /// Reads the roster after the first `last` entries of a log, from that after the first one.
    pub(crate) fn read(
        db: &Connection,
        vault_key: i64,
        first: Roster,
        last: u64,
    ) -> Result<Self, SessionError> {
        let mut read = Self { authors: Authors::new(), roster: first };
        let founders: Vec<AccountId> = read.roster.members().map(|(account, _)| *account).collect();
        founders.iter().for_each(|founder| read.add_author(founder));
        let mut records = db.prepare_cached(
            "SELECT seq, header, signature FROM entry LEFT JOIN entry_status USING (entry_key)
             WHERE vault_key = ?1 AND seq > 1 AND seq <= ?2 AND item_id IS NULL AND status IS NULL ORDER BY seq",
        )?;
        let mut rows = records.query((vault_key, time(last)))?;
        while let Some(row) = rows.next()? {
            let signatures: Vec<u8> = row.get(2)?;
            let record = SignedRecord::from_parts(row.get(1)?, &signatures);
            let record = record.map_err(|_| SessionError::DatabaseDamaged)?;
            read = read.after(db, vault_key, row.get(0)?, &record)?;
        }
        Ok(read)
    }

    /// Applies the record that is entry `seq`.
    fn after(
        mut self,
        db: &Connection,
        vault_key: i64,
        seq: u64,
        record: &SignedRecord,
    ) -> Result<Self, SessionError> {
        let head = past::head_at(db, vault_key, seq.saturating_sub(1))?;
        let mut named = Named::default();
        named.add(Entry::Record(record));
        let mut log = LogVerifier::resume(self.roster, past::load(db, vault_key, head, &named)?);
        // In a format that this program does not know, the roster stays as it was.
        if matches!(log.push(Entry::Record(record)), Verdict::Rejected(_)) {
            return Err(SessionError::DatabaseDamaged);
        }
        self.roster = log.into_roster();
        added_by(record).iter().for_each(|account| self.add_author(account));
        Ok(self)
    }

    fn add_author(&mut self, account: &AccountId) {
        add_author(&mut self.authors, &self.roster, account);
    }
}

/// Adds the present key of a member to the authors.
pub(crate) fn add_author(authors: &mut Authors, roster: &Roster, account: &AccountId) {
    if let Some(member) = roster.member(account) {
        authors.insert((*account, member.certificate().generation), member.identity.key.public());
    }
}

/// Returns the accounts to which a record gives a key.
pub(crate) fn added_by(record: &SignedRecord) -> Vec<AccountId> {
    let Ok(record) = Record::decode(&record.bytes) else { return Vec::new() };
    let added = record.ops.iter().filter_map(|op| match op {
        Op::Add { certificate, .. } | Op::Certificate { certificate } => {
            certificate.verify().ok().map(|certificate| certificate.account_id())
        }
        _ => None,
    });
    added.collect()
}
