//! The account of a session: its boxes, devices and sessions.

use vault_wire::account::{SignedCertificate, SignedRevocation};
use vault_wire::message::{
    AccountUsage, AnswerApproval, ApprovalOffer, ApprovalState, AuditPage, DeviceLabel, DeviceList,
    KeysetReply, Logout, LogoutScope, RegisterFinish, RegisterReply, SessionList,
};
use vault_wire::{AccountId, DeviceId, SessionId};

use crate::error::Error;
use crate::session::Session;
use crate::transport::{Cbor, Json, Nothing, Request};

impl Session {
    /// Replaces password, keyset and root box.
    pub(crate) async fn register_finish(&self, message: &RegisterFinish) -> Result<RegisterReply, Error> {
        let Json(reply) = self.call(&Request::post("/v1/auth/register/finish").json(message)?).await?;
        Ok(reply)
    }

    /// Deletes a re-enrolment that waits.
    ///
    /// # Errors
    /// See [`Error`]; [`ProblemCode::NotFound`](vault_wire::message::ProblemCode::NotFound) if none does.
    pub async fn cancel_reenrolment(&self) -> Result<(), Error> {
        let Nothing = self.call(&Request::delete("/v1/account/reenrol").answered_by(204)).await?;
        Ok(())
    }

    /// Deletes the account.
    ///
    /// # Errors
    /// See [`Error`]; [`ProblemCode::VaultsLeft`](vault_wire::message::ProblemCode::VaultsLeft) if other members would lose
    /// their only owner.
    pub async fn delete_account(&self) -> Result<(), Error> {
        let Nothing = self.call(&Request::delete("/v1/account").answered_by(204)).await?;
        Ok(())
    }

    /// Returns audit events after a number, unverified.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn audit(&self, after: u64) -> Result<AuditPage, Error> {
        let Json(page) = self.call(&Request::get("/v1/audit").query(format!("after={after}"))).await?;
        Ok(page)
    }

    /// Returns the account's boxes, unverified.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn keyset(&self) -> Result<KeysetReply, Error> {
        let Json(reply) = self.call(&Request::get("/v1/account/keyset")).await?;
        Ok(reply)
    }

    /// Returns the account's devices, unverified.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn devices(&self) -> Result<DeviceList, Error> {
        let Json(reply) = self.call(&Request::get("/v1/devices")).await?;
        Ok(reply)
    }

    /// Stores the sealed name of a device.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn label_device(&self, device: &DeviceId, label: &DeviceLabel) -> Result<(), Error> {
        let path = format!("/v1/devices/{device}/label");
        let Nothing = self.call(&Request::put(path).json(label)?.answered_by(204)).await?;
        Ok(())
    }

    /// Revokes a device, by a statement that the account's identity signed.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn revoke_device(&self, device: &DeviceId, statement: &SignedRevocation) -> Result<(), Error> {
        let path = format!("/v1/devices/{device}/revoke");
        let Nothing = self.call(&Request::post(path).cbor(statement)?.answered_by(204)).await?;
        Ok(())
    }

    /// Begins the approval of a new device, in place of the one before.
    pub(crate) async fn offer_approval(&self, message: &ApprovalOffer) -> Result<(), Error> {
        let Nothing =
            self.call(&Request::put("/v1/account/approval").json(message)?.answered_by(204)).await?;
        Ok(())
    }

    /// Returns how far the approval of a new device is, unverified.
    pub(crate) async fn approval(&self) -> Result<ApprovalState, Error> {
        let Json(reply) = self.call(&Request::get("/v1/account/approval")).await?;
        Ok(reply)
    }

    /// Answers the request of a new device.
    pub(crate) async fn answer_approval(&self, message: &AnswerApproval) -> Result<(), Error> {
        let Nothing =
            self.call(&Request::post("/v1/account/approval").json(message)?.answered_by(204)).await?;
        Ok(())
    }

    /// Ends the approval of a new device.
    pub(crate) async fn end_approval(&self) -> Result<(), Error> {
        let Nothing = self.call(&Request::delete("/v1/account/approval").answered_by(204)).await?;
        Ok(())
    }

    /// Returns the account's login sessions, unverified.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn sessions(&self) -> Result<SessionList, Error> {
        let Json(reply) = self.call(&Request::get("/v1/sessions")).await?;
        Ok(reply)
    }

    /// Ends another session; all others if none is named.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn end_sessions(&self, session: Option<&SessionId>) -> Result<(), Error> {
        let request = Request::delete("/v1/sessions").answered_by(204);
        let request = match session {
            Some(session) => request.query(format!("session={session}")),
            None => request,
        };
        let Nothing = self.call(&request).await?;
        Ok(())
    }

    /// Ends this session, or all of the account.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn log_out(&self, scope: LogoutScope) -> Result<(), Error> {
        let request = Request::post("/v1/auth/logout").json(&Logout { scope })?.answered_by(204);
        let Nothing = self.call(&request).await?;
        Ok(())
    }

    /// Returns what the account stores, and how much it may.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn usage(&self) -> Result<AccountUsage, Error> {
        let Json(reply) = self.call(&Request::get("/v1/account/usage")).await?;
        Ok(reply)
    }

    /// Returns the certificate of a member of a common vault, unverified.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn certificate(&self, account: &AccountId) -> Result<SignedCertificate, Error> {
        let Cbor(reply) = self.call(&Request::get(format!("/v1/accounts/{account}"))).await?;
        Ok(reply)
    }
}
