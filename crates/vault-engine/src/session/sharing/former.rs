//! Who was a member of a vault and is none any more, by its log.

use std::collections::BTreeMap;

use rusqlite::Connection;
use vault_wire::AccountId;
use vault_wire::cbor::Canonical;
use vault_wire::roster::{Op, Record};

use crate::clock::Timestamp;
use crate::session::error::SessionError;
use crate::session::rows::view::time;
use crate::session::vaults::vault::Vault;

/// A former member, and its last time in the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Former {
    pub(super) account: AccountId,
    /// The record that made it a member.
    pub(super) joined: u64,
    /// The record that ended it.
    pub(super) left: u64,
    /// When, by the clock of the record's author.
    pub(super) left_at: Timestamp,
    /// The last epoch whose key it has.
    pub(super) epoch: u32,
}

/// Returns the former members, the last first.
pub(super) fn all(db: &Connection, vault: &Vault) -> Result<Vec<Former>, SessionError> {
    SeenRecords::default().former(db, vault)
}

/// The records of a vault that were read. Each is read once, as long as the log only grows.
#[derive(Default)]
pub(super) struct SeenRecords {
    membership: Membership,
    /// Entries that were searched for records.
    searched: u64,
    /// The last record with its number.
    last: Option<(u64, Vec<u8>)>,
}

impl SeenRecords {
    /// Returns the former members, the last first.
    pub(super) fn former(&mut self, db: &Connection, vault: &Vault) -> Result<Vec<Former>, SessionError> {
        let confirmed = vault.confirmed.map_or(0, |head| head.seq);
        if confirmed < self.searched || !self.is_in_log(db, vault)? {
            *self = Self::default();
        }
        let mut records = db.prepare_cached(
            "SELECT seq, header FROM entry LEFT JOIN entry_status USING (entry_key)
             WHERE vault_key = ?1 AND seq > ?2 AND seq <= ?3
                 AND item_id IS NULL AND body_hash IS NULL AND status IS NULL
             ORDER BY seq",
        )?;
        let mut rows = records.query((vault.vault_key, time(self.searched), time(confirmed)))?;
        while let Some(row) = rows.next()? {
            let (seq, bytes): (u64, Vec<u8>) = (row.get(0)?, row.get(1)?);
            // In a format that this program does not know, nobody leaves.
            if let Ok(record) = Record::decode(&bytes) {
                self.membership.apply(seq, &record);
            }
            self.last = Some((seq, bytes));
        }
        self.searched = confirmed;
        let mut all: Vec<Former> = self.membership.gone.values().cloned().collect();
        all.sort_unstable_by_key(|one| (std::cmp::Reverse(one.left), one.account));
        Ok(all)
    }

    /// Whether the last record is still there, and with it those before: each names the one before it.
    fn is_in_log(&self, db: &Connection, vault: &Vault) -> Result<bool, SessionError> {
        let Some((seq, bytes)) = &self.last else { return Ok(true) };
        let mut find =
            db.prepare_cached("SELECT 1 FROM entry WHERE vault_key = ?1 AND seq = ?2 AND header = ?3")?;
        Ok(find.exists((vault.vault_key, time(*seq), bytes))?)
    }
}

#[derive(Default)]
struct Membership {
    epoch: u32,
    joined: BTreeMap<AccountId, u64>,
    gone: BTreeMap<AccountId, Former>,
}

impl Membership {
    fn apply(&mut self, seq: u64, record: &Record) {
        // A member that a record removes does not get the key of an epoch that it begins.
        let before = self.epoch;
        for op in &record.ops {
            match op {
                Op::Genesis { .. } => self.join(record.author, seq),
                Op::Add { certificate, .. } => {
                    if let Ok(certificate) = certificate.verify() {
                        self.join(certificate.account_id(), seq);
                    }
                }
                Op::Remove { account } => self.leave(*account, (seq, record.made_at), before),
                Op::Leave => self.leave(record.author, (seq, record.made_at), before),
                Op::Epoch(begun) => self.epoch = begun.epoch,
                _ => {}
            }
        }
    }

    fn join(&mut self, account: AccountId, seq: u64) {
        self.joined.insert(account, seq);
        self.gone.remove(&account);
    }

    fn leave(&mut self, account: AccountId, (left, at): (u64, u64), epoch: u32) {
        if let Some(joined) = self.joined.remove(&account) {
            let former = Former { account, joined, left, left_at: Timestamp(at), epoch };
            self.gone.insert(account, former);
        }
    }
}
