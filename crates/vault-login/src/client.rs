//! The client of a registration and of a sign-in.

use opaque_ke::{
    ClientLoginFinishParameters, ClientRegistrationFinishParameters, CredentialResponse, RegistrationResponse,
};
use rand_core::CryptoRng;
use vault_wire::AccountId;
use vault_wire::message::Origin;
use zeroize::{Zeroize, Zeroizing};

use crate::names::Names;
use crate::rng::OlderRng;
use crate::suite::{KE1_LEN, KE2_LEN, KE3_LEN, RECORD_LEN, REQUEST_LEN, RESPONSE_LEN, Suite, array};
use crate::{ExportKey, LoginError};

/// A registration whose request was sent.
pub struct ClientRegistration {
    password: Zeroizing<Vec<u8>>,
    state: opaque_ke::ClientRegistration<Suite>,
}

/// A finished registration.
pub struct Registration {
    /// What the server stores.
    pub record: [u8; RECORD_LEN],
    /// The key that later sign-ins return.
    pub export_key: ExportKey,
}

impl ClientRegistration {
    /// Starts a registration with the 32 bytes that stand for the password. Returns the request to send.
    ///
    /// # Errors
    /// [`LoginError::Refused`] with negligible probability: if the blinded password is no element of the group.
    pub fn start(
        password: &[u8; 32],
        rng: &mut impl CryptoRng,
    ) -> Result<(Self, [u8; REQUEST_LEN]), LoginError> {
        Self::begin(password, rng)
    }

    pub(crate) fn begin(
        password: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<(Self, [u8; REQUEST_LEN]), LoginError> {
        let start = opaque_ke::ClientRegistration::start(&mut OlderRng(rng), password)
            .map_err(LoginError::refused)?;
        let request = array(&start.message.serialize());
        Ok((Self { password: Zeroizing::new(password.to_vec()), state: start.state }, request))
    }

    /// Makes the record from the server's response.
    ///
    /// # Errors
    /// [`LoginError::Malformed`] if the response is none of this protocol, or the request returned.
    pub fn finish(
        self,
        response: &[u8; RESPONSE_LEN],
        account: &AccountId,
        issuer: &Origin,
        rng: &mut impl CryptoRng,
    ) -> Result<Registration, LoginError> {
        self.complete(response, &Names::new(account, issuer), rng)
    }

    pub(crate) fn complete(
        self,
        response: &[u8; RESPONSE_LEN],
        names: &Names<'_>,
        rng: &mut impl CryptoRng,
    ) -> Result<Registration, LoginError> {
        let response = RegistrationResponse::deserialize(response).map_err(LoginError::malformed)?;
        let parameters = ClientRegistrationFinishParameters::new(names.identifiers(), None);
        let mut finish = self
            .state
            .finish(&mut OlderRng(rng), &self.password, response, parameters)
            .map_err(LoginError::malformed)?;
        let record = array(&finish.message.serialize());
        Ok(Registration { record, export_key: ExportKey::take(&mut finish.export_key) })
    }
}

/// A sign-in whose first message was sent.
pub struct ClientLogin {
    password: Zeroizing<Vec<u8>>,
    state: opaque_ke::ClientLogin<Suite>,
}

/// A sign-in in which the server proved that it has the registration.
pub struct FinishedLogin {
    /// The third message, to send.
    pub ke3: [u8; KE3_LEN],
    /// The key of the registration.
    pub export_key: ExportKey,
}

impl ClientLogin {
    /// Starts a sign-in with the 32 bytes that stand for the password. Returns the first message.
    ///
    /// # Errors
    /// [`LoginError::Refused`] with negligible probability: if the blinded password is no element of the group.
    pub fn start(password: &[u8; 32], rng: &mut impl CryptoRng) -> Result<(Self, [u8; KE1_LEN]), LoginError> {
        Self::begin(password, rng)
    }

    pub(crate) fn begin(
        password: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<(Self, [u8; KE1_LEN]), LoginError> {
        let start =
            opaque_ke::ClientLogin::start(&mut OlderRng(rng), password).map_err(LoginError::refused)?;
        let ke1 = array(&start.message.serialize());
        Ok((Self { password: Zeroizing::new(password.to_vec()), state: start.state }, ke1))
    }

    /// Makes the third message from the second one.
    ///
    /// # Errors
    /// [`LoginError::Malformed`] if a group element in it is none, else
    /// [`LoginError::Refused`]: wrong password, another account, another server, or a message that was changed.
    pub fn finish(
        self,
        ke2: &[u8; KE2_LEN],
        account: &AccountId,
        issuer: &Origin,
        rng: &mut impl CryptoRng,
    ) -> Result<FinishedLogin, LoginError> {
        self.complete(ke2, &Names::new(account, issuer), rng)
    }

    pub(crate) fn complete(
        self,
        ke2: &[u8; KE2_LEN],
        names: &Names<'_>,
        rng: &mut impl CryptoRng,
    ) -> Result<FinishedLogin, LoginError> {
        let response = CredentialResponse::deserialize(ke2).map_err(LoginError::malformed)?;
        let parameters = ClientLoginFinishParameters::new(Some(names.context), names.identifiers(), None);
        let mut finish = self
            .state
            .finish(&mut OlderRng(rng), &self.password, response, parameters)
            .map_err(LoginError::refused)?;
        finish.session_key.zeroize();
        let ke3 = array(&finish.message.serialize());
        Ok(FinishedLogin { ke3, export_key: ExportKey::take(&mut finish.export_key) })
    }
}
