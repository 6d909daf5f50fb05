//! The server of a registration and of a sign-in.

use opaque_ke::{
    CredentialFinalization, CredentialRequest, RegistrationRequest, RegistrationUpload, ServerRegistration,
};
use rand_core::CryptoRng;
use vault_wire::AccountId;
use vault_wire::message::Origin;
use zeroize::{Zeroize, Zeroizing};

use crate::LoginError;
use crate::names::Names;
use crate::rng::OlderRng;
use crate::suite::{KE1_LEN, KE2_LEN, KE3_LEN, RECORD_LEN, REQUEST_LEN, RESPONSE_LEN, Suite, array};

/// The server's long-term secrets: the seed of the OPRF keys of all accounts, and its key pair. Who has them
/// can test guesses of passwords against stolen records, and without them no registration opens any more.
pub struct ServerSetup(opaque_ke::ServerSetup<Suite>);

impl ServerSetup {
    /// Length of the secret bytes.
    pub const LEN: usize = 128;

    /// Draws new secrets.
    #[must_use]
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        Self(opaque_ke::ServerSetup::new(&mut OlderRng(rng)))
    }

    /// Reads the secrets.
    ///
    /// # Errors
    /// [`LoginError::Damaged`] if they have no valid keys.
    pub fn from_bytes(bytes: &[u8; Self::LEN]) -> Result<Self, LoginError> {
        opaque_ke::ServerSetup::deserialize(bytes).map(Self).map_err(LoginError::damaged)
    }

    /// Returns the secret bytes, to be sealed and stored.
    #[must_use]
    pub fn expose_bytes(&self) -> Zeroizing<[u8; Self::LEN]> {
        Zeroizing::new(array(&self.0.serialize()))
    }

    /// Answers the request of a registration. Nothing is stored by it.
    ///
    /// # Errors
    /// [`LoginError::Malformed`] if the request is no element of the group.
    pub fn respond(
        &self,
        request: &[u8; REQUEST_LEN],
        account: &AccountId,
    ) -> Result<[u8; RESPONSE_LEN], LoginError> {
        self.respond_to(request, account.as_bytes())
    }

    pub(crate) fn respond_to(
        &self,
        request: &[u8; REQUEST_LEN],
        credential: &[u8],
    ) -> Result<[u8; RESPONSE_LEN], LoginError> {
        let request = RegistrationRequest::deserialize(request).map_err(LoginError::malformed)?;
        let start = ServerRegistration::start(&self.0, request, credential).map_err(LoginError::malformed)?;
        Ok(array(&start.message.serialize()))
    }

    /// Answers the first message of a sign-in. Without a record, as for an account that does not exist, the answer
    /// is made from a false one (RFC 9807, section 6.3.2.2): it has the same form and takes the same work.
    ///
    /// # Errors
    /// [`LoginError::Malformed`] if a group element in the message is none.
    pub fn start_login(
        &self,
        record: Option<RegistrationRecord>,
        ke1: &[u8; KE1_LEN],
        account: &AccountId,
        issuer: &Origin,
        rng: &mut impl CryptoRng,
    ) -> Result<StartedLogin, LoginError> {
        self.begin_login(record, ke1, &Names::new(account, issuer), rng)
    }

    pub(crate) fn begin_login(
        &self,
        record: Option<RegistrationRecord>,
        ke1: &[u8; KE1_LEN],
        names: &Names<'_>,
        rng: &mut impl CryptoRng,
    ) -> Result<StartedLogin, LoginError> {
        let request = CredentialRequest::deserialize(ke1).map_err(LoginError::malformed)?;
        let start = opaque_ke::ServerLogin::start(
            &mut OlderRng(rng),
            &self.0,
            record.map(|record| record.0),
            request,
            names.credential,
            names.server_parameters(),
        )
        .map_err(LoginError::malformed)?;
        Ok(StartedLogin { ke2: array(&start.message.serialize()), state: ServerLogin(start.state) })
    }
}

/// What the server stores of a registration.
pub struct RegistrationRecord(ServerRegistration<Suite>);

impl RegistrationRecord {
    /// Reads a record, from a client or from the store.
    ///
    /// # Errors
    /// [`LoginError::Malformed`] if its public key is none.
    pub fn parse(bytes: &[u8; RECORD_LEN]) -> Result<Self, LoginError> {
        let record = RegistrationUpload::deserialize(bytes).map_err(LoginError::malformed)?;
        Ok(Self(ServerRegistration::finish(record)))
    }
}

/// A sign-in whose first message was answered.
pub struct StartedLogin {
    /// The second message, to send.
    pub ke2: [u8; KE2_LEN],
    /// What the server needs for the third one.
    pub state: ServerLogin,
}

/// The server's state between second and third message. It is secret: with it one can sign in.
pub struct ServerLogin(opaque_ke::ServerLogin<Suite>);

impl ServerLogin {
    /// Length of the secret bytes.
    pub const LEN: usize = 128;

    /// Reads the state.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::LEN]) -> Self {
        // Two keys of any content: only the length could be wrong.
        #[expect(clippy::expect_used, reason = "the length is the type's")]
        Self(opaque_ke::ServerLogin::deserialize(bytes).expect("128 bytes"))
    }

    /// Returns the secret bytes, to be sealed for the server itself.
    #[must_use]
    pub fn expose_bytes(&self) -> Zeroizing<[u8; Self::LEN]> {
        Zeroizing::new(array(&self.0.serialize()))
    }

    /// Checks the third message. The session key is dropped: the channel is TLS and the device's own key.
    ///
    /// # Errors
    /// [`LoginError::Refused`] if the client did not have the password, or was answered from a false record.
    pub fn finish(self, ke3: &[u8; KE3_LEN]) -> Result<(), LoginError> {
        let message = CredentialFinalization::deserialize(ke3).map_err(LoginError::refused)?;
        let mut finish = self.0.finish(message, Default::default()).map_err(LoginError::refused)?;
        finish.session_key.zeroize();
        Ok(())
    }
}
