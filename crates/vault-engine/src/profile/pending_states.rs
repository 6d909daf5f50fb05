//! Write states on their way to the keychain.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use vault_wire::ProfileId;

use crate::session::rows::write_state::WriteState;

/// Write states that the keychain does not have yet.
#[derive(Default)]
pub(crate) struct PendingStates {
    states: Mutex<BTreeMap<ProfileId, WriteState>>,
    /// Held while the keychain is written, so that an older state never follows a newer one.
    writing: Mutex<()>,
}

impl PendingStates {
    /// The states that no call of [`Self::take_all`] has taken yet.
    pub(crate) fn lock(&self) -> MutexGuard<'_, BTreeMap<ProfileId, WriteState>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes all states and stores each, after earlier calls have stored theirs.
    pub(crate) fn take_all(&self, mut store: impl FnMut(ProfileId, WriteState)) {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let states = std::mem::take(&mut *self.lock());
        for (id, state) in states {
            store(id, state);
        }
    }
}
