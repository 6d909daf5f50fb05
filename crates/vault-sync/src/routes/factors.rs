//! Second factors of the account.

use vault_wire::message::{FactorState, RecoveryCodes, TotpConfirm, TotpSecret};

use crate::error::Error;
use crate::session::Session;
use crate::transport::{Json, Nothing, Request};

impl Session {
    /// Returns which second factors the account has.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn factors(&self) -> Result<FactorState, Error> {
        let Json(reply) = self.call(&Request::get("/v1/account/factors")).await?;
        Ok(reply)
    }

    /// Asks for a secret for one-time codes. It takes effect with [`Session::confirm_totp`].
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn offer_totp(&self) -> Result<TotpSecret, Error> {
        let Json(reply) = self.call(&Request::post("/v1/account/factors/totp")).await?;
        Ok(reply)
    }

    /// Proves a code of the new secret, which takes effect. The recovery codes are returned this once.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn confirm_totp(&self, message: &TotpConfirm) -> Result<RecoveryCodes, Error> {
        let Json(reply) =
            self.call(&Request::post("/v1/account/factors/totp/confirm").json(message)?).await?;
        Ok(reply)
    }

    /// Removes the second factor.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn remove_totp(&self) -> Result<(), Error> {
        let Nothing = self.call(&Request::delete("/v1/account/factors/totp").answered_by(204)).await?;
        Ok(())
    }
}
