//! Registration and sign-in, before there is a session.

use vault_wire::message::{
    AddDevice, ApprovalReply, Factor, FactorCode, LoginFinish, LoginParams, LoginParamsReply, LoginStart,
    LoginStartReply, LoginStep, MailCode, RegisterFinish, RegisterReply, RegisterStart, RegisterStartReply,
    RequestApproval,
};

use crate::client::{Authorised, Client};
use crate::error::Error;
use crate::transport::{Json, Nothing, Request};

impl Client {
    /// Begins a registration, of a new account or of another password.
    pub(crate) async fn register_start(&self, message: &RegisterStart) -> Result<RegisterStartReply, Error> {
        let request = Request::post("/v1/auth/register/start").json(message)?;
        let Json(reply) = self.call(&request, Authorised::Anonymous).await?;
        Ok(reply)
    }

    /// Opens an account.
    pub(crate) async fn register_finish(&self, message: &RegisterFinish) -> Result<RegisterReply, Error> {
        let request = Request::post("/v1/auth/register/finish").json(message)?;
        let Json(reply) = self.call(&request, Authorised::Anonymous).await?;
        Ok(reply)
    }

    /// Sends a registration that the root's statement alone authorises. Returns whether it waits.
    pub(crate) async fn reenrol(&self, message: &RegisterFinish) -> Result<(RegisterReply, bool), Error> {
        let request = Request::post("/v1/account/reenrol").json(message)?.that_may_wait();
        let (Json(reply), waits) = self.connection().call_or_wait(&request, None, |_| ()).await?;
        Ok((reply, waits))
    }

    /// Asks for a code by mail, to open an account. The answer says nothing of the login.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn mail_code(&self, message: &MailCode) -> Result<(), Error> {
        let request = Request::post("/v1/auth/mail").json(message)?.answered_by(204);
        let Nothing = self.call(&request, Authorised::Anonymous).await?;
        Ok(())
    }

    pub(crate) async fn login_params(&self, message: &LoginParams) -> Result<LoginParamsReply, Error> {
        let request = Request::post("/v1/auth/login/params").json(message)?;
        let Json(reply) = self.call(&request, Authorised::Proof).await?;
        Ok(reply)
    }

    pub(crate) async fn login_start(&self, message: &LoginStart) -> Result<LoginStartReply, Error> {
        let request = Request::post("/v1/auth/login/start").json(message)?;
        let Json(reply) = self.call(&request, Authorised::Proof).await?;
        Ok(reply)
    }

    pub(crate) async fn login_finish(&self, message: &LoginFinish) -> Result<LoginStep, Error> {
        let request = Request::post("/v1/auth/login/finish").json(message)?;
        let Json(reply) = self.call(&request, Authorised::Proof).await?;
        Ok(reply)
    }

    /// Sends the code of a second factor; of an unknown one, [`Error::OutOfBounds`].
    pub(crate) async fn factor_code(&self, factor: Factor, message: &FactorCode) -> Result<LoginStep, Error> {
        let path = match factor {
            Factor::Totp => "/v1/auth/mfa/totp",
            Factor::Recovery => "/v1/auth/mfa/recovery",
            Factor::Unknown => return Err(Error::OutOfBounds),
        };
        let Json(reply) = self.call(&Request::post(path).json(message)?, Authorised::Proof).await?;
        Ok(reply)
    }

    /// Puts the request of this device for an approval, and returns the answer to it once there is one.
    pub(crate) async fn request_approval(&self, message: &RequestApproval) -> Result<ApprovalReply, Error> {
        let request = Request::post("/v1/auth/approval").json(message)?;
        let Json(reply) = self.call(&request, Authorised::Proof).await?;
        Ok(reply)
    }

    pub(crate) async fn add_device(&self, message: &AddDevice) -> Result<LoginStep, Error> {
        let request = Request::post("/v1/devices").json(message)?;
        let Json(reply) = self.call(&request, Authorised::Proof).await?;
        Ok(reply)
    }
}
