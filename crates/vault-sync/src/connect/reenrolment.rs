//! Registering a password without signing in, by the statement of the account's root.

use rand_core::CryptoRng;
use vault_crypto::{KdfParams, SecretText, UnlockSeed};
use vault_engine::session::AccountParts;
use vault_wire::message::{JsonMessage as _, LoginName, RegisterFinish};

use super::account::{Known, credentials};
use super::address::Server;
use crate::account::{Enrolment, EnrolmentError, EnrolmentParts};
use crate::error::Error;

/// What a registration is made of.
pub struct NewRegistration {
    /// The login name.
    pub login: LoginName,
    /// The password.
    pub password: SecretText,
    /// The account's keys.
    pub parts: AccountParts,
    /// Opens the account slot of its profiles, which stays the same.
    pub unlock_seed: UnlockSeed,
    /// Above that of every earlier registration.
    pub version: u64,
    /// The costs of the password.
    pub costs: KdfParams,
}

/// What became of a re-enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reenrolled {
    /// The server says that it is stored: all sessions of the account have ended.
    Stored,
    /// It waits. It must be sent again after the time.
    Waits,
}

impl Server {
    /// Makes a registration with a password and has the root sign it. Asks the server for its part of OPAQUE, and sends nothing
    /// else. Returns the message for [`Server::reenrol`].
    ///
    /// # Errors
    /// See [`EnrolmentError`].
    pub async fn make_reenrolment(
        self,
        new: NewRegistration,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<Vec<u8>, EnrolmentError> {
        let NewRegistration { login, password, parts, unlock_seed, version, costs } = new;
        let AccountParts { root, keyset, certificate, secret_key } = parts;
        let place = self.place(login.clone(), Known::default(), 0, rng);
        let (root, keyset, certificate, unlock_seed) = (&root, &keyset, &certificate, &unlock_seed);
        let parts = EnrolmentParts { login, root, keyset, unlock_seed, certificate, version, code: None };
        let typed = credentials(&password, &secret_key);
        Enrolment::make(&place.client, parts, typed, costs, rng).await?.encode()
    }

    /// Sends a registration of this version, as often as needed: the server does the same with it each time.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn reenrol(
        self,
        message: &[u8],
        version: u64,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<Reenrolled, Error> {
        let message = RegisterFinish::from_json(message).map_err(|_| Error::OutOfBounds)?;
        let place = self.place(message.login.clone(), Known::default(), 0, rng);
        let (reply, waits) = place.client.reenrol(&message).await?;
        if reply.version != version {
            return Err(Error::Malformed);
        }
        Ok(if waits { Reenrolled::Waits } else { Reenrolled::Stored })
    }
}
