//! Adding a device by approval: the side of the device that is signed in, and that of the new one.

use vault_engine::SecretText;
use vault_sync::connect::{ApprovalError, ApprovalRequest, DeviceOffer, OfferState, SignInAs};
use vault_sync::message::{DeviceId, device_words};
use vault_sync::{Handover, SecretKey};

use super::network::network;
use super::otp_export::drawn;
use super::server::copied;
use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::state::{RequestedApproval, SignInPurpose};
use crate::views::{
    ApprovalStatusView, ApprovalView, DeviceOfferStatus, DeviceOfferView, NetworkChoice, SignInView,
};

impl Coffer {
    /// Shows a code for a new device, in place of the one before. It lasts ten minutes.
    ///
    /// # Errors
    /// `password_needed` unless the password was confirmed shortly before, `not_connected`, or why the server cannot be used.
    pub async fn device_offer(&self) -> Result<DeviceOfferView> {
        self.expect_confirmed().await?;
        let (connection, account) = self
            .read(|session| {
                let connection = session.connection()?.ok_or(ErrorCode::NotConnected)?;
                Ok((connection, session.account()))
            })
            .await?;
        let (session, mut rng) = (self.online()?, (self.make_rng)());
        let offer = DeviceOffer::begin(&session, &connection, account, &mut rng).await?;
        let code = offer.code();
        let view = DeviceOfferView { qr: drawn(&code)?, code: code.expose().to_owned() };
        *self.approvals.offered.lock().await = Some(offer);
        Ok(view)
    }

    /// Returns whether a device has used the code.
    ///
    /// # Errors
    /// `approval_ended`, `approval_forged` if what the server passed on is not from a device that has the code, or why the server
    /// cannot be used.
    pub async fn device_offer_status(&self) -> Result<DeviceOfferStatus> {
        let session = self.online()?;
        let mut offered = self.approvals.offered.lock().await;
        let offer = offered.as_mut().ok_or(ErrorCode::ApprovalEnded)?;
        Ok(match offer.state(&session).await {
            Ok(OfferState::Waiting) => DeviceOfferStatus::Waiting,
            Ok(OfferState::Requested(device)) => DeviceOfferStatus::Requested {
                device: device.to_string(),
                words: device_words(&device).map(str::to_owned).to_vec(),
            },
            Err(error) => {
                if matches!(error, ApprovalError::Ended | ApprovalError::Forged) {
                    *offered = None;
                }
                return Err(error.into());
            }
        })
    }

    /// Passes on to the new device whose words the user has compared: login, Secret Key, and what this device has verified.
    ///
    /// # Errors
    /// `password_needed`, `approval_ended`, `approval_used` if it is another device, or why the server cannot be used.
    pub async fn device_offer_approve(&self, device: String) -> Result<()> {
        self.expect_confirmed().await?;
        let device: DeviceId = device.parse().map_err(|_| ErrorCode::ApprovalUsed)?;
        let handover = self
            .read(|session| {
                let connection = session.connection()?.ok_or(ErrorCode::NotConnected)?;
                let heads = session.verified_heads()?;
                if heads.is_empty() {
                    // Nothing of the account is at the server yet.
                    return Err(ErrorCode::ServerUnreachable.into());
                }
                Ok(Handover {
                    login: connection.login.clone(),
                    secret_key: session.secret_key()?,
                    registration: connection.registration,
                    costs: connection.costs,
                    heads,
                })
            })
            .await?;
        let (session, mut rng) = (self.online()?, (self.make_rng)());
        let mut offered = self.approvals.offered.lock().await;
        let offer = offered.as_ref().ok_or(ErrorCode::ApprovalEnded)?;
        offer.approve(&session, &device, &handover, &mut rng).await?;
        *offered = None;
        Ok(())
    }

    /// Makes the code invalid.
    pub async fn device_offer_cancel(&self) {
        let offer = self.approvals.offered.lock().await.take();
        if let (Some(offer), Ok(session)) = (offer, self.online()) {
            offer.end(&session).await;
        }
    }

    /// Returns the address of the server in a code of another device. Nothing is sent.
    ///
    /// # Errors
    /// `join_code_invalid`.
    pub fn approval_address(code: &SecretText) -> Result<String> {
        ApprovalRequest::address(code).map_err(|_| ErrorCode::JoinCodeInvalid.into())
    }

    /// Asks with the code of another device to be approved by it.
    ///
    /// # Errors
    /// `join_code_invalid`, `approval_ended`, `approval_used`, or why the server cannot be used.
    pub async fn approval_begin(
        &self,
        code: SecretText,
        choice: Option<NetworkChoice>,
    ) -> Result<ApprovalView> {
        let settings = self.chosen_first(choice.as_ref())?;
        let (now, mut rng) = (self.clock.now().0, (self.make_rng)());
        let request = ApprovalRequest::begin(&code, &network(&settings)?, now, &mut rng).await?;
        let words = request.words().map(str::to_owned).to_vec();
        *self.approvals.requested.lock().await =
            Some(RequestedApproval { request, network: settings, approved: None });
        Ok(ApprovalView { words })
    }

    /// Returns whether the other device has approved this one.
    ///
    /// # Errors
    /// `approval_ended`, `approval_used`, `approval_forged` if the answer is not from the other device, or why the server cannot
    /// be used.
    pub async fn approval_status(&self) -> Result<ApprovalStatusView> {
        let mut requested = self.approvals.requested.lock().await;
        let waiting = requested.as_mut().ok_or(ErrorCode::ApprovalEnded)?;
        if waiting.approved.is_none() {
            waiting.approved = waiting.request.answer().await?;
        }
        Ok(waiting.approved.as_ref().map_or(ApprovalStatusView::Waiting, |approved| {
            ApprovalStatusView::Approved { login: approved.login.as_str().to_owned() }
        }))
    }

    /// Drops the request of this computer, and what was handed over to it.
    pub async fn approval_cancel(&self) {
        *self.approvals.requested.lock().await = None;
    }

    /// Signs in on a computer that was approved, makes the account's profile and opens it. The logs of its vaults must contain
    /// what the other device has verified.
    ///
    /// # Errors
    /// `approval_ended` without an approval; else as [`Coffer::account_join`].
    pub async fn approval_join(&self, password: SecretText, name: String) -> Result<SignInView> {
        let now = self.clock.now().0;
        let (server, typed, purpose) = {
            let requested = self.approvals.requested.lock().await;
            let waiting = requested.as_ref().ok_or(ErrorCode::ApprovalEnded)?;
            let approved = waiting.approved.as_ref().ok_or(ErrorCode::ApprovalEnded)?;
            let (server, known) = approved.server(&network(&waiting.network)?).await?;
            let secret_key = SecretKey::from_bytes(approved.secret_key.expose_bytes());
            let purpose = SignInPurpose::Join {
                name,
                password: copied(&password),
                secret_key: secret_key.to_text(),
                heads: approved.heads.clone(),
                network: waiting.network.duplicate(),
            };
            (server, SignInAs { login: approved.login.clone(), password, secret_key, known, now }, purpose)
        };
        self.sign_in(server, typed, purpose).await
    }
}
