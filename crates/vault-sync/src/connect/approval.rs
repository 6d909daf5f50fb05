//! Adding a device by approval: one that is signed in shows a code, the new one asks with it, and gets what it would else have
//! to type, or to believe of the server.

use std::sync::Arc;

use rand_core::CryptoRng;
use vault_crypto::{
    ApprovalCode, ApprovalSecret, DeviceSigner, Handover, LinkError, OpenError, SecretKey, SecretText,
};
use vault_engine::session::ServerConnection;
use vault_wire::account::{ApprovalAnswer, DeviceKeys};
use vault_wire::cbor::Canonical as _;
use vault_wire::log::{Head, RecoveryRatchet};
use vault_wire::message::{AnswerApproval, ApprovalOffer, Bytes, LoginName, ProblemCode, RequestApproval};
use vault_wire::{AccountId, DeviceId, VaultId, device_words};

use super::account::Known;
use super::address::{Found, Server, ServerAddress};
use crate::account::AccountPins;
use crate::client::Client;
use crate::error::{Error, Untrusted};
use crate::session::Session;
use crate::transport::Network;

/// Why a device could not be added by approval.
#[derive(Debug, thiserror::Error)]
pub enum ApprovalError {
    /// The text is no code of a device.
    #[error("this is not the code of another device")]
    NotACode(#[from] LinkError),
    /// A request failed.
    #[error(transparent)]
    Server(#[from] Error),
    /// The code has expired, was withdrawn, or replaced by another one.
    #[error("the code is no longer valid")]
    Ended,
    /// Another device has used the code.
    #[error("another device has used the code")]
    Used,
    /// What the server passed on is not by a device that has the code, or was changed.
    #[error("what the server passed on is not from the other device")]
    Forged,
}

impl From<OpenError> for ApprovalError {
    fn from(_: OpenError) -> Self {
        Self::Forged
    }
}

/// The state of an approval by the answer to a request about it.
fn of_server(error: Error) -> ApprovalError {
    match error.code() {
        Some(ProblemCode::NotFound) => ApprovalError::Ended,
        Some(ProblemCode::Exists) => ApprovalError::Used,
        _ => error.into(),
    }
}

/// A code that a device shows, until it is answered or ends.
pub struct DeviceOffer {
    code: ApprovalCode,
    request: Option<(DeviceKeys, Vec<u8>)>,
}

/// How far a new device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferState {
    /// No device has used the code.
    Waiting,
    /// A device has used the code. Its words must be those that it shows.
    Requested(DeviceId),
}

impl DeviceOffer {
    /// Makes a code, and has the server accept it for ten minutes.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn begin(
        session: &Session,
        connection: &ServerConnection,
        account: AccountId,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<Self, Error> {
        let ServerConnection { issuer, address, key, .. } = connection;
        let secret = ApprovalSecret::make(rng);
        session.offer_approval(&ApprovalOffer { approval_id: secret.id(&account) }).await?;
        let code =
            ApprovalCode { address: address.clone(), issuer: issuer.clone(), key: *key, account, secret };
        Ok(Self { code, request: None })
    }

    /// The code, to be shown to the user alone.
    #[must_use]
    pub fn code(&self) -> SecretText {
        self.code.to_text()
    }

    /// Asks whether a device has used the code. Once one has, it stays that one.
    ///
    /// # Errors
    /// See [`ApprovalError`].
    pub async fn state(&mut self, session: &Session) -> Result<OfferState, ApprovalError> {
        if self.request.is_none() {
            let state = session.approval().await.map_err(of_server)?;
            if state.approval_id != self.code.secret.id(&self.code.account) {
                return Err(ApprovalError::Ended);
            }
            if let Some(request) = state.request {
                let keys = self.code.secret.open_request(&self.code.account, request.as_slice())?;
                self.request = Some((keys, request.as_slice().to_vec()));
            }
        }
        let asked = self.request.as_ref().map(|(keys, _)| DeviceId::of_key(&keys.sign));
        Ok(asked.map_or(OfferState::Waiting, OfferState::Requested))
    }

    /// Passes on to the device whose words the user has compared.
    ///
    /// # Errors
    /// See [`ApprovalError`]; [`ApprovalError::Used`] if it is not the one that was shown.
    pub async fn approve(
        &self,
        session: &Session,
        device: &DeviceId,
        handover: &Handover,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<(), ApprovalError> {
        let (keys, request) = self.request.as_ref().ok_or(ApprovalError::Ended)?;
        if DeviceId::of_key(&keys.sign) != *device {
            return Err(ApprovalError::Used);
        }
        let secret = &self.code.secret;
        let answer = secret.seal_answer(keys, request, handover, rng).map_err(|_| ApprovalError::Forged)?;
        let answer = Bytes::new(answer.encode()).map_err(|_| Error::OutOfBounds)?;
        let message = AnswerApproval { approval_id: secret.id(&self.code.account), answer };
        session.answer_approval(&message).await.map_err(of_server)
    }

    /// Makes the code invalid, at the server too if it can be reached. Without an answer it gives nothing away.
    pub async fn end(self, session: &Session) {
        let _ = session.end_approval().await;
    }
}

/// A new device that waits for its approval.
pub struct ApprovalRequest {
    code: ApprovalCode,
    device: Arc<DeviceSigner>,
    client: Client,
    request: Vec<u8>,
}

/// What another device has handed over: all that a sign-in needs but the password.
pub struct Approved {
    /// The login name.
    pub login: LoginName,
    /// The Secret Key.
    pub secret_key: SecretKey,
    /// Heads that the logs must contain.
    pub heads: Vec<(VaultId, Head)>,
    code: ApprovalCode,
    device: Arc<DeviceSigner>,
    pins: AccountPins,
}

impl ApprovalRequest {
    /// Reads a code and sends the keys of this device, sealed, to the server in it.
    ///
    /// # Errors
    /// See [`ApprovalError`].
    pub async fn begin(
        text: &SecretText,
        network: &Network,
        now: u64,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<Self, ApprovalError> {
        let code = ApprovalCode::from_text(text)?;
        let device = Arc::new(DeviceSigner::make(rng));
        let client = server(&code, network).await?.client(device.clone(), rng);
        let keys = device.state_keys(code.account, now);
        let request = code.secret.seal_request(&code.account, &keys, rng);
        let this = Self { code, device, client, request };
        match this.ask().await {
            // The same request is sent until it is answered.
            Ok(_) | Err(ApprovalError::Server(Error::Unreachable(_))) => Ok(this),
            Err(error) => Err(error),
        }
    }

    /// Returns the address of the server in a code. Nothing is sent.
    ///
    /// # Errors
    /// If it is no such code.
    pub fn address(text: &SecretText) -> Result<String, LinkError> {
        ApprovalCode::from_text(text).map(|code| code.address.as_str().to_owned())
    }

    /// Eight words for this device, which the other one must show before it is approved.
    #[must_use]
    pub fn words(&self) -> [&'static str; 8] {
        device_words(&self.device.id())
    }

    /// Returns the other device's answer; nothing while there is none.
    ///
    /// # Errors
    /// See [`ApprovalError`].
    pub async fn answer(&self) -> Result<Option<Approved>, ApprovalError> {
        let Some(answer) = self.ask().await? else { return Ok(None) };
        let ApprovalCode { address, issuer, key, account, secret } = &self.code;
        let handover = secret.open_answer(&self.device, account, &self.request, &answer)?;
        let Handover { login, secret_key, registration, costs, heads } = handover;
        let pins = AccountPins { account: Some(*account), costs: Some(costs), version: registration };
        let secret = ApprovalSecret::from_bytes(secret.expose_bytes());
        let code = ApprovalCode {
            address: address.clone(),
            issuer: issuer.clone(),
            key: *key,
            account: *account,
            secret,
        };
        Ok(Some(Approved { login, secret_key, heads, code, device: self.device.clone(), pins }))
    }

    async fn ask(&self) -> Result<Option<ApprovalAnswer>, ApprovalError> {
        let message = RequestApproval {
            account_id: self.code.account,
            approval_id: self.code.secret.id(&self.code.account),
            request: Bytes::new(self.request.clone()).map_err(|_| Error::OutOfBounds)?,
        };
        let reply = self.client.request_approval(&message).await.map_err(of_server)?;
        let answer = reply.answer.map(|answer| ApprovalAnswer::decode(answer.as_slice()));
        answer.transpose().map_err(|_| ApprovalError::Forged)
    }
}

impl Approved {
    /// The server to sign in to, and what is known of the account there.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn server(&self, network: &Network) -> Result<(Server, Known), Error> {
        let known = Known {
            pins: self.pins,
            device: Some(self.device.clone()),
            recovery: RecoveryRatchet::default(),
        };
        Ok((server(&self.code, network).await?, known))
    }
}

/// The server of a code. Nobody is asked to confirm its key: that is in the code, or an authority vouches for it.
async fn server(code: &ApprovalCode, network: &Network) -> Result<Server, Error> {
    match ServerAddress::of_code(code).find(network).await? {
        Found::Server(server) => Ok(*server),
        Found::Unknown(_) => Err(Untrusted::Authority.into()),
    }
}
