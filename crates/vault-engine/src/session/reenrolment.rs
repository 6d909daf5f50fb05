//! A password that was reset with the recovery code, on its way to the account's server. One sealed box in the database; its
//! layout is in `docs/formats/profile.md`.

use vault_wire::cbor::{Array, Canonical, DecodeError, Reader};
use vault_wire::message::{JsonMessage as _, RegisterFinish};

use super::connection;
use super::error::SessionError;
use super::rows::meta;
use super::state::Session;
use crate::clock::Timestamp;

/// How far the registration of a reset password is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reenrolment {
    /// The version of the last registration that was made; 0 if none was.
    pub version: u64,
    /// What is to be done next.
    pub step: ReenrolStep,
}

/// A step of a re-enrolment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReenrolStep {
    /// The account has the forgotten password. A registration can be made while the password is at hand.
    Wanted,
    /// It is signed and sent until the server has stored it. It contains no key, and nothing that opens without the password.
    Made {
        /// The registration, encoded as it is sent.
        message: Vec<u8>,
        /// When the server first answered that it waits.
        since: Option<Timestamp>,
    },
    /// The server has stored it: the user can sign in.
    Effective,
    /// Another device deleted it while it waited.
    Cancelled,
    /// The password was changed on another device meanwhile.
    Superseded,
    /// The server does not take it.
    Refused,
}

impl Session {
    /// Returns the re-enrolment of this profile's account; none if its password was not reset, or is that of the account.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn reenrolment(&self) -> Result<Option<Reenrolment>, SessionError> {
        let sealed = meta::get(&self.db, meta::REENROLMENT)?;
        connection::read(&self.local, &self.info.id, sealed, connection::REENROLMENT)
    }

    /// Stores how far a re-enrolment is; none if there is none any more.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn set_reenrolment(&mut self, reenrolment: Option<&Reenrolment>) -> Result<(), SessionError> {
        self.writable()?;
        match reenrolment {
            Some(reenrolment) => {
                let sealed = self.seal_reenrolment(reenrolment);
                meta::set(&self.db, meta::REENROLMENT, &sealed)
            }
            None => meta::remove(&self.db, meta::REENROLMENT),
        }
    }

    /// Continues a re-enrolment, unless it is another one by now. Returns whether it was.
    ///
    /// # Errors
    /// As [`Session::set_reenrolment`].
    pub fn continue_reenrolment(
        &mut self,
        before: &Reenrolment,
        step: ReenrolStep,
    ) -> Result<bool, SessionError> {
        if self.reenrolment()?.as_ref() != Some(before) {
            return Ok(false);
        }
        self.set_reenrolment(Some(&Reenrolment { version: before.version, step })).map(|()| true)
    }

    pub(super) fn seal_reenrolment(&mut self, reenrolment: &Reenrolment) -> Vec<u8> {
        let name = connection::REENROLMENT;
        self.local.seal_draft(&self.info.id, name, &reenrolment.encode(), &mut self.rng)
    }
}

const VERSION: u64 = 1;

impl ReenrolStep {
    const fn number(&self) -> u64 {
        match self {
            Self::Wanted => 0,
            Self::Made { .. } => 1,
            Self::Effective => 2,
            Self::Cancelled => 3,
            Self::Superseded => 4,
            Self::Refused => 5,
        }
    }
}

impl Canonical for Reenrolment {
    const MAX_LEN: usize = RegisterFinish::MAX_LEN + 64;

    fn write(&self) -> Array {
        let Self { version, step } = self;
        let (message, since) = match step {
            ReenrolStep::Made { message, since } => (Some(message.as_slice()), *since),
            _ => (None, None),
        };
        Array::new()
            .uint(VERSION)
            .uint(*version)
            .uint(step.number())
            .uint(since.map_or(0, |since| since.0))
            .bytes_or_null(message)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(5)?;
        reader.version(VERSION)?;
        let (version, step, since) = (reader.uint()?, reader.uint()?, reader.uint()?);
        let message =
            if reader.null()? { None } else { Some(reader.bytes_up_to(RegisterFinish::MAX_LEN)?.to_vec()) };
        let step = match (step, message, since) {
            (1, Some(message), since) => {
                ReenrolStep::Made { message, since: (since > 0).then_some(Timestamp(since)) }
            }
            (0, None, 0) => ReenrolStep::Wanted,
            (2, None, 0) => ReenrolStep::Effective,
            (3, None, 0) => ReenrolStep::Cancelled,
            (4, None, 0) => ReenrolStep::Superseded,
            (5, None, 0) => ReenrolStep::Refused,
            _ => return Err(DecodeError::Malformed),
        };
        Ok(Self { version, step })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_read_back_as_they_were_written() {
        let message = vec![7; RegisterFinish::MAX_LEN];
        for step in [
            ReenrolStep::Wanted,
            ReenrolStep::Made { message: message.clone(), since: None },
            ReenrolStep::Made { message, since: Some(Timestamp(u64::MAX)) },
            ReenrolStep::Effective,
            ReenrolStep::Cancelled,
            ReenrolStep::Superseded,
            ReenrolStep::Refused,
        ] {
            let written = Reenrolment { version: u64::MAX, step };
            assert_eq!(Reenrolment::decode(&written.encode()), Ok(written));
        }
    }
}
