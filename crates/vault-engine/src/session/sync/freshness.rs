//! Whether the first log that a new device got was the newest one.
//!
//! A device that was added by password alone believes the first answer: a server that returns everything as it was at one
//! earlier time shows it a consistent past. See `docs/formats/client-state.md`, *A new device*.

use vault_wire::log::Head;

use super::handed;
use crate::session::activity::event::EventKind;
use crate::session::error::SessionError;
use crate::session::rows::freshness::{Handover, State};
use crate::session::state::Session;

/// How much is known of the age of what this device has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// The logs were not replayed up to their ends yet.
    Replaying,
    /// They were, and nothing but the server says that these are their newest ends.
    Unverified,
    /// Another device of the account had the same log, or this one wrote the first entry.
    Verified,
}

impl Session {
    /// Notes that the profile is one of an account that exists, before it is connected. `known` is whether another device has
    /// handed over the heads.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn begin_replay(&mut self, known: Handover) -> Result<(), SessionError> {
        self.write(|tx| State::Replaying(known).store(&tx.db))
    }

    /// Returns how much is known of the age of what this device has.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn freshness(&self) -> Result<Freshness, SessionError> {
        Ok(match State::read(&self.db)? {
            None => Freshness::Verified,
            Some(State::Replaying(_)) => Freshness::Replaying,
            Some(State::Replayed(_)) => Freshness::Unverified,
        })
    }

    /// Notes that all vaults were replayed up to their ends.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn replayed(&mut self) -> Result<(), SessionError> {
        let Some(State::Replaying(known)) = State::read(&self.db)? else { return Ok(()) };
        let home = self.vaults.home()?;
        if known == Handover::Heads && handed::head_of(&self.db, &home.id)?.is_some() {
            return Ok(());
        }
        let end = home.confirmed.map_or(0, |confirmed| confirmed.seq);
        self.write(|tx| match known {
            Handover::Nothing => State::Replayed(end).store(&tx.db),
            Handover::Heads => State::end(&tx.db),
        })
    }

    /// Returns the confirmed head of the home vault, whose words people compare; `None` before the first contact.
    ///
    /// # Errors
    /// Fails if the profile is damaged.
    pub fn home_head(&self) -> Result<Option<Head>, SessionError> {
        Ok(self.vaults.home()?.confirmed)
    }

    /// Notes that another device of the account shows the same words for the home vault's log after so many entries, and no
    /// longer one.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if the log does not have as many, or had more when this device got it first.
    pub fn compared(&mut self, entries: u64) -> Result<(), SessionError> {
        let first = match State::read(&self.db)? {
            None => return Ok(()),
            Some(State::Replaying(_)) => return Err(SessionError::NotFound),
            Some(State::Replayed(first)) => first,
        };
        let confirmed = self.home_head()?.map_or(0, |head| head.seq);
        if !(first..=confirmed).contains(&entries) {
            return Err(SessionError::NotFound);
        }
        self.write(|tx| {
            State::end(&tx.db)?;
            tx.note(EventKind::Compared, None, &[])
        })
    }
}
