//! The second factor of a sign-in.

use rand_core::CryptoRng;
use vault_crypto::AccountUnlockKey;
use vault_wire::message::{Credential, Factor, FactorCode, LoginStep, ProblemCode};

use super::attempt::{Attempt, Next};
use super::error::SignInError;
use super::opaque;
use super::opened::SignedIn;
use crate::error::Error;

/// A sign-in that waits for the code of a second factor. The user may take any time and try more than once: the password is
/// not stretched again.
pub struct SecondFactor {
    attempt: Attempt,
    key: AccountUnlockKey,
    /// The server's state, until it is used.
    state: Option<Credential<2048>>,
    factors: Vec<Factor>,
}

impl SecondFactor {
    pub(super) const fn new(
        attempt: Attempt,
        key: AccountUnlockKey,
        state: Credential<2048>,
        factors: Vec<Factor>,
    ) -> Self {
        Self { attempt, key, state: Some(state), factors }
    }

    /// The account's factors that this program knows; one of them is enough.
    pub fn factors(&self) -> impl Iterator<Item = Factor> {
        self.factors.iter().copied().filter(|factor| *factor != Factor::Unknown)
    }

    /// Tries a code.
    ///
    /// # Errors
    /// [`SignInError::Refused`] if it is wrong; another may follow. See [`SignInError`].
    pub async fn submit(
        &mut self,
        factor: Factor,
        code: &Credential<32>,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<SignedIn, SignInError> {
        if let Some(state) = self.state.take() {
            match self.send(factor, state, code).await {
                Err(SignInError::Server(error)) if error.code() == Some(ProblemCode::SignInExpired) => {}
                answered => return self.complete(answered?).await,
            }
        }
        // A state is valid once and for a minute.
        let (next, key) = self.attempt.log_in(rng).await?;
        self.key = key;
        let next = match next {
            Next::Factor(state, _) => self.send(factor, state, code).await?,
            next @ Next::Done(_) => next,
        };
        self.complete(next).await
    }

    async fn send(
        &self,
        factor: Factor,
        state: Credential<2048>,
        code: &Credential<32>,
    ) -> Result<Next, SignInError> {
        let code = Credential::new(code.expose()).map_err(|_| Error::OutOfBounds)?;
        let message = FactorCode { state, code };
        let step: LoginStep =
            self.attempt.client.factor_code(factor, &message).await.map_err(opaque::wrong)?;
        self.attempt.follow(step).await
    }

    async fn complete(&self, next: Next) -> Result<SignedIn, SignInError> {
        match next {
            Next::Done(tokens) => self.attempt.complete(tokens, &self.key).await,
            Next::Factor(..) => Err(Error::Malformed.into()),
        }
    }
}
