//! Signing in with login, password and Secret Key.

use std::sync::Arc;

use rand_core::CryptoRng;
use vault_wire::message::{LoginName, LoginParams, LoginParamsReply};

use super::attempt::{Attempt, Next};
use super::credentials::Credentials;
use super::error::SignInError;
use super::factor::SecondFactor;
use super::opened::SignedIn;
use super::pins::AccountPins;
use crate::client::Client;
use crate::session::TokenStore;

/// What a sign-in needs besides what the user types.
pub struct SignIn {
    /// The device in front of the server.
    pub client: Arc<Client>,
    /// Where the session's token is kept.
    pub store: Arc<dyn TokenStore>,
    /// What was seen of the account before.
    pub pins: AccountPins,
    /// The time, in milliseconds since 1970, for the statement of the device's keys.
    pub made_at: u64,
}

/// How far a sign-in is.
pub enum SignInStep {
    /// It is complete.
    Done(Box<SignedIn>),
    /// The account asks for a second factor.
    Factor(Box<SecondFactor>),
}

impl SignIn {
    /// Signs in. A device that the account does not have yet is added.
    ///
    /// Costs that are out of bounds, and another account than the known one, end it before anything is derived or sent.
    ///
    /// # Errors
    /// See [`SignInError`].
    pub async fn start(
        self,
        login: LoginName,
        credentials: Credentials,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<SignInStep, SignInError> {
        let LoginParamsReply { account_id, kdf } = self.client.login_params(&LoginParams { login }).await?;
        if self.pins.account.is_some_and(|known| known != account_id) {
            return Err(SignInError::Account);
        }
        let costs = self.pins.check_costs(kdf)?;
        let stretched = credentials.stretch(costs).await?;
        let Self { client, store, pins, made_at } = self;
        let attempt = Attempt { client, store, pins, made_at, account: account_id, costs, stretched };
        let (next, key) = attempt.log_in(rng).await?;
        match next {
            Next::Factor(state, factors) => {
                Ok(SignInStep::Factor(Box::new(SecondFactor::new(attempt, key, state, factors))))
            }
            Next::Done(tokens) => Ok(SignInStep::Done(Box::new(attempt.complete(tokens, &key).await?))),
        }
    }
}
