//! Detecting that the whole database was replaced by an older copy of itself.
//!
//! The header pin is inside the database, so it does not reveal that the database and the key file were put back
//! together. The keychain therefore has the write state of the last known database. It is stored after the commit, at
//! the earliest a minute after the one before, and when the profile is locked: a database that is ahead of it is
//! normal, one that is behind is opened for reading only until the user decides. Without a keychain nothing is
//! detected.

use std::time::Duration;

use rusqlite::Connection;
use vault_crypto::SecretText;
use vault_wire::ProfileId;

use super::keychain::{Keychain, KeychainEntry};
use super::profiles::Profiles;
use crate::session::rows::write_state::WriteState;
use crate::session::{ReadOnly, Session, SessionError};

/// The shortest time between two write states of an open profile in the keychain.
const INTERVAL: Duration = Duration::from_secs(60);

/// When a write state is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// While the profile is open; at most once a minute.
    Open,
    /// Before the profile is closed.
    Closing,
}

impl Profiles {
    /// Takes the write state of an open profile for [`Profiles::store_write_states`], if it changed. Returns whether
    /// there is one to store.
    pub fn take_write_state(&self, session: &mut Session, moment: Moment) -> bool {
        let Some(state) = session.changed_state(moment == Moment::Closing, INTERVAL) else { return false };
        self.pending.lock().insert(session.profile().id, state);
        true
    }

    /// Stores the taken write states in the keychain. Blocks until it answers or its time limit ends; without a
    /// keychain they are dropped.
    pub fn store_write_states(&self) {
        self.pending.take_all(|id, state| {
            let _ = self.keychain.set(id, KeychainEntry::WriteState, &SecretText::new(state.to_string()));
        });
    }

    /// Makes a profile writable that was opened for reading only because its database is older than the last known
    /// one. The next state that is stored makes this database the known one.
    ///
    /// # Errors
    /// Fails if the profile cannot be written; it is then still read-only.
    pub fn accept_rollback(&self, session: &mut Session) -> Result<(), SessionError> {
        if session.read_only() == Some(ReadOnly::RolledBack) {
            session.accept_rollback()?;
        }
        Ok(())
    }

    /// Drops what is known about the database of a profile that the user replaces.
    pub(crate) fn forget_write_state(&self, id: ProfileId) {
        self.pending.lock().remove(&id);
        let _ = self.keychain.delete(id, KeychainEntry::WriteState);
    }

    /// Returns whether a database is older than the last known one, or was written separately.
    pub(crate) fn is_rolled_back(&self, id: ProfileId, db: &Connection) -> Result<bool, SessionError> {
        let pending = self.pending.lock().get(&id).copied();
        let known = pending.or_else(|| stored(&*self.keychain, id));
        Ok(match known {
            None => false,
            Some(known) => WriteState::read(db)?.is_rolled_back(&known),
        })
    }
}

/// Reads the write state in the keychain; a text that is none is ignored.
fn stored(keychain: &dyn Keychain, id: ProfileId) -> Option<WriteState> {
    let text = keychain.get(id, KeychainEntry::WriteState).ok().flatten()?;
    text.expose().parse().ok()
}
