//! Lets work with the keys of a profile go on only while that profile is unlocked.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use vault_engine::ProfileId;

/// How often somebody who waits looks whether waiting was given up.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Closed while no profile is open. Whoever works with keys beside the owner thread holds a [`Pass`] meanwhile, and
/// leaves when the gate is to be closed.
pub(crate) struct Gate {
    inner: Mutex<Inner>,
    changed: Condvar,
}

struct Inner {
    open: Option<ProfileId>,
    /// Passes that are held.
    inside: usize,
}

/// The right to hold keys, given back when it is dropped.
pub(crate) struct Pass<'g> {
    gate: &'g Gate,
    profile: ProfileId,
}

impl Gate {
    pub(crate) fn new() -> Self {
        Self { inner: Mutex::new(Inner { open: None, inside: 0 }), changed: Condvar::new() }
    }

    /// Lets work on this profile in.
    pub(crate) fn open(&self, profile: ProfileId) {
        self.inner().open = Some(profile);
        self.changed.notify_all();
    }

    /// Lets nobody in any more, and asks those inside to leave.
    pub(crate) fn close(&self) {
        self.inner().open = None;
        self.changed.notify_all();
    }

    /// Waits until all have left, but no longer than `most`: a disk that hangs must not keep a profile from being locked.
    pub(crate) fn wait_until_empty(&self, most: Duration) {
        let until = Instant::now() + most;
        let mut inner = self.inner();
        while inner.inside > 0 {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            inner = self.changed.wait_timeout(inner, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Goes in at once, if this profile is open.
    pub(crate) fn try_enter(&self, profile: ProfileId) -> Option<Pass<'_>> {
        let mut inner = self.inner();
        (inner.open == Some(profile)).then(|| {
            inner.inside += 1;
            Pass { gate: self, profile }
        })
    }

    /// Waits until this profile is open; none if `given_up` says so first.
    pub(crate) fn enter(&self, profile: ProfileId, given_up: &dyn Fn() -> bool) -> Option<Pass<'_>> {
        loop {
            if given_up() {
                return None;
            }
            let pass = self.try_enter(profile);
            if pass.is_some() {
                return pass;
            }
            let inner = self.inner();
            if inner.open != Some(profile) {
                drop(self.changed.wait_timeout(inner, LOOK_EVERY));
            }
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass<'_> {
    /// Whether the profile is still to be worked on.
    pub(crate) fn is_good(&self) -> bool {
        self.gate.inner().open == Some(self.profile)
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.gate.inner().inside -= 1;
        self.gate.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    const ONE: ProfileId = ProfileId::from_bytes([1; 16]);
    const OTHER: ProfileId = ProfileId::from_bytes([2; 16]);

    #[test]
    fn work_waits_for_its_own_profile_and_a_lock_waits_for_work() {
        let gate = Gate::new();
        assert!(gate.try_enter(ONE).is_none());
        let entered = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let pass = gate.enter(ONE, &|| false).unwrap();
                entered.store(true, Ordering::SeqCst);
                while pass.is_good() {
                    std::thread::yield_now();
                }
            });
            gate.open(OTHER);
            assert!(gate.try_enter(ONE).is_none() && gate.try_enter(OTHER).is_some());
            assert!(!entered.load(Ordering::SeqCst));
            gate.open(ONE);
            while !entered.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
            gate.close();
            gate.wait_until_empty(Duration::from_secs(60));
            assert_eq!(gate.inner().inside, 0);
        });
    }

    #[test]
    fn waiting_can_be_given_up_and_a_lock_does_not_wait_for_ever() {
        let gate = Gate::new();
        assert!(gate.enter(ONE, &|| true).is_none());
        gate.open(ONE);
        let pass = gate.try_enter(ONE).unwrap();
        gate.close();
        gate.wait_until_empty(Duration::from_millis(1));
        assert!(!pass.is_good());
    }
}
