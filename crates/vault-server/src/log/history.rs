//! What rule V asks of a log, loaded before it is asked.

use std::collections::{BTreeSet, HashMap};

use vault_wire::log::{CurrentRevision, Head as LogHead, LogHistory, Named, empty_root};
use vault_wire::{ItemId, Root, VaultId};

use super::entries;
use crate::store::{Sql, StoreError, VaultKey, View};
use crate::values;

const CURRENT: Sql<VaultKey> = Sql::new(
    "SELECT item_id, seq, rev_hash FROM item_head
     WHERE vault_id = $1 AND item_id IN ($2, $3, $4, $5, $6, $7, $8, $9)",
);

/// What a log has of what entries name.
pub struct Found {
    roots: Vec<(u64, Root)>,
    current: HashMap<ItemId, CurrentRevision>,
}

impl Found {
    /// Looks for it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn load(view: &View<VaultKey>, named: &Named) -> Result<Self, StoreError> {
        let numbers: Vec<u64> = named.roots.iter().copied().filter(|seq| *seq > 0).collect();
        let (roots, current) = tokio::join!(entries::roots(view, &numbers), current(view, &named.items));
        Ok(Self { roots: roots?, current: current? })
    }

    /// The log with this head.
    pub fn of(self, vault: VaultId, head: LogHead) -> History {
        let mut roots: HashMap<u64, Root> =
            self.roots.into_iter().filter(|(seq, _)| *seq < head.seq).collect();
        roots.insert(0, empty_root(&vault));
        roots.insert(head.seq, head.root);
        History { head, roots, current: self.current }
    }
}

/// A log up to its head, as far as it was loaded.
#[derive(Clone, Debug)]
pub struct History {
    head: LogHead,
    roots: HashMap<u64, Root>,
    current: HashMap<ItemId, CurrentRevision>,
}

impl History {
    /// Loads what the entries name. Numbers above the head are of no entry.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn load(view: &View<VaultKey>, head: LogHead, named: &Named) -> Result<Self, StoreError> {
        Ok(Found::load(view, named).await?.of(view.key().0, head))
    }

    /// Appends an entry: its root is the new head.
    pub fn append(&mut self, root: Root) {
        self.head = LogHead { seq: self.head.seq + 1, root };
        self.roots.insert(self.head.seq, root);
    }

    /// Lets the log end before an entry. Of its roots only those that were loaded are known.
    pub fn end_before(&mut self, seq: u64) {
        self.head.seq = seq.saturating_sub(1);
    }

    /// Sets an item's current revision.
    pub fn revise(&mut self, item: ItemId, revision: CurrentRevision) {
        self.current.insert(item, revision);
    }

    /// The head.
    pub fn head(&self) -> LogHead {
        self.head
    }
}

impl LogHistory for History {
    fn seq(&self) -> u64 {
        self.head.seq
    }

    fn root_at(&self, seq: u64) -> Option<Root> {
        if seq <= self.head.seq { self.roots.get(&seq).copied() } else { None }
    }

    fn current(&self, item_id: &ItemId) -> Option<CurrentRevision> {
        self.current.get(item_id).copied()
    }
}

async fn current(
    view: &View<VaultKey>,
    items: &BTreeSet<ItemId>,
) -> Result<HashMap<ItemId, CurrentRevision>, StoreError> {
    let items: Vec<ItemId> = items.iter().copied().collect();
    let mut found = HashMap::with_capacity(items.len());
    for eight in items.chunks(8) {
        // A list of fixed length: the last item fills it up.
        let at = |index: usize| eight.get(index).or(eight.last()).copied();
        let values = values![at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)];
        for row in view.query(&CURRENT, values).await? {
            found.insert(row.get(0)?, CurrentRevision { seq: row.get(1)?, hash: row.get(2)? });
        }
    }
    Ok(found)
}
