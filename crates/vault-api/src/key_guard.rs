//! Work with the keys of a profile outside the profile thread, which must end before the profile is locked.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use vault_engine::ProfileId;

/// The interval at which a waiting thread checks whether it should give up.
const CHECK_EVERY: Duration = Duration::from_millis(100);

/// Open for one profile while that is unlocked. Work with keys outside the profile thread holds a [`KeyGuard`] and drops
/// it when the gate closes.
pub(crate) struct UnlockGate {
    inner: Mutex<Inner>,
    changed: Condvar,
}

struct Inner {
    open: Option<ProfileId>,
    /// The number of guards held.
    guards: usize,
}

/// The right to have keys in memory, until it is dropped.
pub(crate) struct KeyGuard<'g> {
    gate: &'g UnlockGate,
    profile: ProfileId,
}

impl UnlockGate {
    pub(crate) fn new() -> Self {
        Self { inner: Mutex::new(Inner { open: None, guards: 0 }), changed: Condvar::new() }
    }

    /// Opens the gate for a profile.
    pub(crate) fn open(&self, profile: ProfileId) {
        self.inner().open = Some(profile);
        self.changed.notify_all();
    }

    /// Closes the gate: no guard is issued any more, and those held are no longer valid.
    pub(crate) fn close(&self) {
        self.inner().open = None;
        self.changed.notify_all();
    }

    /// Waits until no guard is held, for at most `most`: a disk that hangs must not prevent locking.
    pub(crate) fn wait_until_released(&self, most: Duration) {
        let until = Instant::now() + most;
        let mut inner = self.inner();
        while inner.guards > 0 {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            inner = self.changed.wait_timeout(inner, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Returns a guard if this profile is open.
    pub(crate) fn try_enter(&self, profile: ProfileId) -> Option<KeyGuard<'_>> {
        let mut inner = self.inner();
        (inner.open == Some(profile)).then(|| {
            inner.guards += 1;
            KeyGuard { gate: self, profile }
        })
    }

    /// Waits until this profile is open and returns a guard; none if `given_up` returns true first.
    pub(crate) fn enter(&self, profile: ProfileId, given_up: &dyn Fn() -> bool) -> Option<KeyGuard<'_>> {
        loop {
            if given_up() {
                return None;
            }
            let guard = self.try_enter(profile);
            if guard.is_some() {
                return guard;
            }
            let inner = self.inner();
            if inner.open != Some(profile) {
                drop(self.changed.wait_timeout(inner, CHECK_EVERY));
            }
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyGuard<'_> {
    /// Whether the profile is still unlocked.
    pub(crate) fn is_valid(&self) -> bool {
        self.gate.inner().open == Some(self.profile)
    }
}

impl Drop for KeyGuard<'_> {
    fn drop(&mut self) {
        self.gate.inner().guards -= 1;
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
    fn work_waits_for_its_profile_and_locking_waits_for_work() {
        let gate = UnlockGate::new();
        assert!(gate.try_enter(ONE).is_none());
        let entered = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let guard = gate.enter(ONE, &|| false).unwrap();
                entered.store(true, Ordering::SeqCst);
                while guard.is_valid() {
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
            gate.wait_until_released(Duration::from_secs(60));
            assert_eq!(gate.inner().guards, 0);
        });
    }

    #[test]
    fn waiting_can_be_given_up_and_locking_waits_for_a_bounded_time() {
        let gate = UnlockGate::new();
        assert!(gate.enter(ONE, &|| true).is_none());
        gate.open(ONE);
        let guard = gate.try_enter(ONE).unwrap();
        gate.close();
        gate.wait_until_released(Duration::from_millis(1));
        assert!(!guard.is_valid());
    }
}
