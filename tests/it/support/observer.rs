//! What learns of synchronization in the background.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;
use vault_sync::cycle::{CycleError, Downloaded, Synced, VaultSynced};
use vault_sync::{Observer, Session};
use vault_wire::VaultId;

/// Counts, and lets a test wait for a condition.
#[derive(Default)]
pub struct Watcher {
    state: Mutex<Watched>,
    changed: Notify,
}

/// What was seen.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    /// Synchronizations of all vaults without a problem.
    pub complete: usize,
    /// Synchronizations that failed.
    pub failed: usize,
    /// Synchronizations of any kind.
    pub ended: usize,
    /// Entries of others.
    pub received: usize,
    /// Own entries that were read back.
    pub sent: usize,
    /// Login sessions that were used.
    pub sessions: usize,
    /// Documents that were downloaded.
    pub downloaded: usize,
}

impl Watcher {
    /// Waits until a condition holds.
    pub async fn until(&self, holds: impl Fn(&Watched) -> bool) -> Watched {
        loop {
            let changed = self.changed.notified();
            let seen = self.now();
            if holds(&seen) {
                return seen;
            }
            changed.await;
        }
    }

    /// What was seen until now.
    pub fn now(&self) -> Watched {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until a condition holds that changes with what this one or another one sees.
    pub async fn until_with(&self, other: &Self, holds: impl Fn() -> bool) {
        loop {
            let (own, others) = (self.changed.notified(), other.changed.notified());
            if holds() {
                return;
            }
            tokio::select! {
                () = own => {}
                () = others => {}
            }
        }
    }

    fn change(&self, change: impl FnOnce(&mut Watched)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_waiters();
    }
}

impl Observer for Watcher {
    fn linked(&self, _: &Arc<Session>) {
        self.change(|seen| seen.sessions += 1);
    }

    fn began(&self) {}

    fn progressed(&self, _: VaultId, step: VaultSynced) {
        self.change(|seen| {
            seen.received += step.received;
            seen.sent += step.sent;
        });
    }

    fn downloaded(&self, outcome: Result<Downloaded, CycleError>) {
        self.change(|seen| seen.downloaded += outcome.map_or(0, |done| done.documents));
    }

    fn reenrolment(&self, _: Option<u64>) {}

    fn ended(&self, all: bool, outcome: Result<Synced, CycleError>) {
        self.change(|seen| {
            seen.ended += 1;
            match outcome {
                Ok(synced) if synced.values().all(Result::is_ok) => seen.complete += usize::from(all),
                _ => seen.failed += 1,
            }
        });
    }
}
