//! Compaction: bodies that nobody needs any more are deleted. Headers, signatures and roots stay, so that the log is replayed
//! as before.

use std::collections::BTreeSet;

use vault_wire::cbor::Canonical as _;
use vault_wire::message::LogEntry;
use vault_wire::roster::{Op, Record, Roster};
use vault_wire::{BlobId, ItemId, VaultId};

use super::head::Head;
use super::quota::Returned;
use super::state::{Accepted, Changed};
use super::{LogError, Logs, documents, entries};
use crate::store::{Row, Sql, StoreError, Tx, VaultKey, WaitingKey};
use crate::values;

const DAY: u64 = 24 * 60 * 60 * 1000;
/// How long a closed vault keeps its bodies and documents, in milliseconds.
const CLOSED: u64 = 30 * DAY;
/// After a failure, a vault waits for so long, in milliseconds.
const PAUSE: u64 = 60 * 60 * 1000;
/// How many bodies a transaction deletes.
const AT_ONCE: usize = 32;

const SUPERSEDE: Sql<VaultKey> = Sql::new(
    "INSERT INTO superseded (vault_id, item_id, seq, superseded_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (vault_id, item_id, seq) DO NOTHING",
);
const PURGE: Sql<VaultKey> =
    Sql::new("UPDATE superseded SET superseded_at = 0 WHERE vault_id = $1 AND item_id = $2 AND seq < $3");
const SCHEDULE: Sql<VaultKey> = Sql::new(
    "INSERT INTO compaction (vault_id, due_at, done_seq) VALUES ($1, $2, 0)
     ON CONFLICT (vault_id) DO UPDATE SET due_at = excluded.due_at WHERE compaction.due_at > excluded.due_at",
);
const DUE: Sql<WaitingKey> = Sql::new("SELECT vault_id FROM compaction WHERE due_at < $1 LIMIT 16");
const DONE_SEQ: Sql<VaultKey> = Sql::new("SELECT done_seq FROM compaction WHERE vault_id = $1");
const PROGRESS: Sql<VaultKey> =
    Sql::new("UPDATE compaction SET due_at = $2, done_seq = $3 WHERE vault_id = $1");
const POSTPONE: Sql<VaultKey> = Sql::new("UPDATE compaction SET due_at = $2 WHERE vault_id = $1");
const DONE: Sql<VaultKey> = Sql::new("DELETE FROM compaction WHERE vault_id = $1");
const SUPERSEDED: Sql<VaultKey> = Sql::new(
    "SELECT e.seq, e.content, length(e.body), s.item_id
     FROM superseded s JOIN entry e ON e.vault_id = s.vault_id AND e.seq = s.seq
     WHERE s.vault_id = $1 AND s.superseded_at <= $2 ORDER BY s.superseded_at LIMIT 32",
);
const FORGET: Sql<VaultKey> =
    Sql::new("DELETE FROM superseded WHERE vault_id = $1 AND item_id = $2 AND seq = $3");
const FORGET_ALL: Sql<VaultKey> = Sql::new("DELETE FROM superseded WHERE vault_id = $1");
const OLDEST: Sql<VaultKey> = Sql::new("SELECT min(superseded_at) FROM superseded WHERE vault_id = $1");
const BODIES: Sql<VaultKey> = Sql::new(
    "SELECT seq, content, length(body) FROM entry
     WHERE vault_id = $1 AND seq > $2 AND body IS NOT NULL ORDER BY seq LIMIT 32",
);
const DELETE_BODY: Sql<VaultKey> = Sql::new("UPDATE entry SET body = NULL WHERE vault_id = $1 AND seq = $2");

/// Notes what accepted entries leave behind: superseded revisions, what a purge names, and when to look at the vault again.
///
/// # Errors
/// See [`StoreError`].
pub async fn note(
    tx: &Tx<VaultKey>,
    accepted: &[Accepted<'_>],
    before: Option<&Roster>,
    after: &Roster,
    at: u64,
) -> Result<(), StoreError> {
    let keep = u64::from(after.keep_days()) * DAY;
    let mut due = None;
    for Accepted { entry, change, .. } in accepted {
        match change {
            Changed::Item { item, before: Some(seq), .. } => {
                tx.put(&SUPERSEDE, values![item, *seq, at])?;
                if keep > 0 {
                    due = due.or(Some(at.saturating_add(keep)));
                }
            }
            Changed::Item { before: None, .. } => {}
            Changed::Roster(_) => {
                for (item, seq) in purges(entry) {
                    tx.execute(&PURGE, values![item, seq]).await?;
                    due = Some(at);
                }
            }
        }
    }
    if after.keep_days() != before.map_or(0, Roster::keep_days) {
        due = Some(at);
    }
    if after.is_closed() && !before.is_some_and(Roster::is_closed) {
        due = Some(due.unwrap_or(u64::MAX).min(at.saturating_add(CLOSED)));
    }
    match due {
        Some(due) => tx.execute(&SCHEDULE, values![due]).await.map(drop),
        None => Ok(()),
    }
}

/// The items that a record purges, and the entries before which.
fn purges(entry: &LogEntry) -> Vec<(ItemId, u64)> {
    let LogEntry::Record(record) = entry else { return Vec::new() };
    let ops = Record::decode(&record.bytes).map_or(Vec::new(), |record| record.ops);
    let purged = |op: &Op| match op {
        Op::Purge { item_id, before_seq } => Some((*item_id, *before_seq)),
        _ => None,
    };
    ops.iter().filter_map(purged).collect()
}

impl Logs {
    /// Deletes some of the bodies that are due before a time, in one transaction for each vault, and returns whether there may
    /// be more. What is interrupted continues with the next call.
    ///
    /// # Errors
    /// If the database fails. A vault that fails alone waits for an hour.
    pub async fn compact(&self, now: u64) -> Result<bool, LogError> {
        let due = self.store.waiting(now).read(|view| async move { view.query(&DUE, &[]).await }).await?;
        for row in &due {
            let vault = row.get(0)?;
            if let Err(error) = self.compact_vault(vault, now).await {
                tracing::error!(%error, "a vault is not compacted");
                let postpone = self.store.vault(vault);
                postpone.run(|tx| async move { tx.execute(&POSTPONE, values![now + PAUSE]).await }).await?;
            }
        }
        Ok(!due.is_empty())
    }

    async fn compact_vault(&self, vault: VaultId, now: u64) -> Result<(), StoreError> {
        if let Some(returned) = self.store.vault(vault).run(|tx| self.compact_in(tx, now)).await? {
            self.take_back(vault, returned).await?;
        }
        Ok(())
    }

    async fn compact_in(&self, tx: Tx<VaultKey>, now: u64) -> Result<Option<Returned>, StoreError> {
        let Some(mut head) = Head::lock(&tx).await? else {
            tx.execute(&DONE, &[]).await?;
            return Ok(None);
        };
        let closed = head.closed_at.map(|at| at.saturating_add(CLOSED));
        let freed = match closed {
            Some(end) if end <= now => delete_all(&tx, now).await?,
            _ => {
                let keep = u64::from(self.rosters.load(&tx, &head).await?.keep_days()) * DAY;
                delete_superseded(&tx, keep, closed, now).await?
            }
        };
        head.used = head.used.saturating_sub(freed);
        let returned = head.return_storage();
        head.update(&tx)?;
        Ok(returned)
    }
}

/// Deletes bodies of a vault that was closed long ago, and at the end its documents. Returns the bytes that were freed.
async fn delete_all(tx: &Tx<VaultKey>, now: u64) -> Result<u64, StoreError> {
    let done: u64 = tx.first(&DONE_SEQ, &[]).await?.map_or(Ok(0), |row| row.get(0))?;
    let rows = tx.query(&BODIES, values![done]).await?;
    let mut freed = 0;
    for row in &rows {
        freed += delete_body(tx, row).await?;
    }
    match rows.last() {
        Some(last) => tx.execute(&PROGRESS, values![now - 1, last.get::<u64>(0)?]).await?,
        None => {
            documents::release_all(tx).await?;
            tx.execute(&FORGET_ALL, &[]).await?;
            tx.execute(&DONE, &[]).await?
        }
    };
    Ok(freed)
}

/// Deletes bodies that were superseded long enough ago, or purged. Returns the bytes that were freed.
async fn delete_superseded(
    tx: &Tx<VaultKey>,
    keep: u64,
    closed: Option<u64>,
    now: u64,
) -> Result<u64, StoreError> {
    let until = if keep == 0 { 0 } else { now.saturating_sub(keep) };
    let rows = tx.query(&SUPERSEDED, values![until]).await?;
    let mut freed = 0;
    let mut released = BTreeSet::<BlobId>::new();
    for row in &rows {
        freed += delete_body(tx, row).await?;
        let (seq, item): (u64, ItemId) = (row.get(0)?, row.get(3)?);
        tx.execute(&FORGET, values![item, seq]).await?;
        released.extend(documents::unuse(tx, seq).await?);
    }
    for document in released {
        documents::release(tx, document).await?;
    }
    if rows.len() == AT_ONCE {
        return Ok(freed);
    }
    let oldest: Option<u64> = match tx.first(&OLDEST, &[]).await? {
        Some(row) if keep > 0 => row.get(0)?,
        _ => None,
    };
    let next = oldest.map(|at| at.saturating_add(keep)).into_iter().chain(closed).min();
    match next {
        Some(next) => tx.execute(&POSTPONE, values![next]).await?,
        None => tx.execute(&DONE, &[]).await?,
    };
    Ok(freed)
}

/// Deletes the body of a row of number, content and length, and returns the bytes that it counted.
async fn delete_body(tx: &Tx<VaultKey>, row: &Row) -> Result<u64, StoreError> {
    let len: Option<u64> = row.get(2)?;
    let Some(len) = len else { return Ok(0) };
    tx.execute(&DELETE_BODY, values![row.get::<u64>(0)?]).await?;
    Ok(entries::charge(&row.get::<Vec<u8>>(1)?, len))
}
