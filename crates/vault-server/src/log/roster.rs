//! Rosters, rebuilt from the stored records and kept for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use vault_wire::VaultId;
use vault_wire::cbor::Canonical as _;
use vault_wire::log::{Effect, Head as LogHead, Named, prepare, validate};
use vault_wire::message::LogEntry;
use vault_wire::roster::{Genesis, Record, Roster, SignedRecord};

use super::entries;
use super::head::Head;
use super::history::History;
use crate::store::{Sql, StoreError, VaultKey, View};
use crate::values;

const RECORDS: Sql<VaultKey> = Sql::new(
    "SELECT e.seq, e.content, e.signatures, e.body_hash, e.body
     FROM roster_entry r JOIN entry e ON e.vault_id = r.vault_id AND e.seq = r.seq
     WHERE r.vault_id = $1 AND r.seq > $2 ORDER BY r.seq LIMIT 256",
);

/// What the cache holds at most: members, invitations and epochs, some 2 KiB each.
const CAPACITY: usize = 8192;

/// Rosters that were needed lately. They follow from the stored records, so losing one costs time only.
#[derive(Default)]
pub struct Rosters(Mutex<Cache>);

#[derive(Default)]
struct Cache {
    rosters: HashMap<VaultId, Cached>,
    weight: usize,
    /// Counts uses.
    clock: u64,
}

struct Cached {
    roster: Arc<Roster>,
    /// The number of its last record.
    record_seq: u64,
    weight: usize,
    used: u64,
}

impl Rosters {
    /// The roster after the last record of this head.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if a stored record has no effect.
    pub async fn load(&self, view: &View<VaultKey>, head: &Head) -> Result<Arc<Roster>, StoreError> {
        let vault = view.key().0;
        let known = self.get(&vault);
        if let Some((roster, _)) = &known
            && *roster.last_record() == head.record
        {
            return Ok(roster.clone());
        }
        // A roster that is only older is continued. On one of a log that was replaced since, the next record has no effect.
        let continued = match known {
            Some((roster, record_seq)) if record_seq < head.record_seq => {
                replay(view, Some((Roster::clone(&roster), record_seq))).await.ok()
            }
            _ => None,
        };
        let roster = match continued {
            Some(roster) => roster,
            None => replay(view, None).await?,
        };
        if *roster.last_record() != head.record {
            return Err(StoreError::Damaged);
        }
        let roster = Arc::new(roster);
        self.put(vault, roster.clone(), head.record_seq);
        Ok(roster)
    }

    /// Keeps a roster whose last record has this number.
    pub fn put(&self, vault: VaultId, roster: Arc<Roster>, record_seq: u64) {
        let weight = roster.members().count()
            + roster.invites().count()
            + usize::try_from(roster.epoch()).unwrap_or(CAPACITY);
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cache.clock += 1;
        let used = cache.clock;
        cache.weight += weight;
        if let Some(old) = cache.rosters.insert(vault, Cached { roster, record_seq, weight, used }) {
            cache.weight -= old.weight;
        }
        while cache.weight > CAPACITY {
            let oldest = cache.rosters.iter().min_by_key(|(_, cached)| cached.used).map(|(id, _)| *id);
            let Some(removed) = oldest.and_then(|id| cache.rosters.remove(&id)) else { return };
            cache.weight -= removed.weight;
        }
    }

    fn get(&self, vault: &VaultId) -> Option<(Arc<Roster>, u64)> {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cache.clock += 1;
        let used = cache.clock;
        let cached = cache.rosters.get_mut(vault)?;
        cached.used = used;
        Some((cached.roster.clone(), cached.record_seq))
    }
}

/// Applies the stored records that follow a roster and the number of its last record, or all of them.
async fn replay(view: &View<VaultKey>, from: Option<(Roster, u64)>) -> Result<Roster, StoreError> {
    let (mut roster, mut after) = match from {
        Some((roster, record_seq)) => (Some(roster), record_seq),
        None => (None, 0),
    };
    loop {
        let rows = view.query(&RECORDS, values![after]).await?;
        let Some(last) = rows.last() else { return roster.ok_or(StoreError::Damaged) };
        let last: u64 = last.get(0)?;
        let mut records = Vec::with_capacity(rows.len());
        for row in &rows {
            let LogEntry::Record(record) = entries::from_row(row, 1)? else {
                return Err(StoreError::Damaged);
            };
            records.push((row.get(0)?, record));
        }
        roster = Some(apply(view, roster, &records).await?);
        after = last;
    }
}

async fn apply(
    view: &View<VaultKey>,
    roster: Option<Roster>,
    records: &[(u64, SignedRecord)],
) -> Result<Roster, StoreError> {
    let mut named = Named::default();
    for (_, record) in records {
        named.add_record(&Record::decode(&record.bytes).map_err(|_| StoreError::Damaged)?);
    }
    // Of the roots, each record sees those before it; of the items, all see the present revision: a purge asks for one
    // with a number that is not too small, and numbers only grow.
    let end = records.last().map_or(0, |(seq, _)| *seq);
    let before = entries::roots(view, &[end]).await?;
    let root = before.first().map(|(_, root)| *root).ok_or(StoreError::Damaged)?;
    let mut history = History::load(view, LogHead { seq: end, root }, &named).await?;
    let mut roster = roster;
    for (seq, record) in records {
        let Some(roster) = &mut roster else {
            let genesis = Genesis::verify(record, None).map_err(|_| StoreError::Damaged)?;
            roster = Some(Roster::from_genesis(&genesis).map_err(|_| StoreError::Damaged)?);
            continue;
        };
        history.end_before(*seq);
        let prepared = prepare(roster, vault_wire::log::Entry::Record(record));
        match validate(roster, &history, &prepared) {
            Ok(Effect::Roster(change)) => roster.apply(*change),
            _ => return Err(StoreError::Damaged),
        }
    }
    roster.ok_or(StoreError::Damaged)
}
