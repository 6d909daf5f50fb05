//! Changes that other nodes have yet to be told.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::change::Change;
use super::message::CHANGES;

/// The most that wait. Further ones are dropped; other nodes find those when they look by themselves.
const MOST: usize = 10_000;

/// The changes that wait, each once.
#[derive(Default)]
pub struct Outgoing {
    waiting: Mutex<HashSet<Change>>,
    some: Notify,
}

impl Outgoing {
    /// Adds a change.
    pub fn put(&self, change: Change) {
        let mut waiting = self.lock();
        if waiting.len() < MOST && waiting.insert(change) {
            self.some.notify_one();
        }
    }

    /// Waits until there is something to tell.
    pub async fn some(&self) {
        loop {
            let some = self.some.notified();
            if !self.lock().is_empty() {
                return;
            }
            some.await;
        }
    }

    /// Takes as many as a message has room for. Those that are not sent come back.
    pub fn take(&self) -> Batch<'_> {
        let mut waiting = self.lock();
        let changes: Vec<_> = waiting.iter().take(CHANGES).copied().collect();
        for change in &changes {
            waiting.remove(change);
        }
        Batch { outgoing: self, changes }
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<Change>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Changes that are being sent.
pub struct Batch<'a> {
    outgoing: &'a Outgoing,
    changes: Vec<Change>,
}

impl Batch<'_> {
    /// The changes.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// They were sent.
    pub fn sent(mut self) {
        self.changes.clear();
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        for change in self.changes.drain(..) {
            self.outgoing.put(change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vault_wire::VaultId;

    fn change(number: usize) -> Change {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&number.to_be_bytes());
        Change::Vault(VaultId::from_bytes(id))
    }

    #[tokio::test]
    async fn unsent_changes_come_back_each_once() {
        let outgoing = Outgoing::default();
        outgoing.put(change(1));
        outgoing.put(change(1));
        outgoing.some().await;
        let batch = outgoing.take();
        assert_eq!(batch.changes(), [change(1)]);
        // It changes once more while it is being sent.
        outgoing.put(change(1));
        batch.sent();
        drop(outgoing.take());
        assert_eq!(outgoing.take().changes(), [change(1)]);
    }

    #[test]
    fn as_many_wait_as_there_is_room_for() {
        let outgoing = Outgoing::default();
        (0..2 * MOST).for_each(|number| outgoing.put(change(number)));
        let mut taken = 0;
        loop {
            let batch = outgoing.take();
            assert!(batch.changes().len() <= CHANGES);
            if batch.changes().is_empty() {
                break;
            }
            taken += batch.changes().len();
            batch.sent();
        }
        assert_eq!(taken, MOST);
    }
}
