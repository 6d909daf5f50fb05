//! The steps of a sign-in between a client and a server.

use std::sync::Arc;

use rand_core::CryptoRng;
use vault_crypto::{AccountUnlockKey, KdfParams, StretchedAccountPassword};
use vault_wire::AccountId;
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{AddDevice, Bytes, Credential, Factor, LoginStep, Tokens};

use super::error::SignInError;
use super::opaque;
use super::opened::{SignedIn, Verified, open};
use super::pins::AccountPins;
use crate::client::Client;
use crate::error::Error;
use crate::session::{Session, TokenStore};

/// A sign-in whose password is stretched.
pub(super) struct Attempt {
    pub(super) client: Arc<Client>,
    pub(super) store: Arc<dyn TokenStore>,
    pub(super) pins: AccountPins,
    pub(super) made_at: u64,
    pub(super) account: AccountId,
    pub(super) costs: KdfParams,
    pub(super) stretched: StretchedAccountPassword,
}

/// What the server wants next.
pub(super) enum Next {
    Factor(Credential<2048>, Vec<Factor>),
    Done(Tokens),
}

impl Attempt {
    /// Runs OPAQUE, as often as needed: states of a sign-in are valid once and for a minute.
    pub(super) async fn log_in(
        &self,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<(Next, AccountUnlockKey), SignInError> {
        let (step, key) = opaque::log_in(&self.client, self.account, &self.stretched, rng).await?;
        Ok((self.follow(step).await?, key))
    }

    /// Adds the device if the server asks for it.
    pub(super) async fn follow(&self, step: LoginStep) -> Result<Next, SignInError> {
        let state = match step {
            LoginStep::Factor { state, factors } => return Ok(Next::Factor(state, factors.into_vec())),
            LoginStep::Done { tokens } => return Ok(Next::Done(tokens)),
            LoginStep::Device { state } => state,
        };
        let keys = self.client.device().state_keys(self.account, self.made_at).encode();
        let device = Bytes::new(keys).map_err(|_| Error::OutOfBounds)?;
        let message = AddDevice { state, device };
        match self.client.add_device(&message).await.map_err(opaque::wrong)? {
            LoginStep::Done { tokens } => Ok(Next::Done(tokens)),
            LoginStep::Factor { .. } | LoginStep::Device { .. } => Err(Error::Malformed.into()),
        }
    }

    /// Fetches and opens the account. Only then the session's token is stored.
    pub(super) async fn complete(
        &self,
        tokens: Tokens,
        key: &AccountUnlockKey,
    ) -> Result<SignedIn, SignInError> {
        let session = Session::begin(self.client.clone(), tokens, self.store.clone());
        let reply = session.keyset().await?;
        let Verified { account, certificate, pins } =
            open(&reply, key, &self.account, self.client.issuer(), self.costs, &self.pins)?;
        session.save().await?;
        Ok(SignedIn { session, account, certificate, pins })
    }
}
