//! Who was a member of a vault and is none any more, by its log.

use std::collections::BTreeMap;

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
pub(super) fn all(db: &rusqlite::Connection, vault: &Vault) -> Result<Vec<Former>, SessionError> {
    let last = vault.confirmed.map_or(0, |head| head.seq);
    let mut records = db.prepare_cached(
        "SELECT seq, header FROM entry LEFT JOIN entry_status USING (entry_key)
         WHERE vault_key = ?1 AND seq <= ?2 AND item_id IS NULL AND body_hash IS NULL AND status IS NULL
         ORDER BY seq",
    )?;
    let mut rows = records.query((vault.vault_key, time(last)))?;
    let mut former = Membership::default();
    while let Some(row) = rows.next()? {
        let bytes: Vec<u8> = row.get(1)?;
        // In a format that this program does not know, nobody leaves.
        if let Ok(record) = Record::decode(&bytes) {
            former.apply(row.get(0)?, &record);
        }
    }
    let mut all: Vec<Former> = former.gone.into_values().collect();
    all.sort_unstable_by_key(|one| (std::cmp::Reverse(one.left), one.account));
    Ok(all)
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
